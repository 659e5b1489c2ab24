import type { JobRecord, RunRecord } from "../actions/port.ts";
import type { Hub } from "../hub.ts";
import { deploymentShape } from "../shapes/deployment.ts";
import { jobShape } from "../shapes/run.ts";
import { queuedCheckRun } from "../state/check-run.ts";
import type { Annotation, Run } from "../state/records.ts";
import { announceCheckRun, workflowFields } from "../webhooks/announce.ts";
import { concludeDeployment } from "./environments.ts";

/** Stores what the host reports and tells the Apps each state once, in GitHub's order. */
export function record(hub: Hub, run: Run, next: RunRecord): void {
  const index = run.attempts.findIndex((known) => known.attempt === next.attempt);
  if (index >= 0) run.attempts[index] = next;
  else run.attempts.push(next);

  announceRun(hub, run, next, "requested");
  for (const job of next.jobs) {
    for (const state of statesUpTo(job)) announceJob(hub, run, next, job, state);
    if (job.status !== "queued") announceRun(hub, run, next, "in_progress");
  }
  if (next.status === "completed") announceRun(hub, run, next, "completed");
}

function once(run: Run, key: string): boolean {
  if (run.announced.has(key)) return false;
  run.announced.add(key);
  return true;
}

function announceRun(hub: Hub, run: Run, next: RunRecord, action: "requested" | "in_progress" | "completed"): void {
  // A run is under way once a job has started: a skipped one completes without.
  const started = next.jobs.some((job) => job.startedAt !== null && job.conclusion !== "skipped");
  if (action === "in_progress" && !started) return;
  if (!once(run, `${next.attempt} run ${action}`)) return;
  hub.webhooks.send({
    name: "workflow_run",
    action,
    repository: run.repository,
    sender: run.triggeringActor,
    payload: workflowFields(hub, run),
  });
}

/** A job that ran was queued before, even if the host reported both at once; a skipped one is only completed. */
function statesUpTo(job: JobRecord): readonly JobRecord["status"][] {
  if (job.status === "queued" || job.status === "waiting") return [job.status];
  const ran = job.startedAt !== null && job.conclusion !== "skipped";
  if (job.status === "in_progress") return ["queued", "in_progress"];
  return ran ? ["queued", "in_progress", "completed"] : ["completed"];
}

function announceJob(hub: Hub, run: Run, next: RunRecord, job: JobRecord, state: JobRecord["status"]): void {
  // The host never takes a job back: a late `queued` of a job that has moved on would be noise.
  if (!once(run, `${next.attempt} job ${job.id} ${state}`)) return;
  const shown = jobShape(hub.world, run, next, job);
  const deployment = run.deployments.get(job.id);
  const before =
    state === job.status
      ? {}
      : {
          status: state,
          conclusion: null,
          completed_at: null,
          ...(state === "queued" ? { runner_id: null, runner_name: null, steps: [] } : {}),
        };
  hub.webhooks.send({
    name: "workflow_job",
    action: state,
    repository: run.repository,
    sender: run.triggeringActor,
    payload: {
      workflow_job: { ...shown, ...before },
      ...(deployment === undefined ? {} : { deployment: deploymentShape(hub.world, deployment) }),
    },
  });
  mirrorCheck(hub, run, job);
  if (state === "completed") concludeDeployment(hub, run, job);
}

/** Every job is a check run of the suite that belongs to Actions, under the job's own id. */
function mirrorCheck(hub: Hub, run: Run, job: JobRecord): void {
  const { world } = hub;
  const known = run.checkRuns.get(job.id);
  const check =
    known ??
    queuedCheckRun({
      id: job.id,
      suite: run.suite,
      name: job.name,
      externalId: String(job.id),
      detailsUrl: jobShape(world, run, run.attempts[0] ?? emptyRecord(run), job).html_url,
    });
  const before = check.status;
  check.status = job.status === "waiting" ? "queued" : job.status;
  check.conclusion = job.conclusion;
  check.startedAt = job.startedAt;
  check.completedAt = job.completedAt;
  check.summary = job.summary ?? null;
  check.annotations = (job.annotations ?? []).map(toAnnotation);
  if (known === undefined) {
    run.checkRuns.set(job.id, check);
    world.checkRuns.set(check.id, check);
    announceCheckRun(hub, check, "created", run.triggeringActor);
  }
  if (check.status === "completed" && (before !== "completed" || known === undefined))
    announceCheckRun(hub, check, "completed", run.triggeringActor);
}

// A message without a place is shown on the folder of the workflows, at its first line.
function toAnnotation({
  level,
  message,
  title,
  path,
  line,
}: NonNullable<JobRecord["annotations"]>[number]): Annotation {
  const at = line ?? 1;
  return {
    path: path ?? ".github",
    startLine: at,
    endLine: at,
    startColumn: null,
    endColumn: null,
    level,
    message,
    title,
    rawDetails: null,
  };
}

/** An attempt of which the host has not yet spoken. */
export function emptyRecord(run: Pick<Run, "id" | "workflow" | "createdAt">, attempt = 1): RunRecord {
  return {
    runId: run.id,
    attempt,
    title: run.workflow.name,
    status: "queued",
    conclusion: null,
    startedAt: null,
    updatedAt: run.createdAt,
    jobs: [],
  };
}
