/** JavaScript actions: `pre` while the job is set up, `main` in the step, `post` after all steps. */
import { type FoundAction, findAction, inputsOf, runNodeEntry } from "./action-step.ts";
import { type Frame, type Outcome, type Prepared, type Session, scopeOf } from "./session.ts";
import { stepName } from "./step-name.ts";
import type { Said } from "./step-process.ts";
import type { Step } from "./workflow-file.ts";

/** A step while it is performed. */
export type Doing = {
  readonly session: Session;
  readonly frame: Frame;
  readonly step: Step;
  readonly prepared: Prepared;
  readonly said: Said;
};

type Inputs = Readonly<Record<string, string>>;

/** Runs `main`; the action's `post` is registered first, so that it also follows a failure. */
export async function runMain(doing: Doing, found: FoundAction<"node">, inputs: Inputs): Promise<Outcome> {
  const { session, step, prepared, said } = doing;
  const saved = session.preState.get(step);
  const shared: Doing = { ...doing, said: { outputs: said.outputs, state: saved ?? said.state } };
  if (saved === undefined) registerPost(shared, found, inputs);
  const { folder, main } = found.action;
  return await runNodeEntry(session, frameOf(doing, found), prepared, { file: main, folder, inputs }, shared.said);
}

/** Runs the `pre` of a remote action; null if the step has none. GitHub runs no `pre` of local actions. */
export async function runPre(session: Session, frame: Frame, step: Step): Promise<Outcome | null> {
  if (step.does.kind !== "uses" || step.does.uses.startsWith("./")) return null;
  const found = await findAction(session, step.does.uses);
  if (found.kind !== "action" || found.action.kind !== "node" || found.action.pre === null) return null;
  const { folder, pre, preIf } = found.action;
  const scope = scopeOf(session, frame, { id: step.id, env: {} });
  if (!session.evaluator.holds(preIf, scope)) return "skipped";
  const prepared: Prepared = { id: step.id, env: session.evaluator.texts(step.env, scope), cancel: session.cancel };
  const inputs = inputsOf(session, frame, prepared, found.action.inputs, step.does.with);
  const doing: Doing = { session, frame, step, prepared, said: { outputs: new Map(), state: new Map() } };
  session.preState.set(step, doing.said.state);
  const node = { ...found, action: found.action };
  registerPost(doing, node, inputs);
  return await runNodeEntry(session, frameOf(doing, node), prepared, { file: pre, folder, inputs }, doing.said);
}

function registerPost(doing: Doing, found: FoundAction<"node">, inputs: Inputs): void {
  const { session, frame, step, prepared, said } = doing;
  const { folder, post, postIf } = found.action;
  if (post === null) return;
  session.posts.unshift({
    name: stepName(session, frame, step),
    async run(cancel) {
      // The condition of a post step asks about the job, also when a composite action brought the step.
      if (!session.evaluator.holds(postIf, scopeOf(session, { ...frame, action: null }, prepared))) return "skipped";
      const entry = { file: post, folder, inputs };
      return await runNodeEntry(session, frameOf(doing, found), { ...prepared, cancel }, entry, said);
    },
  });
}

/** What the action's process sees of where it comes from. */
function frameOf({ frame }: Doing, { action, repository, ref }: FoundAction<"node">): Frame {
  return { ...frame, action: { folder: action.folder, repository, ref, inputs: frame.action?.inputs ?? {} } };
}
