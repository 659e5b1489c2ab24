/** One job on one machine, from an empty workspace to its outputs. */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eventOf, type Folders, githubContext, runnerContext } from "./contexts.ts";
import type { Evaluator, Scope } from "./expressions.ts";
import { createJobLog } from "./job-log.ts";
import { createMasker } from "./masker.ts";
import type { Parser } from "./parser.ts";
import { permissionsOf } from "./permissions.ts";
import type { Annotation, HostPort, Machine, RunRequest } from "./port.ts";
import { createProcessTable } from "./processes.ts";
import type { RuntimeTokens } from "./runtime-tokens.ts";
import { type Frame, messageOf, type Outcome, scopeOf, type Session } from "./session.ts";
import { fail } from "./step-process.ts";
import type { StepRecords } from "./step-records.ts";
import { performPre, performStep, stepName } from "./steps.ts";
import { at, literalEntries } from "./template.ts";
import type { Job, WorkflowFile } from "./workflow-file.ts";

/** What every job of a host has in common. */
export type HostParts = {
  readonly port: HostPort;
  readonly tokens: RuntimeTokens;
  readonly resultsUrl: string;
  readonly environment: Readonly<Record<string, string>>;
};

export type JobAssignment = {
  readonly host: HostParts;
  readonly parser: Parser;
  readonly evaluator: Evaluator;
  readonly request: RunRequest;
  readonly workflow: WorkflowFile;
  readonly job: Job;
  readonly jobId: number;
  readonly machine: Machine;
  readonly environment: string | null;
  /** `inputs`, `vars`, `needs`, `matrix`, `strategy`. */
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly cancel: AbortSignal;
  readonly force: AbortSignal;
  readonly steps: StepRecords;
  readonly annotated: (annotation: Annotation) => void;
};

export type JobResult = {
  readonly conclusion: "success" | "failure" | "cancelled";
  readonly outputs: Readonly<Record<string, string>>;
  readonly environmentUrl: string | null;
  readonly summary: string;
};

const defaultTimeoutMinutes = 360;
const longestTimerMs = 2 ** 31 - 1;

/** Runs a job to its end. Every process it started is gone and its token is revoked when this resolves. */
export async function executeJob(assignment: JobAssignment): Promise<JobResult> {
  const { host, request, jobId, machine } = assignment;
  const permissions = permissionsOf(assignment.workflow.permissions, assignment.job.permissions);
  const repository = `${request.repository.owner}/${request.repository.name}`;
  const token = host.port.issueToken({ runId: request.runId, jobId, repository, permissions });
  const folders = prepareFolders(machine, request);
  const limit = new AbortController();
  const session = openSession(assignment, token, folders, AbortSignal.any([assignment.cancel, limit.signal]));
  const frame: Frame = {
    action: null,
    env: {},
    cancel: new AbortController().signal,
    results: new Map(),
    status: "success",
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    timer = startClock(session, assignment, frame, limit);
    await runAll(session, frame, assignment);
    return conclude(session, frame, assignment);
  } catch (error) {
    fail(session, messageOf(error));
    return { conclusion: "failure", outputs: {}, environmentUrl: null, summary: session.summaries.join("\n") };
  } finally {
    clearTimeout(timer);
    session.processes.killAll();
    host.port.revokeToken(token);
    assignment.steps.skipRest();
    rmSync(folders.pipeline, { recursive: true, force: true });
    rmSync(folders.temp, { recursive: true, force: true });
  }
}

async function runAll(session: Session, frame: Frame, { job, workflow, steps }: JobAssignment): Promise<void> {
  const setUp = steps.announce("Set up job");
  const announced = job.steps.map((step) => ({ step, key: steps.announce(stepName(session, frame, step)) }));
  steps.begin(setUp);
  logSetUp(session);
  try {
    const scope = scopeOf(session, frame, { id: "", env: {} });
    const shared = session.evaluator.texts(workflow.env, scope);
    session.env = shared;
    session.env = { ...shared, ...session.evaluator.texts(job.env, scopeOf(session, frame, { id: "", env: {} })) };
    for (const step of job.steps) {
      const outcome = await performPre(session, frame, step);
      if (outcome === "failure") session.failed = true;
    }
    steps.end(setUp, session.failed ? "failure" : "success");
  } catch (error) {
    // What cannot be set up runs no step at all, not even `always()` ones.
    fail(session, messageOf(error));
    session.failed = true;
    steps.end(setUp, "failure");
    return;
  }

  for (const { step, key } of announced) {
    if (session.force.aborted) break;
    steps.begin(key, stepName(session, frame, step));
    const result = await performStep(session, frame, step);
    frame.results.set(step.id, result);
    if (result.conclusion === "failure") session.failed = true;
    steps.end(key, result.conclusion);
  }
  await runPosts(session, steps);
  const complete = steps.announce("Complete job");
  steps.begin(complete);
  session.log.line("Cleaning up orphan processes");
  steps.end(complete, "success");
}

async function runPosts(session: Session, steps: StepRecords): Promise<void> {
  for (const post of session.posts) {
    if (session.force.aborted) return;
    const key = steps.announce(`Post ${post.name}`);
    steps.begin(key);
    session.log.line(`Post job cleanup: ${post.name}`);
    let outcome: Outcome;
    try {
      outcome = await post.run(session.force);
    } catch (error) {
      fail(session, messageOf(error));
      outcome = "failure";
    }
    if (outcome === "failure") session.failed = true;
    steps.end(key, outcome);
  }
}

function conclude(session: Session, frame: Frame, { job }: JobAssignment): JobResult {
  const scope = scopeOf(session, frame, { id: "", env: {} });
  const outputs: Record<string, string> = {};
  for (const { key, value } of literalEntries(job.outputs)) {
    const text = session.evaluator.text(value, scope);
    if (session.masker.mask(text) === text) outputs[key] = text;
    else session.log.line(`##[warning]Skip output '${key}' since it may contain secret.`);
  }
  const url = at(job.environment, "url");
  return {
    conclusion: session.cancel.aborted ? "cancelled" : session.failed ? "failure" : "success",
    outputs,
    environmentUrl: url === null ? null : session.evaluator.text(url, scope),
    summary: session.summaries.join("\n"),
  };
}

function openSession(assignment: JobAssignment, token: string, folders: Folders, cancel: AbortSignal): Session {
  const { host, request, workflow, job, jobId, machine } = assignment;
  const repository = `${request.repository.owner}/${request.repository.name}`;
  const { runId, attempt } = request;
  const secrets: Readonly<Record<string, string>> = {
    ...host.port.secrets(repository, assignment.environment),
    GITHUB_TOKEN: token,
  };
  const expiresAt = new Date(host.port.now().getTime() + 24 * 3_600_000);
  const runtimeToken = host.tokens.issue({ runId, attempt, jobId, repository }, expiresAt);
  const masker = createMasker();
  for (const secret of [...Object.values(secrets), runtimeToken]) masker.add(secret);

  const eventFile = path.join(folders.temp, "_github_workflow", "event.json");
  mkdirSync(path.dirname(eventFile), { recursive: true });
  writeFileSync(eventFile, JSON.stringify(eventOf(request), null, 2));

  const trackingId = `github_${randomUUID()}`;
  const debug = [secrets["ACTIONS_STEP_DEBUG"], request.variables["ACTIONS_STEP_DEBUG"]].includes("true");
  const defaults = [at(job.defaults, "run"), at(workflow.defaults, "run")];
  return {
    parser: assignment.parser,
    evaluator: assignment.evaluator,
    port: host.port,
    folders,
    processes: createProcessTable(trackingId),
    log: createJobLog(host.port, masker, { runId, jobId }, assignment.annotated),
    masker,
    debug,
    cancel,
    force: assignment.force,
    token,
    github: {
      ...githubContext(request, host.port, workflow),
      token,
      job: job.key,
      workspace: folders.workspace,
      event_path: eventFile,
    },
    runner: { ...runnerContext(machine, folders), ...(debug ? { debug: "1" } : {}) },
    contexts: { ...assignment.contexts, secrets },
    defaults: {
      shell: at(defaults[0] ?? null, "shell") ?? at(defaults[1] ?? null, "shell"),
      workingDirectory: at(defaults[0] ?? null, "working-directory") ?? at(defaults[1] ?? null, "working-directory"),
    },
    machineEnvironment: { ...host.environment, RUNNER_TRACKING_ID: trackingId },
    actionEnvironment: {
      ACTIONS_RUNTIME_TOKEN: runtimeToken,
      ACTIONS_RUNTIME_URL: `${host.resultsUrl.replace(/\/$/, "")}/`,
      ACTIONS_RESULTS_URL: `${host.resultsUrl.replace(/\/$/, "")}/`,
      ACTIONS_CACHE_SERVICE_V2: "True",
    },
    actionFolders: new Map(),
    posts: [],
    preState: new Map(),
    summaries: [],
    env: {},
    path: [],
    failed: false,
  };
}

function startClock(session: Session, { job }: JobAssignment, frame: Frame, limit: AbortController): NodeJS.Timeout {
  const scope: Scope = scopeOf(session, frame, { id: "", env: {} });
  const declared = job.timeoutMinutes === null ? Number.NaN : Number(session.evaluator.text(job.timeoutMinutes, scope));
  const minutes = declared > 0 ? declared : defaultTimeoutMinutes;
  return setTimeout(
    () => {
      fail(session, `The job has exceeded the maximum execution time of ${minutes} minutes`);
      limit.abort();
    },
    Math.min(minutes * 60_000, longestTimerMs),
  );
}

function logSetUp(session: Session): void {
  session.log.line(`Runner name: '${session.runner["name"] ?? ""}'`);
  session.log.line("##[group]Operating System");
  session.log.line(`${session.runner["os"] ?? ""} ${session.runner["arch"] ?? ""}`);
  session.log.line("##[endgroup]");
  session.log.line("Prepare workflow directory");
  session.log.line(`Complete job name: ${String(session.github["job"])}`);
}

/** Empties what an earlier job left on the machine: workspace, temporary files, downloaded actions. */
function prepareFolders(machine: Machine, request: RunRequest): Folders {
  const work = path.resolve(machine.workFolder);
  const pipeline = path.join(work, request.repository.name);
  const folders: Folders = {
    work,
    actions: path.join(work, "_actions"),
    temp: path.join(work, "_temp"),
    tools: path.join(work, "_tool"),
    pipeline,
    workspace: path.join(pipeline, request.repository.name),
  };
  for (const folder of [folders.actions, folders.temp, pipeline]) rmSync(folder, { recursive: true, force: true });
  for (const folder of [folders.actions, folders.temp, folders.tools, folders.workspace]) {
    mkdirSync(folder, { recursive: true });
  }
  return folders;
}
