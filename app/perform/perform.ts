import type { Effect } from "../../core/plan/effect.ts";
import { react } from "../../github/comments.ts";
import { cancelRun, decideProtection, dispatch, findRun, type StartedRun } from "../../github/runs.ts";
import { putVariable } from "../../github/variables.ts";
import { progressPath } from "../progress.ts";
import { recheckPull } from "../reconcile/recheck.ts";
import type { PendingEffect } from "../store/outbox.ts";
import { runIdOf } from "../store/runs.ts";
import { performCheck } from "./check.ts";
import { performComment, performReply } from "./comment.ts";
import { done, learned, type Performed } from "./performed.ts";
import type { Stage } from "./stage.ts";

/** Repository variable that carries the public keys to the runners, which need no route to the App. */
export const keysVariable = "ASSAY_JWKS";
const dayMs = 24 * 3_600_000;
/** A ticket outlives what GitHub lets its run wait: a queued job a day or two, the review of an environment 30 days. */
const ticketValidForMs = { train: 3 * dayMs, evaluate: 3 * dayMs, deploy: 35 * dayMs } as const;

/**
 * Does one effect, at least once: after an attempt whose answer was lost it first looks for what that attempt left
 * behind. The one place where the App writes to GitHub. What GitHub answers that matters is an event like any other.
 */
export async function perform(pending: PendingEffect, stage: Stage): Promise<Performed> {
  const { effect } = pending;
  const again = pending.attempts > 0 || pending.tried;
  switch (effect.kind) {
    case "dispatch":
      return performDispatch(pending, effect, stage, again);
    case "model_check":
    case "aggregate_check":
      return performCheck(pending, effect, stage, again);
    case "comment":
      return performComment(pending, effect, stage, again);
    case "reply":
      return performReply(pending, effect, stage, again);
    case "react":
      await react(stage.client, effect.commentId, effect.content);
      return done;
    case "cancel_run":
      await performCancel(pending, effect, stage);
      return done;
    case "decide_protection":
      await decideProtection(stage.client, effect);
      return done;
    case "recheck":
      return learned(...(await recheckPull(effect.pull, pending, stage)));
    case "publish_keys":
      await putVariable(stage.client, keysVariable, JSON.stringify(stage.signer.publicKeys()));
      return done;
  }
}

async function performDispatch(
  pending: PendingEffect,
  effect: Extract<Effect, { kind: "dispatch" }>,
  stage: Stage,
  again: boolean,
): Promise<Performed> {
  // A webhook may have told of the run meanwhile; then all that follows from it has been decided.
  if (again && (await runIdOf(stage.store, effect.nonce)) !== null) return done;
  const known = again ? await findOwnRun(pending, effect.nonce, stage) : null;
  const run = known ?? (await startRun(pending, effect, stage));
  if (run === null) return done;
  const { installationId, repository } = pending;
  const at = stage.now().toISOString();
  return learned({ kind: "run_dispatched", installationId, repository, at, nonce: effect.nonce, run });
}

async function startRun(pending: PendingEffect, effect: Extract<Effect, { kind: "dispatch" }>, stage: Stage) {
  const isTold = effect.stage === "train" && stage.publicUrl !== null;
  const claims = isTold ? { ...effect.claims, progress: `${stage.publicUrl}${progressPath}` } : effect.claims;
  const ticket = await stage.signer.sign(claims, stage.now().getTime(), ticketValidForMs[effect.stage]);
  const inputs = {
    stage: effect.stage,
    runner: JSON.stringify(effect.runner),
    ticket,
    nonce: effect.nonce,
    environment: effect.environment ?? "",
    ...shardsInput(effect),
  };
  await stage.mayMake();
  return (
    (await dispatch(stage.client, pending.repository.defaultBranch, inputs)) ?? findOwnRun(pending, effect.nonce, stage)
  );
}

/** Only where an evaluation is shared out: a workflow file of before knows no such input, and GitHub refuses unknown ones. */
function shardsInput({ stage, claims }: Extract<Effect, { kind: "dispatch" }>): Readonly<Record<string, string>> {
  const { shards } = claims.config.evaluate;
  if (stage !== "evaluate" || shards <= 1) return {};
  return { shards: JSON.stringify(Array.from({ length: shards }, (_, index) => index + 1)) };
}

async function performCancel(
  pending: PendingEffect,
  effect: Extract<Effect, { kind: "cancel_run" }>,
  stage: Stage,
): Promise<void> {
  const runId =
    (await runIdOf(stage.store, effect.nonce)) ?? (await findOwnRun(pending, effect.nonce, stage))?.id ?? null;
  if (runId !== null) await cancelRun(stage.client, runId);
}

/** The run an earlier attempt may have started, found by its nonce among the runs of our making. */
async function findOwnRun(pending: PendingEffect, nonce: string, stage: Stage): Promise<StartedRun | null> {
  return findRun(stage.client, nonce, { login: stage.login, branch: pending.repository.defaultBranch });
}
