import type { HostPort, JobRecord } from "../actions/port.ts";
import type { Hub } from "../hub.ts";
import { pullsAt } from "../shapes/check.ts";
import { deploymentShape } from "../shapes/deployment.ts";
import { repositoryPage, repositoryUrl } from "../shapes/repository.ts";
import { branchOf } from "../shapes/run.ts";
import type { Deployment, DeploymentState, Environment, Gate, Repository, Run } from "../state/records.ts";
import { announceDeployment, announceDeploymentStatus, announceReview } from "../webhooks/announce.ts";

/** The environment of that name; a job that names an unknown one creates it, as on GitHub. */
export function ensureEnvironment(hub: Hub, repository: Repository, name: string): Environment {
  const known = repository.environments.find((environment) => environment.name.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known;
  const environment: Environment = {
    id: hub.world.newId(),
    name,
    reviewers: [],
    preventSelfReview: false,
    protectionApps: [],
    waitTimerMinutes: 0,
    secrets: new Map(),
    createdAt: hub.world.clock.iso(),
  };
  repository.environments.push(environment);
  return environment;
}

/** Adds a status to a deployment, with GitHub's automatic `inactive` for the ones it replaces, and announces it. */
export function setStatus(
  hub: Hub,
  deployment: Deployment,
  status: {
    state: DeploymentState;
    creator: Deployment["creator"];
    description?: string;
    logUrl?: string;
    environmentUrl?: string;
    environment?: string;
    autoInactive?: boolean;
  },
): Deployment["statuses"][number] {
  const { world } = hub;
  const record = {
    id: world.newId(),
    state: status.state,
    creator: status.creator,
    description: status.description ?? "",
    environment: status.environment ?? deployment.environment,
    logUrl: status.logUrl ?? "",
    environmentUrl: status.environmentUrl ?? "",
    createdAt: world.clock.iso(),
  };
  deployment.statuses.push(record);
  announceDeploymentStatus(hub, deployment, record, status.creator);
  if (status.state === "success" && status.autoInactive !== false)
    deactivateEarlier(hub, deployment, record.environment);
  return record;
}

// Only non-transient, non-production deployments of the same environment: production ones stay active.
function deactivateEarlier(hub: Hub, deployment: Deployment, environment: string): void {
  for (const earlier of hub.world.deployments.values()) {
    if (earlier.repository !== deployment.repository || earlier.id >= deployment.id) continue;
    const last = earlier.statuses.at(-1);
    if (earlier.transient || earlier.production || last?.state !== "success" || last.environment !== environment)
      continue;
    setStatus(hub, earlier, { state: "inactive", creator: deployment.creator, environment });
  }
}

/** A job names an environment: a deployment is made, and the job waits until every rule has let it pass. */
export async function enterEnvironment(
  hub: Hub,
  run: Run,
  job: Parameters<HostPort["enterEnvironment"]>[0],
): Promise<"approved" | "rejected"> {
  const { world } = hub;
  const environment = ensureEnvironment(hub, run.repository, job.name);
  const bot = world.actionsApp.bot;
  const deployment: Deployment = {
    id: world.newId(),
    repository: run.repository,
    sha: run.sha,
    ref: branchOf(run),
    task: "deploy",
    payload: {},
    environment: environment.name,
    description: null,
    creator: bot,
    via: world.actionsApp,
    transient: false,
    production: environment.name === "production",
    runId: run.id,
    statuses: [],
    createdAt: world.clock.iso(),
  };
  world.deployments.set(deployment.id, deployment);
  run.deployments.set(job.jobId, deployment);
  announceDeployment(hub, deployment, bot);
  const logUrl = jobPage(hub, run, job.jobId);
  const answer = await passGate(hub, run, job, environment, deployment, logUrl);
  if (answer === "approved")
    setStatus(hub, deployment, { state: "in_progress", creator: bot, logUrl, environmentUrl: job.url ?? "" });
  return answer;
}

function jobPage(hub: Hub, run: Run, jobId: number): string {
  return `${repositoryPage(hub.world, run.repository)}/actions/runs/${run.id}/job/${jobId}`;
}

function passGate(
  hub: Hub,
  run: Run,
  job: { jobId: number; signal: AbortSignal },
  environment: Environment,
  deployment: Deployment,
  logUrl: string,
): Promise<"approved" | "rejected"> {
  const { world } = hub;
  const bot = world.actionsApp.bot;
  const apps = environment.protectionApps.map(({ app }) => app);
  const waiting = {
    reviewers: environment.reviewers.length > 0,
    apps: new Set(apps),
    timer: environment.waitTimerMinutes > 0,
  };
  if (!waiting.reviewers && apps.length === 0 && !waiting.timer) return Promise.resolve("approved");

  return new Promise((resolve) => {
    const since = world.clock.iso();
    const settle = (answer: "approved" | "rejected") => {
      if (!run.gates.delete(job.jobId)) return;
      stopTimer();
      resolve(answer);
    };
    const gate: Gate = { jobId: job.jobId, environment, deployment, since, waiting, settle };
    const until = world.clock.now().getTime() + environment.waitTimerMinutes * 60_000;
    const stopTimer = waiting.timer
      ? world.clock.at(until, () => pass(gate, () => (waiting.timer = false)))
      : () => undefined;
    run.gates.set(job.jobId, gate);
    job.signal.addEventListener("abort", () => settle("rejected"));
    setStatus(hub, deployment, { state: "waiting", creator: bot, logUrl });
    for (const app of apps) requestDecision(hub, run, gate, app);
    if (waiting.reviewers)
      announceReview(hub, run, "requested", run.triggeringActor, {
        environment: environment.name,
        reviewers: environment.reviewers,
        comment: null,
        since,
      });
    if (job.signal.aborted) settle("rejected");
  });
}

/** Takes one hold away; the last one opens the gate. */
export function pass(gate: Gate, release: () => void): void {
  release();
  if (!gate.waiting.reviewers && !gate.waiting.timer && gate.waiting.apps.size === 0) gate.settle("approved");
}

function requestDecision(
  hub: Hub,
  run: Run,
  gate: Gate,
  app: Gate["environment"]["protectionApps"][number]["app"],
): void {
  const { world } = hub;
  const payload = {
    environment: gate.environment.name,
    event: run.event,
    sha: run.sha,
    ref: run.ref,
    // The only place where the run's id is found.
    deployment_callback_url: `${repositoryUrl(world, run.repository)}/actions/runs/${run.id}/deployment_protection_rule`,
    deployment: deploymentShape(world, gate.deployment),
    pull_requests: pullsAt(world, run.repository, run.sha),
  };
  hub.webhooks.send({
    name: "deployment_protection_rule",
    action: "requested",
    repository: run.repository,
    sender: run.triggeringActor,
    payload,
    only: app,
  });
}

/** The job is over: its deployment gets the job's result. */
export function concludeDeployment(hub: Hub, run: Run, job: JobRecord): void {
  const deployment = run.deployments.get(job.id);
  if (deployment === undefined || job.status !== "completed") return;
  const last = deployment.statuses.at(-1)?.state;
  if (last === "success" || last === "failure" || last === "error" || last === "inactive") return;
  setStatus(hub, deployment, {
    state: job.conclusion === "success" ? "success" : job.conclusion === "cancelled" ? "error" : "failure",
    creator: hub.world.actionsApp.bot,
    logUrl: jobPage(hub, run, job.id),
    environmentUrl: job.environmentUrl ?? "",
  });
}
