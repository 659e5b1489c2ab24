import { z } from "zod";
import { needsRole } from "../auth/access.ts";
import { Problem } from "../http/problem.ts";
import { type Route, repositoryRoute } from "../http/route.ts";
import { fullRepository, minimalRepository } from "../shapes/repository.ts";
import type { Repository } from "../state/records.ts";
import { findRepository, repositoryKey } from "../state/world.ts";

/** Forks: a second repository with its own branches, from which pull requests come. */
export const forkRoutes: readonly Route[] = [
  repositoryRoute("post", "/repos/{owner}/{repo}/forks", needsRole("read", "contents:read"), async (call) => {
    const { hub, repository, actor } = call;
    call.read(z.object({}).nullish());
    if (actor.kind !== "user") throw new Problem(403, "Resource not accessible by integration");
    if (actor.user === repository.owner) throw new Problem(403, "You cannot fork your own repository.");
    const known = findRepository(hub.world, actor.user.login, repository.name);
    if (known !== null) return { status: 202, body: fullRepository(hub.world, known) };
    const now = hub.world.clock.iso();
    const fork: Repository = {
      id: hub.world.newId(),
      owner: actor.user,
      name: repository.name,
      defaultBranch: repository.defaultBranch,
      parent: repository,
      collaborators: new Map(),
      variables: new Map(),
      secrets: new Map(),
      environments: [],
      protectedBranches: new Map(),
      labels: [],
      issues: new Map(),
      workflows: [],
      createdAt: now,
      pushedAt: now,
    };
    await hub.fork(fork, repository);
    hub.world.repositories.set(repositoryKey(fork.owner.login, fork.name), fork);
    return { status: 202, body: fullRepository(hub.world, fork) };
  }),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/forks",
    needsRole("read", "metadata:read"),
    ({ hub, repository, page }) => ({
      status: 200,
      body: page([...hub.world.repositories.values()].filter((known) => known.parent === repository)).map((fork) =>
        minimalRepository(hub.world, fork),
      ),
    }),
  ),
];
