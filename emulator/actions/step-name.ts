import { type Frame, type Session, scopeOf } from "./session.ts";
import { literalText } from "./template.ts";
import type { Step } from "./workflow-file.ts";

/** The name that GitHub shows for a step: its own, else what it runs. Masked, because it leaves the job with the record. */
export function stepName(session: Session, frame: Frame, step: Step): string {
  return session.masker.mask(plainName(session, frame, step));
}

function plainName(session: Session, frame: Frame, step: Step): string {
  try {
    const scope = scopeOf(session, frame, { id: step.id, env: {} });
    if (step.name !== null) return session.evaluator.text(step.name, scope);
    if (step.does.kind === "run") return `Run ${session.evaluator.text(step.does.run, scope).split("\n")[0] ?? ""}`;
  } catch {
    // A name may ask for outputs that do not exist yet; it is asked for again when the step begins.
    return literalText(step.name) ?? step.id;
  }
  return step.does.kind === "uses" ? `Run ${step.does.uses}` : step.id;
}
