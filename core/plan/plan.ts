import { planProtectionRequested, planReviewDecided } from "../promotion/deploy.ts";
import { planDefaultBranchChanged } from "./adoption.ts";
import { planCancelRequested, planCheckRerequested } from "./check-buttons.ts";
import { planCommentCreated } from "./comment-created.ts";
import { planCommentDisturbed } from "./comment-disturbed.ts";
import type { Context, Plan } from "./decision.ts";
import type { EventOf } from "./event.ts";
import type { AdoptionFacts, CommentFacts, MergeFacts, PullFacts, RunFacts } from "./facts.ts";
import { planPullChanged } from "./pull-changed.ts";
import { planPullClosed } from "./pull-closed.ts";
import { planPullRechecked } from "./recheck.ts";
import {
  planDispatchRefused,
  planRunCompleted,
  planRunDispatched,
  planRunGivenUp,
  planRunProgressed,
  planRunStarted,
} from "./runs.ts";

/** An event with the facts its decision needs, read once. */
export type Situation =
  | { readonly event: EventOf<"pull_changed">; readonly facts: PullFacts }
  | { readonly event: EventOf<"pull_closed">; readonly facts: MergeFacts }
  | { readonly event: EventOf<"comment_created">; readonly facts: CommentFacts }
  | { readonly event: EventOf<"check_rerequested">; readonly facts: CommentFacts }
  | { readonly event: EventOf<"cancel_requested">; readonly facts: CommentFacts }
  | { readonly event: EventOf<"comment_disturbed">; readonly facts: RunFacts }
  | { readonly event: EventOf<"run_started">; readonly facts: RunFacts }
  | { readonly event: EventOf<"run_progressed">; readonly facts: RunFacts }
  | { readonly event: EventOf<"run_completed">; readonly facts: RunFacts }
  | { readonly event: EventOf<"protection_requested">; readonly facts: RunFacts & { readonly nonce: string | null } }
  | { readonly event: EventOf<"review_decided">; readonly facts: RunFacts }
  | { readonly event: EventOf<"default_branch_changed">; readonly facts: AdoptionFacts }
  | { readonly event: EventOf<"run_dispatched">; readonly facts: RunFacts }
  | { readonly event: EventOf<"dispatch_refused">; readonly facts: RunFacts }
  | { readonly event: EventOf<"run_given_up">; readonly facts: RunFacts }
  | { readonly event: EventOf<"pull_rechecked">; readonly facts: RunFacts };

/**
 * The decision core: pure and total. The same situation and context give the same plan, so any decision can be replayed
 * from its recorded inputs and explained.
 */
export function plan(told: Situation, context: Context): Plan {
  const situation = asCalledNow(told);
  if (is(situation, "pull_changed")) return planPullChanged(situation.event, situation.facts, context);
  if (is(situation, "pull_closed")) return planPullClosed(situation.event, situation.facts, context);
  if (is(situation, "comment_created")) return planCommentCreated(situation.event, situation.facts, context);
  if (is(situation, "check_rerequested")) return planCheckRerequested(situation.event, situation.facts, context);
  if (is(situation, "cancel_requested")) return planCancelRequested(situation.event, situation.facts, context);
  if (is(situation, "comment_disturbed")) return planCommentDisturbed(situation.event, situation.facts);
  if (is(situation, "run_started")) return planRunStarted(situation.event, situation.facts, context);
  if (is(situation, "run_progressed")) return planRunProgressed(situation.event, situation.facts, context);
  if (is(situation, "run_completed")) return planRunCompleted(situation.event, situation.facts, context);
  if (is(situation, "protection_requested")) return planProtectionRequested(situation.event, situation.facts);
  if (is(situation, "review_decided")) return planReviewDecided(situation.event, situation.facts, context);
  if (is(situation, "default_branch_changed"))
    return planDefaultBranchChanged(situation.event, situation.facts, context);
  if (is(situation, "run_dispatched")) return planRunDispatched(situation.event, situation.facts, context);
  if (is(situation, "dispatch_refused")) return planDispatchRefused(situation.event, situation.facts, context);
  if (is(situation, "run_given_up")) return planRunGivenUp(situation.event, situation.facts, context);
  if (is(situation, "pull_rechecked")) return planPullRechecked(situation.facts);
  return situation satisfies never;
}

type SituationOf<K extends Situation["event"]["kind"]> = Extract<Situation, { event: { kind: K } }>;

/** TypeScript does not narrow a union by a property of a property; this does. */
function is<K extends Situation["event"]["kind"]>(situation: Situation, kind: K): situation is SituationOf<K> {
  return situation.event.kind === kind;
}

/**
 * A pull request remembers what its repository was called and which branch ruled when it last changed. Both may be others by
 * now: what an event says of its repository, told apart by its id, holds for all that is decided on it.
 */
function asCalledNow<S extends Situation>(situation: S): S {
  const { id, fullName, defaultBranch } = situation.event.repository;
  const { memory } = situation.facts;
  const { pull } = memory;
  if (pull === null || pull.repositoryId !== id) return situation;
  if (pull.repository === fullName && pull.defaultBranch === defaultBranch) return situation;
  const now = { ...memory, pull: { ...pull, repository: fullName, defaultBranch } };
  return { ...situation, facts: { ...situation.facts, memory: now } };
}
