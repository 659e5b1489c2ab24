import type { Job, Pull, Version } from "../job/state.ts";
import { hasResult, newest, viewJob, viewPull } from "../job/view.ts";
import type { PullView } from "../view.ts";
import type { Effect } from "./effect.ts";
import type { Memory } from "./facts.ts";

/** Memory as it will be once the changed rows are written. */
export function remember(memory: Memory, changes: Partial<Memory>): Memory {
  return {
    pull: changes.pull ?? memory.pull,
    jobs: merge(memory.jobs, changes.jobs ?? [], (job) => job.id),
    versions: merge(memory.versions, changes.versions ?? [], (version) => `${version.model}@${version.number}`),
    promotions: merge(memory.promotions, changes.promotions ?? [], (promotion) => promotion.id),
  };
}

function merge<T>(old: readonly T[], changed: readonly T[], key: (item: T) => string): readonly T[] {
  const replacements = new Map(changed.map((item) => [key(item), item]));
  const kept = old.map((item) => replacements.get(key(item)) ?? item);
  const known = new Set(old.map(key));
  return [...kept, ...changed.filter((item) => !known.has(key(item)))];
}

/** The checks and the comment of a pull request as they should be now. */
export function show(pull: Pull, memory: Memory, changed: readonly Job[]): readonly Effect[] {
  const view = viewPull(pull, memory);
  const jobs = memory.jobs.filter((job) => job.pull === pull.number);
  const commits = new Set(changed.map((job) => job.commit));
  return [
    ...[...commits].flatMap((commit) => modelChecks(pull, commit, jobs, memory.versions)),
    {
      kind: "aggregate_check",
      pull: pull.number,
      commit: pull.head,
      view,
      faults: pull.faults,
      startedAt: startOf(jobs.filter((job) => job.commit === pull.head)),
    },
    ...(isTold(view, jobs) ? [commentOf(pull, view)] : []),
  ];
}

/** The comment as it should be now; `disturbed` when somebody else deleted or edited it. */
export function commentOf(
  pull: Pull,
  view: PullView,
  disturbed: Extract<Effect, { kind: "comment" }>["disturbed"] = null,
): Effect {
  return { kind: "comment", pull: pull.number, view, disturbed };
}

/**
 * A check for each model at a commit. A single model at a head needs none of its own: the aggregate tells all of it, and
 * a second check would say the same twice.
 */
function modelChecks(
  pull: Pull,
  commit: string,
  jobs: readonly Job[],
  versions: readonly Version[],
): readonly Effect[] {
  const there = jobs.filter((job) => job.commit === commit);
  const models = [...new Set(there.map((job) => job.model))];
  if (models.length === 1 && commit !== pull.mergeCommit) return [];
  return models.flatMap((model) => {
    const job = newest(there, model);
    return job === null
      ? []
      : [
          {
            kind: "model_check" as const,
            pull: pull.number,
            commit,
            view: viewJob(job, jobs, versions),
            startedAt: job.createdAt,
          },
        ];
  });
}

/** A comment appears with the first result. From then on it follows the pull request: no verdict stays that is not its. */
function isTold(view: PullView, jobs: readonly Job[]): boolean {
  return hasResult(view) || jobs.some((job) => job.phase === "judged" || job.phase === "failed");
}

function startOf(jobs: readonly Job[]): string | null {
  return jobs.map((job) => job.createdAt).toSorted()[0] ?? null;
}

/** The aggregate check of a commit that is no longer the head: closed, because nobody will finish it. */
export function closeOldCheck(pull: Pull, oldHead: string): Effect {
  const view = { ...viewPull(pull, { jobs: [], versions: [], promotions: [] }), head: oldHead, configChange: null };
  const fault = { reason: "superseded", message: `a newer commit, ${pull.head.slice(0, 12)}, took its place` } as const;
  return { kind: "aggregate_check", pull: pull.number, commit: oldHead, view, faults: [fault], startedAt: null };
}
