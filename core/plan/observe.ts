import { durationMs } from "../config/schema.ts";
import type { Job, Promotion, Pull, Run } from "../job/state.ts";
import type { Event, PullSnapshot, RunSnapshot } from "./event.ts";

/**
 * What GitHub shows when it is asked, compared with what is remembered: the event a webhook would have brought, or null
 * where both agree. So whatever was missed takes the same way as what was heard.
 */
export type ObservedPull = {
  readonly snapshot: PullSnapshot;
  readonly state: "open" | "closed";
  /** null unless it was merged. */
  readonly mergeCommit: string | null;
  /** ISO 8601, GitHub's time; null unless it was merged. */
  readonly mergedAt: string | null;
  /** ISO 8601, GitHub's time */
  readonly updatedAt: string;
};

export type KnownPull = Pick<Pull, "state" | "head" | "asOf"> & {
  readonly base: { readonly ref: string };
  readonly faults?: readonly { readonly reason: string }[];
};

type Where = Pick<Event, "installationId" | "repository">;

export function meaningOfPull(observed: ObservedPull, known: KnownPull | null, where: Where): Event | null {
  const { snapshot: pull, updatedAt: at } = observed;
  const { mergeCommit, mergedAt } = observed;
  // A list may be older than a webhook that has been heard already.
  if (known !== null && (known.state === "merged" || at < known.asOf)) return null;
  if (observed.state === "closed") {
    // Closed without a merge and never heard of: there is nothing to do about it, and nobody to tell.
    if (known === null ? mergeCommit === null : known.state === "closed" && mergeCommit === null) return null;
    return { ...where, at, kind: "pull_closed", pull, mergeCommit, mergedAt };
  }
  const action = actionOf(pull, known, where.repository.defaultBranch);
  return action === null ? null : { ...where, at, kind: "pull_changed", action, pull };
}

function actionOf(pull: PullSnapshot, known: KnownPull | null, defaultBranch: string) {
  if (known === null) return "opened";
  if (known.state === "closed") return "reopened";
  if (known.head !== pull.head) return "synchronize";
  return isSameContent(known, pull, defaultBranch) ? null : "edited";
}

/**
 * Is it the same commit on its way to the same branch, which rules as it did, or still does not? Another branch may have
 * become the default one since.
 */
export function isSameContent(
  known: Pick<KnownPull, "head" | "base" | "faults">,
  pull: PullSnapshot,
  defaultBranch: string,
): boolean {
  if (known.head !== pull.head || known.base.ref !== pull.base.ref) return false;
  const wasOther = known.faults?.some(({ reason }) => reason === "base_not_default");
  return wasOther === undefined || wasOther === (pull.base.ref !== defaultBranch);
}

/** Is there something about a pull request that ended which memory has missed: a push, another base, a reopening? */
export function isBehind(known: KnownPull, pull: PullSnapshot, defaultBranch: string): boolean {
  return known.state === "closed" || !isSameContent(known, pull, defaultBranch);
}

export type ObservedRun = RunSnapshot & {
  /** waiting: for the rules or reviewers of an environment. */
  readonly status: "queued" | "waiting" | "in_progress" | "completed";
  readonly conclusion: string | null;
  /** ISO 8601, GitHub's times */
  readonly startedAt: string;
  readonly updatedAt: string;
};

/** A run that memory waits for, and how long it may take once it began. */
export type OpenRun = { readonly run: Run; readonly limitMs: number };

const hourMs = 3_600_000;
/** GitHub itself gives up on a job that no runner takes within 24 hours. */
const longestQueueMs = 26 * hourMs;
/** An environment's review may take 30 days. */
const longestReviewMs = 31 * 24 * hourMs;
/** Checkout, start of the machine, up- and downloads beside the command whose time is limited. */
const marginMs = 2 * hourMs;
/** So long after a dispatch was answered a run without a trace is not on its way any more. */
const lostAfterMs = 15 * 60_000;

/** The runs that a job or a promotion still waits for. */
export function openRuns(of: Job | Promotion): readonly OpenRun[] {
  if ("run" in of) {
    const isOpen = of.state === "waiting" || of.state === "deploying";
    return isOpen && of.run !== null && of.run.state !== "completed" ? [{ run: of.run, limitMs: longestReviewMs }] : [];
  }
  return of.runs.filter((run) => run.state !== "completed").map((run) => ({ run, limitMs: limitOf(of, run) }));
}

function limitOf({ config }: Job, run: Run): number {
  if (run.stage === "train") return durationMs(config.train.timeout) + marginMs;
  // The run counts from its first shard on; the job that puts the shards together may wait for a runner of its own.
  return durationMs(config.evaluate.timeout) + longestQueueMs;
}

/**
 * What an observation of a run means. `observed` is null when GitHub has no such run; `askedAt` is when GitHub was last
 * known to be asked for it, null while the wish still waits in the outbox.
 */
export function meaningOfRun(
  { run, limitMs }: OpenRun,
  observed: ObservedRun | null,
  askedAt: string | null,
  now: string,
  where: Where,
): Event | null {
  const base = { ...where, at: now };
  if (observed === null) {
    if (askedAt === null || elapsed(askedAt, now) < lostAfterMs) return null;
    const message = `GitHub has no workflow run ${run.runId ?? `named ${run.nonce}`}`;
    return { ...base, kind: "run_given_up", nonce: run.nonce, reason: "run_lost", message };
  }
  const { id, url } = observed;
  const snapshot: RunSnapshot = { id, url, nonce: run.nonce };
  if (observed.status === "completed") {
    const conclusion = observed.conclusion ?? "unknown";
    return { ...where, at: observed.updatedAt, kind: "run_completed", run: snapshot, conclusion };
  }
  if (observed.status === "in_progress" && run.state === "dispatched")
    return { ...where, at: observed.startedAt, kind: "run_started", run: snapshot };
  const stuck = run.startedAt === null ? elapsed(run.dispatchedAt, now) : elapsed(run.startedAt, now);
  if (run.startedAt === null && observed.status === "queued" && stuck > longestQueueMs) {
    const message = `no runner took the run in ${hours(longestQueueMs)}`;
    return { ...base, kind: "run_given_up", nonce: run.nonce, reason: "queue_stuck", message };
  }
  if (run.startedAt !== null && stuck > limitMs) {
    const message = `the run still goes on after ${hours(limitMs)}`;
    return { ...base, kind: "run_given_up", nonce: run.nonce, reason: "run_overdue", message };
  }
  return run.runId === null ? { ...base, kind: "run_dispatched", nonce: run.nonce, run: { id, url } } : null;
}

function elapsed(since: string, now: string): number {
  return Date.parse(now) - Date.parse(since);
}

function hours(ms: number): string {
  return `${Math.round(ms / hourMs)} hours`;
}

/** A check run of ours as GitHub has it. */
export type ObservedCheck = { readonly id: number; readonly status: string; readonly conclusion: string | null };

export type WishedCheck = {
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion: string | null;
};

/** Does a check say what it should? How far work has come may be shown a little late; whether it has ended may not. */
export function saysAsWished(observed: ObservedCheck | null, wished: WishedCheck): boolean {
  if (observed === null) return false;
  if (wished.status !== "completed") return observed.status !== "completed";
  return observed.status === "completed" && observed.conclusion === wished.conclusion;
}
