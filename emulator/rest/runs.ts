import { zipSync } from "fflate";
import { z } from "zod";
import type { JobRecord, RunRecord } from "../actions/port.ts";
import { needs, needsOnly } from "../auth/access.ts";
import { found, notFound, Problem } from "../http/problem.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { deploymentShape, environmentShape, pendingShape } from "../shapes/deployment.ts";
import { attemptOf, branchOf, jobShape, runShape } from "../shapes/run.ts";
import { simpleUser } from "../shapes/user.ts";
import type { Environment, Run } from "../state/records.ts";

const reading = needs("actions:read");
const writing = needs("actions:write");

/** Runs of Actions, their attempts, jobs and logs. */
export const runRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/runs", reading, (call) => {
    const runs = listRuns(call);
    const shown = call.page(runs).map((run) => runShape(call.hub.world, run, latest(run), run.headCommit));
    return { status: 200, body: { total_count: runs.length, workflow_runs: shown } };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/runs/{run_id}", reading, (call) => {
    const run = runOf(call, call.parameters.run_id);
    return { status: 200, body: runShape(call.hub.world, run, latest(run), run.headCommit) };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}", reading, (call) => {
    const run = runOf(call, call.parameters.run_id);
    return {
      status: 200,
      body: runShape(
        call.hub.world,
        run,
        found(attemptOf(run, Number(call.parameters.attempt_number))),
        run.headCommit,
      ),
    };
  }),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs",
    reading,
    (call) => {
      const run = runOf(call, call.parameters.run_id);
      return jobsAnswer(call, run, found(attemptOf(run, Number(call.parameters.attempt_number))));
    },
  ),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/runs/{run_id}/jobs", reading, (call) => {
    const run = runOf(call, call.parameters.run_id);
    return jobsAnswer(call, run, ...(call.query.get("filter") === "all" ? run.attempts : [latest(run)]));
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/jobs/{job_id}", reading, (call) => {
    const { run, record, job } = jobOf(call, call.parameters.job_id);
    return { status: 200, body: jobShape(call.hub.world, run, record, job) };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/jobs/{job_id}/logs", reading, (call) => {
    const { job } = jobOf(call, call.parameters.job_id);
    const { logs } = call.hub.world;
    return {
      status: 302,
      location: call.hub.publish("text/plain; charset=utf-8", () =>
        Promise.resolve(Buffer.from(logs.get(job.id) ?? "")),
      ),
    };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/runs/{run_id}/logs", reading, (call) => {
    const run = runOf(call, call.parameters.run_id);
    return {
      status: 302,
      location: call.hub.publish("application/zip", () =>
        Promise.resolve(zipLogs(call.hub.world.logs, run, latest(run))),
      ),
    };
  }),
  repositoryRoute("post", "/repos/{owner}/{repo}/actions/runs/{run_id}/cancel", writing, (call) =>
    stop(call, "gracefully"),
  ),
  repositoryRoute("post", "/repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel", writing, (call) =>
    stop(call, "at once"),
  ),
  repositoryRoute("post", "/repos/{owner}/{repo}/actions/runs/{run_id}/rerun", writing, (call) => {
    again(call, runOf(call, call.parameters.run_id), "all");
    return { status: 201, body: {} };
  }),
  repositoryRoute("post", "/repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs", writing, (call) => {
    const run = runOf(call, call.parameters.run_id);
    if (latest(run).conclusion === "success")
      throw new Problem(403, "There are no failed jobs to rerun in this workflow run");
    again(call, run, "failed");
    return { status: 201, body: {} };
  }),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/actions/runners",
    needs("administration:read", "actions:read"),
    (call) => {
      const machines = call.hub.runs.machines();
      const runners = call.page(machines).map(({ id, name, labels, busy }) => ({
        id,
        name,
        os: "linux",
        status: "online",
        busy,
        ephemeral: false,
        labels: labels.map((label, index) => ({
          id: index + 1,
          name: label,
          type: label === "self-hosted" ? ("read-only" as const) : ("custom" as const),
        })),
      }));
      return { status: 200, body: { total_count: machines.length, runners } };
    },
  ),
];

export const approvalRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments", reading, (call) => {
    const run = runOf(call, call.parameters.run_id);
    return {
      status: 200,
      body: pendingShape(call.hub.world, run, (environment) => mayReview(call, run, environment) === null),
    };
  }),
  repositoryRoute(
    "post",
    "/repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments",
    needsOnly("users", "deployments:write", "actions:read"),
    (call) => {
      const run = runOf(call, call.parameters.run_id);
      const { environment_ids, state, comment } = call.read(
        z.object({
          environment_ids: z.array(z.number()),
          state: z.enum(["approved", "rejected"]),
          comment: z.string(),
        }),
      );
      const waiting = [...run.gates.values()].filter((gate) => gate.waiting.reviewers);
      const environments = environment_ids.map((id) => {
        const environment = waiting.find((gate) => gate.environment.id === id)?.environment;
        if (environment === undefined)
          throw new Problem(422, "There are no pending deployment requests for the given environments.");
        const refusal = mayReview(call, run, environment);
        if (refusal !== null) throw new Problem(422, refusal);
        return environment;
      });
      const deployments = waiting
        .filter((gate) => environments.includes(gate.environment))
        .map((gate) => gate.deployment);
      for (const environment of environments)
        call.hub.runs.review(run, environment, { state, user: call.sender, comment });
      return { status: 200, body: deployments.map((deployment) => deploymentShape(call.hub.world, deployment)) };
    },
  ),
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/runs/{run_id}/approvals", reading, (call) => ({
    status: 200,
    body: runOf(call, call.parameters.run_id).approvals.map(({ environment, state, user, comment }) => {
      const { id, node_id, name, url, html_url, created_at, updated_at } = environmentShape(
        call.hub.world,
        call.repository,
        environment,
      );
      return {
        environments: [{ id, node_id, name, url, html_url, created_at, updated_at }],
        state,
        user: simpleUser(call.hub.world, user),
        comment,
      };
    }),
  })),
  repositoryRoute(
    "post",
    "/repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule",
    needsOnly("installations", "deployments:write"),
    (call) => {
      const run = runOf(call, call.parameters.run_id);
      const input = call.read(
        z.object({
          environment_name: z.string(),
          state: z.enum(["approved", "rejected"]).optional(),
          comment: z.string().max(1024).optional(),
        }),
      );
      const gates = [...run.gates.values()].filter((gate) => gate.environment.name === input.environment_name);
      const app = call.via;
      if (
        app === null ||
        !run.repository.environments.some(
          (environment) =>
            environment.name === input.environment_name && environment.protectionApps.some((rule) => rule.app === app),
        )
      )
        throw new Problem(422, "There are no pending deployment protection rules for this App and environment.");
      for (const gate of gates) if (input.state !== undefined) call.hub.runs.decide(run, gate, app, input.state);
      return { status: 204, body: null };
    },
  ),
];

export function runOf(call: RepositoryCall, id: string): Run {
  const run = found(call.hub.world.runs.get(Number(id)));
  if (run.repository !== call.repository) throw notFound();
  return run;
}

function latest(run: Run): RunRecord {
  return found(attemptOf(run));
}

/** The repository's runs, newest first, through the filters of the query. */
export function listRuns(call: RepositoryCall): readonly Run[] {
  const { query } = call;
  const text = (name: string) => query.get(name);
  const within = createdFilter(text("created"));
  return [...call.hub.world.runs.values()]
    .filter((run) => {
      const record = latest(run);
      const status = text("status");
      return (
        run.repository === call.repository &&
        (text("head_sha") === null || run.sha === text("head_sha")) &&
        (text("event") === null || run.event === text("event")) &&
        (text("branch") === null || branchOf(run) === text("branch")) &&
        (text("actor") === null || run.actor.login === text("actor")) &&
        (text("check_suite_id") === null || String(run.suite.id) === text("check_suite_id")) &&
        (status === null || record.status === status || record.conclusion === status) &&
        within(run.createdAt)
      );
    })
    .toReversed();
}

/** GitHub's date search: `>=2026-01-01`, `2026-01-01..2026-02-01`, `*..2026-02-01`, or one day. */
function createdFilter(text: string | null): (at: string) => boolean {
  if (text === null) return () => true;
  const [from, to] = text.split("..");
  if (from !== undefined && to !== undefined)
    return (at) =>
      (from === "*" || Date.parse(at) >= Date.parse(from)) && (to === "*" || Date.parse(at) <= Date.parse(to));
  const [, sign = "", date = ""] = /^([<>]=?)?(.*)$/u.exec(text) ?? [];
  const limit = Date.parse(date);
  switch (sign) {
    case ">":
      return (at) => Date.parse(at) > limit;
    case ">=":
      return (at) => Date.parse(at) >= limit;
    case "<":
      return (at) => Date.parse(at) < limit;
    case "<=":
      return (at) => Date.parse(at) <= limit;
    default:
      return (at) => at.startsWith(date);
  }
}

function jobsAnswer(call: RepositoryCall, run: Run, ...records: readonly RunRecord[]) {
  const all = records.flatMap((record) => record.jobs.map((job) => ({ record, job })));
  const jobs = call.page(all).map(({ record, job }) => jobShape(call.hub.world, run, record, job));
  return { status: 200 as const, body: { total_count: all.length, jobs } };
}

function jobOf(call: RepositoryCall, id: string): { run: Run; record: RunRecord; job: JobRecord } {
  for (const run of call.hub.world.runs.values())
    if (run.repository === call.repository)
      for (const record of run.attempts) {
        const job = record.jobs.find((known) => known.id === Number(id));
        if (job !== undefined) return { run, record, job };
      }
  throw notFound();
}

/** One text per job, as GitHub packs them; a run that failed before it had jobs has only its own. */
function zipLogs(logs: ReadonlyMap<number, string>, run: Run, record: RunRecord): Buffer {
  const named = record.jobs.map((job, index) => [`${index}_${job.name.replace(/[\\/:]/gu, "_")}.txt`, job.id] as const);
  const texts = [...named, ["system.txt", run.id] as const].flatMap(([name, id]) => {
    const text = logs.get(id);
    return text === undefined ? [] : [[name, Buffer.from(text)] as const];
  });
  return Buffer.from(zipSync(Object.fromEntries(texts)));
}

function stop(call: RepositoryCall<"{run_id}">, how: "gracefully" | "at once") {
  const run = runOf(call, call.parameters.run_id);
  if (latest(run).status === "completed") throw new Problem(409, "Cannot cancel a workflow run that is completed.");
  call.hub.runs.cancel(run, how);
  return { status: 202 as const, body: {} };
}

function again(call: RepositoryCall, run: Run, which: "all" | "failed"): void {
  if (latest(run).status !== "completed") throw new Problem(403, "This workflow is already running");
  call.hub.runs.rerun(run, call.sender, which);
}

/** Why this caller may not review, or null. */
function mayReview(call: RepositoryCall, run: Run, environment: Environment): string | null {
  if (call.actor.kind !== "user" || !environment.reviewers.includes(call.actor.user))
    return "You are not a required reviewer of this environment.";
  if (environment.preventSelfReview && run.triggeringActor === call.actor.user)
    return "You cannot review a deployment that you triggered.";
  return null;
}
