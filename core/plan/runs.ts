import type { Fault } from "../fault.ts";
import { fail, finishEvaluation, finishTraining, withRun } from "../job/advance.ts";
import { isOpen, type Job, type Pull, type Run } from "../job/state.ts";
import {
  finishDeployment,
  giveUpDeployment,
  noteDeployment,
  refuseDeployment,
  startDeployment,
} from "../promotion/deploy.ts";
import { settleMerge } from "../promotion/register.ts";
import { type Context, nothing, type Plan, planOf } from "./decision.ts";
import type { EventOf, RunSnapshot } from "./event.ts";
import { deployed, type Outcome, type RunFacts } from "./facts.ts";
import { remember, show } from "./show.ts";

/** GitHub told us which run a dispatch made; an event of that run may have told us before. */
export function planRunDispatched(event: EventOf<"run_dispatched">, facts: RunFacts, context: Context): Plan {
  const job = facts.memory.jobs.find((one) => one.runs.some((run) => run.nonce === event.nonce));
  if (job === undefined) return noteDeployment(event, facts, context);
  if (job.runs.some((run) => run.nonce === event.nonce && run.runId !== null)) return nothing;
  const noted = withRun(job, event.nonce, { runId: event.run.id, url: event.run.url }, context);
  if (!isOpen(job)) return planOf({ jobs: [noted], effects: [{ kind: "cancel_run", nonce: event.nonce }] });
  const { pull } = facts.memory;
  // The checks link to the run from their first writing on: they are still waiting behind its dispatch.
  return pull === null ? planOf({ jobs: [noted] }) : shown(pull, facts, noted, { ledger: [], effects: [] });
}

/** A runner took one of our runs. */
export function planRunStarted(event: EventOf<"run_started">, facts: RunFacts, context: Context): Plan {
  const { memory } = facts;
  const found = findJob(memory.jobs, event.run);
  if (found === null) return startDeployment(event.run, facts, event.at, context);
  const { job, run } = found;
  if (memory.pull === null || run.state !== "dispatched") return nothing;
  // Cancelled before GitHub said which run it is: now it can be stopped.
  if (!isOpen(job)) return planOf({ effects: [{ kind: "cancel_run", nonce: run.nonce }] });
  const running = withRun(
    job,
    run.nonce,
    { state: "running", runId: event.run.id, url: event.run.url, startedAt: event.at },
    context,
  );
  return shown(memory.pull, facts, running, { ledger: [], effects: [] });
}

/** A training is further on. What arrives late, or after its end, changes nothing. */
export function planRunProgressed(event: EventOf<"run_progressed">, facts: RunFacts, context: Context): Plan {
  const { pull, jobs } = facts.memory;
  const job = jobs.find((one) => one.runs.some((run) => run.nonce === event.nonce));
  const run = job?.runs.find((one) => one.nonce === event.nonce);
  if (pull === null || job === undefined || run?.state !== "running" || job.phase !== "training") return nothing;
  if (!(event.of > 0) || event.step < (job.progress?.step ?? 0)) return nothing;
  const { step, of, at } = event;
  return shown(
    pull,
    facts,
    { ...job, progress: { step, of, at }, updatedAt: context.now },
    { ledger: [], effects: [] },
  );
}

/** One of our runs ended: the job moves on, and a pull request merged in the meantime may now be settled. */
export function planRunCompleted(event: EventOf<"run_completed">, facts: RunFacts, context: Context): Plan {
  const { memory } = facts;
  const found = findJob(memory.jobs, event.run);
  if (found === null) return finishDeployment(event, facts, context);
  const { run } = found;
  const change = {
    state: "completed",
    runId: event.run.id,
    url: event.run.url,
    conclusion: event.conclusion,
    completedAt: event.at,
  } as const;
  const job = withRun(found.job, run.nonce, change, context);
  const { pull } = memory;
  if (run.state === "completed") return nothing;
  if (pull === null || !isOpen(job)) return planOf({ jobs: [job] });

  const outcome = facts.outcome ?? { kind: "fault", fault: withoutResult(event.conclusion) };
  const next = advance(job, run, pull, outcome, facts, context);
  const settled = settleMerge(pull, next.job, remember(memory, { jobs: [next.job] }), context);
  const base = shown(settled.pull ?? pull, { ...facts, memory: remember(memory, settled) }, next.job, {
    ledger: [decision(next.job), ...settled.ledger],
    effects: [...next.effects, ...settled.effects],
  });
  return { ...base, versions: settled.versions, promotions: settled.promotions };
}

/** GitHub refuses to start a run: the job or the promotion ends with that reason, instead of waiting for ever. */
export function planDispatchRefused(event: EventOf<"dispatch_refused">, facts: RunFacts, context: Context): Plan {
  const { memory } = facts;
  const job = memory.jobs.find((one) => one.runs.some((run) => run.nonce === event.nonce));
  if (job === undefined) return refuseDeployment(event.nonce, facts, context);
  const started = job.runs.some((run) => run.nonce === event.nonce && run.runId !== null);
  if (memory.pull === null || !isOpen(job) || started) return nothing;
  const ended = withRun(job, event.nonce, { state: "completed", completedAt: event.at }, context);
  return endWithoutResult(
    memory.pull,
    fail(ended, { reason: "dispatch_refused", message: event.message }, context),
    facts,
    context,
  );
}

/**
 * Nobody will ever end this run, or GitHub does not have it: its job ends with the reason, and what may still be going is
 * stopped. The run itself stays as it was last heard of, so that one that begins after all is recognized and stopped.
 */
export function planRunGivenUp(event: EventOf<"run_given_up">, facts: RunFacts, context: Context): Plan {
  const { memory } = facts;
  const job = memory.jobs.find((one) => one.runs.some((run) => run.nonce === event.nonce));
  if (job === undefined) return giveUpDeployment(event, facts, context);
  const run = job.runs.find((one) => one.nonce === event.nonce);
  const { pull } = memory;
  if (pull === null || run === undefined || run.state === "completed" || !isOpen(job)) return nothing;
  const failed = fail(job, { reason: event.reason, message: event.message }, context);
  const ended = endWithoutResult(pull, failed, facts, context);
  return { ...ended, effects: [...ended.effects, { kind: "cancel_run", nonce: run.nonce }] };
}

/** The plan for a job that ended without a result; a pull request that was merged in the meantime has no version of it. */
function endWithoutResult(pull: Pull, failed: Job, facts: RunFacts, context: Context): Plan {
  const { memory } = facts;
  const settled = settleMerge(pull, failed, remember(memory, { jobs: [failed] }), context);
  return shown(settled.pull ?? pull, { ...facts, memory: remember(memory, settled) }, failed, {
    ledger: [decision(failed), ...settled.ledger],
    effects: settled.effects,
  });
}

function advance(job: Job, run: Run, pull: Pull, outcome: Outcome, facts: RunFacts, context: Context) {
  if (run.stage === "evaluate") return { job: finishEvaluation(job, outcome, context), effects: [] };
  return finishTraining(job, pull, outcome, deployed(job.model, job.config.baseline, facts.memory), context);
}

function shown(pull: Pull, facts: RunFacts, job: Job, more: Pick<Plan, "ledger" | "effects">): Plan {
  const memory = remember(facts.memory, { pull, jobs: [job] });
  return planOf({ pull, jobs: [job], ledger: more.ledger, effects: [...show(pull, memory, [job]), ...more.effects] });
}

export function findJob(jobs: readonly Job[], run: RunSnapshot): { readonly job: Job; readonly run: Run } | null {
  for (const job of jobs) {
    const mine = job.runs.find((one) => matches(one, run));
    if (mine !== undefined) return { job, run: mine };
  }
  return null;
}

/** A run is ours if it carries our nonce and, once GitHub told us its id, that id: a copied name is not enough. */
export function matches(run: Run, snapshot: RunSnapshot): boolean {
  return run.runId === null ? run.nonce === snapshot.nonce : run.runId === snapshot.id;
}

function withoutResult(conclusion: string): Fault {
  if (conclusion === "cancelled") return { reason: "run_cancelled", message: "the workflow run was cancelled" };
  return { reason: "run_failed", message: `the workflow run ended with "${conclusion}" and left no result` };
}

function decision(job: Job): Plan["ledger"][number] {
  return {
    what: `job_${job.phase}`,
    reason: job.fault?.reason ?? null,
    by: "assay",
    subject: {
      job: job.id,
      model: job.model,
      pull: job.pull,
      commit: job.commit,
      verdict: job.verdict,
      evidence: job.evidence?.reportDigest ?? null,
    },
  };
}
