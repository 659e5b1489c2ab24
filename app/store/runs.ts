import type { Store } from "./open.ts";

/** The GitHub id of a run we dispatched, or null while GitHub has not told us. */
export async function runIdOf(store: Store, nonce: string): Promise<number | null> {
  const row = await store.selectFrom("runs").select("run_id").where("nonce", "=", nonce).executeTakeFirst();
  return row?.run_id ?? null;
}
