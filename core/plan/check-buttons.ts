import type { Cancel, Retrain } from "../command/check.ts";
import { viewPull } from "../job/view.ts";
import { settleMerge } from "../promotion/register.ts";
import { atWork, carryOut, isMeant, mayWrite } from "./commands.ts";
import { type Context, nothing, type Plan, planOf } from "./decision.ts";
import type { EventOf } from "./event.ts";
import type { CommentFacts } from "./facts.ts";
import { ruledNow } from "./ruling.ts";
import { remember, show } from "./show.ts";

type Pressed = EventOf<"check_rerequested" | "cancel_requested">;

/**
 * A check's re-run button asks for what a bare `/retrain` would do, under the same rules; that of a check which is about no
 * model, for what `/recheck` does.
 */
export function planCheckRerequested(event: EventOf<"check_rerequested">, known: CommentFacts, context: Context): Plan {
  const facts = ruledNow(known);
  const { pull } = facts.memory;
  if (pull === null || !mayWrite(facts.permission)) return nothing;
  const shown = viewPull(pull, facts.memory).models.map(({ model }) => model);
  const wanted = event.model === null ? [...new Set([...pull.affected, ...shown])].toSorted() : [event.model];
  if (wanted.length === 0) return planOf({ effects: [{ kind: "recheck", pull: pull.number }] });
  const config = facts.baseConfig?.ok === true ? facts.baseConfig.config : null;
  if (pull.state !== "open" || pull.base.ref !== pull.defaultBranch || pull.fork || config === null) return nothing;
  if (pull.head !== event.head) return ignored(event);
  if (pull.head !== facts.liveHead) return nothing;
  const models = wanted.filter((model) => Object.hasOwn(config.models, model)).map((model) => ({ model, params: {} }));
  return pressed({ kind: "retrain", models, fresh: false, commit: null }, event, facts, context);
}

/** A check's cancel button: what `/cancel` does, for whoever may write it. */
export function planCancelRequested(event: EventOf<"cancel_requested">, facts: CommentFacts, context: Context): Plan {
  const { pull, jobs } = facts.memory;
  if (pull === null || !mayWrite(facts.permission)) return nothing;
  const command: Cancel = { kind: "cancel", model: event.model };
  const open = atWork(command, pull, jobs);
  const isStale = open.length > 0 && !open.some((job) => isMeant(job, pull, askedBy(event)));
  return isStale ? ignored(event) : pressed(command, event, facts, context);
}

function pressed(command: Retrain | Cancel, event: Pressed, facts: CommentFacts, context: Context): Plan {
  const { jobs, effects, ledger } = carryOut(command, askedBy(event), facts, facts.memory.jobs, context);
  if (facts.memory.pull === null || jobs.length === 0) return nothing;
  const memory = remember(facts.memory, { jobs });
  const lines = [...ledger];
  let pull = facts.memory.pull;
  // A merge whose last job is stopped makes no version; where no run had begun, nothing else will come that says so.
  for (const job of jobs) {
    const settled = settleMerge(pull, job, memory, context);
    pull = settled.pull ?? pull;
    lines.push(...settled.ledger);
  }
  return planOf({ pull, jobs, ledger: lines, effects: [...effects, ...show(pull, memory, jobs)] });
}

function askedBy({ by, head }: Pressed) {
  return { by, commit: head };
}

/** The check stands on a commit that is no longer the head: what is at work now was not what the person saw. */
function ignored({ kind, by, pull, model, head }: Pressed): Plan {
  const subject = { pull, model, commit: head, button: kind === "cancel_requested" ? "cancel" : "rerun" };
  return planOf({ ledger: [{ what: "button_ignored", reason: "head_moved", by, subject }] });
}
