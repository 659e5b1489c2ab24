import type { Store } from "./open.ts";

export type Chart = { readonly token: string; readonly svg: string; readonly png: Uint8Array };

export async function hasChart(store: Store, token: string): Promise<boolean> {
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
  return (
    (await store.selectFrom("charts").select(["token", "svg", "png"]).where("token", "=", token).executeTakeFirst()) ??
    null
  );
}
