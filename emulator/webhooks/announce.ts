import type { Hub } from "../hub.ts";
import { checkRunShape, simpleSuite, suiteShape } from "../shapes/check.ts";
import { simpleCommit } from "../shapes/commit.ts";
import { deploymentShape, deploymentStatusShape } from "../shapes/deployment.ts";
import { commentShape, issueShape } from "../shapes/issue.ts";
import { pullShape } from "../shapes/pull.ts";
import { fullName } from "../shapes/repository.ts";
import { attemptOf, runShape, workflowShape } from "../shapes/run.ts";
import { installationShape, nodeId, simpleUser } from "../shapes/user.ts";
import type {
  App,
  CheckRun,
  CheckSuite,
  Comment,
  Deployment,
  DeploymentStatus,
  Issue,
  PullIssue,
  Run,
  User,
} from "../state/records.ts";

/** One function per event of GitHub: the payload that Apps receive. */
export async function announcePull(
  hub: Hub,
  issue: PullIssue,
  action: string,
  sender: User,
  more: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const payload = { number: issue.number, pull_request: await pullShape(hub, issue), ...more };
  hub.webhooks.send({ name: "pull_request", action, repository: issue.repository, sender, payload });
  return payload;
}

export function announceIssue(
  hub: Hub,
  issue: Issue,
  action: string,
  sender: User,
  more: Record<string, unknown> = {},
): void {
  const payload = { issue: issueShape(hub.world, issue), ...more };
  hub.webhooks.send({ name: "issues", action, repository: issue.repository, sender, payload });
}

export function announceComment(
  hub: Hub,
  comment: Comment,
  action: "created" | "edited" | "deleted",
  sender: User,
  before?: string,
): void {
  const payload = {
    issue: issueShape(hub.world, comment.issue),
    comment: commentShape(hub.world, comment),
    ...(before === undefined ? {} : { changes: { body: { from: before } } }),
  };
  hub.webhooks.send({ name: "issue_comment", action, repository: comment.issue.repository, sender, payload });
}

export function announceCheckRun(
  hub: Hub,
  run: CheckRun,
  action: string,
  sender: User,
  options: { only?: App; button?: string } = {},
): void {
  const { suite } = run;
  const payload = {
    check_run: {
      ...checkRunShape(hub.world, run),
      check_suite: simpleSuite(hub.world, suite),
    },
    ...(options.button === undefined ? {} : { requested_action: { identifier: options.button } }),
  };
  hub.webhooks.send({
    name: "check_run",
    action,
    repository: suite.repository,
    sender,
    payload,
    ...(options.only === undefined ? {} : { only: options.only }),
  });
}

export async function announceSuite(
  hub: Hub,
  suite: CheckSuite,
  action: "requested" | "rerequested" | "completed",
  sender: User,
): Promise<void> {
  const commit = await hub.git(suite.repository).commit(suite.sha);
  if (commit === null) return;
  const payload = { check_suite: suiteShape(hub.world, suite, simpleCommit(commit)) };
  hub.webhooks.send({ name: "check_suite", action, repository: suite.repository, sender, payload, only: suite.app });
}

export function announceDeployment(hub: Hub, deployment: Deployment, sender: User): void {
  const run = deployment.runId === null ? null : (hub.world.runs.get(deployment.runId) ?? null);
  const payload = { deployment: deploymentShape(hub.world, deployment), ...workflowFields(hub, run) };
  hub.webhooks.send({ name: "deployment", action: "created", repository: deployment.repository, sender, payload });
}

export function announceDeploymentStatus(
  hub: Hub,
  deployment: Deployment,
  status: DeploymentStatus,
  sender: User,
): void {
  const run = deployment.runId === null ? null : (hub.world.runs.get(deployment.runId) ?? null);
  const payload = {
    // Webhooks do know the state that REST lacks.
    deployment_status: { ...deploymentStatusShape(hub.world, deployment, status), state: status.state },
    deployment: deploymentShape(hub.world, deployment),
    check_run: null,
    ...workflowFields(hub, run),
  };
  hub.webhooks.send({
    name: "deployment_status",
    action: "created",
    repository: deployment.repository,
    sender,
    payload,
  });
}

/** `workflow` and `workflow_run`, as the events of Actions carry them. */
export function workflowFields(hub: Hub, run: Run | null): Record<string, unknown> {
  const record = run === null ? null : attemptOf(run);
  if (run === null || record === null) return { workflow: null, workflow_run: null };
  return {
    workflow: workflowShape(hub.world, run.repository, run.workflow),
    workflow_run: runShape(hub.world, run, record, run.headCommit),
  };
}

export function announceReview(
  hub: Hub,
  run: Run,
  action: "requested" | "approved" | "rejected",
  sender: User,
  fields: { environment: string; reviewers: readonly User[]; comment: string | null; since: string },
): void {
  const payload = {
    ...workflowFields(hub, run),
    since: fields.since,
    environment: fields.environment,
    reviewers: fields.reviewers.map((user) => ({ type: "User", reviewer: simpleUser(hub.world, user) })),
    ...(action === "requested"
      ? { requestor: simpleUser(hub.world, sender) }
      : { approver: simpleUser(hub.world, sender), comment: fields.comment ?? "", workflow_job_runs: [] }),
  };
  hub.webhooks.send({ name: "deployment_review", action, repository: run.repository, sender, payload });
}

/** An App whose webhook has just become known learns where it is installed. */
export function announceInstallations(hub: Hub, app: App): void {
  for (const installation of hub.world.installations.values()) {
    if (installation.app !== app) continue;
    const repositories = [...installation.repositories].map((repository) => ({
      id: repository.id,
      node_id: nodeId("R", repository.id),
      name: repository.name,
      full_name: fullName(repository),
      private: true,
    }));
    const payload = { installation: installationShape(hub.world, installation), repositories, requester: null };
    hub.webhooks.send({
      name: "installation",
      action: "created",
      repository: null,
      sender: installation.account,
      payload,
      only: app,
    });
  }
}
