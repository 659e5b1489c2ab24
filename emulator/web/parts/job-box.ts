/** One job of a workflow run: steps with state and time, and its log. */
import { type Html, html } from "../html.ts";
import type { Job } from "../shapes.ts";
import { duration } from "../time.ts";
import { logView } from "./log-view.ts";
import { look, stateIcon } from "./state.ts";

/** A job with its steps; the log is folded, and kept open over refreshes by its id. */
export function jobBox(job: Job, of: { readonly log: string | null; readonly open: boolean }, now: Date): Html {
  const looks = look(job.status, job.conclusion);
  // GitHub gives a start even to a job that has not begun.
  const started = job.status === "in_progress" || job.status === "completed";
  const machine = job.runner_name ? html`on <strong>${job.runner_name}</strong>` : html`· ${job.labels.join(", ")}`;
  return html`<section class="box job" data-job="${job.name}" data-conclusion="${job.conclusion ?? job.status}">
    <header class="box-head">${stateIcon(looks)}<h2>${job.name}</h2><span class="muted">${looks.text} ${machine}</span>
      <span class="push muted">${started && duration(job.started_at, job.completed_at, now)}</span></header>
    <ol class="steps">${(job.steps ?? []).map((step) => {
      const stepLook = look(step.status, step.conclusion);
      return html`<li class="step" data-step="${step.name}" data-conclusion="${step.conclusion ?? step.status}">${stateIcon(stepLook)}<span>${step.name}</span><span class="push muted">${duration(step.started_at, step.completed_at, now)}</span></li>`;
    })}</ol>
    ${
      of.log === null
        ? html`<p class="box-body muted">${job.status === "completed" ? "No log was kept." : "The log appears when the job writes one."}</p>`
        : html`<details class="job-log" id="log-${job.id}" ${of.open && html`open`}><summary>Log</summary>${logView(of.log, `log-${job.id}`)}</details>`
    }
  </section>`;
}
