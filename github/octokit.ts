import type { Octokit } from "@octokit/rest";

/**
 * The client every function here is handed: an Octokit that speaks for one installation (or one person, in actions and
 * tests), and the repository it is about. Nothing in this folder makes a client or reads a token.
 */
export type Client = {
  readonly octokit: Pick<Octokit, "rest" | "paginate" | "request">;
  readonly owner: string;
  readonly repo: string;
};

export function clientFor(octokit: Client["octokit"], fullName: string): Client {
  const [owner, repo, ...rest] = fullName.split("/");
  if (owner === undefined || repo === undefined || owner === "" || repo === "" || rest.length > 0) {
    throw new TypeError(`expected owner/name, found "${fullName}"`);
  }
  return { octokit, owner, repo };
}

/** HTTP status of a failed GitHub call, or null when the call never got an answer. */
export function statusOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("status" in error)) return null;
  return typeof error.status === "number" ? error.status : null;
}

/** The value, or null when GitHub answers 404; everything else is still an error. */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}
