/** The box of a run that waits for its environments: approve or reject, with a comment. */
import type { Action, Context } from "../context.ts";
import { type Html, html } from "../html.ts";
import { RestError } from "../rest.ts";
import type { PendingDeployment } from "../shapes.ts";
import { ago } from "../time.ts";
import { form } from "./form.ts";
import { icon } from "./icon.ts";

/** "Review pending deployments"; nothing to see when the run waits for none. */
export function reviewBox(context: Context, pending: readonly PendingDeployment[]): Html | null {
  if (pending.length === 0) return null;
  const mine = pending.some((entry) => entry.current_user_can_approve);
  return html`<section class="box review" id="review" aria-labelledby="review-title">
    <h2 class="box-head" id="review-title">${icon("clock", "warn")} Review pending deployments</h2>
    <div class="box-body">${form(
      context,
      html`<fieldset><legend>Environments waiting for a decision</legend>${pending.map(pendingLine(context))}</fieldset>
      <label for="review-comment">Comment</label>
      <textarea id="review-comment" name="comment" rows="2">${context.draft.get("comment")}</textarea>
      ${!mine && html`<p class="muted">${context.viewer?.login ?? "You"} cannot approve these. Sign in as a reviewer at the top right.</p>`}
      <div class="form-end"><button type="submit" class="button danger" id="review-reject" ${!mine && html`disabled`} name="action" value="reject">Reject</button>
      <button type="submit" class="button primary" id="review-approve" ${!mine && html`disabled`} name="action" value="approve">Approve and deploy</button></div>`,
    )}</div></section>`;
}

/** Posts the decision for the environments that were ticked. */
export function review(state: "approved" | "rejected"): Action {
  return async (context, fields) => {
    const ids = (fields.get("environment") ?? "").split(",").map(Number).filter(Number.isSafeInteger);
    if (ids.length === 0 || ids.includes(0)) throw new RestError(422, "Choose at least one environment.");
    const { owner, repo, id } = context.params;
    await context.rest.send(
      "POST",
      "/repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments",
      { owner, repo, run_id: id },
      { environment_ids: ids, state, comment: fields.get("comment") ?? "" },
    );
    return { to: context.path, notice: `Deployment ${state}.` };
  };
}

function pendingLine(context: Context): (pending: PendingDeployment) => Html {
  return ({ environment, reviewers, wait_timer, wait_timer_started_at, current_user_can_approve }) => {
    const names = reviewers.flatMap(({ reviewer }) => {
      if (reviewer === undefined) return [];
      return "login" in reviewer ? [reviewer.login] : [reviewer.name];
    });
    return html`<label class="choice" data-pending-environment="${environment.name ?? ""}"><input type="checkbox" name="environment" value="${environment.id}" ${current_user_can_approve && html`checked`}>
      <strong>${environment.name}</strong> <span class="muted">${names.length > 0 && html`reviewers: ${names.join(", ")}`}${wait_timer > 0 && html` wait timer: ${wait_timer} min${wait_timer_started_at && html`, started ${ago(wait_timer_started_at, context.now)}`}`}</span></label>`;
  };
}
