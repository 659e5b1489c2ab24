import { sql } from "kysely";
import type { Store } from "./open.ts";
import { type KnownRepository, known } from "./repositories.ts";

/** Where a walk through the rows of all repositories has come to: the last one seen, by repository and within it. */
export type Spot = readonly [repositoryId: number, within: number];

export type PullSpot = KnownRepository & { readonly spot: Spot; readonly pull: number };

/** Open pull requests that show something of ours, from a spot on. */
export async function pullsShownAfter(store: Store, [id, number]: Spot, limit: number): Promise<readonly PullSpot[]> {
  const { rows } = await sql<Parameters<typeof known>[0] & { readonly pull: number }>`
    select repositories.*, pulls.number as pull
    from pulls join repositories on repositories.id = pulls.repository_id
    where (pulls.repository_id, pulls.number) > (${id}::bigint, ${number}::integer) and document->>'state' = 'open'
      and exists (
        select 1 from externals where externals.repository_id = pulls.repository_id
          and externals.key in ('comment/' || pulls.number, 'check/' || pulls.number || '/' || (document->>'head')))
    order by pulls.repository_id, pulls.number limit ${limit}`.execute(store);
  return rows.map((row) => ({ ...known(row), spot: [row.id, row.pull], pull: row.pull }));
}

/** Something that was written to GitHub: what it is there, and what was written when. */
export type Written = {
  readonly key: string;
  readonly id: number;
  readonly content: string;
  /** ISO 8601; null when it is to be written anew */
  readonly writtenAt: string | null;
};

/** What was written under these keys, but for what waits to be written again. */
export async function writtenUnder(
  store: Store,
  repositoryId: number,
  keys: readonly string[],
): Promise<readonly Written[]> {
  return store
    .selectFrom("externals")
    .select(["key", "id", "content", "written_at as writtenAt"])
    .where("repository_id", "=", repositoryId)
    .where("key", "in", [...keys])
    .where(
      sql<boolean>`not exists (
        select 1 from effects where effects.repository_id = externals.repository_id and effects.key = externals.key
          and (effects.state = 'pending' or (effects.state = 'replaced' and effects.leased_until >= now())))`,
    )
    .orderBy("key")
    .execute();
}

/** Forgets what was last written under these keys, so that it is written again. */
export async function forgetUnder(store: Store, repositoryId: number, keys: readonly string[]): Promise<void> {
  await store
    .updateTable("externals")
    .set({ content: "", written_at: null })
    .where("repository_id", "=", repositoryId)
    .where("key", "in", [...keys])
    .execute();
}

export type GateSpot = KnownRepository & { readonly spot: Spot; readonly runId: number; readonly environment: string };

/**
 * Deployments under way that no environment has asked us about, from a spot on: the question may have been lost. Runs asked
 * for after `askedBefore` (ISO 8601) are left to their webhooks.
 */
export async function unaskedGatesAfter(
  store: Store,
  [id, seq]: Spot,
  { limit, askedBefore }: { readonly limit: number; readonly askedBefore: string },
): Promise<readonly GateSpot[]> {
  const { rows } = await sql<
    Parameters<typeof known>[0] & { readonly seq: number; readonly run: string; readonly environment: string }
  >`
    select repositories.*, promotions.seq, document->'run'->>'runId' as run, document->>'environment' as environment
    from promotions join repositories on repositories.id = promotions.repository_id
    where (promotions.repository_id, promotions.seq) > (${id}::bigint, ${seq}::bigint)
      and document->>'state' in ('waiting', 'deploying') and document->'run'->>'runId' is not null
      and document->'run'->>'state' <> 'completed' and document->'run'->>'dispatchedAt' < ${askedBefore}
      and not exists (
        select 1 from ledger where ledger.repository_id = promotions.repository_id
          and ledger.decision->>'what' in ('protection_approved', 'protection_rejected')
          and ledger.decision->'subject'->>'run' = promotions.document->'run'->>'runId'
          and ledger.decision->'subject'->>'environment' = promotions.document->>'environment')
    order by promotions.repository_id, promotions.seq limit ${limit}`.execute(store);
  return rows.map((row) => ({
    ...known(row),
    spot: [row.id, row.seq],
    runId: Number(row.run),
    environment: row.environment,
  }));
}
