/** One job on one machine, from an empty workspace to its outputs. */
import type { JobAssignment } from "./assignment.ts";
import type { Folders } from "./contexts.ts";
import { runPre } from "./node-step.ts";
import { openSession, prepareFolders, removeFolder } from "./open-session.ts";
import { permissionsOf } from "./permissions.ts";
import { type Frame, messageOf, type Outcome, type Session, scopeOf } from "./session.ts";
import { stepName } from "./step-name.ts";
import { fail } from "./step-process.ts";
import type { StepRecords } from "./step-records.ts";
import { performStep } from "./steps.ts";
import { at, literalEntries } from "./template.ts";

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
  try {
    const folders = prepareFolders(machine, request);
    try {
      return await executeIn(assignment, token, folders);
    } finally {
      removeFolder(folders.pipeline);
      removeFolder(folders.temp);
    }
  } finally {
    host.port.revokeToken(token);
  }
}

async function executeIn(assignment: JobAssignment, token: string, folders: Folders): Promise<JobResult> {
  const limit = new AbortController();
  const cancel = AbortSignal.any([assignment.cancel, limit.signal]);
  const session = openSession(assignment, token, folders, cancel);
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
    await session.processes.killAll();
    assignment.steps.skipRest();
  }
}

async function runAll(session: Session, frame: Frame, assignment: JobAssignment): Promise<void> {
  const { job, workflow, steps } = assignment;
  const setUp = steps.announce("Set up job");
  const announced = job.steps.map((step) => ({ step, key: steps.announce(stepName(session, frame, step)) }));
  steps.begin(setUp);
  logSetUp(session, assignment);
  try {
    const scope = scopeOf(session, frame, { id: "", env: {} });
    const shared = session.evaluator.texts(workflow.env, scope);
    session.env = shared;
    session.env = { ...shared, ...session.evaluator.texts(job.env, scopeOf(session, frame, { id: "", env: {} })) };
    for (const step of job.steps) {
      const outcome = await runPre(session, frame, step);
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

function startClock(session: Session, { job }: JobAssignment, frame: Frame, limit: AbortController): NodeJS.Timeout {
  const scope = scopeOf(session, frame, { id: "", env: {} });
  const declared = job.timeoutMinutes === null ? Number.NaN : Number(session.evaluator.text(job.timeoutMinutes, scope));
  const minutes = declared > 0 ? declared : defaultTimeoutMinutes;
  return setTimeout(
    () => {
      limit.abort();
      try {
        fail(session, `The job has exceeded the maximum execution time of ${minutes} minutes`);
      } catch {
        // Nobody could catch it here; the job ends as cancelled all the same.
      }
    },
    Math.min(minutes * 60_000, longestTimerMs),
  );
}

function logSetUp(session: Session, { workflow, job }: JobAssignment): void {
  session.log.line(`Runner name: '${session.runner["name"] ?? ""}'`);
  session.log.line("##[group]Operating System");
  session.log.line(`${session.runner["os"] ?? ""} ${session.runner["arch"] ?? ""}`);
  session.log.line("##[endgroup]");
  session.log.line("##[group]GITHUB_TOKEN Permissions");
  for (const [scope, access] of Object.entries(permissionsOf(workflow.permissions, job.permissions))) {
    session.log.line(`${scope}: ${access}`);
  }
  session.log.line("##[endgroup]");
  session.log.line("Prepare workflow directory");
  session.log.line(`Complete job name: ${String(session.github["job"])}`);
}
