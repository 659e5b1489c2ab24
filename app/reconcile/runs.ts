import { waitedFor } from "../store/open-work.ts";
import { noteChecked } from "../store/repositories.ts";
import { type Budget, requestsFor } from "./budget.ts";
import { heal } from "./heal.ts";
import { isOlder, observeRuns } from "./observe-runs.ts";
import type { ReconcileOptions } from "./options.ts";
import type { Place } from "./place.ts";

/** Compares the runs that a repository's jobs and promotions wait for with GitHub, and tells what nobody told. */
export async function reconcileRuns(place: Place, options: ReconcileOptions, budget: Budget): Promise<void> {
  const { store } = options;
  const now = options.now();
  const waited = await waitedFor(store, place.repository.id, null);
  const open = waited.filter(({ run }) => isOlder(run.dispatchedAt, now, options.graceMs));
  const asking = { store, login: options.login, now, graceMs: options.graceMs };
  for (const event of await observeRuns(open, place, asking, budget)) {
    if (!budget.take(requestsFor(event))) break;
    await heal(event, options);
  }
  await noteChecked(store, place.repository.id, "runs");
}
