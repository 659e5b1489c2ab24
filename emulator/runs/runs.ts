import type { ActionsHost, HostPort, JobRecord, RunHandle, RunRecord } from "../actions/port.ts";
import type { Hub, RunStart, Runs } from "../hub.ts";
import { simpleCommit } from "../shapes/commit.ts";
import { repositoryShape } from "../shapes/repository.ts";
import { branchOf } from "../shapes/run.ts";
import { simpleUser } from "../shapes/user.ts";
import type { CheckSuite, Level, Run } from "../state/records.ts";
import { findRepository, newToken } from "../state/world.ts";
import { announceReview } from "../webhooks/announce.ts";
import { enterEnvironment, pass } from "./environments.ts";
import { emptyRecord, record } from "./progress.ts";
import { registerWorkflow } from "./workflows.ts";

/** What the Actions host may ask of this GitHub. `checkoutAction` is git's business and is handed in. */
export function createPort(
  hub: () => Hub,
  urls: { server: string; api: string },
  checkoutAction: HostPort["checkoutAction"],
): HostPort {
  const runOf = (id: number): Run => {
    const run = hub().world.runs.get(id);
    if (run === undefined) throw new Error(`no run ${id}`);
    return run;
  };
  return {
    now: () => hub().world.clock.now(),
    newId: () => hub().world.newId(),
    serverUrl: urls.server,
    apiUrl: urls.api,
    issueToken({ runId, jobId, permissions }) {
      const token = newToken("ghs");
      const granted: [string, Level][] = Object.entries(permissions).flatMap(([name, level]) =>
        level === "none" ? [] : [[name.replaceAll("-", "_"), level] as [string, Level]],
      );
      hub().world.tokens.set(token, {
        kind: "job",
        repository: runOf(runId).repository,
        runId,
        jobId,
        permissions: Object.fromEntries(granted),
      });
      return token;
    },
    revokeToken: (token) => hub().world.tokens.delete(token),
    secrets(fullName, environment) {
      const [owner = "", name = ""] = fullName.split("/");
      const repository = findRepository(hub().world, owner, name);
      if (repository === null) return {};
      const own =
        repository.environments.find((known) => known.name === environment)?.secrets ?? new Map<string, string>();
      return Object.fromEntries([...repository.secrets, ...own]);
    },
    updated: (next) => record(hub(), runOf(next.runId), next),
    // Job 0 is the run itself: ids are unique over all kinds, so its log is kept under the run's id.
    log(runId, jobId, text) {
      const { logs } = hub().world;
      const id = jobId === 0 ? runId : jobId;
      logs.set(id, (logs.get(id) ?? "") + text);
    },
    enterEnvironment: (job) => enterEnvironment(hub(), runOf(job.runId), job),
    checkoutAction,
  };
}

/** Starts, repeats and stops runs, and opens the doors of environments. */
export function createRuns(hub: () => Hub, host: ActionsHost): Runs {
  const handles = new Map<number, RunHandle>();
  const active = new Set<RunHandle>();

  function launch(run: Run, attempt: number, previous?: RunRecord): void {
    record(hub(), run, emptyRecord(run, attempt));
    const { repository } = run;
    const handle = host.start({
      runId: run.id,
      runNumber: run.number,
      attempt,
      repository: {
        id: repository.id,
        owner: repository.owner.login,
        name: repository.name,
        defaultBranch: repository.defaultBranch,
      },
      workflow: { path: run.workflow.path, source: run.source },
      event: { name: run.event, payload: run.payload },
      ref: run.ref,
      sha: run.executedSha,
      actor: run.triggeringActor.login,
      inputs: run.inputs,
      ...(previous === undefined ? {} : { previous }),
      variables: Object.fromEntries([...repository.variables].map(([name, variable]) => [name, variable.value])),
    });
    handles.set(run.id, handle);
    active.add(handle);
    void follow(run, handle);
  }

  async function follow(run: Run, handle: RunHandle): Promise<void> {
    try {
      record(hub(), run, await handle.done);
    } catch (error) {
      hub().log(`run ${run.id} broke: ${String(error)}`);
    }
    active.delete(handle);
  }

  return {
    async start(start) {
      const run = await createRun(hub(), start);
      launch(run, 1);
      return run;
    },
    rerun(run, actor, which) {
      run.triggeringActor = actor;
      const previous = run.attempts.at(-1);
      launch(run, (previous?.attempt ?? 0) + 1, which === "failed" ? previous : undefined);
    },
    cancel(run, how) {
      const handle = handles.get(run.id);
      if (how === "gracefully") handle?.cancel();
      else handle?.forceCancel();
    },
    review(run, environment, { state, user, comment }) {
      run.approvals.push({ environment, state, user, comment });
      const gates = [...run.gates.values()].filter(
        (gate) => gate.environment === environment && gate.waiting.reviewers,
      );
      announceReview(hub(), run, state, user, {
        environment: environment.name,
        reviewers: environment.reviewers,
        comment,
        since: gates[0]?.since ?? hub().world.clock.iso(),
      });
      for (const gate of gates)
        if (state === "rejected") gate.settle("rejected");
        else pass(gate, () => (gate.waiting.reviewers = false));
    },
    decide(_run, gate, app, state) {
      if (state === "rejected") gate.settle("rejected");
      else pass(gate, () => gate.waiting.apps.delete(app));
    },
    machines: host.machines,
    active: () => [...active].filter((handle) => !standsStill(hub(), host.machines, handle.runId)).length,
    close: host.close,
  };
}

/**
 * A run that stands still until the world outside changes: nothing executes, and what holds it up is a person, a timer,
 * or a machine that does not exist.
 */
function standsStill(hub: Hub, machines: ActionsHost["machines"], runId: number): boolean {
  const run = hub.world.runs.get(runId);
  const open = run?.attempts.at(-1)?.jobs.filter((job) => job.status !== "completed") ?? [];
  if (run === undefined || open.length === 0 || open.some((job) => job.status === "in_progress")) return false;
  const homeless = (job: JobRecord) =>
    !machines().some((machine) => job.labels.every((label) => machine.labels.includes(label)));
  const held = (job: JobRecord) => run.gates.has(job.id) && run.gates.get(job.id)?.waiting.apps.size === 0;
  return open.every((job) => (job.status === "waiting" ? held(job) : job.labels.length > 0 && homeless(job)));
}

async function createRun(hub: Hub, start: RunStart): Promise<Run> {
  const { world } = hub;
  const { repository, sha } = start;
  const workflow = await registerWorkflow(hub, repository, start);
  const commit = await hub.git(repository).commit(sha);
  const createdAt = world.clock.iso();
  const suite: CheckSuite = {
    id: world.newId(),
    repository,
    app: world.actionsApp,
    sha,
    branch: branchOf(start),
    createdAt,
  };
  world.suites.set(suite.id, suite);
  const number = [...world.runs.values()].filter((run) => run.workflow === workflow).length + 1;
  const run: Run = {
    id: world.newId(),
    repository,
    workflow,
    source: start.source,
    number,
    event: start.event,
    payload: {
      repository: repositoryShape(world, repository),
      sender: simpleUser(world, start.actor),
      ...start.payload,
    },
    ref: start.ref,
    sha,
    executedSha: start.executedSha ?? sha,
    actor: start.actor,
    triggeringActor: start.actor,
    inputs: start.inputs,
    suite,
    headCommit: commit === null ? null : simpleCommit(commit),
    attempts: [],
    announced: new Set(),
    checkRuns: new Map(),
    deployments: new Map(),
    gates: new Map(),
    approvals: [],
    createdAt,
  };
  world.runs.set(run.id, run);
  return run;
}
