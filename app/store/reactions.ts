import { sql } from "kysely";
import type { Store } from "./open.ts";

/** A delivery that came in, as far as it tells what should follow it; whatever its sender says is text. */
export type Arrived = {
  readonly seq: number;
  readonly receivedAt: string;
  /** null: it meant nothing when it came, or is of a kind that nobody waits for. */
  readonly about: "comment" | "push" | null;
  readonly repository: string | null;
  readonly comment: string | null;
  readonly pull: string | null;
  readonly head: string | null;
};

const comments = sql`(name = 'issue_comment' and payload->>'action' = 'created')`;
const pushes = sql`(name = 'pull_request' and payload->>'action' in ('opened', 'synchronize'))`;

/** Deliveries after `seq`, received at `since` or later. What was kept as done means nothing, and its payload is not read. */
export async function readArrived(
  store: Store,
  from: { readonly seq: number; readonly since: string },
): Promise<readonly Arrived[]> {
  const { rows } = await sql<Arrived>`
    select seq, received_at as "receivedAt", about,
      case when about is not null then payload->'repository'->>'id' end as repository,
      case about when 'comment' then payload->'comment'->>'id' end as comment,
      case about when 'push' then payload->'pull_request'->>'number' end as pull,
      case about when 'push' then payload->'pull_request'->'head'->>'sha' end as head
    from (
      select seq, received_at, payload,
        case when body is not null then null when ${comments} then 'comment' when ${pushes} then 'push' end as about
      from deliveries where seq > ${from.seq} and received_at >= ${from.since} order by seq limit 10000) arrived
    order by seq`.execute(store);
  return rows;
}

/** What is waited for: one of these effects, because of this delivery. */
export type Awaited = { readonly seq: number; readonly repository: number; readonly keys: readonly string[] };

export type Reaction = {
  readonly seq: number;
  /** The delivery is still to be worked off, or an effect to be performed. */
  readonly isComing: boolean;
  /** ISO 8601: when the first of these effects was done; null while none is. */
  readonly at: string | null;
};

/** What has become of them; of a delivery that is gone, nothing. By the indexes of deliveries and of effects by their key. */
export async function readReactions(store: Store, awaited: readonly Awaited[]): Promise<readonly Reaction[]> {
  if (awaited.length === 0) return [];
  const { rows } = await sql<Reaction>`
    select awaited.seq, deliveries.state = 'pending' or coalesce(found.pending, false) as "isComing", found.at
    from jsonb_to_recordset(${JSON.stringify(awaited)}::jsonb) as awaited(seq bigint, repository bigint, keys jsonb)
    join deliveries on deliveries.seq = awaited.seq
    left join lateral (
      select min(done_at) filter (where effects.state = 'done') as at, bool_or(effects.state = 'pending') as pending
      from jsonb_array_elements_text(awaited.keys) wanted
      join effects on effects.repository_id = awaited.repository and effects.key = wanted) found on true`.execute(
    store,
  );
  return rows;
}
