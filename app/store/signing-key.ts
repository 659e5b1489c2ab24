import { sql } from "kysely";
import type { Store } from "./open.ts";

export type KeptKey = { readonly kid: string; readonly jwk: object };

/**
 * The newest signing key, or, where there is none yet, the one that `make` gives, kept. Replicas that begin together on an
 * empty store wait for each other here and end with one key: of two, each would refuse the tickets of the other.
 */
export async function newestKey(store: Store, make: () => Promise<KeptKey>, now: string): Promise<KeptKey> {
  const kept = await readNewest(store);
  if (kept !== null) return kept;
  const made = await make();
  return store.transaction().execute(async (transaction) => {
    // Whoever comes second waits, and then reads what the first has written.
    await sql`lock table keys in share row exclusive mode`.execute(transaction);
    const first = await readNewest(transaction);
    if (first !== null) return first;
    const row = { kid: made.kid, jwk: JSON.stringify(made.jwk), created_at: now };
    await transaction.insertInto("keys").values(row).execute();
    return made;
  });
}

async function readNewest(store: Store): Promise<KeptKey | null> {
  const newest = store.selectFrom("keys").select(["kid", "jwk"]).orderBy("created_at", "desc").limit(1);
  return (await newest.executeTakeFirst()) ?? null;
}
