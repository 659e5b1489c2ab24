import { z } from "zod";
import { type HookDelivery, listDeliveries, redeliver } from "../../github/deliveries.ts";
import { type Client, statusOf, waitOf } from "../../github/octokit.ts";
import { readCursor, writeCursor } from "../store/cursor.ts";
import { noteHeal } from "../store/heals.ts";
import { dueMissed, keptAmong, type Missed, noteAsked, noteMissed, strikeArrived } from "../store/missed.ts";
import type { Budget } from "./budget.ts";
import type { ReconcileOptions } from "./options.ts";

/** GitHub sends nothing again that is older. */
const reachMs = 3 * 24 * 3_600_000;
/** An attempt that GitHub gives up on is listed later than others that began after it. */
const overlapMs = 120_000;
/** The way to us may be shut for long while we reach GitHub: what is missing is asked for until GitHub forgets it. */
const longestPauseMs = 3_600_000;
const maxPages = 2;
const maxAsked = 14;

/** How far the list has been read: down to `until`, or, where a round ended on the way there, down to the page `next`. */
const walkSchema = z.object({
  until: z.iso.datetime(),
  /** Where the next page begins, and the newest delivery of the first one, which is how far this reading will count. */
  unfinished: z.object({ next: z.string(), top: z.iso.datetime() }).nullable(),
});
type Walk = z.infer<typeof walkSchema>;
type Only = "failures" | "all";

/**
 * Asks GitHub for deliveries that did not reach us: those that it says failed, and those that it says arrived but are not
 * in the inbox. Each list is read from the newest down to where it was read before, at most two pages in a round.
 */
export async function reconcileDeliveries(options: ReconcileOptions, budget: Budget): Promise<void> {
  const { store, now } = options;
  await noteHeal(store, "delivery", now().toISOString(), await strikeArrived(store));
  const octokit = await options.appOctokit();
  for (const only of ["failures", "all"] as const) await walk(only, octokit, options, budget);
  for (const missed of await dueMissed(store, now().toISOString(), { ageMs: reachMs, rows: maxAsked })) {
    if (!budget.take(1)) return;
    // Noted before it is asked: one that GitHub refuses to send must not be asked for every minute.
    const pauseMs = Math.min(60_000 * 2 ** missed.attempts, longestPauseMs);
    await noteAsked(store, missed.guid, new Date(now().getTime() + pauseMs).toISOString());
    await ask(missed, octokit, options);
  }
}

/** One that GitHub refuses to send keeps no other waiting; a GitHub that is gone, or wants to be left alone, refuses all. */
async function ask(
  { guid, deliveryId }: Missed,
  octokit: Client["octokit"],
  { log, now }: ReconcileOptions,
): Promise<void> {
  try {
    await redeliver(octokit, deliveryId);
    log.info({ delivery: guid }, "asked GitHub for a delivery that did not arrive");
  } catch (error) {
    if (statusOf(error) === null || waitOf(error, now()) !== null) throw error;
    log.warn({ err: error, delivery: guid }, "GitHub would not send a delivery again");
  }
}

async function walk(only: Only, octokit: Client["octokit"], options: ReconcileOptions, budget: Budget): Promise<void> {
  const { store } = options;
  const name = `deliveries/${only}`;
  let at = readWalk(await readCursor(store, name), only, options.now());
  for (let page = 0; page < maxPages && budget.take(1); page += 1) {
    // A page that can no longer be had must not be asked for for ever: without it, reading begins at the newest again.
    if (at.unfinished !== null) await writeCursor(store, name, { ...at, unfinished: null });
    const { deliveries, next } = await listDeliveries(octokit, { cursor: at.unfinished?.next ?? null, only });
    await noteMissed(store, await missing(deliveries, at, options), options.now().toISOString());
    at = onwards(at, deliveries, next, options.now());
    await writeCursor(store, name, at);
    if (at.unfinished === null) return;
  }
}

/**
 * A reader that was never there asks for the failures of the last three days; of deliveries that arrived it does not know
 * which are missing before its own time.
 */
function readWalk(stored: unknown, only: Only, now: Date): Walk {
  const parsed = walkSchema.safeParse(stored);
  const floor = new Date(now.getTime() - reachMs);
  if (parsed.success && Date.parse(parsed.data.until) >= floor.getTime()) return parsed.data;
  const start = only === "failures" || parsed.success ? floor : now;
  return { until: start.toISOString(), unfinished: null };
}

async function missing(
  deliveries: readonly HookDelivery[],
  { until }: Walk,
  { store }: ReconcileOptions,
): Promise<readonly HookDelivery[]> {
  const recent = deliveries.filter((delivery) => !isBefore(delivery, until));
  const kept = await keptAmong(store, [...new Set(recent.map(({ guid }) => guid))]);
  return recent.filter(({ guid }) => !kept.has(guid));
}

/** The walk after a page: over, or to be continued on the next one. */
export function onwards(at: Walk, deliveries: readonly HookDelivery[], next: string | null, now: Date): Walk {
  const [first] = deliveries;
  const top = at.unfinished?.top ?? new Date(first?.deliveredAt ?? now).toISOString();
  const isOver = next === null || deliveries.some((delivery) => isBefore(delivery, at.until));
  return isOver ? { until: top < at.until ? at.until : top, unfinished: null } : { ...at, unfinished: { next, top } };
}

function isBefore({ deliveredAt }: HookDelivery, until: string): boolean {
  return Date.parse(deliveredAt) < Date.parse(until) - overlapMs;
}
