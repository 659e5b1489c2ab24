import type { Cancel, Retrain } from "../command/check.ts";
import { viewPull } from "../job/view.ts";
import { carryOut, mayWrite } from "./commands.ts";
import { type Context, nothing, type Plan, planOf } from "./decision.ts";
import type { EventOf } from "./event.ts";
import type { CommentFacts } from "./facts.ts";
import { remember, show } from "./show.ts";

/**
 * A check's re-run button asks for what a bare `/retrain` would do, under the same rules; that of a check which is about no
 * model, for what `/recheck` does.
 */
export function planCheckRerequested(event: EventOf<"check_rerequested">, facts: CommentFacts, context: Context): Plan {
  const { pull } = facts.memory;
  if (pull === null || !mayWrite(facts.permission)) return nothing;
  const shown = viewPull(pull, facts.memory).models.map(({ model }) => model);
  const wanted = event.model === null ? [...new Set([...pull.affected, ...shown])].toSorted() : [event.model];
  if (wanted.length === 0) return planOf({ effects: [{ kind: "recheck", pull: pull.number }] });
  const config = facts.baseConfig?.ok === true ? facts.baseConfig.config : null;
  if (pull.state !== "open" || pull.base.ref !== pull.defaultBranch || pull.fork || config === null) return nothing;
  if (pull.head !== facts.liveHead) return nothing;
  const models = wanted.filter((model) => Object.hasOwn(config.models, model)).map((model) => ({ model, params: {} }));
  return pressed({ kind: "retrain", models, fresh: false, commit: null }, event.by, facts, context);
}

/** A check's cancel button: what `/cancel` does, for whoever may write it. */
export function planCancelRequested(event: EventOf<"cancel_requested">, facts: CommentFacts, context: Context): Plan {
  if (!mayWrite(facts.permission)) return nothing;
  return pressed({ kind: "cancel", model: event.model }, event.by, facts, context);
}

function pressed(command: Retrain | Cancel, by: string, facts: CommentFacts, context: Context): Plan {
  const { pull } = facts.memory;
  const { jobs, effects, ledger } = carryOut(command, by, facts, facts.memory.jobs, context);
  if (pull === null || jobs.length === 0) return nothing;
  return planOf({ pull, jobs, ledger, effects: [...effects, ...show(pull, remember(facts.memory, { jobs }), jobs)] });
}
