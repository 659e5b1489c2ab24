import { type RawBuilder, sql } from "kysely";
import { forgetSpending } from "./budgets.ts";
import type { Store } from "./open.ts";

const dayMs = 24 * 3_600_000;

/** How many days things are kept. GitHub can send a delivery again for three. */
const days = { payloads: 7, deliveries: 30, dead: 90, effects: 7, missed: 4, charts: 90, acts: 90 } as const;

/** Rows at a time, so that nobody waits long for a lock; and times, so that one round ends. */
const atATime = 2_000;
const times = 25;

/** What nobody will ask for any more is forgotten; the ledger, jobs, versions and promotions stay. Gives rows by table. */
export async function prune(store: Store, now: Date): Promise<Readonly<Record<string, number>>> {
  const before = (count: number) => new Date(now.getTime() - count * dayMs).toISOString();
  const pruned = {
    payloads: await inParts(
      store,
      sql`update deliveries set payload = '{}', body = null, emptied = true where seq in (
        select seq from deliveries where state = 'done' and not emptied and done_at < ${before(days.payloads)}
        limit ${atATime}) returning 1`,
    ),
    deliveries: await inParts(
      store,
      sql`delete from deliveries where seq in (
        select seq from deliveries where (state = 'done' and received_at < ${before(days.deliveries)})
          or (state = 'dead' and received_at < ${before(days.dead)})
        limit ${atATime}) returning 1`,
    ),
    effects: await inParts(
      store,
      sql`delete from effects where seq in (
        select seq from effects where state in ('done', 'replaced') and done_at < ${before(days.effects)}
          and (leased_until is null or leased_until < now())
        limit ${atATime}) returning 1`,
    ),
    missed: await inParts(
      store,
      sql`delete from missed where found_at < now() - make_interval(days => ${days.missed}) returning 1`,
    ),
    charts: await inParts(
      store,
      sql`delete from charts where token in (
        select token from charts where used_on < current_date - ${sql.lit(days.charts)} limit ${atATime}) returning 1`,
    ),
    acts: await inParts(
      store,
      sql`delete from acts where (repository_id, key) in (
        select repository_id, key from acts where at < ${before(days.acts)} limit ${atATime}) returning 1`,
    ),
  };
  await forgetSpending(store);
  return pruned;
}

async function inParts(store: Store, statement: RawBuilder<unknown>): Promise<number> {
  let total = 0;
  for (let time = 0; time < times; time += 1) {
    const { rows } = await statement.execute(store);
    total += rows.length;
    if (rows.length < atATime) break;
  }
  return total;
}
