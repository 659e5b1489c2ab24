import { sql } from "kysely";
import type { RepositoryRef } from "../../core/plan/event.ts";
import type { Store } from "./open.ts";

export type KnownRepository = {
  readonly installationId: number;
  readonly repository: RepositoryRef;
  /** When something was first decided about it: pull requests that lay untouched since then are not ours to take up. */
  readonly seenAt: Date;
};

/** What is compared with GitHub, each at its own pace. */
export type Checked = "pulls" | "runs";

/** Remembers the repository; writes, and so waits for others that write, only if something about it is new. */
export async function noteRepository(store: Store, installationId: number, repository: RepositoryRef): Promise<void> {
  const { id, fullName, defaultBranch } = repository;
  await sql`
    insert into repositories (id, installation_id, full_name, default_branch)
    select ${sql.val(id)}::bigint, ${sql.val(installationId)}::bigint, ${sql.val(fullName)}::text, ${sql.val(defaultBranch)}::text
    where not exists (
      select 1 from repositories where id = ${id} and installation_id = ${installationId}
        and full_name = ${fullName} and default_branch = ${defaultBranch})
    on conflict (id) do update set
      installation_id = excluded.installation_id, full_name = excluded.full_name, default_branch = excluded.default_branch`.execute(
    store,
  );
}

const isAskable = sql<boolean>`not exists (
  select 1 from pauses where pauses.installation_id = repositories.installation_id and pauses.until > now())`;

/**
 * Repositories in the order in which their turn comes: the one looked at longest ago first. Those of installations that GitHub
 * asked to wait have none.
 */
export async function repositoriesToCheck(store: Store, limit: number): Promise<readonly KnownRepository[]> {
  const rows = await store
    .selectFrom("repositories")
    .selectAll()
    .where(isAskable)
    .orderBy("pulls_checked_at", (order) => order.asc().nullsFirst())
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(known);
}

/** The same, of those that wait for a run. */
export async function repositoriesWithRuns(store: Store, limit: number): Promise<readonly KnownRepository[]> {
  const rows = await store
    .selectFrom("repositories")
    .selectAll()
    .where(
      sql<boolean>`(
        exists (select 1 from jobs where jobs.repository_id = repositories.id
          and jobs.document->>'phase' in ('training', 'evaluating'))
        or exists (select 1 from promotions where promotions.repository_id = repositories.id
          and promotions.document->>'state' in ('waiting', 'deploying')))`,
    )
    .where(isAskable)
    .orderBy("runs_checked_at", (order) => order.asc().nullsFirst())
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(known);
}

export async function noteChecked(store: Store, repositoryId: number, what: Checked): Promise<void> {
  await store
    .updateTable("repositories")
    .set(what === "pulls" ? { pulls_checked_at: sql<Date>`now()` } : { runs_checked_at: sql<Date>`now()` })
    .where("id", "=", repositoryId)
    .execute();
}

/** A row of `repositories` as it is spoken of. */
export function known(row: {
  readonly id: number;
  readonly installation_id: number;
  readonly full_name: string;
  readonly default_branch: string;
  readonly seen_at: Date;
}): KnownRepository {
  return {
    installationId: row.installation_id,
    repository: { id: row.id, fullName: row.full_name, defaultBranch: row.default_branch },
    seenAt: row.seen_at,
  };
}
