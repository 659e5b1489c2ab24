import { sql } from "kysely";

/**
 * Opens a statement, `with` included, whose commit need not wait for the disk: what it says may be forgotten when the server
 * crashes, nothing else. Only for statements outside of a transaction, which must ask for `isHasty` to be heard.
 */
export const hastily = sql`with hasty as materialized (select set_config('synchronous_commit', 'off', true) as setting)`;
export const isHasty = sql<boolean>`(select setting from hasty) is not null`;
