import { sql } from "kysely";
import { dueAtOnce } from "./lease.ts";
import type { Store } from "./open.ts";

/** What was given up, as an operator sees it. */
export type DeadLetter = {
  readonly kind: "delivery" | "effect";
  /** The delivery's id or the effect's key. */
  readonly id: string;
  /** The event, or the effect's kind. */
  readonly what: string;
  /** `owner/name`, empty where the payload names none. */
  readonly repository: string;
  readonly attempts: number;
  /** ISO 8601: when it came in */
  readonly since: string;
  readonly error: string;
};

/** The newest dead letters, effects first. */
export async function readDeadLetters(store: Store, limit: number): Promise<readonly DeadLetter[]> {
  const { rows } = await sql<DeadLetter>`
    (select 'effect' as kind, key as id, body->>'kind' as what, repository, attempts, created_at as since,
      coalesce(error, '') as error from effects where state = 'dead' order by seq desc limit ${limit})
    union all
    (select 'delivery', id, name, coalesce(payload->'repository'->>'full_name', ''), attempts, received_at,
      coalesce(error, '') from deliveries where state = 'dead' order by seq desc limit ${limit})`.execute(store);
  return rows.slice(0, limit);
}

export type Revived = {
  readonly deliveries: number;
  readonly effects: number;
  /** Effects that a newer wish has overtaken, or whose job was told long ago: they are laid to rest. */
  readonly overtaken: number;
};

/**
 * Lets everything that was given up be tried again, as often as the first time. Not effects whose key has a newer effect,
 * which says what is wished now, and not refused runs: their jobs have failed with that reason, `/retrain` begins anew.
 */
export async function reviveDeadLetters(store: Store, now: string): Promise<Revived> {
  return store.transaction().execute(async (transaction) => {
    const overtaken = await sql`
      update effects set state = 'replaced', done_at = ${now}
      where state = 'dead' and (body->>'kind' = 'dispatch' or exists (
        select 1 from effects newer
        where newer.repository_id = effects.repository_id and newer.key = effects.key and newer.seq > effects.seq))
      `.execute(transaction);
    const again = {
      state: "pending",
      attempts: 0,
      error: null,
      not_before: dueAtOnce(now),
      leased_until: null,
    } as const;
    const effects = await transaction
      .updateTable("effects")
      .set({ ...again, tried: true })
      .where("state", "=", "dead")
      .executeTakeFirst();
    const deliveries = await transaction
      .updateTable("deliveries")
      .set(again)
      .where("state", "=", "dead")
      .executeTakeFirst();
    return {
      deliveries: Number(deliveries.numUpdatedRows),
      effects: Number(effects.numUpdatedRows),
      overtaken: Number(overtaken.numAffectedRows ?? 0n),
    };
  });
}
