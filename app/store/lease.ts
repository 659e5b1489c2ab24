import { type RawBuilder, sql } from "kysely";
import type { Store } from "./open.ts";

/** A process that holds a row longer than this without renewing has died, or is as good as dead. */
export const leaseSeconds = 60;
/** A lease is renewed this often before it would end, so that one renewal may fail. */
export const renewalsPerLease = 3;

/** The row went to somebody else while we worked on it: what we made of it must not count. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

/** By the database's clock, which all replicas share. */
export function leaseEnd(seconds: number): RawBuilder<Date> {
  return sql<Date>`now() + make_interval(secs => ${sql.lit(seconds)})`;
}

/** As a `not_before`: due at once, also for a replica whose clock is behind that of the process that writes it. */
export function dueAtOnce(now: string): RawBuilder<string> {
  return sql<string>`least(${now}::text, to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
}

/** Nobody works on the row of this alias. */
export function isFree(alias: string): RawBuilder<boolean> {
  const until = sql.ref(`${alias}.leased_until`);
  return sql<boolean>`(${until} is null or ${until} < now())`;
}

/** Somebody who leases rows, and those (by `seq`) that are being worked on at the moment. */
export type Holder = { readonly owner: string; readonly held: Readonly<Record<LeasedTable, Set<number>>> };
export type LeasedTable = (typeof leasedTables)[number];
const leasedTables = ["deliveries", "effects"] as const;

export function newHolder(owner: string): Holder {
  return { owner, held: { deliveries: new Set(), effects: new Set() } };
}

/**
 * Holds on to what is being worked on. Rows whose end could not be noted, since the store was away, are not among them: their
 * leases run out, and somebody takes them up again.
 */
export async function renewLeases(
  store: Store,
  { owner, held }: Holder,
  forSeconds: number = leaseSeconds,
): Promise<void> {
  for (const table of leasedTables) {
    if (held[table].size === 0) continue;
    await store
      .updateTable(table)
      .set({ leased_until: leaseEnd(forSeconds) })
      .where("seq", "in", [...held[table]])
      .where("leased_by", "=", owner)
      .where("leased_until", ">=", sql<Date>`now()`)
      .where("state", "in", ["pending", "replaced"])
      .execute();
  }
}

/**
 * Lets go of the deliveries `owner` holds, so that others need not wait for the leases to end. What it performs stays leased:
 * a request to GitHub may be under way that must not be repeated before it has ended and can be found.
 */
export async function releaseDeliveries(store: Store, owner: string): Promise<void> {
  await store
    .updateTable("deliveries")
    .set({ leased_until: null })
    .where("leased_by", "=", owner)
    .where("leased_until", "is not", null)
    .execute();
}
