import { notFound, Problem } from "../http/problem.ts";
import type { Level, Permissions, Repository, Role } from "../state/records.ts";
import { roleOf } from "../state/world.ts";
import type { Actor } from "./actor.ts";

export type Need = `${string}:${Level}`;

/** Who may call a route. In a repository, one of `anyOf` is enough. */
export type Access =
  | { readonly kind: "anyone" }
  | { readonly kind: "authenticated" }
  | { readonly kind: "app" }
  | { readonly kind: "installation" }
  | {
      readonly kind: "repository";
      readonly anyOf: readonly Need[];
      readonly only: "users" | "installations" | "not-users" | null;
      /** The role that a person needs; by default read to read and write to write. */
      readonly role: Role | null;
    };

export const anyone: Access = { kind: "anyone" };
export const authenticated: Access = { kind: "authenticated" };
export const appOnly: Access = { kind: "app" };
export const installationOnly: Access = { kind: "installation" };

/** A repository route that asks for one of these permissions, such as `contents:read`. */
export function needs(...anyOf: readonly Need[]): Access {
  return { kind: "repository", anyOf, only: null, role: null };
}

/** The same, where people need no more than this role, such as commenting with read access. */
export function needsRole(role: Role, ...anyOf: readonly Need[]): Access {
  return { kind: "repository", anyOf, only: null, role };
}

/** A repository route for one sort of caller. */
export function needsOnly(only: "users" | "installations" | "not-users", ...anyOf: readonly Need[]): Access {
  return { kind: "repository", anyOf, only, role: null };
}

const rank: Readonly<Record<Role, number>> = { read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };

export function hasRole(role: Role | null, wanted: Role): boolean {
  return role !== null && rank[role] >= rank[wanted];
}

function grants(permissions: Permissions, need: Need): boolean {
  const [name = "", level] = need.split(":");
  // Every token may read metadata.
  if (need === "metadata:read") return true;
  const held = permissions[name];
  return held === "write" || (held === "read" && level === "read");
}

function roleFor(access: Extract<Access, { kind: "repository" }>): Role {
  if (access.role !== null) return access.role;
  if (access.anyOf.some((need) => need.startsWith("administration:"))) return "admin";
  return access.anyOf.every((need) => need.endsWith(":write")) ? "write" : "read";
}

/** Whether the caller may know that the repository exists at all. */
export function seesRepository(actor: Actor, repository: Repository): boolean {
  switch (actor.kind) {
    case "anonymous":
    case "app":
      return false;
    case "installation":
      return actor.repositories.has(repository);
    case "user":
      return roleOf(repository, actor.user) !== null;
    case "job":
      return actor.repository === repository;
  }
}

/** Throws the answer that GitHub gives to a caller who may not. */
export function authorize(actor: Actor, access: Access, repository: Repository | null): void {
  if (access.kind === "anyone") return;
  if (actor.kind === "anonymous") throw new Problem(401, "Requires authentication");
  if (access.kind === "authenticated") return;
  if (access.kind === "app") {
    if (actor.kind !== "app") throw new Problem(401, "A JSON web token could not be decoded");
    return;
  }
  if (access.kind === "installation") {
    if (actor.kind !== "installation")
      throw new Problem(
        403,
        "You must authenticate with an installation access token in order to list repositories for an installation.",
      );
    return;
  }
  if (repository === null) throw notFound();
  if (actor.kind === "app") {
    if (access.anyOf.includes("app:read")) return;
    throw new Problem(401, "Bad credentials");
  }
  if (access.anyOf.includes("app:read")) throw new Problem(401, "A JSON web token could not be decoded");
  if (!seesRepository(actor, repository)) throw notFound();
  if (access.only === "users" && actor.kind !== "user") throw forbidden();
  if (access.only === "installations" && actor.kind !== "installation") throw forbidden();
  if (access.only === "not-users" && actor.kind === "user")
    throw new Problem(403, "You must authenticate via a GitHub App.");
  if (actor.kind === "user") {
    const wanted = roleFor(access);
    if (!hasRole(roleOf(repository, actor.user), wanted)) throw lacksRole(wanted);
    return;
  }
  if (!access.anyOf.some((need) => grants(actor.permissions, need))) throw forbidden();
}

/** The refusal of a person whose role is too small; it names no greater right than is needed. */
export function lacksRole(wanted: Role): Problem {
  return new Problem(403, roleRefusals[wanted]);
}

const roleRefusals: Readonly<Record<Role, string>> = {
  admin: "Must have admin rights to Repository.",
  maintain: "Must have maintain access to repository.",
  write: "Must have push access to repository.",
  triage: "Must have triage access to repository.",
  read: "Must have pull access to repository.",
};

export function forbidden(): Problem {
  return new Problem(403, "Resource not accessible by integration");
}
