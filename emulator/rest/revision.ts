import { z } from "zod";
import type { Person } from "../git/objects.ts";
import { Problem } from "../http/problem.ts";
import type { RepositoryCall } from "../http/route.ts";
import { emailOf } from "../shapes/commit.ts";
import type { Clock } from "../state/clock.ts";
import type { User } from "../state/records.ts";

/** The commit that a `ref` parameter names, the default branch's tip without one; throws 404. */
export async function revisionOf(
  call: Pick<RepositoryCall, "git" | "repository">,
  ref: string | null,
): Promise<string> {
  const name = ref === null || ref === "" ? `refs/heads/${call.repository.defaultBranch}` : ref;
  const sha = await call.git.resolve(name);
  if (sha === null)
    throw new Problem(404, ref === null ? "This repository is empty." : `No commit found for the ref ${ref}`);
  return sha;
}

/** The same where GitHub answers 422 for a name that is no commit. */
export async function commitOf(call: Pick<RepositoryCall, "git">, ref: string): Promise<string> {
  const sha = await call.git.resolve(ref);
  if (sha === null) throw new Problem(422, `No commit found for SHA: ${ref}`);
  return sha;
}

/** An account as the author of a commit made now. */
export function personOf(user: User, clock: Clock): Person {
  return { name: user.name ?? user.login, email: emailOf(user), date: clock.iso() };
}

export const personSchema = z.object({ name: z.string(), email: z.string(), date: z.string().optional() });

/** The person that a request names, dated like `fallback` unless it says when; `fallback` without one. */
export function namedPerson(named: z.output<typeof personSchema> | undefined, fallback: Person): Person {
  return named === undefined ? fallback : { name: named.name, email: named.email, date: named.date ?? fallback.date };
}
