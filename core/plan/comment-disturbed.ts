import { viewPull } from "../job/view.ts";
import { nothing, type Plan, planOf } from "./decision.ts";
import type { EventOf } from "./event.ts";
import type { RunFacts } from "./facts.ts";
import { commentOf } from "./show.ts";

/** Somebody deleted or edited our comment: it is written again, because a verdict is not for others to change. */
export function planCommentDisturbed(event: EventOf<"comment_disturbed">, facts: RunFacts): Plan {
  const { pull } = facts.memory;
  if (pull === null) return nothing;
  const { commentId, change } = event;
  // The row as it is: if something is decided meanwhile, this is planned again.
  return planOf({ pull, effects: [commentOf(pull, viewPull(pull, facts.memory), { commentId, change })] });
}
