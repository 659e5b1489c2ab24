import type { Fault } from "../fault.ts";
import type { Stage, Ticket } from "../ticket.ts";
import type { ModelView, PullView } from "../view.ts";

/**
 * What shall be done to GitHub, as data. An effect describes a wished state under a stable key rather than a call, so
 * performing it twice does no harm. One place performs effects: app/perform.
 */
export type Effect =
  | {
      readonly kind: "model_check";
      readonly pull: number;
      readonly commit: string;
      readonly view: ModelView;
      /** When the job began: a check that is used again does not count the time between. */
      readonly startedAt: string;
    }
  | {
      /** The check that a branch rule requires. Of a single model it is the only one, and tells all of it. */
      readonly kind: "aggregate_check";
      readonly pull: number;
      readonly commit: string;
      readonly view: PullView;
      readonly faults: readonly Fault[];
      /** When the oldest of its jobs began; null without one. */
      readonly startedAt: string | null;
    }
  | {
      readonly kind: "comment";
      readonly pull: number;
      readonly view: PullView;
      /** Our comment as somebody else left it: it is written again even if its content should be what it was. */
      readonly disturbed: { readonly commentId: number; readonly change: "deleted" | "edited" } | null;
    }
  | { readonly kind: "reply"; readonly pull: number; readonly commentId: number; readonly reply: Reply }
  | { readonly kind: "react"; readonly commentId: number; readonly content: "eyes" | "rocket" | "confused" }
  | {
      readonly kind: "dispatch";
      readonly stage: Stage;
      readonly nonce: string;
      readonly runner: readonly string[];
      readonly environment: string | null;
      readonly claims: TicketClaims;
    }
  | { readonly kind: "cancel_run"; readonly nonce: string }
  /** Compare what is remembered of the pull request with GitHub now, and write its checks and comment again. */
  | { readonly kind: "recheck"; readonly pull: number }
  | {
      readonly kind: "decide_protection";
      readonly runId: number;
      readonly environment: string;
      readonly state: "approved" | "rejected";
      readonly comment: string;
    }
  | { readonly kind: "publish_keys" };

/** A ticket without what only its signer knows: issuer, time of issue and expiry. */
export type TicketClaims = Omit<Ticket, "iss" | "iat" | "exp">;

export type Reply =
  | { readonly kind: "refused"; readonly faults: readonly Fault[]; readonly command: string }
  | {
      readonly kind: "help";
      readonly models: readonly { readonly name: string; readonly params: readonly string[] }[];
      readonly environments: readonly string[];
    };

/**
 * Stable name of what an effect is about. Later effects with the same key replace earlier ones that have not been
 * performed yet: only the newest wish counts.
 */
export function effectKey(effect: Effect): string {
  switch (effect.kind) {
    case "model_check":
      return `check/${effect.pull}/${effect.commit}/${effect.view.model}`;
    case "aggregate_check":
      return `check/${effect.pull}/${effect.commit}`;
    case "comment":
      return commentKey(effect.pull);
    case "reply":
      return `reply/${effect.commentId}/${effect.reply.kind}`;
    case "react":
      return `react/${effect.commentId}/${effect.content}`;
    // One wish for one run, going or stopped: a run that is cancelled before it was dispatched never starts.
    case "dispatch":
    case "cancel_run":
      return runKey(effect.nonce);
    case "decide_protection":
      return `protection/${effect.runId}/${effect.environment}`;
    case "recheck":
      return `recheck/${effect.pull}`;
    case "publish_keys":
      return "keys";
  }
}

/** Key of a run that we start or stop. */
export function runKey(nonce: string): string {
  return `run/${nonce}`;
}

/** Key of the one comment of a pull request. */
export function commentKey(pull: number): string {
  return `comment/${pull}`;
}
