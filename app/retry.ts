import { statusOf, waitOf } from "../github/octokit.ts";

/** GitHub keeps deliveries for three days; as long, what fails for a passing reason is tried again. */
const maxAttempts = 900;
/** What has no status is no answer of GitHub's: the store, or a fault of ours, which time does not mend. */
const maxAttemptsOfOurs = 8;
const longestPauseSeconds = 300;
/** Refusals that time mends: a token renewed, a limit lifted, a conflict over. */
const passing: readonly number[] = [401, 403, 408, 409, 429];

/**
 * When to try again what failed after `attempts` earlier tries, in ISO 8601: when GitHub says, else 1, 2, 4 … 300 seconds
 * later; null when it was tried often enough, or when GitHub says that the request itself is wrong.
 */
export function retryTime(now: Date, attempts: number, error: unknown): string | null {
  const tries = attempts + 1;
  const wait = waitOf(error, now);
  if (wait !== null && tries < maxAttempts) return later(now, 1_000 * wait);
  const status = statusOf(error);
  const isRefused = status !== null && status >= 400 && status < 500 && !passing.includes(status);
  if (isRefused || tries >= (status === null ? maxAttemptsOfOurs : maxAttempts)) return null;
  return later(now, 1_000 * Math.min(2 ** Math.min(attempts, 30), longestPauseSeconds));
}

export function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}
