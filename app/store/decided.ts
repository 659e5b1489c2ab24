import { sql } from "kysely";
import type { Store } from "./open.ts";

/** A line of the ledger as it is counted. */
export type Decided = {
  readonly seq: number;
  readonly what: string;
  readonly reason: string | null;
  /** The command that was decided about, as its author wrote it: hostile text. */
  readonly command: string | null;
  /** From the beginning of its job to the verdict; null for everything but a job that was judged. */
  readonly secondsToVerdict: number | null;
};

/**
 * Lines of the ledger after `seq`, and at or after the time `since`. Numbers are given before a transaction ends, so a line may
 * show up after one with a greater number.
 */
export async function readDecided(
  store: Store,
  from: { readonly seq: number; readonly since: string },
): Promise<readonly Decided[]> {
  const { rows } = await sql<Decided>`
    select ledger.seq, decision->>'what' as what, decision->>'reason' as reason, decision->'subject'->>'command' as command,
      extract(epoch from ledger.at::timestamptz - (jobs.document->>'createdAt')::timestamptz)::float8 as "secondsToVerdict"
    from ledger left join jobs on decision->>'what' = 'job_judged' and jobs.id = decision->'subject'->>'job'
    where ledger.seq > ${from.seq} and ledger.at >= ${from.since}
    order by ledger.seq limit 10000`.execute(store);
  return rows;
}
