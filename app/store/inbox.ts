import { sql } from "kysely";
import { hastily, isHasty } from "./hasty.ts";
import { isFree, LeaseLost, leaseEnd, leaseSeconds } from "./lease.ts";
import type { Store } from "./open.ts";

export type Delivery = {
  readonly seq: number;
  readonly id: string;
  readonly name: string;
  readonly payload: object;
  /** Attempts before this one. */
  readonly attempts: number;
  /** Why the last attempt that came to an end failed; null: none has. */
  readonly error: string | null;
  /** How long GitHub wants to be left alone about its installation; null: it may be asked. */
  readonly pausedSeconds: number | null;
};

/** Has the delivery arrived, whatever became of it? */
export async function isKept(store: Store, id: string): Promise<boolean> {
  return (await store.selectFrom("deliveries").select("id").where("id", "=", id).executeTakeFirst()) !== undefined;
}

/**
 * Takes the oldest due delivery for `owner`, or null. Of each lane the oldest due one comes first and alone; the lease
 * ends by itself, so that what a killed process held is taken up by another. Counts the attempt. Not durable: after a crash of
 * the server the same planning may be begun by two, of whom one can commit it.
 *
 * Ordered by `seq + 0`, which only the index of what is pending has: the planner, whose figures lag behind a burst, must not
 * take the index of all that ever came and walk past everything that is done. Whether its installation waits is looked up for
 * the one that is taken only, as text: a payload may hold anything.
 */
export async function leaseDelivery(
  store: Store,
  owner: string,
  now: string,
  forSeconds: number = leaseSeconds,
): Promise<Delivery | null> {
  const { rows } = await sql<Delivery>`
    ${hastily}
    update deliveries set leased_by = ${owner}, leased_until = ${leaseEnd(forSeconds)}, attempts = attempts + 1
    where ${isHasty} and seq = (
      select mine.seq from deliveries mine
      where mine.state = 'pending' and mine.not_before <= ${now} and ${isFree("mine")}
        and not exists (
          select 1 from deliveries other
          where other.lane = mine.lane and other.state = 'pending' and other.seq <> mine.seq
            and (other.leased_until >= now() or (other.seq < mine.seq and other.not_before <= ${now})))
      order by mine.seq + 0 limit 1 for update skip locked)
    returning seq, id, name, payload, attempts - 1 as attempts, error, (
      select extract(epoch from until - now())::float8 from pauses
      where installation_id::text = deliveries.payload->'installation'->>'id' and until > now()) as "pausedSeconds"`.execute(
    store,
  );
  return rows[0] ?? null;
}

/** Done, in the transaction of what came of it. Throws LeaseLost when somebody else was quicker. */
export async function settleDelivery(store: Store, id: string, now: string): Promise<void> {
  const settled = await store
    .updateTable("deliveries")
    .set({ state: "done", done_at: now, error: null, leased_until: null })
    .where("id", "=", id)
    .where("state", "=", "pending")
    .executeTakeFirst();
  if (settled.numUpdatedRows !== 1n) throw new LeaseLost(`delivery ${id} was settled by somebody else`);
}

/**
 * Notes a failed attempt: to be tried again from `retryAt` on, or, with null, laid aside where an operator sees it. Changes
 * nothing when somebody else has begun another attempt since.
 */
export async function postponeDelivery(
  store: Store,
  delivery: Delivery,
  error: string,
  retryAt: string | null,
): Promise<void> {
  await store
    .updateTable("deliveries")
    .set({
      error,
      leased_until: null,
      state: retryAt === null ? "dead" : "pending",
      ...(retryAt === null ? {} : { not_before: retryAt }),
    })
    .where("id", "=", delivery.id)
    .where("state", "=", "pending")
    .where("attempts", "=", delivery.attempts + 1)
    .execute();
}

/** Puts off a delivery whose installation has to wait; this is no attempt. */
export async function deferDelivery(store: Store, delivery: Delivery, until: string): Promise<void> {
  await store
    .updateTable("deliveries")
    .set({ attempts: delivery.attempts, not_before: until, leased_until: null })
    .where("id", "=", delivery.id)
    .where("state", "=", "pending")
    .where("attempts", "=", delivery.attempts + 1)
    .execute();
}
