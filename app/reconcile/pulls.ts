import { z } from "zod";
import { meaningOfPull, type ObservedPull } from "../../core/plan/observe.ts";
import { listPulls } from "../../github/pulls.ts";
import { logOfPull } from "../log.ts";
import { retryTime } from "../retry.ts";
import { readCursor, writeCursor } from "../store/cursor.ts";
import { knownPulls } from "../store/open-work.ts";
import { attempt } from "./attempt.ts";
import { type Budget, requestsFor } from "./budget.ts";
import { heal } from "./heal.ts";
import type { ReconcileOptions } from "./options.ts";
import type { Place } from "./place.ts";

/** A list may lag behind what it lists. */
const overlapMs = 120_000;
const maxPages = 10;
/** What fails for so long is not asked for again: it would be listed, with all that changed since, in every look. */
const longestTrialMs = 3 * 24 * 3_600_000;

/** A pull request that could not be told as it was then; `again` is when it is tried next, null when it is given up. */
const failedSchema = z.object({
  number: z.int(),
  updatedAt: z.string(),
  since: z.iso.datetime(),
  tries: z.int(),
  again: z.iso.datetime().nullable(),
});
type Failed = z.infer<typeof failedSchema>;

/**
 * How far a repository's pull requests have been compared, the one changed last first: down to `until`; or, where a round
 * ended on the way, up to `page`. What changes meanwhile moves to the front, so that nothing on later pages is skipped.
 */
const cursorSchema = z.object({
  until: z.iso.datetime(),
  page: z.int().positive(),
  top: z.iso.datetime().nullable(),
  /** Of the first page, once all that it shows has been dealt with. */
  etag: z.string().nullable(),
  /** None of them keeps others waiting; those that are tried again keep `until` from passing them. */
  failed: z.array(failedSchema).readonly().default([]),
});
type Cursor = z.infer<typeof cursorSchema>;

/** Compares the pull requests that changed since the last look with memory, and tells what nobody told. */
export async function reconcilePulls(place: Place, options: ReconcileOptions, budget: Budget): Promise<void> {
  const { store } = options;
  const name = `pulls/${place.repository.id}`;
  let at = readPosition(await readCursor(store, name), place.seenAt);
  for (let pages = 0; pages < maxPages && budget.take(1); pages += 1) {
    const page = await listPulls(place.client, {
      page: at.page,
      etag: at.page === 1 ? at.etag : null,
      repositoryId: place.repository.id,
    });
    if (page.kind === "unchanged") return;
    const youngest = new Date(options.now().getTime() - options.graceMs);
    const changed = page.pulls.filter((pull) => !isBefore(pull, at.until));
    const settled = changed.filter((pull) => Date.parse(pull.updatedAt) <= youngest.getTime());
    const compared = await compare(settled, at.failed, place, options, budget);
    at = { ...at, failed: compared.failed };
    if (!compared.isAll) {
      await writeCursor(store, name, at);
      return;
    }
    const isOver = page.isLast || changed.length < page.pulls.length;
    const top = at.top ?? new Date(page.pulls[0]?.updatedAt ?? at.until).toISOString();
    const tried = at.failed.filter((one) => isTriedAgain(one, options.now()));
    const isQuiet = at.page === 1 && settled.length === changed.length && tried.length === 0;
    const until = next(at.until, top, youngest, tried);
    const failed = at.failed.filter((one) => !isBefore(one, until));
    at = isOver
      ? { until, page: 1, top: null, etag: isQuiet ? page.etag : null, failed }
      : { ...at, page: at.page + 1, top, etag: null };
    await writeCursor(store, name, at);
    if (isOver) return;
  }
}

/** `isAll` is false when the budget ended before all was told: the same page comes again in the next round. */
async function compare(
  pulls: readonly ObservedPull[],
  before: readonly Failed[],
  place: Place,
  options: ReconcileOptions,
  budget: Budget,
): Promise<{ readonly isAll: boolean; readonly failed: readonly Failed[] }> {
  const { installationId, repository } = place;
  const numbers = pulls.map(({ snapshot }) => snapshot.number);
  const known = await knownPulls(options.store, repository.id, numbers);
  const trial = (pull: ObservedPull) => before.find((one) => isOf(one, pull) && one.updatedAt === pull.updatedAt);
  let failed = before;
  // Those that failed before come last: they may fail again, and what they take of the budget is gone.
  for (const pull of mergesInOrder(pulls).toSorted((a, b) => (trial(a)?.tries ?? 0) - (trial(b)?.tries ?? 0))) {
    const event = meaningOfPull(pull, known.get(pull.snapshot.number) ?? null, { installationId, repository });
    const last = trial(pull) ?? null;
    if (event !== null && last !== null && !isDue(last, options.now())) continue;
    if (event !== null && !budget.take(requestsFor(event))) return { isAll: false, failed };
    const log = logOfPull(options.log, repository.fullName, pull.snapshot.number);
    const look = { ...options, log };
    const failure =
      event === null ? null : await attempt(event.kind, look, () => heal(event, options), place.installationId);
    failed = failed.filter((one) => !isOf(one, pull));
    if (failure === null) continue;
    failed = [...failed, failedAgain(pull, last, failure.error, options.now())];
    if (failure.isPaused) return { isAll: false, failed };
  }
  return { isAll: true, failed };
}

/** As listed, but merges among themselves in their own order: so their versions are numbered. */
function mergesInOrder(pulls: readonly ObservedPull[]): readonly ObservedPull[] {
  const time = ({ mergedAt }: ObservedPull) => Date.parse(mergedAt ?? "");
  const merges = pulls
    .filter(({ mergedAt }) => mergedAt !== null)
    .toSorted((a, b) => time(a) - time(b) || a.snapshot.number - b.snapshot.number)
    .values();
  return pulls.map((pull) => (pull.mergedAt === null ? pull : (merges.next().value ?? pull)));
}

/** As often, and with the same pauses, as a delivery that fails. */
function failedAgain({ snapshot, updatedAt }: ObservedPull, last: Failed | null, error: unknown, now: Date): Failed {
  const tries = last?.tries ?? 0;
  const since = last?.since ?? now.toISOString();
  return { number: snapshot.number, updatedAt, since, tries: tries + 1, again: retryTime(now, tries, error) };
}

function isOf({ number }: Failed, { snapshot }: ObservedPull): boolean {
  return number === snapshot.number;
}

function isTriedAgain({ again, since }: Failed, now: Date): boolean {
  return again !== null && now.getTime() - Date.parse(since) < longestTrialMs;
}

function isDue(failed: Failed, now: Date): boolean {
  return isTriedAgain(failed, now) && Date.parse(failed.again ?? "") <= now.getTime();
}

function readPosition(stored: unknown, seenAt: Date): Cursor {
  const parsed = cursorSchema.safeParse(stored);
  return parsed.success ? parsed.data : { until: seenAt.toISOString(), page: 1, top: null, etag: null, failed: [] };
}

/** Never back, and never beyond what was too young to be looked at, or is tried again. */
function next(until: string, top: string, youngest: Date, tried: readonly Failed[]): string {
  const reached = Math.min(Date.parse(top), youngest.getTime(), ...tried.map((one) => Date.parse(one.updatedAt)));
  return new Date(Math.max(Date.parse(until), reached)).toISOString();
}

function isBefore({ updatedAt }: { readonly updatedAt: string }, until: string): boolean {
  return Date.parse(updatedAt) < Date.parse(until) - overlapMs;
}
