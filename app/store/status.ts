import { sql } from "kysely";
import { type Job, type Promotion, versionName } from "../../core/job/state.ts";
import { type DeadLetter, readDeadLetters } from "./dead-letters.ts";
import { type Figures, readFigures } from "./figures.ts";
import type { Store } from "./open.ts";

/** What an operator wants to see at a glance. */
export type Status = Figures & {
  readonly deadLetters: readonly DeadLetter[];
  /** Training or evaluating, the oldest first. */
  readonly atWork: readonly Job[];
  /** The newest jobs that ended. */
  readonly ended: readonly Job[];
  /** The newest promotion of each model to each environment, and the newest that is deployed there. */
  readonly places: readonly Place[];
  readonly decisions: readonly {
    readonly at: string;
    readonly repository: string;
    readonly what: string;
    readonly by: string;
    readonly reason: string | null;
    readonly subject: Readonly<Record<string, string | number | null>>;
  }[];
  /** `owner/name` by id, of the repositories that are known. */
  readonly repositories: ReadonlyMap<number, string>;
};

export type Place = {
  readonly repositoryId: number;
  readonly model: string;
  readonly environment: string;
  /** `damage@v3`; null while nothing is deployed. */
  readonly deployed: string | null;
  readonly since: string | null;
  /** What is, or was last, on its way there, unless that is what is deployed. */
  readonly newest: Promotion | null;
};

const shown = 20;
const shownAtWork = 100;
const isOpenJob = sql<boolean>`document->>'phase' in ('training', 'evaluating')`;

export async function readStatus(store: Store): Promise<Status> {
  const figures = await readFigures(store);
  const atWork = await store
    .selectFrom("jobs")
    .select("document")
    .where(isOpenJob)
    .orderBy("seq")
    .limit(shownAtWork)
    .execute();
  const ended = await store
    .selectFrom("jobs")
    .select("document")
    .where(sql<boolean>`not ${isOpenJob}`)
    .orderBy("seq", "desc")
    .limit(shown)
    .execute();
  const ledger = await store
    .selectFrom("ledger")
    .select(["at", "decision", "repository_id"])
    .orderBy("seq", "desc")
    .limit(shown)
    .execute();
  const repositories = await readRepositories(store);
  return {
    ...figures,
    deadLetters: await readDeadLetters(store, shown),
    atWork: atWork.map((row) => row.document),
    ended: ended.map((row) => row.document),
    places: await readPlaces(store),
    decisions: ledger.map(({ at, decision, repository_id: id }) => ({
      at,
      repository: repositories.get(id) ?? String(id),
      what: decision.what,
      by: decision.by,
      reason: decision.reason,
      subject: decision.subject,
    })),
    repositories,
  };
}

async function readRepositories(store: Store): Promise<ReadonlyMap<number, string>> {
  const { rows } = await sql<{ id: number; name: string }>`
    select id, full_name as name from repositories`.execute(store);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

async function readPlaces(store: Store): Promise<readonly Place[]> {
  const { rows } = await sql<{ document: Promotion; deployed: Promotion | null }>`
    select newest.document as document, deployed.document as deployed from (
      select distinct on (repository_id, document->>'model', document->>'environment')
        repository_id, document, document->>'model' as model, document->>'environment' as environment
      from promotions order by repository_id, document->>'model', document->>'environment', seq desc) newest
    left join (
      select distinct on (repository_id, document->>'model', document->>'environment')
        repository_id, document, document->>'model' as model, document->>'environment' as environment
      from promotions where document->>'state' = 'deployed'
      order by repository_id, document->>'model', document->>'environment', seq desc) deployed
    using (repository_id, model, environment)
    order by repository_id, model, environment`.execute(store);
  return rows.map(({ document, deployed }) => ({
    repositoryId: document.repositoryId,
    model: document.model,
    environment: document.environment,
    deployed: deployed === null ? null : versionName({ model: deployed.model, number: deployed.version }),
    since: deployed?.updatedAt ?? null,
    newest: document.id === deployed?.id ? null : document,
  }));
}
