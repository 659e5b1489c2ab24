import { sql } from "kysely";
import { runKey } from "../../core/plan/effect.ts";
import type { RepositoryRef } from "../../core/plan/event.ts";
import type { Store } from "./open.ts";

/** The GitHub id of a run we dispatched, or null while GitHub has not told us. */
export async function runIdOf(store: Store, nonce: string): Promise<number | null> {
  const row = await store.selectFrom("runs").select("run_id").where("nonce", "=", nonce).executeTakeFirst();
  return row?.run_id ?? null;
}

/** The job that a run was dispatched for; null for a deployment's. */
export async function jobOfRun(store: Store, nonce: string): Promise<string | null> {
  const row = await store
    .selectFrom("runs")
    .innerJoin("jobs", (join) =>
      join.onRef("jobs.repository_id", "=", "runs.repository_id").onRef("jobs.pull", "=", "runs.pull"),
    )
    .select("jobs.id")
    .where("runs.nonce", "=", nonce)
    .where(sql<boolean>`jobs.document->'runs' @> ${JSON.stringify([{ nonce }])}::jsonb`)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** For whom and where a run was dispatched, as its repository is called now; null for a nonce of nobody's. */
export async function originOfRun(
  store: Store,
  nonce: string,
): Promise<{ readonly installationId: number; readonly repository: RepositoryRef } | null> {
  const row = await store
    .selectFrom("effects")
    .leftJoin("repositories", "repositories.id", "effects.repository_id")
    .select([
      "effects.repository_id",
      sql<number>`coalesce(repositories.installation_id, effects.installation_id)`.as("installationId"),
      sql<string>`coalesce(repositories.full_name, effects.repository)`.as("fullName"),
      sql<string>`coalesce(repositories.default_branch, effects.default_branch)`.as("defaultBranch"),
    ])
    .where("effects.key", "=", runKey(nonce))
    .orderBy("effects.seq")
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { installationId, fullName, defaultBranch } = row;
  return { installationId, repository: { id: row.repository_id, fullName, defaultBranch } };
}
