import { z } from "zod";
import { needs } from "../auth/access.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { minimalRepository, repositoryUrl } from "../shapes/repository.ts";
import { nodeId, simpleUser } from "../shapes/user.ts";
import type { CommitStatus } from "../state/records.ts";
import { commitOf } from "./revision.ts";

const createSchema = z.object({
  state: z.enum(["error", "failure", "pending", "success"]),
  target_url: z.string().nullish(),
  description: z.string().nullish(),
  context: z.string().optional(),
});

/** Commit statuses, the older sibling of checks. */
export const statusRoutes: readonly Route[] = [
  repositoryRoute("post", "/repos/{owner}/{repo}/statuses/{sha}", needs("statuses:write"), async (call) => {
    const { hub, repository, sender } = call;
    const input = call.read(createSchema);
    const status: CommitStatus = {
      id: hub.world.newId(),
      repository,
      sha: await commitOf(call, call.parameters.sha),
      context: input.context ?? "default",
      state: input.state,
      description: input.description ?? null,
      targetUrl: input.target_url ?? null,
      creator: sender,
      createdAt: hub.world.clock.iso(),
    };
    hub.world.statuses.push(status);
    const payload = {
      id: status.id,
      sha: status.sha,
      state: status.state,
      context: status.context,
      description: status.description,
      target_url: status.targetUrl,
    };
    hub.webhooks.send({ name: "status", action: null, repository, sender, payload });
    return { status: 201, body: statusShape(call, status) };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/commits/{ref}/statuses", needs("statuses:read"), async (call) => {
    const sha = await commitOf(call, call.parameters.ref);
    const all = statusesOf(call, sha).toReversed();
    return { status: 200, body: call.page(all).map((status) => statusShape(call, status)) };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/commits/{ref}/status", needs("statuses:read"), async (call) => {
    const { world } = call.hub;
    const sha = await commitOf(call, call.parameters.ref);
    const latest = latestStatuses(call, sha);
    const url = `${repositoryUrl(world, call.repository)}/commits/${sha}`;
    const some = (...states: readonly string[]) => latest.some((status) => states.includes(status.state));
    const statuses = call.page(latest).map((status) => {
      const {
        id,
        node_id,
        url: own,
        state,
        context,
        description,
        target_url,
        avatar_url,
        created_at,
        updated_at,
      } = statusShape(call, status);
      return { id, node_id, url: own, state, context, description, target_url, avatar_url, created_at, updated_at };
    });
    return {
      status: 200,
      body: {
        state: some("failure", "error") ? "failure" : latest.length === 0 || some("pending") ? "pending" : "success",
        statuses,
        sha,
        total_count: latest.length,
        repository: minimalRepository(world, call.repository),
        commit_url: url,
        url: `${url}/status`,
      },
    };
  }),
];

function statusesOf(call: RepositoryCall, sha: string): readonly CommitStatus[] {
  return call.hub.world.statuses.filter((status) => status.repository === call.repository && status.sha === sha);
}

/** The newest status of each context. */
export function latestStatuses(call: RepositoryCall, sha: string): readonly CommitStatus[] {
  return [...new Map(statusesOf(call, sha).map((status) => [status.context, status])).values()];
}

function statusShape(call: RepositoryCall, status: CommitStatus) {
  const { world } = call.hub;
  const creator = simpleUser(world, status.creator);
  return {
    url: `${repositoryUrl(world, call.repository)}/statuses/${status.sha}`,
    avatar_url: creator.avatar_url,
    id: status.id,
    node_id: nodeId("SC", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator,
  };
}
