import { sql } from "kysely";
import type { Store } from "./open.ts";

/** How far something has been read, as it was left; null when it never was. What is read back is for the caller to check. */
export async function readCursor(store: Store, name: string): Promise<unknown> {
  const row = await store.selectFrom("cursors").select("value").where("name", "=", name).executeTakeFirst();
  return row?.value ?? null;
}

/** `asOf`, by the database's clock, is when what the cursor says was so; now unless said. */
export async function writeCursor(store: Store, name: string, value: object, asOf?: Date): Promise<void> {
  const row = { value: JSON.stringify(value), updated_at: asOf ?? sql<Date>`now()` };
  await store
    .insertInto("cursors")
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
    .execute();
}

/** The time by the database's clock, which all replicas share. */
export async function readClock(store: Store): Promise<Date> {
  const { rows } = await sql<{ readonly time: Date }>`select now() as time`.execute(store);
  const [row] = rows;
  if (row === undefined) throw new Error("the database does not tell the time");
  return row.time;
}

/**
 * Takes, or keeps, the lead in something that only one process may do at a time; false when another has it. The lead ends
 * by itself, by the clock of the database that all replicas share, unless it is kept.
 */
export async function lead(store: Store, name: string, owner: string, seconds: number): Promise<boolean> {
  const { rows } = await sql<object>`
    insert into leads (name, owner, until) values (${name}, ${owner}, now() + make_interval(secs => ${seconds}))
    on conflict (name) do update set owner = excluded.owner, until = excluded.until
      where leads.owner = excluded.owner or leads.until < now()
    returning 1`.execute(store);
  return rows.length > 0;
}

export async function giveUpLead(store: Store, name: string, owner: string): Promise<void> {
  await store.deleteFrom("leads").where("name", "=", name).where("owner", "=", owner).execute();
}
