import { sql } from "kysely";
import type { Store } from "./open.ts";

/** An effect as it is looked at: what somebody else had done to the comment that it writes again, null for all others. */
export type Wished = { readonly seq: number; readonly disturbed: string | null };

/** Effects after `seq`, wished at `since` or later. */
export async function readWished(
  store: Store,
  from: { readonly seq: number; readonly since: string },
): Promise<readonly Wished[]> {
  const { rows } = await sql<Wished>`
    select seq, case when key like 'comment/%' then body->'disturbed'->>'change' end as disturbed
    from effects where seq > ${from.seq} and created_at >= ${from.since} order by seq limit 10000`.execute(store);
  return rows;
}
