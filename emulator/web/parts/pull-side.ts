/** The column beside a conversation: labels, people, and what runs in each environment. */
import type { Context } from "../context.ts";
import { type Html, html } from "../html.ts";
import type { Comment, Pull } from "../shapes.ts";
import { ago } from "../time.ts";
import { outsideUrl, pathOf } from "../url.ts";
import { type DeploymentState, newestByEnvironment, readStates, stateOf } from "./deployment-list.ts";
import { avatar, type Person } from "./person.ts";
import { look, stateIcon } from "./state.ts";

export type PullSide = {
  readonly pull: Pull;
  readonly comments: readonly Comment[];
  readonly environments: readonly DeploymentState[];
};

/** The newest deployment of each environment of the repository. */
export async function environmentsOf({ rest }: Context, at: { readonly owner: string; readonly repo: string }) {
  const found = await rest.get("/repos/{owner}/{repo}/deployments", { owner: at.owner, repo: at.repo, per_page: 100 });
  return readStates(rest, at, newestByEnvironment(found));
}

/** The column as a complementary landmark. */
export function pullSide(context: Context, { pull, comments, environments }: PullSide): Html {
  const { owner, repo } = context.params;
  const people = new Map<string, Person>();
  for (const person of [pull.user, ...comments.map((comment) => comment.user)]) {
    if (person) people.set(person.login, person);
  }
  return html`<aside class="aside" aria-label="About this pull request">
    <section><h2>Participants</h2><p class="people">${[...people.values()].map((person) => html`<span title="${person?.login}">${avatar(person)}<span class="sr-only">${person?.login}</span></span>`)}</p></section>
    <section><h2>Labels</h2><p>${pull.labels.length === 0 ? html`<span class="muted">None yet</span>` : pull.labels.map((label) => html`<span class="label">${label.name}</span> `)}</p></section>
    <section><h2><a class="quiet" href="${pathOf(owner, repo, "deployments")}">Environments</a></h2>${
      environments.length === 0
        ? html`<p class="muted">Nothing deployed yet</p>`
        : html`<ul>${environments.map((state) => environment(state, context.now))}</ul>`
    }</section>
  </aside>`;
}

function environment(of: DeploymentState, now: Date): Html {
  const url = outsideUrl(of.statuses[0]?.environment_url);
  const name = of.deployment.environment;
  return html`<li class="aside-environment">${stateIcon(look(null, stateOf(of)))}<div>${url === null ? html`<strong>${name}</strong>` : html`<a class="strong" href="${url}" rel="nofollow noopener">${name}</a>`}
    <p class="muted">${of.deployment.description ?? of.deployment.sha.slice(0, 7)} ${ago(of.statuses[0]?.created_at ?? of.deployment.created_at, now)}</p></div></li>`;
}
