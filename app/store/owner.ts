import type { Store } from "./open.ts";

/**
 * Notes which App the store belongs to when nobody has yet; gives whose it is. GitHub gives one id to the deliveries of an
 * event to all Apps: two on one store would each take those of the other for its own, sent again.
 */
export async function claimStore(store: Store, appId: number): Promise<number> {
  // Read first: a server that takes no writes for a while must not keep the App from starting.
  const owner = await readOwner(store);
  if (owner !== null) return owner;
  await store
    .insertInto("owner")
    .values({ app_id: appId })
    .onConflict((conflict) => conflict.column("single").doNothing())
    .execute();
  return (await readOwner(store)) ?? appId;
}

async function readOwner(store: Store): Promise<number | null> {
  return (await store.selectFrom("owner").select("app_id").executeTakeFirst())?.app_id ?? null;
}
