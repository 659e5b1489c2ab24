import type { Cancel, Retrain } from "../command/check.ts";
import { cancel } from "../job/advance.ts";
import { startJob } from "../job/start.ts";
import { isOpen, type Job, type Pull } from "../job/state.ts";
import type { Decision } from "../ledger.ts";
import { laterCommand } from "./command-order.ts";
import type { Context } from "./decision.ts";
import type { Effect } from "./effect.ts";
import { against, type CommentFacts, placesOf } from "./facts.ts";

/** What carrying out a command changes; an answer to its author is the caller's. */
export type CarriedOut = {
  readonly jobs: readonly Job[];
  readonly effects: readonly Effect[];
  readonly ledger: readonly Decision[];
};

const none: CarriedOut = { jobs: [], effects: [], ledger: [] };

/** Who asks, and from where: a comment, or a button of the check on a commit. */
export type Asked = { readonly by: string } & ({ readonly comment: number } | { readonly commit: string });

/** Does what a command or a button of a check asks for, once it is known that the person may; `jobs` as they are now. */
export function carryOut(
  command: Retrain | Cancel,
  asked: Asked,
  facts: CommentFacts,
  jobs: readonly Job[],
  context: Context,
): CarriedOut {
  const { pull } = facts.memory;
  if (pull === null) return none;
  if (command.kind === "retrain") return retrain(command, asked.by, pull, facts, jobs, context);
  return stop(
    atWork(command, pull, jobs).filter((job) => isMeant(job, pull, asked)),
    asked.by,
    context,
  );
}

/** The jobs of a pull request that a `/cancel` would stop. */
export function atWork(command: Cancel, pull: Pull, jobs: readonly Job[]): readonly Job[] {
  return jobs.filter(
    (job) => job.pull === pull.number && isOpen(job) && (command.model === null || command.model === job.model),
  );
}

/**
 * Could the person know of this job? Not if a later comment started it, nor if the check with the button stands on a commit
 * that has been replaced: that on the head is about all there is, the merge commit's about itself.
 */
export function isMeant(job: Job, pull: Pull, asked: Asked): boolean {
  if ("comment" in asked) return laterCommand(pull, job.model, asked.comment) === null;
  return asked.commit === pull.head || asked.commit === job.commit;
}

/** May this person make machines work, or stop them? */
export function mayWrite(permission: CommentFacts["permission"]): boolean {
  return permission === "admin" || permission === "write";
}

function stop(jobs: readonly Job[], by: string, context: Context): CarriedOut {
  const stopped = jobs.map((job) =>
    cancel(job, { reason: "cancelled_by_person", message: `stopped by ${by}` }, context),
  );
  return {
    jobs: stopped.map(({ job }) => job),
    effects: stopped.flatMap(({ effects }) => effects),
    ledger: stopped.map(({ job }) => ({
      what: "job_cancelled",
      reason: "cancelled_by_person",
      by,
      subject: { job: job.id, model: job.model, pull: job.pull, commit: job.commit },
    })),
  };
}

function retrain(
  command: Retrain,
  by: string,
  pull: Pull,
  facts: CommentFacts,
  jobs: readonly Job[],
  context: Context,
): CarriedOut {
  const base = facts.baseConfig;
  if (base === null || !base.ok) return none;
  const stopped = jobs
    .filter((job) => job.pull === pull.number && isOpen(job) && command.models.some(({ model }) => model === job.model))
    .map((job) => cancel(job, { reason: "superseded", message: `replaced by a command of ${by}` }, context));
  const started = command.models.flatMap(({ model, params }) => {
    const config = base.config.models[model];
    if (config === undefined) return [];
    const wish = {
      pull,
      purpose: "pull",
      model,
      config,
      configDigest: base.digest,
      gatePlaces: placesOf(model, facts),
      commit: facts.head,
      baseCommit: pull.base.sha,
      overrides: params,
      fresh: command.fresh,
      ...against(model, config, facts),
      knownTrainings: facts.knownTrainings,
      requestedBy: by,
    } as const;
    return [startJob(wish, { ...context, entropy: `${context.entropy}/${jobs.length}` })];
  });
  return {
    jobs: [...stopped.map(({ job }) => job), ...started.map(({ job }) => job)],
    effects: [...stopped.flatMap(({ effects }) => effects), ...started.flatMap(({ effects }) => effects)],
    ledger: started.map(({ decision }) => decision),
  };
}
