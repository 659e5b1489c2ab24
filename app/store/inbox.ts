import type { Store } from "./open.ts";

export type Delivery = {
  readonly seq: number;
  readonly id: string;
  readonly name: string;
  readonly payload: object;
  readonly attempts: number;
};

/** Keeps a verified delivery. The same delivery id, sent again, changes nothing; true when it was new. */
export async function keep(
  store: Store,
  delivery: { readonly id: string; readonly name: string; readonly payload: object },
  now: string,
): Promise<boolean> {
  const inserted = await store
    .insertInto("deliveries")
    .values({
      id: delivery.id,
      name: delivery.name,
      payload: JSON.stringify(delivery.payload),
      state: "pending",
      not_before: now,
      received_at: now,
      error: null,
      done_at: null,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Has the delivery arrived, whatever became of it? */
export async function isKept(store: Store, id: string): Promise<boolean> {
  return (await store.selectFrom("deliveries").select("id").where("id", "=", id).executeTakeFirst()) !== undefined;
}

/** The oldest delivery that is due, or null. */
export async function nextDelivery(store: Store, now: string): Promise<Delivery | null> {
  const row = await store
    .selectFrom("deliveries")
    .select(["seq", "id", "name", "payload", "attempts"])
    .where("state", "=", "pending")
    .where("not_before", "<=", now)
    .orderBy("seq")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

export async function settleDelivery(store: Store, id: string, now: string): Promise<void> {
  await store
    .updateTable("deliveries")
    .set({ state: "done", done_at: now, error: null })
    .where("id", "=", id)
    .execute();
}

/** Notes a failed attempt: to be tried again from `retryAt` on, or, with null, laid aside where an operator sees it. */
export async function postponeDelivery(
  store: Store,
  delivery: Delivery,
  error: string,
  retryAt: string | null,
): Promise<void> {
  await store
    .updateTable("deliveries")
    .set({
      attempts: delivery.attempts + 1,
      error,
      state: retryAt === null ? "dead" : "pending",
      ...(retryAt === null ? {} : { not_before: retryAt }),
    })
    .where("id", "=", delivery.id)
    .execute();
}
