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

/** A header of a failed answer that holds a number, or null. */
function headerOf(error: unknown, name: string): number | null {
  const response = property(error, "response");
  const value = property(property(response, "headers"), name);
  const number = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

function property(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}

const longestWaitSeconds = 3_600;
/** What GitHub's documentation asks for when a secondary limit is exceeded and no header says how long. */
const unsaidWaitSeconds = 60;

/**
 * How long GitHub asks us to wait before another request: its `retry-after`, the end of a rate limit that is used up, or a
 * minute where it only says that a limit was exceeded; null when it asks for nothing of the kind.
 */
export function waitOf(error: unknown, now: Date): number | null {
  const after = headerOf(error, "retry-after");
  if (after !== null && after >= 0) return Math.min(after, longestWaitSeconds);
  const isUsedUp = headerOf(error, "x-ratelimit-remaining") === 0;
  const reset = isUsedUp ? (headerOf(error, "x-ratelimit-reset") ?? Number.NaN) - now.getTime() / 1_000 : Number.NaN;
  if (Number.isFinite(reset) && reset > 0) return Math.min(Math.ceil(reset), longestWaitSeconds);
  return isLimited(error) ? unsaidWaitSeconds : null;
}

function isLimited(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== 403) return status === 429;
  return error instanceof Error && namesSecondaryLimit(error.message);
}

/** Does an answer that refuses say, in words alone, that a secondary limit is exceeded? */
export function namesSecondaryLimit(text: string): boolean {
  return /secondary rate limit|abuse detection/i.test(text);
}
