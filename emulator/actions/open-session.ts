/** Makes a machine ready for one job: empty folders, the event's file, secrets behind a masker, and all contexts. */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { JobAssignment } from "./assignment.ts";
import { eventOf, type Folders, githubContext, runnerContext } from "./contexts.ts";
import { createJobLog } from "./job-log.ts";
import { createMasker } from "./masker.ts";
import type { Machine, RunRequest } from "./port.ts";
import { createProcessTable } from "./processes.ts";
import type { Session } from "./session.ts";
import { at } from "./template.ts";

const tokenLifetimeMs = 24 * 3_600_000;

/** A session in which nothing has run yet. */
export function openSession(assignment: JobAssignment, token: string, folders: Folders, cancel: AbortSignal): Session {
  const { host, request, workflow, job, jobId, machine } = assignment;
  const repository = `${request.repository.owner}/${request.repository.name}`;
  const { runId, attempt } = request;
  const secrets: Readonly<Record<string, string>> = {
    ...host.port.secrets(repository, assignment.environment),
    GITHUB_TOKEN: token,
  };
  const expiresAt = new Date(host.port.now().getTime() + tokenLifetimeMs);
  const runtimeToken = host.tokens.issue({ runId, attempt, jobId, repository }, expiresAt);
  const masker = createMasker();
  for (const secret of [...Object.values(secrets), runtimeToken]) masker.add(secret);

  const trackingId = `github_${randomUUID()}`;
  const debug = [secrets["ACTIONS_STEP_DEBUG"], request.variables["ACTIONS_STEP_DEBUG"]].includes("true");
  const resultsUrl = `${host.resultsUrl.replace(/\/$/, "")}/`;
  const setting = (name: string) => at(at(job.defaults, "run"), name) ?? at(at(workflow.defaults, "run"), name);
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
      event_path: writeEvent(folders, eventOf(request, workflow)),
    },
    runner: { ...runnerContext(machine, folders), ...(debug ? { debug: "1" } : {}) },
    contexts: { ...assignment.contexts, secrets },
    defaults: { shell: setting("shell"), workingDirectory: setting("working-directory") },
    machineEnvironment: { ...host.environment, RUNNER_TRACKING_ID: trackingId },
    actionEnvironment: {
      ACTIONS_RUNTIME_TOKEN: runtimeToken,
      ACTIONS_RUNTIME_URL: resultsUrl,
      ACTIONS_RESULTS_URL: resultsUrl,
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

/** The folders of a real self-hosted runner, emptied of what an earlier job has left. */
export function prepareFolders(machine: Machine, request: RunRequest): Folders {
  const work = path.resolve(machine.workFolder);
  const pipeline = path.join(work, request.repository.name);
  // What is about to be emptied must be a folder of its own under the work folder.
  if (path.dirname(pipeline) !== work) throw new Error(`'${request.repository.name}' is no name for a repository`);
  const folders: Folders = {
    work,
    actions: path.join(work, "_actions"),
    temp: path.join(work, "_temp"),
    tools: path.join(work, "_tool"),
    pipeline,
    workspace: path.join(pipeline, request.repository.name),
  };
  for (const folder of [folders.actions, folders.temp, pipeline]) removeFolder(folder);
  for (const folder of [folders.actions, folders.temp, folders.tools, folders.workspace]) {
    mkdirSync(folder, { recursive: true });
  }
  return folders;
}

/** Removes a folder that a process just killed may still have been writing to. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}

function writeEvent(folders: Folders, event: unknown): string {
  const file = path.join(folders.temp, "_github_workflow", "event.json");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(event, null, 2));
  return file;
}
