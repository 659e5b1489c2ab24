/** `/:owner/:repo/actions/runs/:id`, and the same with `/job/:job`: one workflow run. */
import { type Action, type Context, page, type Route } from "../context.ts";
import { type Html, html } from "../html.ts";
import { live, liveList } from "../live.ts";
import { count } from "../parts/diff-view.ts";
import { button } from "../parts/form.ts";
import { icon } from "../parts/icon.ts";
import { jobBox } from "../parts/job-box.ts";
import { inRepository } from "../parts/repository-head.ts";
import { review, reviewBox } from "../parts/review-box.ts";
import { look, stateIcon } from "../parts/state.ts";
import type { Answer } from "../rest.ts";
import { type Rights, readRights } from "../rights.ts";
import type { Job, WorkflowRun } from "../shapes.ts";
import { ago, duration } from "../time.ts";
import { pathOf } from "../url.ts";

type Artifacts = Answer<"/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts">["artifacts"];

const actions: Readonly<Record<string, Action>> = {
  cancel: control("/repos/{owner}/{repo}/actions/runs/{run_id}/cancel", "Cancellation requested."),
  rerun: control("/repos/{owner}/{repo}/actions/runs/{run_id}/rerun", "Re-run requested."),
  "rerun-failed": control(
    "/repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs",
    "Re-run of failed jobs requested.",
  ),
  approve: review("approved"),
  reject: review("rejected"),
};

export const runPage: Route = { pattern: "/:owner/:repo/actions/runs/:id", show, actions };
export const jobPage: Route = { pattern: "/:owner/:repo/actions/runs/:id/job/:job", show, actions };

async function show(context: Context) {
  const { owner, repo, id, job: only } = context.params;
  const at = { owner, repo, run_id: id };
  const [run, rights, jobPages, artifacts, pending] = await Promise.all([
    context.rest.get("/repos/{owner}/{repo}/actions/runs/{run_id}", at),
    readRights(context),
    context.rest.pages("/repos/{owner}/{repo}/actions/runs/{run_id}/jobs", at),
    context.rest.get("/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts", { ...at, per_page: 100 }),
    context.rest.find("/repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments", at),
  ]);
  const jobs = jobPages.flatMap((found) => found.jobs).filter((job) => only === "" || String(job.id) === only);
  const items = await Promise.all(
    jobs.map(async (job) => {
      const log = await readLog(context, job);
      const content = jobBox(job, { log, open: only !== "" }, context.now);
      return { id: `job-${job.id}`, content };
    }),
  );
  return page(
    `${run.display_title} · Run ${run.run_number} · ${owner}/${repo}`,
    inRepository(
      context,
      "actions",
      html`${live("run-head", runHead(context, run, rights))}
      ${live("pending", html`${reviewBox(context, pending ?? [])}`)}
      ${liveList("jobs", items)}
      ${live("artifacts", artifactBox(artifacts.artifacts))}`,
    ),
  );
}

/** GitHub has no log before a job ends; a stand-in may answer what is there already. */
async function readLog(context: Context, job: Job): Promise<string | null> {
  if (job.status === "queued" || job.status === "waiting") return null;
  const { owner, repo } = context.params;
  const params = { owner, repo, job_id: job.id };
  const lasting = job.status === "completed";
  return context.rest.text("/repos/{owner}/{repo}/actions/jobs/{job_id}/logs", params, { lasting });
}

function runHead(context: Context, run: WorkflowRun, rights: Rights): Html {
  const { owner, repo } = context.params;
  const looks = look(run.status, run.conclusion);
  const done = run.status === "completed";
  const failed = done && run.conclusion !== "success";
  return html`<p class="muted"><a href="${pathOf(owner, repo, "actions")}">Actions</a> / ${run.name} #${run.run_number}</p>
    <div class="title-line"><h1 class="page-title">${stateIcon(looks)} ${run.display_title}</h1>
    <span class="push">${rights.push && (done ? button(context, { action: "rerun", label: "Re-run all jobs" }) : button(context, { action: "cancel", label: "Cancel run", look: "danger" }))}
    ${rights.push && failed && button(context, { action: "rerun-failed", label: "Re-run failed jobs" })}</span></div>
    <dl class="facts box" data-run="${run.id}" data-conclusion="${run.conclusion ?? run.status ?? ""}">
      <div><dt>Status</dt><dd>${looks.text}</dd></div>
      <div><dt>Triggered</dt><dd>${run.event} by ${run.triggering_actor?.login ?? run.actor?.login ?? "ghost"} ${ago(run.created_at, context.now)}</dd></div>
      <div><dt>Duration</dt><dd>${duration(run.run_started_at, done ? run.updated_at : null, context.now)}</dd></div>
      <div><dt>Commit</dt><dd><a href="${pathOf(owner, repo, "commit", run.head_sha)}"><code>${run.head_sha.slice(0, 7)}</code></a> ${run.head_branch && html`<span class="branch">${run.head_branch}</span>`}</dd></div>
      <div><dt>Attempt</dt><dd>${run.run_attempt ?? 1}</dd></div>
      <div><dt>Workflow file</dt><dd><code>${run.path}</code></dd></div>
    </dl>`;
}

function artifactBox(artifacts: Artifacts): Html {
  if (artifacts.length === 0) return html`<p class="muted">No artifacts.</p>`;
  return html`<section class="box" aria-label="Artifacts"><h2 class="box-head">${icon("box")} ${count(artifacts.length, "artifact")}</h2>
    <ul class="rows">${artifacts.map(
      (artifact) =>
        html`<li class="row" data-artifact="${artifact.name}">${icon("box")}<div class="row-main"><strong>${artifact.name}</strong>${artifact.expired && html` <span class="label">expired</span>`}<p class="muted"><code class="digest">${artifact.digest ?? "no digest"}</code></p></div><span class="row-side muted">${size(artifact.size_in_bytes)}</span></li>`,
    )}</ul></section>`;
}

/** Bytes as people read them: "812 B", "18.2 KB", "3.1 MB". */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function control(path: Parameters<Context["rest"]["send"]>[1], notice: string): Action {
  return async (context) => {
    const { owner, repo, id } = context.params;
    await context.rest.send("POST", path, { owner, repo, run_id: id });
    return { to: context.path, notice };
  };
}
