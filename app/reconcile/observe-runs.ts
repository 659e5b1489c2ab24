import type { Event } from "../../core/plan/event.ts";
import { meaningOfRun, type ObservedRun, type OpenRun } from "../../core/plan/observe.ts";
import { listRuns, type Ours, readRun } from "../../github/runs.ts";
import type { Store } from "../store/open.ts";
import { askedAt } from "../store/open-work.ts";
import type { Budget } from "./budget.ts";
import type { Place } from "./place.ts";

/** GitHub's clock and ours may differ by so much. */
const skewMs = 10 * 60_000;
const maxPages = 3;

export type Asking = {
  readonly store: Store;
  readonly login: string;
  readonly now: Date;
  readonly graceMs: number;
  /** Asks for one run by itself; undefined where that failed and the others are to be looked at nevertheless. */
  readonly ask: (request: () => Promise<ObservedRun | null>) => Promise<ObservedRun | null | undefined>;
};

/** What GitHub says of these runs that memory does not know. What happened within `graceMs` is left to its webhook. */
export async function observeRuns(
  open: readonly OpenRun[],
  place: Place,
  asking: Asking,
  budget: Budget,
): Promise<readonly Event[]> {
  const { client, installationId, repository } = place;
  const oldest = open.map(({ run }) => run.dispatchedAt).toSorted()[0];
  if (oldest === undefined || !budget.take(1)) return [];
  const ours: Ours = { login: asking.login, branch: repository.defaultBranch };
  const listed = await listRuns(client, new Date(Date.parse(oldest) - skewMs), ours, maxPages);
  budget.take(listed.requests - 1);
  const wishes = await askedAt(
    asking.store,
    repository.id,
    open.map(({ run }) => run.nonce),
  );
  const events: Event[] = [];
  for (const one of open) {
    const { run } = one;
    const found = await find(one, listed, async () =>
      budget.take(1) ? asking.ask(() => readRun(client, run.runId ?? 0)) : undefined,
    );
    if (found === undefined || (found !== null && !isSettled(found, asking.now, asking.graceMs))) continue;
    const asked = wishes.has(run.nonce) ? (wishes.get(run.nonce) ?? null) : run.dispatchedAt;
    const event = meaningOfRun(one, found, asked, asking.now.toISOString(), { installationId, repository });
    if (event !== null) events.push(event);
  }
  return events;
}

/** The run among those listed, or asked for by itself; null: GitHub has none; undefined: it cannot be said now. */
async function find(
  { run }: OpenRun,
  listed: { readonly runs: readonly ObservedRun[]; readonly isComplete: boolean },
  ask: () => Promise<ObservedRun | null | undefined>,
): Promise<ObservedRun | null | undefined> {
  const found = listed.runs.find((one) => (run.runId === null ? one.nonce === run.nonce : one.id === run.runId));
  if (found !== undefined) return found;
  if (run.runId !== null) return ask();
  return listed.isComplete ? null : undefined;
}

function isSettled(found: ObservedRun, now: Date, graceMs: number): boolean {
  return isOlder(found.updatedAt, now, graceMs);
}

export function isOlder(time: string, now: Date, ms: number): boolean {
  return now.getTime() - Date.parse(time) >= ms;
}
