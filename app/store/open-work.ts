import { sql } from "kysely";
import type { KnownPull } from "../../core/plan/observe.ts";
import { type OpenRun, openRuns } from "../../core/plan/observe.ts";
import { dueAtOnce } from "./lease.ts";
import type { Store } from "./open.ts";

/** What is remembered of some pull requests of a repository, no more of each than is compared with GitHub. */
export async function knownPulls(
  store: Store,
  repositoryId: number,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, KnownPull>> {
  if (numbers.length === 0) return new Map();
  const { rows } = await sql<Omit<KnownPull, "base"> & { readonly number: number; readonly ref: string }>`
    select number, document->>'state' as state, document->>'head' as head, document->'base'->>'ref' as ref,
      document->>'asOf' as "asOf", document->'faults' as faults
    from pulls where repository_id = ${repositoryId} and number in (${sql.join([...numbers])})`.execute(store);
  return new Map(rows.map(({ number, ref, ...row }) => [number, { ...row, base: { ref } }]));
}

const mostJobs = 500;

/** The runs that jobs and promotions of a repository, or of one pull request, wait for; the oldest first. */
export async function waitedFor(store: Store, repositoryId: number, pull: number | null): Promise<readonly OpenRun[]> {
  const jobs = await store
    .selectFrom("jobs")
    .select("document")
    .where("repository_id", "=", repositoryId)
    .where(sql<boolean>`document->>'phase' in ('training', 'evaluating')`)
    .$if(pull !== null, (query) => query.where("pull", "=", pull ?? 0))
    .orderBy("seq")
    .limit(mostJobs)
    .execute();
  const promotions = await store
    .selectFrom("promotions")
    .select("document")
    .where("repository_id", "=", repositoryId)
    .where(sql<boolean>`document->>'state' in ('waiting', 'deploying')`)
    .orderBy("seq")
    .limit(mostJobs)
    .execute();
  return [
    ...jobs.flatMap((row) => openRuns(row.document)),
    ...promotions.flatMap(({ document }) => (pull === null || document.pull === pull ? openRuns(document) : [])),
  ];
}

/**
 * When GitHub was last asked to start each run, by nonce: null while the wish waits in the outbox; missing where the
 * outbox has forgotten it.
 */
export async function askedAt(
  store: Store,
  repositoryId: number,
  nonces: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (nonces.length === 0) return new Map();
  const keys = nonces.map((nonce) => `run/${nonce}`);
  const rows = await store
    .selectFrom("effects")
    .select(["key", "state", "done_at"])
    .where("repository_id", "=", repositoryId)
    .where("key", "in", keys)
    .orderBy("seq")
    .execute();
  return new Map(rows.map((row) => [row.key.slice("run/".length), row.state === "pending" ? null : row.done_at]));
}

/** A decision about an environment whose deployment is still under way. */
const isAwaited = sql<boolean>`(
  split_part(dead.key, '/', 1) = 'protection' and exists (
    select 1 from promotions where promotions.repository_id = dead.repository_id
      and promotions.document->>'state' in ('waiting', 'deploying')
      and promotions.document->'run'->>'runId' = dead.body->>'runId'
      and promotions.document->>'environment' = dead.body->>'environment'))`;

/**
 * Dead wishes for checks, comments and answers, also those that a deployment waits for, become pending again, unless a newer
 * wish took their place; gives how many. Nothing is let in any more whose promotion has ended meanwhile.
 */
export async function reviveEffects(store: Store, diedBefore: string, now: string, limit: number): Promise<number> {
  const { rows } = await sql<object>`
    update effects set state = 'pending', not_before = ${dueAtOnce(now)}, attempts = 0, tried = true, error = null
    where seq in (
      select dead.seq from effects dead
      where dead.state = 'dead' and dead.not_before < ${diedBefore}
        and (split_part(dead.key, '/', 1) in ('check', 'comment', 'reply') or ${isAwaited})
        and not exists (
          select 1 from effects newer
          where newer.repository_id = dead.repository_id and newer.key = dead.key and newer.seq > dead.seq)
      order by dead.seq limit ${limit})
    returning 1`.execute(store);
  return rows.length;
}

/** Forgets what was last written to the checks and the comment of a pull request, so that they are written again. */
export async function forgetWritten(store: Store, repositoryId: number, pull: number): Promise<void> {
  await store
    .updateTable("externals")
    .set({ content: "", written_at: null })
    .where("repository_id", "=", repositoryId)
    .where((where) => where.or([where("key", "=", `comment/${pull}`), where("key", "like", `check/${pull}/%`)]))
    .execute();
}
