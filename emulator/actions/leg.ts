/** One leg of a job: it waits for its group, its environment and a machine, runs there, and is recorded. */
import type { ConcurrencyEntry } from "./concurrency.ts";
import type { Scope } from "./expressions.ts";
import { executeJob, type JobResult } from "./job.ts";
import { concurrencyOf, environmentOf, labelsOf } from "./job-settings.ts";
import type { Annotation, Machine } from "./port.ts";
import { changeJob, failureOf, type ReadRun } from "./run-state.ts";
import { createStepRecords } from "./step-records.ts";
import type { Job } from "./workflow-file.ts";

export type Leg = {
  readonly job: Job;
  /** Id of the record that shows it. */
  readonly id: number;
  readonly scope: Scope;
  readonly cancel: AbortController;
};

export type LegResult = {
  /** What `needs.<job>.result` makes of it: after `continue-on-error`. */
  readonly result: "success" | "failure" | "cancelled";
  readonly outputs: Readonly<Record<string, string>>;
};

/** Runs a leg. Group first, then environment, then machine: the order in which GitHub makes a job wait. */
export async function runLeg(run: ReadRun, leg: Leg): Promise<LegResult> {
  const signal = AbortSignal.any([leg.cancel.signal, run.force.signal]);
  const entry = await enterGroup(run, leg, signal);
  if (entry.kind === "superseded") return settleLeg(run, leg, "cancelled", { message: entry.message });
  if (entry.kind === "cancelled") return settleLeg(run, leg, "cancelled", {});
  try {
    const environment = environmentOf(run, leg.job, leg.scope);
    if (environment !== null) {
      const answer = await enterEnvironment(run, leg, environment, signal);
      if (answer === "rejected") {
        return settleLeg(run, leg, "failure", { message: `The deployment to '${environment.name}' was rejected` });
      }
      if (answer === "cancelled") return settleLeg(run, leg, "cancelled", {});
    }
    const lease = await run.host.machines.acquire(labelsOf(run, leg.job, leg.scope), signal);
    if (lease === null) return settleLeg(run, leg, "cancelled", {});
    try {
      return await runOn(run, leg, lease.machine, environment?.name ?? null, signal);
    } finally {
      lease.release();
    }
  } finally {
    entry.leave();
  }
}

/** Records how a leg ended and what that means for the jobs that need it. */
export function settleLeg(
  run: ReadRun,
  leg: Leg,
  conclusion: LegResult["result"],
  how: { readonly message?: string; readonly result?: JobResult },
): LegResult {
  const annotations = run.jobs.find((job) => job.id === leg.id)?.annotations ?? [];
  const outputs = how.result?.outputs ?? {};
  changeJob(run, leg.id, {
    status: "completed",
    conclusion,
    completedAt: run.host.port.now().toISOString(),
    environmentUrl: how.result?.environmentUrl ?? null,
    outputs,
    ...(how.message === undefined ? {} : { annotations: [...annotations, failureOf(how.message)] }),
    ...(how.result === undefined || how.result.summary === "" ? {} : { summary: how.result.summary }),
  });
  const { continueOnError } = leg.job;
  const forgiven = continueOnError !== null && run.evaluator.text(continueOnError, leg.scope) === "true";
  return { result: forgiven && conclusion === "failure" ? "success" : conclusion, outputs };
}

async function enterGroup(run: ReadRun, leg: Leg, signal: AbortSignal): Promise<ConcurrencyEntry> {
  const setting = concurrencyOf(run, leg.job.concurrency, leg.scope);
  if (setting === null) return { kind: "entered", leave: () => {} };
  if (setting.group.toLowerCase() === run.group?.toLowerCase()) {
    throw new Error(
      `Canceling since a deadlock was detected for concurrency group: '${setting.group}' between a top level workflow and '${leg.job.key}'`,
    );
  }
  const { owner, name } = run.request.repository;
  const cancelHolder = () => leg.cancel.abort();
  return await run.host.concurrency.enter({ ...setting, repository: `${owner}/${name}`, cancelHolder, signal });
}

async function enterEnvironment(
  run: ReadRun,
  leg: Leg,
  environment: { readonly name: string; readonly url: string | null },
  signal: AbortSignal,
): Promise<"approved" | "rejected" | "cancelled"> {
  if (signal.aborted) return "cancelled";
  changeJob(run, leg.id, { status: "waiting" });
  const cancelled = new Promise<"cancelled">((resolve) => {
    signal.addEventListener("abort", () => resolve("cancelled"), { once: true });
  });
  const { runId } = run.request;
  const answer = run.host.port.enterEnvironment({ runId, jobId: leg.id, ...environment, signal });
  const first = await Promise.race([answer, cancelled]);
  if (first === "approved") changeJob(run, leg.id, { status: "queued" });
  return first;
}

async function runOn(
  run: ReadRun,
  leg: Leg,
  machine: Machine,
  environment: string | null,
  cancel: AbortSignal,
): Promise<LegResult> {
  const { host, parser, evaluator, request, workflow } = run;
  const startedAt = host.port.now().toISOString();
  run.startedAt ??= startedAt;
  changeJob(run, leg.id, {
    status: "in_progress",
    startedAt,
    machine: { id: machine.id, name: machine.name },
  });
  const steps = createStepRecords(host.port.now, () => changeJob(run, leg.id, { steps: steps.list() }));
  const annotations: Annotation[] = [];
  const result = await executeJob({
    host,
    parser,
    evaluator,
    request,
    workflow,
    job: leg.job,
    jobId: leg.id,
    machine,
    environment,
    contexts: leg.scope.contexts,
    cancel,
    force: run.force.signal,
    steps,
    annotated(annotation) {
      annotations.push(annotation);
      changeJob(run, leg.id, { annotations: [...annotations] });
    },
  });
  return settleLeg(run, leg, result.conclusion, { result });
}
