/** A job of the workflow file, once all it needs is done: whether it runs, as which legs, and what they come to. */
import type { Scope } from "./expressions.ts";
import { environmentOf, labelsOf, type Strategy, strategyOf } from "./job-settings.ts";
import { type Leg, type LegResult, runLeg, settleLeg } from "./leg.ts";
import { type Combination, defaultJobName } from "./matrix.ts";
import type { JobRecord } from "./port.ts";
import { failureOf, newRecord, publish, type ReadRun, runScope } from "./run-state.ts";
import { messageOf } from "./session.ts";
import { createTurns, type Turns } from "./turns.ts";
import type { Job } from "./workflow-file.ts";

export type JobVerdict = {
  /** What `needs.<job>.result` says: after `continue-on-error`. */
  readonly result: "success" | "failure" | "cancelled" | "skipped";
  readonly outputs: Readonly<Record<string, string>>;
};

export type Before = {
  readonly needs: ReadonlyMap<string, JobVerdict>;
  /** All jobs before this one, not only the needed: `success()` asks about every one. */
  readonly ancestors: readonly JobVerdict[];
};

/** Runs a job. A fault fails the job and is shown on it. */
export async function runJob(run: ReadRun, job: Job, before: Before): Promise<JobVerdict> {
  const base = runScope(run, { needs: Object.fromEntries(before.needs) });
  const scope: Scope = { ...base, status: statusAfter(before, run.cancel.signal.aborted) };
  let legs: readonly Leg[];
  let strategy: Strategy;
  try {
    if (!run.evaluator.holds(job.condition, scope)) return settleAtOnce(run, job, "skipped", null);
    if (job.unsupported !== null) return settleAtOnce(run, job, "failure", job.unsupported);
    strategy = strategyOf(run, job, scope);
    legs = openLegs(run, job, scope, strategy);
  } catch (error) {
    return settleAtOnce(run, job, "failure", messageOf(error));
  }
  const { failFast } = strategy;
  const sibling = new AbortController();
  const turn = createTurns(strategy.maxParallel);
  const results = await Promise.all(
    legs.map(async (leg) => {
      const result = await runInTurn(run, leg, before, sibling.signal, turn);
      if (failFast && result.result === "failure") sibling.abort();
      return result;
    }),
  );
  return merge(results);
}

/** Takes over a job of an earlier attempt as it was. */
export function keepJob(run: ReadRun, records: readonly JobRecord[]): JobVerdict {
  run.jobs.push(...records);
  publish(run);
  return merge(records.map((record) => ({ result: "success", outputs: record.outputs ?? {} })));
}

async function runInTurn(
  run: ReadRun,
  leg: Leg,
  before: Before,
  siblingFailed: AbortSignal,
  turn: Turns,
): Promise<LegResult> {
  // A cancelled run spares the jobs whose condition holds all the same, such as `always()`.
  const onCancel = () => {
    if (!holdsWhenCancelled(run, leg, before)) leg.cancel.abort();
  };
  const onSibling = () => leg.cancel.abort();
  run.cancel.signal.addEventListener("abort", onCancel, { once: true });
  siblingFailed.addEventListener("abort", onSibling, { once: true });
  try {
    return await turn(() => runLeg(run, leg));
  } catch (error) {
    return settleLeg(run, leg, "failure", { message: messageOf(error) });
  } finally {
    run.cancel.signal.removeEventListener("abort", onCancel);
    siblingFailed.removeEventListener("abort", onSibling);
  }
}

function holdsWhenCancelled(run: ReadRun, leg: Leg, before: Before): boolean {
  try {
    return run.evaluator.holds(leg.job.condition, { ...leg.scope, status: statusAfter(before, true) });
  } catch {
    // A condition that breaks when asked again does not hold.
    return false;
  }
}

function openLegs(run: ReadRun, job: Job, base: Scope, strategy: Strategy): readonly Leg[] {
  const total = strategy.combinations.length;
  const legs = strategy.combinations.map((combination, index) => {
    const context = {
      "fail-fast": strategy.failFast,
      "job-index": index,
      "job-total": total,
      "max-parallel": Number.isFinite(strategy.maxParallel) ? strategy.maxParallel : total,
    };
    const scope = { ...base, contexts: { ...base.contexts, matrix: combination, strategy: context } };
    const record = recordOf(run, job, scope, combination);
    return { record, leg: { job, id: record.id, scope, cancel: new AbortController() } };
  });
  // All at once, and only when every name and label could be evaluated.
  run.jobs.push(...legs.map(({ record }) => record));
  publish(run);
  return legs.map(({ leg }) => leg);
}

function recordOf(run: ReadRun, job: Job, scope: Scope, combination: Combination | null): JobRecord {
  const name = job.name === null ? defaultJobName(job.key, combination) : run.evaluator.text(job.name, scope);
  return {
    ...newRecord(run, job),
    name: name === "" ? job.key : name,
    labels: labelsOf(run, job, scope),
    environment: environmentOf(run, job, scope)?.name ?? null,
  };
}

function settleAtOnce(run: ReadRun, job: Job, result: "skipped" | "failure", message: string | null): JobVerdict {
  const at = run.host.port.now().toISOString();
  run.jobs.push({
    ...newRecord(run, job),
    status: "completed",
    conclusion: result,
    startedAt: at,
    completedAt: at,
    ...(message === null ? {} : { annotations: [failureOf(message)] }),
  });
  publish(run);
  return { result, outputs: {} };
}

function merge(results: readonly LegResult[]): JobVerdict {
  const all = results.map(({ result }) => result);
  const result = all.includes("failure") ? "failure" : all.includes("cancelled") ? "cancelled" : "success";
  // The last leg that says something wins, as on GitHub.
  const named = results.flatMap(({ outputs }) => Object.entries(outputs));
  const said = named.filter(([, value]) => value !== "");
  return { result, outputs: Object.fromEntries([...named, ...said]) };
}

function statusAfter({ ancestors }: Before, cancelled: boolean): Scope["status"] {
  return {
    success: !cancelled && ancestors.every(({ result }) => result === "success"),
    failure: ancestors.some(({ result }) => result === "failure"),
    cancelled,
  };
}
