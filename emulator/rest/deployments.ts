import { z } from "zod";
import { needs } from "../auth/access.ts";
import { log, mergeTree } from "../git/history.ts";
import { found, notFound, Problem } from "../http/problem.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { setStatus } from "../runs/environments.ts";
import { deploymentShape, deploymentStatusShape } from "../shapes/deployment.ts";
import type { Deployment } from "../state/records.ts";
import { announceDeployment } from "../webhooks/announce.ts";
import { pushed } from "../webhooks/push.ts";
import { personOf } from "./revision.ts";
import { latestStatuses } from "./statuses.ts";

const createSchema = z.object({
  ref: z.string(),
  task: z.string().optional(),
  auto_merge: z.boolean().optional(),
  required_contexts: z.array(z.string()).nullish(),
  payload: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  environment: z.string().optional(),
  description: z.string().nullish(),
  transient_environment: z.boolean().optional(),
  production_environment: z.boolean().optional(),
});
const statusSchema = z.object({
  state: z.enum(["error", "failure", "inactive", "in_progress", "queued", "pending", "success"]),
  target_url: z.string().optional(),
  log_url: z.string().optional(),
  description: z.string().max(140).optional(),
  environment: z.string().optional(),
  environment_url: z.string().optional(),
  auto_inactive: z.boolean().optional(),
});

const reading = needs("deployments:read");
const writing = needs("deployments:write");

export const deploymentRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/deployments", reading, ({ hub, repository, query, page }) => {
    const wanted = (name: "sha" | "ref" | "task" | "environment", deployment: Deployment) =>
      [null, "none", deployment[name]].includes(query.get(name));
    const listed = [...hub.world.deployments.values()].filter(
      (deployment) =>
        deployment.repository === repository &&
        wanted("sha", deployment) &&
        wanted("ref", deployment) &&
        wanted("task", deployment) &&
        wanted("environment", deployment),
    );
    return { status: 200, body: page(listed.toReversed()).map((deployment) => deploymentShape(hub.world, deployment)) };
  }),
  repositoryRoute("post", "/repos/{owner}/{repo}/deployments", writing, async (call) => {
    const { hub, sender } = call;
    const input = call.read(createSchema);
    const sha = await call.git.resolve(input.ref);
    if (sha === null) throw new Problem(422, `No ref found for: ${input.ref}`);
    if (input.auto_merge !== false) {
      const merged = await autoMerge(call, input.ref, sha);
      if (merged !== null) return { status: 202, body: { message: merged } };
    }
    const failed = failedContexts(call, sha, input.required_contexts ?? null);
    if (failed !== null) throw new Problem(409, failed);
    const environment = input.environment ?? "production";
    const deployment: Deployment = {
      id: hub.world.newId(),
      repository: call.repository,
      sha,
      ref: input.ref,
      task: input.task ?? "deploy",
      payload: input.payload ?? "",
      environment,
      description: input.description ?? null,
      creator: sender,
      via: call.via,
      transient: input.transient_environment ?? false,
      production: input.production_environment ?? environment === "production",
      runId: null,
      statuses: [],
      createdAt: hub.world.clock.iso(),
    };
    hub.world.deployments.set(deployment.id, deployment);
    announceDeployment(hub, deployment, sender);
    return { status: 201, body: deploymentShape(hub.world, deployment) };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/deployments/{deployment_id}", reading, (call) => ({
    status: 200,
    body: deploymentShape(call.hub.world, deploymentOf(call, call.parameters.deployment_id)),
  })),
  repositoryRoute("delete", "/repos/{owner}/{repo}/deployments/{deployment_id}", writing, (call) => {
    const deployment = deploymentOf(call, call.parameters.deployment_id);
    const all = [...call.hub.world.deployments.values()].filter((known) => known.repository === call.repository);
    if (all.length > 1 && deployment.statuses.at(-1)?.state !== "inactive")
      throw new Problem(
        422,
        "We cannot delete an active deployment unless it is the only deployment in a given environment.",
      );
    call.hub.world.deployments.delete(deployment.id);
    return { status: 204, body: null };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses", reading, (call) => {
    const deployment = deploymentOf(call, call.parameters.deployment_id);
    return {
      status: 200,
      body: call
        .page(deployment.statuses.toReversed())
        .map((status) => deploymentStatusShape(call.hub.world, deployment, status)),
    };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses/{status_id}", reading, (call) => {
    const deployment = deploymentOf(call, call.parameters.deployment_id);
    return {
      status: 200,
      body: deploymentStatusShape(
        call.hub.world,
        deployment,
        found(deployment.statuses.find((status) => String(status.id) === call.parameters.status_id)),
      ),
    };
  }),
  repositoryRoute("post", "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses", writing, (call) => {
    const deployment = deploymentOf(call, call.parameters.deployment_id);
    const input = call.read(statusSchema);
    const status = setStatus(call.hub, deployment, {
      state: input.state,
      creator: call.sender,
      description: input.description ?? "",
      logUrl: input.log_url ?? input.target_url ?? "",
      environmentUrl: input.environment_url ?? "",
      autoInactive: input.auto_inactive ?? true,
      ...(input.environment === undefined ? {} : { environment: input.environment }),
    });
    return { status: 201, body: deploymentStatusShape(call.hub.world, deployment, status) };
  }),
];

function deploymentOf(call: RepositoryCall, id: string): Deployment {
  const deployment = found(call.hub.world.deployments.get(Number(id)));
  if (deployment.repository !== call.repository) throw notFound();
  return deployment;
}

/** GitHub merges the default branch into a branch that is behind it, and then makes no deployment. */
async function autoMerge(call: RepositoryCall, name: string, head: string): Promise<string | null> {
  const { git, repository, hub, sender } = call;
  const ref = `refs/heads/${name.replace(/^refs\/heads\//u, "")}`;
  const base = await git.resolve(`refs/heads/${repository.defaultBranch}`);
  if (base === null || (await git.reference(ref)) === null) return null;
  if ((await log(git, base, { exclude: head, limit: 1 })).length === 0) return null;
  const tree = await mergeTree(git, head, base);
  if (tree === null) throw new Problem(409, `Conflict merging ${repository.defaultBranch} into ${name}`);
  const author = personOf(sender, hub.world.clock);
  const after = await git.writeCommit({
    tree,
    parents: [head, base],
    author,
    committer: author,
    message: `Merge ${repository.defaultBranch} into ${name}`,
  });
  await git.updateReference(ref, after, head);
  await pushed(hub, { repository, ref, before: head, after, sender, byJob: call.actor.kind === "job" });
  return `Auto-merged ${repository.defaultBranch} into ${name} on deployment.`;
}

/** The message of the refusal when a status or check of the commit is not green; null when all are. */
function failedContexts(call: RepositoryCall, sha: string, required: readonly string[] | null): string | null {
  const states = new Map<string, boolean>();
  for (const status of latestStatuses(call, sha)) states.set(status.context, status.state === "success");
  for (const run of call.hub.world.checkRuns.values())
    if (run.suite.repository === call.repository && run.suite.sha === sha)
      states.set(
        run.name,
        run.conclusion === "success" || run.conclusion === "neutral" || run.conclusion === "skipped",
      );
  const wanted = required ?? [...states.keys()];
  const bad = wanted.filter((context) => states.get(context) !== true);
  return bad.length === 0 ? null : `Conflict: Commit status checks failed for ${sha.slice(0, 7)}: ${bad.join(", ")}`;
}
