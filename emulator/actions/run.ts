/** One run of a workflow: its jobs in the order of `needs`, and the record of all of them. */
import { githubContext } from "./contexts.ts";
import { createEvaluator } from "./expressions.ts";
import { enterConcurrency, type JobVerdict, runMatrix } from "./legs.ts";
import { loadParser } from "./parser.ts";
import type { Conclusion, RunHandle, RunRecord, RunRequest } from "./port.ts";
import { explain, publish, type ReadRun, recordOf, type Run, type RunHost, runScope } from "./run-state.ts";
import { messageOf } from "./session.ts";
import type { Job, WorkflowFile } from "./workflow-file.ts";
import { readWorkflow } from "./workflow-file.ts";

/** After a cancellation that is not obeyed, GitHub kills the job. */
const patienceMs = 300_000;

/** Starts a run. Nothing it meets is thrown: a fault of the host ends the run as a failure that says so. */
export function startRun(host: RunHost, request: RunRequest): RunHandle {
  const run: Run = {
    host,
    request,
    cancel: new AbortController(),
    force: new AbortController(),
    jobs: [],
    title: request.workflow.path,
    status: "queued",
    startedAt: null,
    conclusion: null,
    message: null,
  };
  let patience: NodeJS.Timeout | undefined;
  const execute = async (): Promise<RunRecord> => {
    try {
      publish(run);
      run.conclusion = await executeRun(run);
    } catch (error) {
      run.conclusion = "failure";
      explain(run, messageOf(error));
    }
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
    cancel() {
      if (run.status === "completed" || run.cancel.signal.aborted) return;
      patience = setTimeout(() => run.force.abort(), patienceMs);
      run.cancel.abort();
    },
    forceCancel() {
      run.force.abort();
      run.cancel.abort();
    },
    done: execute(),
  };
}

async function executeRun(run: Run): Promise<Conclusion> {
  const { host, request } = run;
  const parser = await loadParser();
  const read = await readWorkflow(parser, request.workflow.path, request.workflow.source);
  if (read.kind === "invalid") {
    const messages = read.findings.map((finding) => finding.message);
    explain(run, `Invalid workflow file: ${messages.join("\n")}`);
    return "failure";
  }
  const workflow = read.file;
  const readRun: ReadRun = Object.assign(run, {
    parser,
    evaluator: createEvaluator(parser),
    workflow,
    contexts: {
      github: githubContext(request, host.port, workflow),
      inputs: inputsOf(workflow, request),
      vars: request.variables,
    },
  });
  const scope = runScope(readRun, {});
  run.title = workflow.runName === null ? workflow.name : readRun.evaluator.text(workflow.runName, scope);
  const entry = await enterConcurrency(readRun, workflow.concurrency, scope, run.cancel.signal, () =>
    run.cancel.abort(),
  );
  if (entry.kind !== "entered") {
    if (entry.kind === "superseded") explain(run, entry.message);
    return "cancelled";
  }
  try {
    const verdicts = await runJobs(readRun);
    return conclusionOf(run, verdicts);
  } finally {
    entry.leave();
  }
}

async function runJobs(run: ReadRun): Promise<readonly JobVerdict[]> {
  const results = new Map<string, Promise<JobVerdict>>();
  const ancestors = new Map<string, ReadonlySet<string>>();
  const start = (job: Job): Promise<JobVerdict> => {
    const known = results.get(job.key);
    if (known !== undefined) return known;
    // The parser has refused cycles and unknown names, so this recursion ends.
    const needed = run.workflow.jobs.filter((each) => job.needs.includes(each.key));
    const awaited = needed.map((each) => [each.key, start(each)] as const);
    ancestors.set(job.key, new Set(needed.flatMap((each) => [each.key, ...(ancestors.get(each.key) ?? [])])));
    const execute = async (): Promise<JobVerdict> => {
      const needs = new Map<string, JobVerdict>();
      for (const [key, verdict] of awaited) needs.set(key, await verdict);
      const inherited: JobVerdict[] = [];
      for (const key of ancestors.get(job.key) ?? []) {
        const verdict = await results.get(key);
        if (verdict !== undefined) inherited.push(verdict);
      }
      return await runMatrix(run, job, needs, inherited);
    };
    const result = execute();
    results.set(job.key, result);
    return result;
  };
  return await Promise.all(run.workflow.jobs.map(start));
}

function conclusionOf(run: Run, verdicts: readonly JobVerdict[]): Conclusion {
  const results = verdicts.map((verdict) => verdict.result);
  const asked = run.cancel.signal.aborted;
  if (asked && verdicts.some((verdict) => verdict.result === "cancelled")) return "cancelled";
  if (results.includes("failure")) return "failure";
  if (results.includes("cancelled")) return "cancelled";
  return results.every((result) => result === "skipped") ? "skipped" : "success";
}

/** Declared defaults under what the event brought, each in its declared type. */
function inputsOf(workflow: WorkflowFile, request: RunRequest): Readonly<Record<string, unknown>> {
  if (request.event.name !== "workflow_dispatch") return request.inputs;
  const declared = Object.entries(workflow.dispatchInputs).map(([name, input]) => {
    const given = request.inputs[name] ?? input.default;
    if (input.type === "boolean") return [name, String(given) === "true"] as const;
    if (input.type === "number" && given !== null) return [name, Number(given)] as const;
    return [name, given ?? ""] as const;
  });
  return { ...request.inputs, ...Object.fromEntries(declared) };
}
