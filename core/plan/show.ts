import type { Job, Pull } from "../job/state.ts";
import { hasResult, newest, viewJob, viewPull } from "../job/view.ts";
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
  const effects: Effect[] = [];
  for (const job of changed) {
    const current = newest(
      jobs.filter((one) => one.commit === job.commit),
      job.model,
    );
    if (current?.id === job.id)
      effects.push({
        kind: "model_check",
        pull: pull.number,
        commit: job.commit,
        view: viewJob(job, jobs),
        startedAt: job.createdAt,
      });
  }
  effects.push({ kind: "aggregate_check", pull: pull.number, commit: pull.head, view, faults: pull.faults });
  if (hasResult(view)) effects.push({ kind: "comment", pull: pull.number, view });
  return effects;
}

/** The aggregate check of a commit that is no longer the head: closed, because nobody will finish it. */
export function closeOldCheck(pull: Pull, oldHead: string): Effect {
  const view = { ...viewPull(pull, { jobs: [], versions: [], promotions: [] }), head: oldHead };
  const fault = { reason: "superseded", message: `a newer commit, ${pull.head.slice(0, 12)}, took its place` } as const;
  return { kind: "aggregate_check", pull: pull.number, commit: oldHead, view, faults: [fault] };
}
