import { sql } from "kysely";
import { hastily, isHasty } from "./hasty.ts";
import type { Store } from "./open.ts";

/** What a request counts as at GitHub: points of its secondary limit, and pieces of content it creates. */
export type Cost = { readonly points: number; readonly creations: number };

/**
 * Below GitHub's secondary limits of an installation (900 points a minute, 80 pieces of content a minute and 500 an hour), with
 * room for what is read, and for replicas that reserve at the same moment.
 */
export const limits = { pointsPerMinute: 600, creationsPerMinute: 60, creationsPerHour: 400 } as const;

/** Takes a cost out of an installation's budget; false when that would exceed it. By the database's clock. */
export async function reserve(store: Store, installationId: number, { points, creations }: Cost): Promise<boolean> {
  const { rows } = await sql<object>`
    ${hastily}, spent as (
      select coalesce(sum(points) filter (where at > now() - interval '1 minute'), 0) as points,
        coalesce(sum(creations) filter (where at > now() - interval '1 minute'), 0) as minute,
        coalesce(sum(creations), 0) as hour
      from spending where installation_id = ${installationId} and at > now() - interval '1 hour')
    insert into spending (installation_id, points, creations)
      select ${sql.val(installationId)}::bigint, ${sql.val(points)}::integer, ${sql.val(creations)}::integer from spent
      where ${isHasty} and spent.points + ${points} <= ${limits.pointsPerMinute}
        and (${creations} = 0 or (spent.minute + ${creations} <= ${limits.creationsPerMinute}
          and spent.hour + ${creations} <= ${limits.creationsPerHour}))
    returning 1`.execute(store);
  return rows.length > 0;
}

/** Nothing is performed for the installation for so long; a pause that lasts longer stays. */
export async function pause(store: Store, installationId: number, seconds: number): Promise<void> {
  await sql`
    insert into pauses (installation_id, until) values (${installationId}, now() + make_interval(secs => ${seconds}))
    on conflict (installation_id) do update set until = greatest(pauses.until, excluded.until)`.execute(store);
}

/** Does GitHub want to be left alone about this installation? */
export async function isPaused(store: Store, installationId: number): Promise<boolean> {
  const paused = await store
    .selectFrom("pauses")
    .select("until")
    .where("installation_id", "=", installationId)
    .where("until", ">", sql<Date>`now()`)
    .executeTakeFirst();
  return paused !== undefined;
}

/** Forgets what GitHub no longer counts. */
export async function forgetSpending(store: Store): Promise<void> {
  await store.deleteFrom("spending").where("at", "<", sql<Date>`now() - interval '1 hour'`).execute();
  await store.deleteFrom("pauses").where("until", "<", sql<Date>`now()`).execute();
}
