import { sql } from "kysely";
import type { Store } from "./open.ts";

export type Chart = { readonly token: string; readonly svg: string; readonly png: Uint8Array };

/** Is the chart there? Asked when a comment refers to it, which keeps it for another while. */
export async function hasChart(store: Store, token: string): Promise<boolean> {
  await noteUse(store, token);
  return (await store.selectFrom("charts").select("token").where("token", "=", token).executeTakeFirst()) !== undefined;
}

export async function keepChart(store: Store, chart: Chart, now: string): Promise<void> {
  await store
    .insertInto("charts")
    .values({ ...chart, created_at: now })
    .onConflict((conflict) => conflict.column("token").doNothing())
    .execute();
}

export async function readChart(store: Store, token: string): Promise<Chart | null> {
  await noteUse(store, token);
  return (
    (await store.selectFrom("charts").select(["token", "svg", "png"]).where("token", "=", token).executeTakeFirst()) ??
    null
  );
}

/** At most one write a day: charts that nobody refers to or looks at are forgotten in the end. */
async function noteUse(store: Store, token: string): Promise<void> {
  await sql`update charts set used_on = current_date where token = ${token} and used_on < current_date`.execute(store);
}
