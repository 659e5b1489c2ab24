import type { components } from "@octokit/openapi-types";
import type { Artifact, JobRecord, RunRecord } from "../actions/port.ts";
import type { Repository, Run, Workflow } from "../state/records.ts";
import { isPull, type World } from "../state/world.ts";
import { pullsAt } from "./check.ts";
import { minimalRepository, repositoryPage, repositoryUrl } from "./repository.ts";
import { nodeId, simpleUser } from "./user.ts";

type Schemas = components["schemas"];

export function workflowShape(world: World, repository: Repository, workflow: Workflow): Schemas["workflow"] {
  const url = `${repositoryUrl(world, repository)}/actions/workflows/${workflow.id}`;
  const page = repositoryPage(world, repository);
  return {
    id: workflow.id,
    node_id: nodeId("W", workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: workflow.createdAt,
    updated_at: workflow.createdAt,
    url,
    html_url: `${page}/blob/${repository.defaultBranch}/${workflow.path}`,
    badge_url: `${page}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}

/** The record of one attempt, by default the newest. */
export function attemptOf(run: Run, attempt?: number): RunRecord | null {
  return (
    (attempt === undefined ? run.attempts.at(-1) : run.attempts.find((record) => record.attempt === attempt)) ?? null
  );
}

/** The branch or tag of a run; for `refs/pull/N/merge` the head branch of that pull request. */
export function branchOf({ repository, ref }: Pick<Run, "repository" | "ref">): string {
  const number = /^refs\/pull\/(\d+)\//u.exec(ref)?.[1];
  const pull = number === undefined ? null : repository.issues.get(Number(number))?.pull;
  return pull?.headRef ?? ref.replace(/^refs\/(?:heads|tags)\//u, "");
}

export function runShape(world: World, run: Run, record: RunRecord, headCommit: Schemas["simple-commit"] | null) {
  const { repository } = run;
  const root = repositoryUrl(world, repository);
  const url = `${root}/actions/runs/${run.id}`;
  const pulls = [...repository.issues.values()].filter(isPull);
  const headRepository = pulls.find((issue) => issue.pull.headSha === run.sha)?.pull.headRepository ?? repository;
  return {
    id: run.id,
    node_id: nodeId("WFR", run.id),
    name: run.workflow.name,
    head_branch: branchOf(run),
    head_sha: run.sha,
    path: run.workflow.path,
    display_title: record.title,
    run_number: run.number,
    run_attempt: record.attempt,
    event: run.event,
    status: record.status,
    conclusion: record.conclusion,
    workflow_id: run.workflow.id,
    check_suite_id: run.suite.id,
    check_suite_node_id: nodeId("CS", run.suite.id),
    url,
    html_url: `${repositoryPage(world, repository)}/actions/runs/${run.id}`,
    pull_requests: pullsAt(world, repository, run.sha),
    created_at: run.createdAt,
    updated_at: record.updatedAt,
    run_started_at: record.startedAt ?? run.createdAt,
    actor: simpleUser(world, run.actor),
    triggering_actor: simpleUser(world, run.triggeringActor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${root}/check-suites/${run.suite.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: record.attempt > 1 ? `${url}/attempts/${record.attempt - 1}` : null,
    workflow_url: `${root}/actions/workflows/${run.workflow.id}`,
    referenced_workflows: [],
    head_commit: headCommit,
    repository: minimalRepository(world, repository),
    head_repository: minimalRepository(world, headRepository),
  } satisfies Schemas["workflow-run"];
}

export function jobShape(world: World, run: Run, record: RunRecord, job: JobRecord) {
  const root = repositoryUrl(world, run.repository);
  const started = job.startedAt ?? job.createdAt;
  return {
    id: job.id,
    run_id: run.id,
    run_url: `${root}/actions/runs/${run.id}`,
    run_attempt: record.attempt,
    node_id: nodeId("CR", job.id),
    head_sha: run.sha,
    head_branch: branchOf(run),
    url: `${root}/actions/jobs/${job.id}`,
    html_url: `${repositoryPage(world, run.repository)}/actions/runs/${run.id}/job/${job.id}`,
    check_run_url: `${root}/check-runs/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.createdAt,
    started_at: started,
    completed_at: job.completedAt,
    name: job.name,
    steps: job.steps.map((step) => ({
      name: step.name,
      status: step.status,
      conclusion: step.conclusion,
      number: step.number,
      started_at: step.startedAt,
      completed_at: step.completedAt,
    })),
    labels: [...job.labels],
    runner_id: job.machine?.id ?? null,
    runner_name: job.machine?.name ?? null,
    runner_group_id: job.machine === null ? null : 1,
    runner_group_name: job.machine === null ? null : "Default",
    workflow_name: run.workflow.name,
  } satisfies Schemas["job"];
}

export function artifactShape(world: World, run: Run, artifact: Artifact, now: Date): Schemas["artifact"] {
  const url = `${repositoryUrl(world, run.repository)}/actions/artifacts/${artifact.id}`;
  return {
    id: artifact.id,
    node_id: nodeId("ART", artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.sizeBytes,
    url,
    archive_download_url: `${url}/zip`,
    expired: Date.parse(artifact.expiresAt) <= now.getTime(),
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: artifact.expiresAt,
    digest: artifact.digest,
    workflow_run: {
      id: run.id,
      repository_id: run.repository.id,
      head_repository_id: run.repository.id,
      head_branch: branchOf(run),
      head_sha: run.sha,
    },
  };
}
