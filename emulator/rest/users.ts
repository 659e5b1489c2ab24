import { z } from "zod";
import { anyone, authenticated, forbidden, needs, seesRepository } from "../auth/access.ts";
import { found, invalid } from "../http/problem.ts";
import { type Route, repositoryRoute, route } from "../http/route.ts";
import { fullRepository, repositoryShape } from "../shapes/repository.ts";
import { publicUser, simpleUser } from "../shapes/user.ts";
import type { Role } from "../state/records.ts";
import { findUser, roleOf } from "../state/world.ts";

const oldNames: Readonly<Record<Role, string>> = {
  admin: "admin",
  maintain: "write",
  write: "write",
  triage: "read",
  read: "read",
};

/** People, repositories, and what people may do in them. */
export const userRoutes: readonly Route[] = [
  route("get", "/user", authenticated, ({ hub, actor }) => {
    if (actor.kind !== "user") throw forbidden();
    return { status: 200, body: publicUser(hub.world, actor.user) };
  }),
  route("get", "/user/repos", authenticated, ({ hub, actor, page }) => ({
    status: 200,
    body: page([...hub.world.repositories.values()].filter((repository) => seesRepository(actor, repository))).map(
      (repository) => repositoryShape(hub.world, repository),
    ),
  })),
  route("get", "/users/{username}", anyone, ({ hub, parameters }) => ({
    status: 200,
    body: publicUser(hub.world, found(findUser(hub.world, parameters.username))),
  })),
  repositoryRoute("get", "/repos/{owner}/{repo}", needs("metadata:read"), ({ hub, actor, repository }) => {
    const body = fullRepository(hub.world, repository);
    if (actor.kind !== "user") return { status: 200, body };
    const role = roleOf(repository, actor.user);
    const permissions = {
      admin: role === "admin",
      maintain: role === "admin" || role === "maintain",
      push: role === "admin" || role === "maintain" || role === "write",
      triage: role !== null && role !== "read",
      pull: role !== null,
    };
    return { status: 200, body: { ...body, permissions } };
  }),
  repositoryRoute("put", "/repos/{owner}/{repo}/collaborators/{username}", needs("administration:write"), (call) => {
    const { permission } = call.read(z.object({ permission: z.string().optional() }));
    const user = found(findUser(call.hub.world, call.parameters.username));
    call.repository.collaborators.set(user.login.toLowerCase(), roleFromName(permission ?? "push"));
    return { status: 204, body: null };
  }),
  repositoryRoute(
    "delete",
    "/repos/{owner}/{repo}/collaborators/{username}",
    needs("administration:write"),
    ({ repository, parameters }) => {
      repository.collaborators.delete(parameters.username.toLowerCase());
      return { status: 204, body: null };
    },
  ),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/collaborators/{username}/permission",
    needs("metadata:read"),
    ({ hub, repository, parameters }) => {
      const user = found(findUser(hub.world, parameters.username));
      const role = roleOf(repository, user);
      const name = role ?? "none";
      return {
        status: 200,
        body: {
          permission: role === null ? "none" : oldNames[role],
          role_name: name,
          user: {
            ...simpleUser(hub.world, user),
            role_name: name,
            permissions: {
              admin: role === "admin",
              maintain: role === "admin" || role === "maintain",
              push: role !== null && oldNames[role] !== "read",
              triage: role !== null && role !== "read",
              pull: role !== null,
            },
          },
        },
      };
    },
  ),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/collaborators",
    needs("metadata:read"),
    ({ hub, repository, page }) => ({
      status: 200,
      body: page([...repository.collaborators]).flatMap(([login, role]) => {
        const user = findUser(hub.world, login);
        return user === null ? [] : [{ ...simpleUser(hub.world, user), role_name: role }];
      }),
    }),
  ),
];

const roles: Readonly<Record<string, Role>> = {
  pull: "read",
  triage: "triage",
  push: "write",
  maintain: "maintain",
  admin: "admin",
};

function roleFromName(name: string): Role {
  const role = roles[name];
  if (role === undefined) throw invalid("Repository", "permission", "invalid");
  return role;
}
