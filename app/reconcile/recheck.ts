import type { Event } from "../../core/plan/event.ts";
import { meaningOfPull } from "../../core/plan/observe.ts";
import type { Client } from "../../github/octokit.ts";
import { readPull } from "../../github/pulls.ts";
import type { Store } from "../store/open.ts";
import { forgetWritten, knownPulls, waitedFor } from "../store/open-work.ts";
import { budgetOf } from "./budget.ts";
import { observeRuns } from "./observe-runs.ts";

const maxRequests = 30;

/**
 * Compares one pull request with GitHub now: its runs, and itself. Gives what has to be decided about, in that order, and
 * last that all it shows is to be written again, whatever was written there before.
 */
export async function recheckPull(
  number: number,
  at: Pick<Event, "installationId" | "repository">,
  from: { readonly store: Store; readonly client: Client; readonly login: string; readonly now: () => Date },
): Promise<readonly Event[]> {
  const { store, client, login } = from;
  const { installationId, repository } = at;
  const where = { installationId, repository };
  const now = from.now();
  const observed = await readPull(client, number, repository.id);
  if (observed === null) return [];
  const known = (await knownPulls(store, repository.id, [number])).get(number) ?? null;
  const place = { ...where, client, seenAt: now };
  const open = await waitedFor(store, repository.id, number);
  const runs = await observeRuns(
    open,
    place,
    { store, login, now, graceMs: 0, ask: (request) => request() },
    budgetOf(maxRequests),
  );
  const changed = meaningOfPull(observed, known, where);
  await forgetWritten(store, repository.id, number);
  const rechecked: Event = { ...where, at: now.toISOString(), kind: "pull_rechecked", pull: number };
  return [...runs, ...(changed === null ? [] : [changed]), rechecked];
}
