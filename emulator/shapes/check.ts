import type { components } from "@octokit/openapi-types";
import type { Annotation, CheckRun, CheckSuite, Repository } from "../state/records.ts";
import { pullsOf, type World } from "../state/world.ts";
import { minimalPull } from "./issue.ts";
import { minimalRepository, repositoryPage, repositoryUrl } from "./repository.ts";
import { integration, nodeId } from "./user.ts";

type Schemas = components["schemas"];

/** Open pull requests of this repository whose head is the commit; empty for forks, as on GitHub. */
export function pullsAt(world: World, repository: Repository, sha: string): Schemas["pull-request-minimal"][] {
  return pullsOf(repository)
    .filter((issue) => issue.state === "open" && issue.pull.headSha === sha && issue.pull.headRepository === repository)
    .map((issue) => minimalPull(world, issue));
}

export function checkRunShape(world: World, run: CheckRun) {
  const { repository, app, sha } = run.suite;
  const url = `${repositoryUrl(world, repository)}/check-runs/${run.id}`;
  const page = `${repositoryPage(world, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId("CR", run.id),
    name: run.name,
    head_sha: sha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: integration(world, app),
    pull_requests: pullsAt(world, repository, sha),
    // Not in the published answer, but the web page shows the buttons and the webhook carries them.
    actions: run.actions.map((action) => ({ ...action })),
  } satisfies Schemas["check-run"] & { actions: unknown };
}

export function annotationShape(world: World, run: CheckRun, annotation: Annotation): Schemas["check-annotation"] {
  return {
    path: annotation.path,
    start_line: annotation.startLine,
    end_line: annotation.endLine,
    start_column: annotation.startColumn,
    end_column: annotation.endColumn,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    raw_details: annotation.rawDetails,
    blob_href: `${repositoryUrl(world, run.suite.repository)}/git/blobs/${run.suite.sha}`,
  };
}

export const runsOfSuite = (world: World, suite: CheckSuite): readonly CheckRun[] =>
  [...world.checkRuns.values()].filter((run) => run.suite === suite);

const worst = ["failure", "timed_out", "cancelled", "action_required", "neutral", "skipped", "success"] as const;

/** The state of a suite follows from its runs. */
export function suiteState(runs: readonly CheckRun[]) {
  if (runs.length === 0) return { status: "queued", conclusion: null } as const;
  if (runs.some((run) => run.status !== "completed"))
    return {
      status: runs.every((run) => run.status === "queued") ? "queued" : "in_progress",
      conclusion: null,
    } as const;
  return {
    status: "completed",
    conclusion: worst.find((conclusion) => runs.some((run) => run.conclusion === conclusion)) ?? "success",
  } as const;
}

/** A suite as check runs embed it in webhooks. */
export function simpleSuite(world: World, suite: CheckSuite) {
  const { repository } = suite;
  return {
    id: suite.id,
    node_id: nodeId("CS", suite.id),
    head_branch: suite.branch,
    head_sha: suite.sha,
    ...suiteState(runsOfSuite(world, suite)),
    url: `${repositoryUrl(world, repository)}/check-suites/${suite.id}`,
    before: null,
    after: suite.sha,
    pull_requests: pullsAt(world, repository, suite.sha),
    app: integration(world, suite.app),
    created_at: suite.createdAt,
    updated_at: suite.createdAt,
  };
}

export function suiteShape(world: World, suite: CheckSuite, headCommit: Schemas["simple-commit"]) {
  const simple = simpleSuite(world, suite);
  return {
    ...simple,
    repository: minimalRepository(world, suite.repository),
    head_commit: headCommit,
    latest_check_runs_count: runsOfSuite(world, suite).length,
    check_runs_url: `${simple.url}/check-runs`,
  } satisfies Schemas["check-suite"];
}
