import type { components } from "@octokit/openapi-types";
import type { Deployment, DeploymentStatus, Environment, Repository, Run } from "../state/records.ts";
import { apiUrl, type World } from "../state/world.ts";
import { repositoryPage, repositoryUrl } from "./repository.ts";
import { integration, nodeId, simpleUser } from "./user.ts";

type Schemas = components["schemas"];

export function deploymentShape(world: World, deployment: Deployment) {
  const root = repositoryUrl(world, deployment.repository);
  const url = `${root}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId("DE", deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: typeof deployment.payload === "string" ? deployment.payload : { ...deployment.payload },
    original_environment: deployment.environment,
    environment: deployment.statuses.at(-1)?.environment ?? deployment.environment,
    description: deployment.description,
    creator: simpleUser(world, deployment.creator),
    created_at: deployment.createdAt,
    updated_at: deployment.statuses.at(-1)?.createdAt ?? deployment.createdAt,
    statuses_url: `${url}/statuses`,
    repository_url: root,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: deployment.via === null ? null : integration(world, deployment.via),
  } satisfies Schemas["deployment"];
}

/** REST's list of states has no `waiting`; it shows such a deployment as pending. */
export function deploymentStatusShape(world: World, deployment: Deployment, status: DeploymentStatus) {
  const root = repositoryUrl(world, deployment.repository);
  const url = `${root}/deployments/${deployment.id}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DES", status.id),
    state: status.state === "waiting" ? "pending" : status.state,
    creator: simpleUser(world, status.creator),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    log_url: status.logUrl,
    environment_url: status.environmentUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: root,
    performed_via_github_app: deployment.via === null ? null : integration(world, deployment.via),
  } satisfies Schemas["deployment-status"];
}

export function environmentShape(world: World, repository: Repository, environment: Environment) {
  const url = `${repositoryUrl(world, repository)}/environments/${encodeURIComponent(environment.name)}`;
  const wait = {
    id: environment.id + 1,
    node_id: nodeId("GA", environment.id + 1),
    type: "wait_timer",
    wait_timer: environment.waitTimerMinutes,
  };
  const required = {
    id: environment.id + 2,
    node_id: nodeId("GA", environment.id + 2),
    type: "required_reviewers",
    prevent_self_review: environment.preventSelfReview,
    reviewers: environment.reviewers.map((user) => ({ type: "User" as const, reviewer: simpleUser(world, user) })),
  };
  return {
    id: environment.id,
    node_id: nodeId("EN", environment.id),
    name: environment.name,
    url,
    html_url: `${repositoryPage(world, repository)}/deployments/activity_log?environments_filter=${encodeURIComponent(environment.name)}`,
    created_at: environment.createdAt,
    updated_at: environment.createdAt,
    protection_rules: [
      ...(environment.waitTimerMinutes > 0 ? [wait] : []),
      ...(environment.reviewers.length > 0 ? [required] : []),
    ],
    deployment_branch_policy: null,
  } satisfies Schemas["environment"];
}

export function protectionRules(world: World, environment: Environment): Schemas["deployment-protection-rule"][] {
  return environment.protectionApps.map(({ id, app }) => ({
    id,
    node_id: nodeId("GA", id),
    enabled: true,
    app: {
      id: app.id,
      slug: app.slug,
      integration_url: `${apiUrl(world)}/apps/${app.slug}`,
      node_id: nodeId("A", app.id),
    },
  }));
}

/** The environments of a run that wait for a person, a timer or an App. */
export function pendingShape(
  world: World,
  run: Run,
  mayApprove: (environment: Environment) => boolean,
): Schemas["pending-deployment"][] {
  const byEnvironment = new Map([...run.gates.values()].map((gate) => [gate.environment, gate]));
  return [...byEnvironment].map(([environment, gate]) => {
    const { id, node_id, name, url, html_url } = environmentShape(world, run.repository, environment);
    return {
      environment: { id, node_id, name, url, html_url },
      wait_timer: environment.waitTimerMinutes,
      wait_timer_started_at: environment.waitTimerMinutes > 0 ? gate.since : null,
      current_user_can_approve: gate.waiting.reviewers && mayApprove(environment),
      reviewers: environment.reviewers.map((user) => ({ type: "User" as const, reviewer: simpleUser(world, user) })),
    };
  });
}
