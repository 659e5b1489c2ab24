import { type RawBuilder, sql } from "kysely";
import type { Store } from "./open.ts";

const cameAt: Readonly<Record<"ledger" | "deliveries" | "effects" | "jobs", RawBuilder<string>>> = {
  ledger: sql`at`,
  deliveries: sql`received_at`,
  effects: sql`created_at`,
  jobs: sql`document->>'createdAt'`,
};

/** The number of the last row from before a time, 0 without one: whoever reads on from there walks past no older row. */
export async function lastBefore(store: Store, table: keyof typeof cameAt, since: string): Promise<number> {
  const { rows } = await sql<{ readonly seq: number }>`
    select seq from ${sql.table(table)} where ${cameAt[table]} < ${since} order by seq desc limit 1`.execute(store);
  return rows[0]?.seq ?? 0;
}
