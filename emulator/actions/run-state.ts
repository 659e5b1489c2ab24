/** A run while it executes, and how the rest of the emulator learns about it. */

import type { HostParts } from "./assignment.ts";
import type { ConcurrencyGroups } from "./concurrency.ts";
import type { Evaluator, Scope } from "./expressions.ts";
import type { MachinePool } from "./machines.ts";
import type { Parser } from "./parser.ts";
import type { Annotation, Conclusion, JobRecord, RunRecord, RunRequest } from "./port.ts";
import type { Job, WorkflowFile } from "./workflow-file.ts";

/** What every run of a host shares. */
export type RunHost = HostParts & { readonly machines: MachinePool; readonly concurrency: ConcurrencyGroups };

export type Run = {
  readonly host: RunHost;
  readonly request: RunRequest;
  /** Aborted by `requestCancel`: jobs whose condition no longer holds are asked to end. */
  readonly cancel: AbortController;
  readonly force: AbortController;
  readonly requestCancel: () => void;
  readonly jobs: JobRecord[];
  title: string;
  status: RunRecord["status"];
  startedAt: string | null;
  conclusion: Conclusion | null;
  message: string | null;
};

/** A run whose file has been read. */
export type ReadRun = Run & {
  readonly parser: Parser;
  readonly evaluator: Evaluator;
  readonly workflow: WorkflowFile;
  /** `github`, `inputs`, `vars`. */
  readonly contexts: Readonly<Record<string, unknown>>;
  /** The concurrency group that the whole run holds; its jobs cannot enter it again. */
  readonly group: string | null;
};

/** Tells the rest of the emulator how the run stands. */
export function publish(run: Run): RunRecord {
  if (run.status !== "completed") run.status = statusOf(run);
  const record = recordOf(run);
  run.host.port.updated(record);
  return record;
}

/** The run as the port knows it. */
export function recordOf(run: Run): RunRecord {
  return {
    runId: run.request.runId,
    attempt: run.request.attempt,
    title: run.title,
    status: run.status,
    conclusion: run.conclusion,
    startedAt: run.startedAt,
    updatedAt: run.host.port.now().toISOString(),
    jobs: [...run.jobs],
    ...(run.message === null ? {} : { message: run.message }),
  };
}

/** What expressions see before any job. */
export function runScope(run: ReadRun, contexts: Readonly<Record<string, unknown>>): Scope {
  return {
    contexts: { ...run.contexts, ...contexts },
    status: { success: true, failure: false, cancelled: run.cancel.signal.aborted },
    workspace: null,
  };
}

/** Says, in the record and in the log, why a run ended before it had a job. */
export function explain(run: Run, message: string): void {
  run.message = message;
  const stamp = run.host.port.now().toISOString().replace("Z", "0000Z");
  run.host.port.log(run.request.runId, 0, `${stamp} ##[error]${message}\n`);
}

/** A job that has just come to be. */
export function newRecord(run: ReadRun, job: Job): JobRecord {
  return {
    id: run.host.port.newId(),
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

/** Changes a job's record and publishes the run. */
export function changeJob(run: Run, id: number, changes: Partial<JobRecord>): void {
  const index = run.jobs.findIndex((job) => job.id === id);
  const record = run.jobs[index];
  if (record === undefined) throw new Error(`There is no job ${id}`);
  run.jobs[index] = { ...record, ...changes };
  publish(run);
}

/** The host's own message on a job. */
export function failureOf(message: string): Annotation {
  return { level: "failure", message, path: null, line: null, title: null };
}

function statusOf(run: Run): RunRecord["status"] {
  const open = run.jobs.filter((job) => job.status !== "completed");
  if (open.some((job) => job.status === "in_progress")) return "in_progress";
  if (open.some((job) => job.status === "waiting")) return "waiting";
  return run.startedAt === null || open.length > 0 ? "queued" : "in_progress";
}
