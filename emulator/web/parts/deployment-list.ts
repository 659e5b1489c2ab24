/** Deployments with their latest state. */
import { type Html, html } from "../html.ts";
import type { Rest } from "../rest.ts";
import type { Deployment, DeploymentStatus } from "../shapes.ts";
import { ago } from "../time.ts";
import { outsideUrl, pathOf } from "../url.ts";
import { name } from "./person.ts";
import { look, stateIcon } from "./state.ts";

export type DeploymentState = { readonly deployment: Deployment; readonly statuses: readonly DeploymentStatus[] };

/** Each deployment with its statuses, newest first. */
export async function readStates(
  rest: Rest,
  at: { readonly owner: string; readonly repo: string },
  deployments: readonly Deployment[],
): Promise<readonly DeploymentState[]> {
  return Promise.all(
    deployments.map(async (deployment) => ({
      deployment,
      statuses: await rest.get("/repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
        owner: at.owner,
        repo: at.repo,
        deployment_id: deployment.id,
      }),
    })),
  );
}

/** The newest deployment of each environment; the input is newest first. */
export function newestByEnvironment<T extends { readonly environment: string }>(
  deployments: readonly T[],
): readonly T[] {
  const seen = new Map<string, T>();
  for (const deployment of deployments) {
    if (!seen.has(deployment.environment)) seen.set(deployment.environment, deployment);
  }
  return [...seen.values()];
}

export function stateOf(of: DeploymentState): string {
  return of.statuses[0]?.state ?? "pending";
}

/** One row: environment, state, what was deployed, by whom, where to look. */
export function deploymentRow(
  of: DeploymentState,
  at: { readonly owner: string; readonly repo: string },
  now: Date,
): Html {
  const { deployment } = of;
  const status = of.statuses[0];
  const state = stateOf(of);
  const looks = look(null, state);
  const site = outsideUrl(status?.environment_url);
  const run = outsideUrl(status?.log_url) ?? outsideUrl(status?.target_url);
  return html`<li class="row" data-environment="${deployment.environment}" data-state="${state}" data-deployment-id="${deployment.id}">
    ${stateIcon(looks)}
    <div class="row-main"><strong>${deployment.environment}</strong> <span class="label tone-${looks.tone}">${looks.text}</span>
      <p class="muted">${deployment.description && html`${deployment.description} · `}<a href="${pathOf(at.owner, at.repo, "commit", deployment.sha)}"><code>${deployment.sha.slice(0, 7)}</code></a>
        by ${name(deployment.creator)} ${ago(status?.created_at ?? deployment.created_at, now)}${status?.description && html` · ${status.description}`}</p></div>
    <span class="row-side">${site !== null && html`<a class="button small" href="${site}" rel="nofollow noopener">View deployment</a>`}
      ${run !== null && html`<a class="button small" href="${run}" rel="nofollow noopener">Run</a>`}</span>
  </li>`;
}
