import { waitedFor } from "../store/open-work.ts";
import { attempt } from "./attempt.ts";
import { type Budget, requestsFor } from "./budget.ts";
import { heal } from "./heal.ts";
import { type Asking, isOlder, observeRuns } from "./observe-runs.ts";
import type { ReconcileOptions } from "./options.ts";
import type { Place } from "./place.ts";

/**
 * Compares the runs that a repository's jobs and promotions wait for with GitHub, and tells what nobody told. One that
 * cannot be told keeps no other waiting.
 */
export async function reconcileRuns(place: Place, options: ReconcileOptions, budget: Budget): Promise<void> {
  const { store } = options;
  const now = options.now();
  const waited = await waitedFor(store, place.repository.id, null);
  const open = waited.filter(({ run }) => isOlder(run.dispatchedAt, now, options.graceMs));
  const what = `a run of ${place.repository.fullName}`;
  const ask: Asking["ask"] = async (request) => {
    let found: Awaited<ReturnType<typeof request>> | undefined;
    const look = async () => {
      found = await request();
    };
    const failure = await attempt(what, options, look, place.installationId);
    if (failure?.isPaused === true) throw failure.error;
    return found;
  };
  const asking = { store, login: options.login, now, graceMs: options.graceMs, ask };
  for (const event of await observeRuns(open, place, asking, budget)) {
    if (!budget.take(requestsFor(event))) return;
    const failure = await attempt(what, options, () => heal(event, options), place.installationId);
    if (failure?.isPaused === true) return;
  }
}
