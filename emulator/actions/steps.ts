/** One step: decide whether it runs, run it with its own cancellation and timeout, and say how it went. */
import { type FoundAction, findAction, inputsOf, logActionHeader } from "./action-step.ts";
import { checkOut } from "./checkout.ts";
import { type Doing, runMain } from "./node-step.ts";
import { runScript } from "./script-step.ts";
import {
  environmentOf,
  type Frame,
  messageOf,
  type Outcome,
  type Session,
  type StepResult,
  scopeOf,
} from "./session.ts";
import { stepName } from "./step-name.ts";
import { fail, type Said } from "./step-process.ts";
import type { Step } from "./workflow-file.ts";

type Inputs = Readonly<Record<string, string>>;

const skipped: StepResult = { outputs: {}, outcome: "skipped", conclusion: "skipped" };

/** Runs a step of a frame. Whatever goes wrong with it is in the log and in the result. */
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
      perform({ session, frame, step, said, prepared: { id: step.id, env, cancel } }),
    );
  } catch (error) {
    fail(session, messageOf(error));
    outcome = "failure";
  }
  const conclusion = outcome === "failure" && forgiven ? "success" : outcome;
  return { outputs: Object.fromEntries(said.outputs), outcome, conclusion };
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
    if (!stillHolds(session, frame, step)) controller.abort();
  };
  const onTime = () => {
    timedOut = true;
    controller.abort();
  };
  if (frame.cancel.aborted) onFrame();
  frame.cancel.addEventListener("abort", onFrame, { once: true });
  if (frame.action === null) session.cancel.addEventListener("abort", onJob, { once: true });
  const timer = minutes > 0 ? setTimeout(onTime, minutes * 60_000) : undefined;
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

function stillHolds(session: Session, frame: Frame, step: Step): boolean {
  try {
    return session.evaluator.holds(step.condition, scopeOf(session, frame, { id: step.id, env: {} }));
  } catch {
    // A condition that breaks when asked again does not hold.
    return false;
  }
}

async function perform(doing: Doing): Promise<Outcome> {
  const { session, frame, step, prepared, said } = doing;
  const { does } = step;
  switch (does.kind) {
    case "unsupported":
      fail(session, does.message);
      return "failure";
    case "run":
      return await runScript(session, frame, prepared, does, said);
    case "uses": {
      const found = await findAction(session, does.uses);
      switch (found.kind) {
        case "refused":
          fail(session, found.message);
          return "failure";
        case "checkout":
          return await performCheckout(doing, inputsOf(session, frame, prepared, null, does.with), does.uses);
        case "action": {
          const inputs = inputsOf(session, frame, prepared, found.action.inputs, does.with);
          logActionHeader(session, frame, does.uses, inputs, prepared.env);
          return found.action.kind === "composite"
            ? await performComposite(doing, { ...found, action: found.action }, inputs)
            : await runMain(doing, { ...found, action: found.action }, inputs);
        }
      }
    }
  }
}

async function performCheckout(doing: Doing, inputs: Inputs, uses: string): Promise<Outcome> {
  const { session, frame, step, prepared, said } = doing;
  logActionHeader(session, frame, uses, inputs, prepared.env);
  const environment = environmentOf(session, frame, prepared, {});
  const result = await checkOut(session, { inputs, environment, cancel: prepared.cancel });
  for (const [name, value] of Object.entries(result.outputs)) said.outputs.set(name, value);
  const { cleanUp } = result;
  if (cleanUp !== null) session.posts.unshift({ name: stepName(session, frame, step), run: cleanUp });
  return result.outcome;
}

async function performComposite(
  { session, frame, prepared, said }: Doing,
  { action, repository, ref }: FoundAction<"composite">,
  inputs: Inputs,
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
