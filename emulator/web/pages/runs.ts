/** `/:owner/:repo/actions`: workflow runs, newest first. */
import { page, type Route } from "../context.ts";
import { type Html, html, nothing } from "../html.ts";
import { live, liveList } from "../live.ts";
import { inRepository } from "../parts/repository-head.ts";
import { look, stateIcon } from "../parts/state.ts";
import type { WorkflowRun } from "../shapes.ts";
import { ago, duration } from "../time.ts";
import { pathOf } from "../url.ts";

export const runsPage: Route = {
  pattern: "/:owner/:repo/actions",
  show: async (context) => {
    const { owner, repo } = context.params;
    const answer = await context.rest.get("/repos/{owner}/{repo}/actions/runs", { owner, repo, per_page: 100 });
    const items = answer.workflow_runs.map((run) => ({
      id: `run-${run.id}`,
      content: runRow(run, { owner, repo }, context.now),
    }));
    const head = html`<strong>${answer.total_count} workflow run${answer.total_count === 1 ? "" : "s"}</strong>`;
    return page(
      `Actions · ${owner}/${repo}`,
      inRepository(
        context,
        "actions",
        html`<h1 class="page-title">Workflow runs</h1><div class="box"><div class="box-head">${live("run-count", head)}</div>
        ${liveList("run-list", items)}${live("run-none", items.length === 0 ? html`<p class="blank">No workflow has run yet.</p>` : nothing)}</div>`,
      ),
    );
  },
  actions: {},
};

function runRow(run: WorkflowRun, at: { readonly owner: string; readonly repo: string }, now: Date): Html {
  const looks = look(run.status, run.conclusion);
  const end = run.status === "completed" ? run.updated_at : null;
  return html`<div class="row" data-run="${run.id}" data-conclusion="${run.conclusion ?? run.status}">${stateIcon(looks)}
    <div class="row-main"><a class="strong quiet" href="${pathOf(at.owner, at.repo, "actions", "runs", run.id)}">${run.display_title}</a>
    <p class="muted"><strong>${run.name}</strong> #${run.run_number} · ${run.event} by ${run.actor?.login ?? "ghost"}</p></div>
    ${run.head_branch && html`<span class="branch row-branch">${run.head_branch}</span>`}
    <div class="row-side row-times muted"><span>${ago(run.created_at, now)}</span> <span>${run.status === "queued" ? "Queued" : duration(run.run_started_at ?? run.created_at, end, now)}</span></div></div>`;
}
