/** One step: decide whether it runs, run it with its own cancellation and timeout, and say how it went. */
import type { Action } from "./action-file.ts";
import { findAction, inputsOf, logActionHeader, runNodeEntry } from "./action-step.ts";
import { checkOut } from "./checkout.ts";
import { type Prepared, runScript } from "./script-step.ts";
import {
  environmentOf,
  type Frame,
  messageOf,
  type Outcome,
  scopeOf,
  type Session,
  type StepResult,
} from "./session.ts";
import { fail, type Said } from "./step-process.ts";
import { literalText } from "./template.ts";
import type { Step } from "./workflow-file.ts";

const skipped: StepResult = { outputs: {}, outcome: "skipped", conclusion: "skipped" };

/** Runs a step of a frame. Whatever goes wrong is in the log and in the result; nothing is thrown. */
export async function performStep(session: Session, frame: Frame, step: Step): Promise<StepResult> {
  const said: Said = { outputs: new Map(), state: new Map() };
  let outcome: Outcome;
  let forgiven = false;
  try {
    const scope = scopeOf(session, frame, { id: step.id, env: {} });
    if (!session.evaluator.holds(step.condition, scope)) return skipped;
    const env = session.evaluator.texts(step.env, scope);
    const inner = scopeOf(session, frame, { id: step.id, env });
    forgiven = step.continueOnError !== null && session.evaluator.text(step.continueOnError, inner) === "true";
    const minutes = step.timeoutMinutes === null ? 0 : Number(session.evaluator.text(step.timeoutMinutes, inner));
    outcome = await withLimits(session, frame, step, minutes, (cancel) =>
      perform(session, frame, step, { id: step.id, env, cancel }, said),
    );
  } catch (error) {
    fail(session, messageOf(error));
    outcome = "failure";
  }
  const conclusion = outcome === "failure" && forgiven ? "success" : outcome;
  return { outputs: Object.fromEntries(said.outputs), outcome, conclusion };
}

/** The name that GitHub shows for a step: its own, else what it runs. */
export function stepName(session: Session, frame: Frame, step: Step): string {
  try {
    const scope = scopeOf(session, frame, { id: step.id, env: {} });
    if (step.name !== null) return session.evaluator.text(step.name, scope);
    if (step.does.kind === "run") return `Run ${session.evaluator.text(step.does.run, scope).split("\n")[0] ?? ""}`;
  } catch {
    return literalText(step.name) ?? step.id;
  }
  return step.does.kind === "uses" ? `Run ${step.does.uses}` : step.id;
}

/**
 * Cancels the work when its frame is cancelled, when it takes too long, or when the job is cancelled and the step's
 * condition, asked again, no longer holds: that is how an `always()` step outlives the cancellation.
 */
async function withLimits(
  session: Session,
  frame: Frame,
  step: Step,
  minutes: number,
  work: (cancel: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  const controller = new AbortController();
  let timedOut = false;
  const onFrame = () => controller.abort();
  const onJob = () => {
    const scope = scopeOf(session, frame, { id: step.id, env: {} });
    if (!session.evaluator.holds(step.condition, scope)) controller.abort();
  };
  if (frame.cancel.aborted) onFrame();
  frame.cancel.addEventListener("abort", onFrame, { once: true });
  if (frame.action === null) session.cancel.addEventListener("abort", onJob, { once: true });
  const timer =
    minutes > 0
      ? setTimeout(() => {
          timedOut = true;
          controller.abort();
        }, minutes * 60_000)
      : undefined;
  try {
    const outcome = await work(controller.signal);
    if (timedOut) {
      fail(session, `The action '${stepName(session, frame, step)}' has timed out after ${minutes} minutes.`);
      return "failure";
    }
    if (outcome === "cancelled") session.log.line("##[error]The operation was canceled.");
    return outcome;
  } finally {
    clearTimeout(timer);
    frame.cancel.removeEventListener("abort", onFrame);
    session.cancel.removeEventListener("abort", onJob);
  }
}

async function perform(session: Session, frame: Frame, step: Step, prepared: Prepared, said: Said): Promise<Outcome> {
  const { does } = step;
  switch (does.kind) {
    case "unsupported":
      fail(session, does.message);
      return "failure";
    case "run":
      return await runScript(session, frame, prepared, does, said);
    case "uses":
      return await performUses(session, frame, step, prepared, does, said);
  }
}

async function performUses(
  session: Session,
  frame: Frame,
  step: Step,
  prepared: Prepared,
  does: Extract<Step["does"], { kind: "uses" }>,
  said: Said,
): Promise<Outcome> {
  const found = await findAction(session, does.uses);
  switch (found.kind) {
    case "refused":
      fail(session, found.message);
      return "failure";
    case "checkout": {
      const inputs = inputsOf(session, frame, prepared, null, does.with);
      logActionHeader(session, frame, does.uses, inputs, prepared.env);
      const environment = environmentOf(session, frame, prepared, {});
      const result = await checkOut(session, { inputs, environment, cancel: prepared.cancel });
      for (const [name, value] of Object.entries(result.outputs)) said.outputs.set(name, value);
      const { cleanUp } = result;
      if (cleanUp !== null) session.posts.unshift({ name: stepName(session, frame, step), run: cleanUp });
      return result.outcome;
    }
    case "action": {
      const inputs = inputsOf(session, frame, prepared, found.action.inputs, does.with);
      logActionHeader(session, frame, does.uses, inputs, prepared.env);
      if (found.action.kind === "composite") {
        return await performComposite(session, frame, prepared, { ...found, action: found.action }, inputs, said);
      }
      return await performNode(session, frame, step, prepared, { ...found, action: found.action }, inputs, said);
    }
  }
}

async function performNode(
  session: Session,
  frame: Frame,
  step: Step,
  prepared: Prepared,
  { action, repository, ref }: { action: Extract<Action, { kind: "node" }>; repository: string; ref: string },
  inputs: Readonly<Record<string, string>>,
  said: Said,
): Promise<Outcome> {
  const { folder, main, post, postIf } = action;
  const of: Frame = { ...frame, action: { folder, repository, ref, inputs: frame.action?.inputs ?? {} } };
  const early = session.preState.get(step);
  const shared: Said = { outputs: said.outputs, state: early ?? said.state };
  if (early === undefined) registerPost(session, frame, of, step, prepared, { folder, post, postIf }, inputs, shared);
  return await runNodeEntry(session, of, prepared, { file: main, folder, inputs }, shared);
}

/** Runs the `pre` of a remote JavaScript action while the job is set up; null if the step has none. */
export async function performPre(session: Session, frame: Frame, step: Step): Promise<Outcome | null> {
  if (step.does.kind !== "uses" || step.does.uses.startsWith("./")) return null;
  const found = await findAction(session, step.does.uses);
  if (found.kind !== "action" || found.action.kind !== "node" || found.action.pre === null) return null;
  const { action, repository, ref } = found;
  const { folder, post, postIf } = action;
  const scope = scopeOf(session, frame, { id: step.id, env: {} });
  if (!session.evaluator.holds(action.preIf, scope)) return "skipped";
  const prepared: Prepared = { id: step.id, env: session.evaluator.texts(step.env, scope), cancel: session.cancel };
  const inputs = inputsOf(session, frame, prepared, action.inputs, step.does.with);
  const said: Said = { outputs: new Map(), state: new Map() };
  const of: Frame = { ...frame, action: { folder, repository, ref, inputs: {} } };
  session.preState.set(step, said.state);
  registerPost(session, frame, of, step, prepared, { folder, post, postIf }, inputs, said);
  return await runNodeEntry(session, of, prepared, { file: action.pre ?? "", folder, inputs }, said);
}

function registerPost(
  session: Session,
  frame: Frame,
  of: Frame,
  step: Step,
  prepared: Prepared,
  { folder, post, postIf }: { folder: string; post: string | null; postIf: string },
  inputs: Readonly<Record<string, string>>,
  said: Said,
): void {
  if (post === null) return;
  const name = stepName(session, frame, step);
  session.posts.unshift({
    name,
    async run(cancel) {
      // The condition of a post step asks about the job, also when a composite action brought the step.
      if (!session.evaluator.holds(postIf, scopeOf(session, { ...frame, action: null }, prepared))) return "skipped";
      return await runNodeEntry(session, of, { ...prepared, cancel }, { file: post, folder, inputs }, said);
    },
  });
}

async function performComposite(
  session: Session,
  frame: Frame,
  prepared: Prepared,
  { action, repository, ref }: { action: Extract<Action, { kind: "composite" }>; repository: string; ref: string },
  inputs: Readonly<Record<string, string>>,
  said: Said,
): Promise<Outcome> {
  const inner: Frame = {
    action: { folder: action.folder, repository, ref, inputs },
    env: { ...frame.env, ...prepared.env },
    cancel: prepared.cancel,
    results: new Map(),
    status: "success",
  };
  for (const step of action.steps) {
    if (session.force.aborted) return "cancelled";
    const result = await performStep(session, inner, step);
    inner.results.set(step.id, result);
    if (inner.status === "success" && (result.conclusion === "failure" || result.conclusion === "cancelled")) {
      inner.status = result.conclusion;
    }
  }
  const scope = scopeOf(session, inner, { id: prepared.id, env: {} });
  for (const { key, value } of action.outputs) said.outputs.set(key, session.evaluator.text(value, scope));
  return inner.status;
}
