/**
 * What happened, narrowed from a webhook to the fields that are read. Commands, timers and pages become the same events.
 * `at` is GitHub's own time of the event (ISO 8601), never ours.
 */
export type RepositoryRef = { readonly id: number; readonly fullName: string; readonly defaultBranch: string };

export type PullSnapshot = {
  readonly number: number;
  readonly author: string;
  readonly fork: boolean;
  readonly head: string;
  readonly base: { readonly ref: string; readonly sha: string };
};

export type Event = { readonly installationId: number; readonly repository: RepositoryRef; readonly at: string } & (
  | {
      readonly kind: "pull_changed";
      readonly action: "opened" | "synchronize" | "reopened" | "edited";
      readonly pull: PullSnapshot;
    }
  | {
      readonly kind: "pull_closed";
      readonly pull: PullSnapshot;
      readonly mergeCommit: string | null;
      /** When it was merged: `at` may be that of a later change. */
      readonly mergedAt: string | null;
    }
  | {
      readonly kind: "comment_created";
      readonly pull: number;
      readonly commentId: number;
      readonly author: string;
      readonly authorIsBot: boolean;
      readonly body: string;
    }
  /** A comment of ours was deleted, or edited by somebody else. */
  | {
      readonly kind: "comment_disturbed";
      readonly pull: number;
      readonly commentId: number;
      readonly change: "deleted" | "edited";
    }
  | { readonly kind: "run_started"; readonly run: RunSnapshot }
  /** How far a training is, by its runner's own word: shown, and nothing else. */
  | { readonly kind: "run_progressed"; readonly nonce: string; readonly step: number; readonly of: number }
  | { readonly kind: "run_completed"; readonly run: RunSnapshot; readonly conclusion: string }
  | ({ readonly kind: "check_rerequested" } & CheckButton)
  /** The cancel button of a check. */
  | ({ readonly kind: "cancel_requested" } & CheckButton)
  | {
      readonly kind: "protection_requested";
      readonly runId: number;
      readonly environment: string;
      /** The deployment that waits: one for each attempt of the run. null: found waiting, and not told which. */
      readonly deployment?: { readonly id: number; readonly createdAt: string } | null;
    }
  | {
      readonly kind: "review_decided";
      readonly runId: number;
      readonly environment: string;
      readonly state: "approved" | "rejected";
      readonly by: string;
    }
  | { readonly kind: "default_branch_changed"; readonly commit: string }
  /** GitHub's answer to a dispatch: the run that carries our nonce. */
  | {
      readonly kind: "run_dispatched";
      readonly nonce: string;
      readonly run: { readonly id: number; readonly url: string };
    }
  /** GitHub would not start a run we asked for, and will not if asked again. */
  | { readonly kind: "dispatch_refused"; readonly nonce: string; readonly message: string }
  /** A run that nobody will ever end, or that GitHub does not have: found by comparing memory with GitHub. */
  | { readonly kind: "run_given_up"; readonly nonce: string; readonly reason: GivenUp; readonly message: string }
  /** A pull request was read again from GitHub: what it shows is to be written anew. */
  | { readonly kind: "pull_rechecked"; readonly pull: number }
);

/** A button of a check: whose check it is, and the commit that it stands on, which is the one the person saw. */
export type CheckButton = {
  readonly pull: number;
  readonly model: string | null;
  readonly head: string;
  readonly by: string;
};

/** Why a run is no longer waited for. */
export type GivenUp = "run_lost" | "queue_stuck" | "run_overdue";

/** What an event reports that must be acted on once only, whoever reports it how often; null where state decides. */
export function onceKey(event: Event): string | null {
  return event.kind === "comment_created" ? `comment/${event.commentId}` : null;
}

export type RunSnapshot = { readonly id: number; readonly url: string; readonly nonce: string | null };

export type EventOf<K extends Event["kind"]> = Extract<Event, { kind: K }>;

/** The nonce in a run's name, `assay train 0123…`, or null for a run that is not ours. */
export function nonceOfTitle(title: string): string | null {
  return /^assay (?:train|evaluate|deploy) ([0-9a-f]{32})$/.exec(title)?.[1] ?? null;
}
