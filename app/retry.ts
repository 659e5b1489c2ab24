import { statusOf, waitOf } from "../github/octokit.ts";
import type { PendingEffect } from "./store/outbox.ts";

/** GitHub keeps deliveries for three days; as long, what fails for a passing reason is tried again. */
const maxAttempts = 900;
/** What has no status is no answer of GitHub's: the store, or a fault of ours, which time does not mend. */
const maxAttemptsOfOurs = 8;
const longestPauseSeconds = 300;
/** A run that was started appears in GitHub's list of runs some seconds later. */
const unclearDispatchMs = 20_000;
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

/** The same for an effect: a run that may have been started is looked for, and asked for again, when it would be listed. */
export function retryTimeOf({ effect, attempts }: PendingEffect, now: Date, error: unknown): string | null {
  const wished = retryTime(now, attempts, error);
  const status = statusOf(error);
  const isUnclear = status === null || status >= 500;
  if (wished === null || effect.kind !== "dispatch" || !isUnclear) return wished;
  const listed = later(now, unclearDispatchMs);
  return wished > listed ? wished : listed;
}

/**
 * Throws for what was begun so often without an end that could be noted that it may be what ends the process; such an error
 * lays it aside.
 */
export function refuseDeadly({ attempts, error }: { readonly attempts: number; readonly error: string | null }): void {
  if (attempts < (error === null ? maxAttemptsOfOurs : maxAttempts)) return;
  throw new Error(`begun ${attempts} times without coming to an end: it may be what ended the process`);
}

export function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}
