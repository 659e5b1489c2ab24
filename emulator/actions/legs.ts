/** A job of the workflow file as the legs of its matrix: whether it runs, where, when, and what comes of it. */
import type { ConcurrencyEntry } from "./concurrency.ts";
import { isRecord, type Scope } from "./expressions.ts";
import { executeJob, type JobResult } from "./job.ts";
import { type Combination, defaultJobName, expandMatrix } from "./matrix.ts";
import type { Annotation, JobRecord } from "./port.ts";
import { publish, type ReadRun, runScope } from "./run-state.ts";
import { messageOf } from "./session.ts";
import { createStepRecords } from "./step-records.ts";
import { at, type Template } from "./template.ts";
import type { Job } from "./workflow-file.ts";

export type JobVerdict = {
  /** What `needs.<job>.result` says: after `continue-on-error`. */
  readonly result: "success" | "failure" | "cancelled" | "skipped";
  readonly outputs: Readonly<Record<string, string>>;
};

type Strategy = {
  readonly combinations: readonly (Combination | null)[];
  readonly failFast: boolean;
  readonly maxParallel: number;
};

/** One leg: the record that shows it, and what its expressions see. */
type Leg = {
  readonly job: Job;
  readonly id: number;
  readonly scope: Scope;
  readonly cancel: AbortController;
};

/** How a leg came out, before it is merged with its siblings. */
type LegResult = JobVerdict & { readonly forgiven: boolean };

/** Runs a job once everything it needs is done; `ancestors` are all jobs before it, which `success()` asks about. */
export async function runMatrix(
  run: ReadRun,
  job: Job,
  needs: ReadonlyMap<string, JobVerdict>,
  ancestors: readonly JobVerdict[],
): Promise<JobVerdict> {
  const base = runScope(run, { needs: Object.fromEntries(needs) });
  const scope: Scope = { ...base, status: statusAfter(ancestors, run.cancel.signal.aborted) };
  try {
    if (!run.evaluator.holds(job.condition, scope)) return settleAtOnce(run, job, "skipped", null);
    if (job.unsupported !== null) return settleAtOnce(run, job, "failure", job.unsupported);
    const strategy = strategyOf(run, job, scope);
    const failFast = new AbortController();
    const legs = strategy.combinations.map((combination, index) =>
      openLeg(run, job, scope, strategy, combination, index),
    );
    const turn = createTurns(strategy.maxParallel);
    const results = await Promise.all(
      legs.map(async (leg) => {
        const result = await runWhenAllowed(run, leg, ancestors, failFast.signal, turn);
        if (strategy.failFast && result.result === "failure" && !result.forgiven) failFast.abort();
        return result;
      }),
    );
    return merge(results);
  } catch (error) {
    return settleAtOnce(run, job, "failure", messageOf(error));
  }
}

/** Enters the group that a `concurrency:` names; without one, enters nothing. */
export async function enterConcurrency(
  run: ReadRun,
  template: Template | null,
  scope: Scope,
  signal: AbortSignal,
  cancelHolder: () => void,
): Promise<ConcurrencyEntry> {
  if (template === null) return { kind: "entered", leave: () => {} };
  const value = run.evaluator.value(template, scope);
  const settings = isRecord(value) ? value : { group: value };
  const { owner, name } = run.request.repository;
  return await run.host.concurrency.enter({
    repository: `${owner}/${name}`,
    group: String(settings["group"] ?? ""),
    cancelInProgress: settings["cancel-in-progress"] === true,
    queue: settings["queue"] === "max" ? "max" : "single",
    cancelHolder,
    signal,
  });
}

async function runWhenAllowed(
  run: ReadRun,
  leg: Leg,
  ancestors: readonly JobVerdict[],
  failFast: AbortSignal,
  turn: Turns,
): Promise<LegResult> {
  // A cancelled run spares the jobs whose condition holds all the same, such as `always()`.
  const onCancel = () => {
    const asked = { ...leg.scope, status: statusAfter(ancestors, true) };
    if (!run.evaluator.holds(leg.job.condition, asked)) leg.cancel.abort();
  };
  const onFailFast = () => leg.cancel.abort();
  run.cancel.signal.addEventListener("abort", onCancel, { once: true });
  failFast.addEventListener("abort", onFailFast, { once: true });
  try {
    if (failFast.aborted) onFailFast();
    return await turn(() => runLeg(run, leg));
  } catch (error) {
    return finish(run, leg, "failure", { message: messageOf(error) });
  } finally {
    run.cancel.signal.removeEventListener("abort", onCancel);
    failFast.removeEventListener("abort", onFailFast);
  }
}

/** Concurrency first, then the environment's rules, then a machine: the order in which GitHub makes a job wait. */
async function runLeg(run: ReadRun, leg: Leg): Promise<LegResult> {
  const signal = AbortSignal.any([leg.cancel.signal, run.force.signal]);
  const { job, scope } = leg;
  const entry = await enterConcurrency(run, job.concurrency, scope, signal, () => leg.cancel.abort());
  if (entry.kind === "superseded") return finish(run, leg, "cancelled", { message: entry.message });
  if (entry.kind === "cancelled") return finish(run, leg, "cancelled", {});
  try {
    const environment = environmentOf(run, job, scope);
    if (environment !== null) {
      const answer = await enterEnvironment(run, leg, environment, signal);
      if (answer === "rejected") {
        return finish(run, leg, "failure", { message: `The deployment to '${environment.name}' was rejected` });
      }
      if (answer === "cancelled") return finish(run, leg, "cancelled", {});
    }
    const lease = await run.host.machines.acquire(labelsOf(run, job, scope), signal);
    if (lease === null) return finish(run, leg, "cancelled", {});
    try {
      return await runOn(run, leg, lease.machine, environment?.name ?? null, signal);
    } finally {
      lease.release();
    }
  } finally {
    entry.leave();
  }
}

async function runOn(
  run: ReadRun,
  leg: Leg,
  machine: Parameters<typeof executeJob>[0]["machine"],
  environment: string | null,
  cancel: AbortSignal,
): Promise<LegResult> {
  const at = run.host.port.now().toISOString();
  run.startedAt ??= at;
  change(run, leg.id, {
    status: "in_progress",
    startedAt: at,
    machine: { id: machine.id, name: machine.name },
  });
  const steps = createStepRecords(run.host.port.now, () => change(run, leg.id, { steps: steps.list() }));
  const annotations: Annotation[] = [];
  const result = await executeJob({
    host: run.host,
    parser: run.parser,
    evaluator: run.evaluator,
    request: run.request,
    workflow: run.workflow,
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
      change(run, leg.id, { annotations: [...annotations] });
    },
  });
  return finish(run, leg, result.conclusion, { result });
}

function finish(
  run: ReadRun,
  leg: Leg,
  result: "success" | "failure" | "cancelled",
  how: { readonly message?: string; readonly result?: JobResult },
): LegResult {
  const annotations = run.jobs.find((job) => job.id === leg.id)?.annotations ?? [];
  change(run, leg.id, {
    status: "completed",
    conclusion: result,
    completedAt: run.host.port.now().toISOString(),
    environmentUrl: how.result?.environmentUrl ?? null,
    ...(how.message === undefined ? {} : { annotations: [...annotations, failure(how.message)] }),
    ...(how.result === undefined || how.result.summary === "" ? {} : { summary: how.result.summary }),
  });
  const { continueOnError } = leg.job;
  const forgiven = continueOnError !== null && run.evaluator.text(continueOnError, leg.scope) === "true";
  return {
    result: forgiven && result === "failure" ? "success" : result,
    outputs: how.result?.outputs ?? {},
    forgiven,
  };
}

function openLeg(
  run: ReadRun,
  job: Job,
  base: Scope,
  strategy: Strategy,
  combination: Combination | null,
  index: number,
): Leg {
  const total = strategy.combinations.length;
  const scope: Scope = {
    ...base,
    contexts: {
      ...base.contexts,
      matrix: combination,
      strategy: {
        "fail-fast": strategy.failFast,
        "job-index": index,
        "job-total": total,
        "max-parallel": Number.isFinite(strategy.maxParallel) ? strategy.maxParallel : total,
      },
    },
  };
  const id = run.host.port.newId();
  const name = job.name === null ? defaultJobName(job.key, combination) : run.evaluator.text(job.name, scope);
  run.jobs.push({
    ...emptyRecord(run, job, id),
    name: name === "" ? job.key : name,
    labels: job.runsOn === null ? [] : labelsOf(run, job, scope),
    environment: environmentOf(run, job, scope)?.name ?? null,
  });
  publish(run);
  return { job, id, scope, cancel: new AbortController() };
}

function settleAtOnce(run: ReadRun, job: Job, result: "skipped" | "failure", message: string | null): JobVerdict {
  const at = run.host.port.now().toISOString();
  run.jobs.push({
    ...emptyRecord(run, job, run.host.port.newId()),
    status: "completed",
    conclusion: result,
    startedAt: at,
    completedAt: at,
    ...(message === null ? {} : { annotations: [failure(message)] }),
  });
  publish(run);
  return { result, outputs: {} };
}

function emptyRecord(run: ReadRun, job: Job, id: number): JobRecord {
  return {
    id,
    key: job.key,
    name: job.name?.kind === "literal" ? String(job.name.value) : job.key,
    labels: [],
    status: "queued",
    conclusion: null,
    environment: null,
    environmentUrl: null,
    machine: null,
    createdAt: run.host.port.now().toISOString(),
    startedAt: null,
    completedAt: null,
    steps: [],
  };
}

function change(run: ReadRun, id: number, changes: Partial<JobRecord>): void {
  const index = run.jobs.findIndex((job) => job.id === id);
  const record = run.jobs[index];
  if (record === undefined) throw new Error(`There is no job ${id}`);
  run.jobs[index] = { ...record, ...changes };
  publish(run);
}

function failure(message: string): Annotation {
  return { level: "failure", message, path: null, line: null, title: null };
}

function merge(results: readonly LegResult[]): JobVerdict {
  const conclusions = results.map(({ result }) => result);
  const result = conclusions.includes("failure")
    ? "failure"
    : conclusions.includes("cancelled")
      ? "cancelled"
      : "success";
  // The last leg that says something wins, as on GitHub.
  const said = results.flatMap(({ outputs }) => Object.entries(outputs).filter(([, value]) => value !== ""));
  const named = results.flatMap(({ outputs }) => Object.entries(outputs));
  return { result, outputs: Object.fromEntries([...named, ...said]) };
}

function statusAfter(ancestors: readonly JobVerdict[], cancelled: boolean): Scope["status"] {
  return {
    success: !cancelled && ancestors.every(({ result }) => result === "success"),
    failure: ancestors.some(({ result }) => result === "failure"),
    cancelled,
  };
}

function strategyOf(run: ReadRun, job: Job, scope: Scope): Strategy {
  const value = job.strategy === null ? {} : run.evaluator.value(job.strategy, scope);
  const settings = isRecord(value) ? value : {};
  const matrix = settings["matrix"];
  const most = Number(settings["max-parallel"] ?? Number.NaN);
  return {
    combinations: matrix === undefined ? [null] : expandMatrix(matrix),
    failFast: settings["fail-fast"] !== false,
    maxParallel: most > 0 ? most : Number.POSITIVE_INFINITY,
  };
}

function labelsOf(run: ReadRun, job: Job, scope: Scope): readonly string[] {
  if (job.runsOn === null) return [];
  const value = run.evaluator.value(job.runsOn, scope);
  const labels = isRecord(value) ? value["labels"] : value;
  return (Array.isArray(labels) ? labels : [labels]).map(String).filter((label) => label !== "");
}

function environmentOf(run: ReadRun, job: Job, scope: Scope): { name: string; url: string | null } | null {
  if (job.environment === null) return null;
  const named = job.environment.kind === "map" ? at(job.environment, "name") : job.environment;
  const url = at(job.environment, "url");
  const name = named === null ? "" : run.evaluator.text(named, scope);
  // The real URL is known after the steps; a literal one can be shown at once.
  return name === "" ? null : { name, url: url?.kind === "literal" ? String(url.value) : null };
}

async function enterEnvironment(
  run: ReadRun,
  leg: Leg,
  environment: { name: string; url: string | null },
  signal: AbortSignal,
): Promise<"approved" | "rejected" | "cancelled"> {
  if (signal.aborted) return "cancelled";
  change(run, leg.id, { status: "waiting" });
  const cancelled = new Promise<"cancelled">((resolve) => {
    signal.addEventListener("abort", () => resolve("cancelled"), { once: true });
  });
  const { runId } = run.request;
  const answer = run.host.port.enterEnvironment({ runId, jobId: leg.id, ...environment, signal });
  const first = await Promise.race([answer, cancelled]);
  if (first === "approved") change(run, leg.id, { status: "queued" });
  return first;
}

type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets at most `most` pieces of work run at once, in the order they came. */
function createTurns(most: number): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
