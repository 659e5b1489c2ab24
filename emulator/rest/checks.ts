import { z } from "zod";
import { needs, needsOnly } from "../auth/access.ts";
import { found, notFound, Problem } from "../http/problem.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { annotationShape, checkRunShape, runsOfSuite, suiteShape } from "../shapes/check.ts";
import { simpleCommit } from "../shapes/commit.ts";
import { queuedCheckRun } from "../state/check-run.ts";
import type { CheckRun, CheckSuite } from "../state/records.ts";
import { pullsOf } from "../state/world.ts";
import { announceCheckRun, announceSuite } from "../webhooks/announce.ts";
import { commitOf } from "./revision.ts";

const limited = z
  .string()
  .refine((text) => Array.from(text).length <= 65_535, "is too long (maximum is 65535 characters)");
const annotationSchema = z.object({
  path: z.string(),
  start_line: z.number().int(),
  end_line: z.number().int(),
  start_column: z.number().int().optional(),
  end_column: z.number().int().optional(),
  annotation_level: z.enum(["notice", "warning", "failure"]),
  message: z.string().max(65_536),
  title: z.string().max(255).optional(),
  raw_details: z.string().max(65_536).optional(),
});
const fieldsSchema = z.object({
  name: z.string().min(1).optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  started_at: z.string().optional(),
  conclusion: z
    .enum(["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"])
    .optional(),
  completed_at: z.string().optional(),
  output: z
    .object({
      title: z.string().optional(),
      summary: limited.optional(),
      text: limited.optional(),
      annotations: z.array(annotationSchema).max(50).optional(),
    })
    .optional(),
  actions: z
    .array(z.object({ label: z.string().max(20), description: z.string().max(40), identifier: z.string().max(20) }))
    .max(3)
    .optional(),
});
const createSchema = fieldsSchema.extend({ name: z.string().min(1), head_sha: z.string() });

const reading = needs("checks:read");
// People cannot write checks, whatever their role.
const writing = needsOnly("not-users", "checks:write");

export const checkRoutes: readonly Route[] = [
  repositoryRoute("post", "/repos/{owner}/{repo}/check-runs", writing, async (call) => {
    const input = call.read(createSchema);
    const run = newRun(call, await suiteFor(call, await commitOf(call, input.head_sha)), input.name);
    apply(run, input, call.hub.world.clock.iso());
    call.hub.world.checkRuns.set(run.id, run);
    announceCheckRun(call.hub, run, "created", call.sender);
    if (run.status === "completed") announceCheckRun(call.hub, run, "completed", call.sender);
    return { status: 201, body: checkRunShape(call.hub.world, run) };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/check-runs/{check_run_id}", reading, (call) => ({
    status: 200,
    body: checkRunShape(call.hub.world, runOf(call, call.parameters.check_run_id)),
  })),
  repositoryRoute("patch", "/repos/{owner}/{repo}/check-runs/{check_run_id}", writing, (call) => {
    const run = runOf(call, call.parameters.check_run_id);
    if (run.suite.app !== call.via)
      throw new Problem(
        403,
        "Invalid app_id `" +
          `${call.via?.id ?? ""}` +
          "` - check run can only be modified by the GitHub App that created it.",
      );
    const wasDone = run.status === "completed";
    apply(run, call.read(fieldsSchema), call.hub.world.clock.iso());
    if (!wasDone && run.status === "completed") announceCheckRun(call.hub, run, "completed", call.sender);
    return { status: 200, body: checkRunShape(call.hub.world, run) };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", reading, (call) => {
    const run = runOf(call, call.parameters.check_run_id);
    return {
      status: 200,
      body: call.page(run.annotations).map((annotation) => annotationShape(call.hub.world, run, annotation)),
    };
  }),
  repositoryRoute(
    "post",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest",
    needs("checks:write"),
    (call) => {
      const run = runOf(call, call.parameters.check_run_id);
      announceCheckRun(call.hub, run, "rerequested", call.sender, { only: run.suite.app });
      return { status: 201, body: {} };
    },
  ),
  repositoryRoute("get", "/repos/{owner}/{repo}/commits/{ref}/check-runs", reading, async (call) => {
    const sha = await commitOf(call, call.parameters.ref);
    const runs = filtered(
      call,
      [...call.hub.world.checkRuns.values()].filter(
        (run) => run.suite.repository === call.repository && run.suite.sha === sha,
      ),
    );
    return {
      status: 200,
      body: { total_count: runs.length, check_runs: call.page(runs).map((run) => checkRunShape(call.hub.world, run)) },
    };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs", reading, (call) => {
    const runs = filtered(call, runsOfSuite(call.hub.world, suiteOf(call, call.parameters.check_suite_id)));
    return {
      status: 200,
      body: { total_count: runs.length, check_runs: call.page(runs).map((run) => checkRunShape(call.hub.world, run)) },
    };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/check-suites/{check_suite_id}", reading, async (call) => ({
    status: 200,
    body: await shapeOf(call, suiteOf(call, call.parameters.check_suite_id)),
  })),
  repositoryRoute(
    "post",
    "/repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest",
    needs("checks:write"),
    async (call) => {
      await announceSuite(call.hub, suiteOf(call, call.parameters.check_suite_id), "rerequested", call.sender);
      return { status: 201, body: {} };
    },
  ),
  repositoryRoute("get", "/repos/{owner}/{repo}/commits/{ref}/check-suites", reading, async (call) => {
    const sha = await commitOf(call, call.parameters.ref);
    const appId = call.query.get("app_id");
    const suites = [...call.hub.world.suites.values()].filter(
      (suite) =>
        suite.repository === call.repository && suite.sha === sha && (appId === null || String(suite.app.id) === appId),
    );
    return {
      status: 200,
      body: {
        total_count: suites.length,
        check_suites: await Promise.all(call.page(suites).map((suite) => shapeOf(call, suite))),
      },
    };
  }),
];

/** A click on a button of a completed check, as the web page sends it; GitHub has no REST route for it. */
export function pressButton(call: RepositoryCall, id: string, identifier: string): void {
  const run = runOf(call, id);
  if (!run.actions.some((action) => action.identifier === identifier)) throw notFound();
  announceCheckRun(call.hub, run, "requested_action", call.sender, { only: run.suite.app, button: identifier });
}

async function shapeOf(call: RepositoryCall, suite: CheckSuite) {
  return suiteShape(call.hub.world, suite, simpleCommit(found(await call.git.commit(suite.sha))));
}

function runOf(call: RepositoryCall, id: string): CheckRun {
  const run = found(call.hub.world.checkRuns.get(Number(id)));
  if (run.suite.repository !== call.repository) throw notFound();
  return run;
}

function suiteOf(call: RepositoryCall, id: string): CheckSuite {
  const suite = found(call.hub.world.suites.get(Number(id)));
  if (suite.repository !== call.repository) throw notFound();
  return suite;
}

/** The suite of the calling App on a commit: one per App and commit. */
async function suiteFor(call: RepositoryCall, sha: string): Promise<CheckSuite> {
  const { world } = call.hub;
  const app = call.via;
  if (app === null) throw new Problem(403, "You must authenticate via a GitHub App.");
  const known = [...world.suites.values()].find(
    (suite) => suite.repository === call.repository && suite.app === app && suite.sha === sha,
  );
  if (known !== undefined) return known;
  const branch = pullsOf(call.repository).find((issue) => issue.pull.headSha === sha)?.pull.headRef ?? null;
  const suite: CheckSuite = {
    id: world.newId(),
    repository: call.repository,
    app,
    sha,
    branch,
    createdAt: world.clock.iso(),
  };
  world.suites.set(suite.id, suite);
  return suite;
}

function newRun(call: RepositoryCall, suite: CheckSuite, name: string): CheckRun {
  return queuedCheckRun({ id: call.hub.world.newId(), suite, name, externalId: "", detailsUrl: null });
}

function apply(run: CheckRun, input: z.output<typeof fieldsSchema>, now: string): void {
  const { output } = input;
  run.name = input.name ?? run.name;
  run.detailsUrl = input.details_url ?? run.detailsUrl;
  run.externalId = input.external_id ?? run.externalId;
  // A conclusion completes the run; a status without one that is not `completed` opens it again.
  if (input.status === "completed" && input.conclusion === undefined && run.conclusion === null)
    throw new Problem(422, "Validation Failed", { errors: ["For 'status' completed, 'conclusion' is required."] });
  run.status = input.conclusion === undefined ? (input.status ?? run.status) : "completed";
  run.conclusion = run.status === "completed" ? (input.conclusion ?? run.conclusion) : null;
  run.startedAt = input.started_at ?? run.startedAt ?? now;
  run.completedAt = run.status === "completed" ? (input.completed_at ?? run.completedAt ?? now) : null;
  run.title = output?.title ?? run.title;
  run.summary = output?.summary ?? run.summary;
  run.text = output?.text ?? run.text;
  run.actions = input.actions ?? run.actions;
  for (const annotation of output?.annotations ?? [])
    run.annotations.push({
      path: annotation.path,
      startLine: annotation.start_line,
      endLine: annotation.end_line,
      startColumn: annotation.start_column ?? null,
      endColumn: annotation.end_column ?? null,
      level: annotation.annotation_level,
      message: annotation.message,
      title: annotation.title ?? null,
      rawDetails: annotation.raw_details ?? null,
    });
}

function filtered(call: RepositoryCall, runs: readonly CheckRun[]): readonly CheckRun[] {
  const name = call.query.get("check_name");
  const status = call.query.get("status");
  const appId = call.query.get("app_id");
  const kept = runs.filter(
    (run) =>
      (name === null || run.name === name) &&
      (status === null || run.status === status) &&
      (appId === null || String(run.suite.app.id) === appId),
  );
  if (call.query.get("filter") === "all") return kept.toReversed();
  // `latest`: of several with one name and one suite, the newest.
  const latest = new Map(kept.map((run) => [`${run.suite.id} ${run.name}`, run]));
  return [...latest.values()].toReversed();
}
