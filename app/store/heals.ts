import { sql } from "kysely";
import type { Store } from "./open.ts";

/** Something that differed from GitHub, or lay undone, and was set right. */
export type Heal = { readonly kind: string; readonly count: number; readonly lastAt: string };

export async function noteHeal(store: Store, kind: string, now: string, count = 1): Promise<void> {
  if (count === 0) return;
  await store
    .insertInto("heals")
    .values({ kind, count, last_at: now })
    .onConflict((conflict) =>
      conflict.column("kind").doUpdateSet({ count: sql<number>`heals.count + ${count}`, last_at: now }),
    )
    .execute();
}

/** What was healed so far, for metrics and the status page. */
export async function readHeals(store: Store): Promise<readonly Heal[]> {
  return store.selectFrom("heals").select(["kind", "count", "last_at as lastAt"]).orderBy("kind").execute();
}
