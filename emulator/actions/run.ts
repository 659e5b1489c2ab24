/** One run of a workflow, from its file to its conclusion. */
import type { ConcurrencyEntry } from "./concurrency.ts";
import { githubContext, inputsOf } from "./contexts.ts";
import { createEvaluator } from "./expressions.ts";
import { concurrencyOf } from "./job-settings.ts";
import { type JobVerdict, keepJob, runJob } from "./legs.ts";
import { loadParser, type Parser } from "./parser.ts";
import type { Conclusion, RunHandle, RunRecord, RunRequest } from "./port.ts";
import { explain, publish, type ReadRun, type Run, type RunHost, recordOf, runScope } from "./run-state.ts";
import { messageOf } from "./session.ts";
import { type Job, readWorkflow, type WorkflowFile } from "./workflow-file.ts";

/** After a cancellation that is not obeyed, GitHub kills the job. */
const patienceMs = 300_000;

/**
 * Starts a run. Nothing it meets is thrown: a fault of the host ends the run as a failure that says so.
 * The port hears of the run only after this has returned.
 */
export function startRun(host: RunHost, request: RunRequest): RunHandle {
  let patience: NodeJS.Timeout | undefined;
  const run: Run = {
    host,
    request,
    cancel: new AbortController(),
    force: new AbortController(),
    requestCancel() {
      if (run.status === "completed" || run.cancel.signal.aborted) return;
      patience = setTimeout(() => run.force.abort(), patienceMs);
      run.cancel.abort();
    },
    jobs: [],
    title: request.workflow.path,
    status: "queued",
    startedAt: null,
    conclusion: null,
    message: null,
  };
  const execute = async (): Promise<RunRecord> => {
    await Promise.resolve();
    run.conclusion = await concludeRun(run);
    clearTimeout(patience);
    run.status = "completed";
    try {
      return publish(run);
    } catch {
      // The listener is broken; the run is over all the same.
      return recordOf(run);
    }
  };
  return {
    runId: request.runId,
    cancel: run.requestCancel,
    forceCancel() {
      run.force.abort();
      run.cancel.abort();
    },
    done: execute(),
  };
}

async function concludeRun(run: Run): Promise<Conclusion> {
  try {
    publish(run);
    const parser = await loadParser();
    const { path, source } = run.request.workflow;
    const read = await readWorkflow(parser, path, source);
    if (read.kind === "invalid") {
      explain(run, `Invalid workflow file: ${read.findings.map((finding) => finding.message).join("\n")}`);
      return "failure";
    }
    return await executeRun(run, parser, read.file);
  } catch (error) {
    run.message = messageOf(error);
    try {
      explain(run, run.message);
    } catch {
      // The log is what is broken; the record says it.
    }
    return "failure";
  }
}

async function executeRun(run: Run, parser: Parser, workflow: WorkflowFile): Promise<Conclusion> {
  const { host, request } = run;
  const unnamed: ReadRun = Object.assign(run, {
    parser,
    evaluator: createEvaluator(parser),
    workflow,
    contexts: {
      github: githubContext(request, host.port, workflow),
      inputs: inputsOf(request, workflow),
      vars: request.variables,
    },
    group: null,
  });
  const scope = runScope(unnamed, {});
  const setting = concurrencyOf(unnamed, workflow.concurrency, scope);
  const readRun: ReadRun = Object.assign(unnamed, { group: setting?.group ?? null });
  run.title = workflow.runName === null ? workflow.name : readRun.evaluator.text(workflow.runName, scope);
  publish(run);

  const { owner, name } = request.repository;
  const entry: ConcurrencyEntry =
    setting === null
      ? { kind: "entered", leave: () => {} }
      : await host.concurrency.enter({
          ...setting,
          repository: `${owner}/${name}`,
          cancelHolder: run.requestCancel,
          signal: run.cancel.signal,
        });
  if (entry.kind !== "entered") {
    if (entry.kind === "superseded") explain(run, entry.message);
    return "cancelled";
  }
  try {
    return conclusionOf(run, await runJobs(readRun));
  } finally {
    entry.leave();
  }
}

/** Starts every job once what it needs has ended. A fault ends all of them before it is thrown. */
async function runJobs(run: ReadRun): Promise<readonly JobVerdict[]> {
  const jobs = new Map(run.workflow.jobs.map((job) => [job.key, job]));
  const verdicts = new Map<string, Promise<JobVerdict>>();
  // The parser has refused cycles and unknown names, so these recursions end.
  const before = (job: Job): readonly string[] => {
    const needed = job.needs.flatMap((key) => jobs.get(key) ?? []);
    return [...new Set(needed.flatMap((each) => [each.key, ...before(each)]))];
  };
  const verdictOf = (job: Job): Promise<JobVerdict> => {
    const known = verdicts.get(job.key);
    if (known !== undefined) return known;
    const awaited = before(job).flatMap((key) => jobs.get(key) ?? []);
    const verdict = startJob(run, job, new Map(awaited.map((each) => [each.key, verdictOf(each)])));
    verdicts.set(job.key, verdict);
    return verdict;
  };
  const all = run.workflow.jobs.map(async (job) => {
    try {
      return await verdictOf(job);
    } catch (error) {
      run.force.abort();
      throw error;
    }
  });
  const settled = await Promise.allSettled(all);
  return settled.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
}

async function startJob(
  run: ReadRun,
  job: Job,
  awaited: ReadonlyMap<string, Promise<JobVerdict>>,
): Promise<JobVerdict> {
  const ancestors = new Map<string, JobVerdict>();
  for (const [key, verdict] of awaited) ancestors.set(key, await verdict);
  const kept = keptRecords(run, job);
  if (kept !== null) return keepJob(run, kept);
  const needs = new Map([...ancestors].filter(([key]) => job.needs.includes(key)));
  return await runJob(run, job, { needs, ancestors: [...ancestors.values()] });
}

/** The records of a job that a re-run of failed jobs takes over: it succeeded, and nothing before it runs again. */
function keptRecords(run: ReadRun, job: Job): RunRecord["jobs"] | null {
  const records = run.request.previous?.jobs.filter((record) => record.key === job.key) ?? [];
  if (records.length === 0 || records.some((record) => record.conclusion !== "success")) return null;
  const needed = run.workflow.jobs.filter((each) => job.needs.includes(each.key));
  return needed.every((each) => keptRecords(run, each) !== null) ? records : null;
}

function conclusionOf(run: Run, verdicts: readonly JobVerdict[]): Conclusion {
  const results = verdicts.map((verdict) => verdict.result);
  if (run.cancel.signal.aborted && results.includes("cancelled")) return "cancelled";
  if (results.includes("failure")) return "failure";
  if (results.includes("cancelled")) return "cancelled";
  return results.every((result) => result === "skipped") ? "skipped" : "success";
}
