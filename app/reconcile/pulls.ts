import { z } from "zod";
import { meaningOfPull, type ObservedPull } from "../../core/plan/observe.ts";
import { listPulls } from "../../github/pulls.ts";
import { readCursor, writeCursor } from "../store/cursor.ts";
import { knownPulls } from "../store/open-work.ts";
import { noteChecked } from "../store/repositories.ts";
import { type Budget, requestsFor } from "./budget.ts";
import { heal } from "./heal.ts";
import type { ReconcileOptions } from "./options.ts";
import type { Place } from "./place.ts";

/** A list may lag behind what it lists. */
const overlapMs = 120_000;
const maxPages = 10;

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
});
type Cursor = z.infer<typeof cursorSchema>;

/** Compares the pull requests that changed since the last look with memory, and tells what nobody told. */
export async function reconcilePulls(place: Place, options: ReconcileOptions, budget: Budget): Promise<void> {
  const { store } = options;
  const name = `pulls/${place.repository.id}`;
  let at = readPosition(await readCursor(store, name), place.seenAt);
  await noteChecked(store, place.repository.id, "pulls");
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
    if (!(await compare(settled, place, options, budget))) return;
    const isOver = page.isLast || changed.length < page.pulls.length;
    const top = at.top ?? new Date(page.pulls[0]?.updatedAt ?? at.until).toISOString();
    const isQuiet = at.page === 1 && settled.length === changed.length;
    at = isOver
      ? { until: next(at.until, top, youngest), page: 1, top: null, etag: isQuiet ? page.etag : null }
      : { ...at, page: at.page + 1, top, etag: null };
    await writeCursor(store, name, at);
    if (isOver) return;
  }
}

/** False when the budget ended before all was told: the same page comes again in the next round. */
async function compare(
  pulls: readonly ObservedPull[],
  place: Place,
  options: ReconcileOptions,
  budget: Budget,
): Promise<boolean> {
  const { installationId, repository } = place;
  const numbers = pulls.map(({ snapshot }) => snapshot.number);
  const known = await knownPulls(options.store, repository.id, numbers);
  for (const pull of pulls) {
    const event = meaningOfPull(pull, known.get(pull.snapshot.number) ?? null, { installationId, repository });
    if (event === null) continue;
    if (!budget.take(requestsFor(event))) return false;
    await heal(event, options);
  }
  return true;
}

function readPosition(stored: unknown, seenAt: Date): Cursor {
  const parsed = cursorSchema.safeParse(stored);
  return parsed.success ? parsed.data : { until: seenAt.toISOString(), page: 1, top: null, etag: null };
}

/** Never back, and never beyond what was too young to be looked at. */
function next(until: string, top: string, youngest: Date): string {
  const reached = Math.min(Date.parse(top), youngest.getTime());
  return new Date(Math.max(Date.parse(until), reached)).toISOString();
}

function isBefore({ updatedAt }: ObservedPull, until: string): boolean {
  return Date.parse(updatedAt) < Date.parse(until) - overlapMs;
}
