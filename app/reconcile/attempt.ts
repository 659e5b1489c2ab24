import { waitOf } from "../../github/octokit.ts";
import { pause } from "../store/budgets.ts";
import type { ReconcileOptions } from "./options.ts";

/** What went wrong, and whether GitHub asked us to leave the installation alone for a while. */
export type Failure = { readonly error: unknown; readonly isPaused: boolean };

/**
 * Does one part of a round; gives what went wrong with it, or null. That does not keep the others from their turn, unless
 * GitHub asks to wait: then nothing more is asked for that part's installation, if it is about one, until the wait is over.
 */
export async function attempt(
  what: string,
  { store, log, now }: ReconcileOptions,
  part: () => Promise<void>,
  installationId: number | null = null,
): Promise<Failure | null> {
  try {
    await part();
    return null;
  } catch (error) {
    log.warn(
      { err: error, part: what },
      "GitHub could not be compared with what is remembered; it is asked again later",
    );
    const wait = installationId === null ? null : waitOf(error, now());
    if (installationId === null || wait === null) return { error, isPaused: false };
    await pause(store, installationId, wait);
    return { error, isPaused: true };
  }
}
