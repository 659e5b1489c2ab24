import { sql } from "kysely";
import { dueAtOnce } from "./lease.ts";
import type { Store } from "./open.ts";

/** A delivery that did not arrive, under the id of its latest attempt. */
export type Missed = { readonly guid: string; readonly deliveryId: number; readonly attempts: number };

/**
 * Notes deliveries to ask for; one that is noted already keeps its turn, and is asked for under the newer id.
 */
export async function noteMissed(
  store: Store,
  found: readonly { readonly guid: string; readonly id: number }[],
  now: string,
): Promise<void> {
  if (found.length === 0) return;
  const newest = new Map(found.toSorted((a, b) => a.id - b.id).map(({ guid, id }) => [guid, id]));
  await store
    .insertInto("missed")
    .values([...newest].map(([guid, id]) => ({ guid, delivery_id: id, not_before: dueAtOnce(now) })))
    .onConflict((conflict) =>
      conflict.column("guid").doUpdateSet({
        delivery_id: sql<number>`greatest(missed.delivery_id, excluded.delivery_id)`,
      }),
    )
    .execute();
}

/** Which of these deliveries are in the inbox, whatever became of them. */
export async function keptAmong(store: Store, guids: readonly string[]): Promise<ReadonlySet<string>> {
  if (guids.length === 0) return new Set();
  const rows = await store
    .selectFrom("deliveries")
    .select("id")
    .where("id", "in", [...guids])
    .execute();
  return new Set(rows.map((row) => row.id));
}

/** Strikes off what has arrived after all; gives how many of them had been asked for. */
export async function strikeArrived(store: Store): Promise<number> {
  const { rows } = await sql<{ attempts: number }>`
    delete from missed using deliveries where deliveries.id = missed.guid returning missed.attempts`.execute(store);
  return rows.filter((row) => row.attempts > 0).length;
}

/**
 * What is due to be asked for, found at most `ageMs` ago: what was asked for least often first, and of that the oldest, so
 * that those which never arrive keep no other waiting.
 */
export async function dueMissed(
  store: Store,
  now: string,
  most: { readonly ageMs: number; readonly rows: number },
): Promise<readonly Missed[]> {
  return store
    .selectFrom("missed")
    .select(["guid", "delivery_id as deliveryId", "attempts"])
    .where("not_before", "<=", now)
    .where("found_at", ">", sql<Date>`now() - make_interval(secs => ${sql.lit(most.ageMs / 1_000)})`)
    .orderBy("attempts")
    .orderBy("delivery_id")
    .limit(most.rows)
    .execute();
}

export async function noteAsked(store: Store, guid: string, retryAt: string): Promise<void> {
  await store
    .updateTable("missed")
    .set({ attempts: sql<number>`attempts + 1`, not_before: retryAt })
    .where("guid", "=", guid)
    .execute();
}

/** Deliveries that are known to be missing at this moment, for the status page. */
export async function countMissed(store: Store): Promise<number> {
  const { count } = await store
    .selectFrom("missed")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}
