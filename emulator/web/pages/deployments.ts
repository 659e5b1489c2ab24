/** `/:owner/:repo/deployments`: environments, what runs in each, and the history. */
import { page, type Route } from "../context.ts";
import { html, nothing } from "../html.ts";
import { live, liveList } from "../live.ts";
import {
  type DeploymentState,
  deploymentRow,
  newestByEnvironment,
  readStates,
  stateOf,
} from "../parts/deployment-list.ts";
import { icon } from "../parts/icon.ts";
import { inRepository } from "../parts/repository-head.ts";
import { look } from "../parts/state.ts";
import { ago } from "../time.ts";
import { pathOf } from "../url.ts";

const shown = 50;

export const deploymentsPage: Route = {
  pattern: "/:owner/:repo/deployments",
  show: async (context) => {
    const { owner, repo } = context.params;
    const at = { owner, repo };
    const [environments, deployments] = await Promise.all([
      context.rest.find("/repos/{owner}/{repo}/environments", { ...at, per_page: 100 }),
      context.rest.pages("/repos/{owner}/{repo}/deployments", at),
    ]);
    const states = await readStates(context.rest, at, deployments.flat().slice(0, shown));
    const names = new Set([
      ...(environments?.environments ?? []).map((environment) => environment.name),
      ...states.map((state) => state.deployment.environment),
    ]);
    const current = newestByEnvironment(
      states
        .filter((state) => stateOf(state) === "success")
        .map((state) => ({ ...state, environment: state.deployment.environment })),
    );
    const cards = [...names].map((name) =>
      card(
        name,
        current.find((state) => state.environment === name),
        at,
        context.now,
      ),
    );
    const items = states.map((state) => ({
      id: `deployment-${state.deployment.id}`,
      content: html`<ul class="rows">${deploymentRow(state, at, context.now)}</ul>${history(state, context.now)}`,
    }));
    return page(
      `Deployments · ${owner}/${repo}`,
      inRepository(
        context,
        "deployments",
        html`<h1 class="page-title">Deployments</h1>${live("environments", html`<div class="cards">${cards}</div>`)}
        <section class="box" aria-label="History"><h2 class="box-head">History</h2>${liveList("deployment-list", items)}
        ${live("deployment-none", items.length === 0 ? html`<p class="blank">Nothing has been deployed yet.</p>` : nothing)}</section>`,
      ),
    );
  },
  actions: {},
};

function card(
  name: string,
  current: DeploymentState | undefined,
  at: { readonly owner: string; readonly repo: string },
  now: Date,
) {
  return html`<section class="box card" data-environment-card="${name}"><h2>${icon("globe")} ${name}</h2>${
    current === undefined
      ? html`<p class="muted">Nothing deployed.</p>`
      : html`<p><strong>${current.deployment.description ?? current.deployment.ref}</strong></p><p class="muted"><a href="${pathOf(at.owner, at.repo, "commit", current.deployment.sha)}"><code>${current.deployment.sha.slice(0, 7)}</code></a> deployed ${ago(current.statuses[0]?.created_at, now)}</p>`
  }</section>`;
}

function history(of: DeploymentState, now: Date) {
  if (of.statuses.length < 2) return nothing;
  return html`<details class="history" id="history-${of.deployment.id}"><summary>${of.statuses.length} states</summary><ol>${of.statuses.map(
    (status) =>
      html`<li>${look(null, status.state).text} ${ago(status.created_at, now)}${status.description && html` · ${status.description}`}</li>`,
  )}</ol></details>`;
}
