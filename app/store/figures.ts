import { sql } from "kysely";
import type { Effect } from "../../core/plan/effect.ts";
import { type Heal, readHeals } from "./heals.ts";
import type { Store } from "./open.ts";

export type Counts = Readonly<Record<string, number>>;

/** Runs of open jobs and of deployments under way, by stage and state. */
export type RunFigure = {
  readonly stage: string;
  readonly state: string;
  readonly count: number;
  /** ISO 8601: when the oldest of them came to that state */
  readonly since: string;
};

/** What an installation spent of its budgets, and until when GitHub asked it to wait. */
export type BudgetFigure = {
  readonly installationId: number;
  readonly pointsLastMinute: number;
  readonly creationsLastMinute: number;
  readonly creationsLastHour: number;
  readonly pausedSeconds: number;
};

/** The numbers of the store; those of all replicas together. */
export type Figures = {
  readonly deliveries: Counts;
  readonly effects: Counts;
  /** What is being worked on, by table. */
  readonly leased: Counts;
  /** Effects that are pending or dead. */
  readonly unfinished: readonly {
    readonly state: "pending" | "dead";
    readonly kind: Effect["kind"];
    readonly count: number;
    /** ISO 8601 */
    readonly since: string;
  }[];
  /** ISO 8601; null when nothing is pending. */
  readonly oldestDelivery: string | null;
  readonly lastDelivery: string | null;
  /** Open jobs by phase; the ledger counts those that ended. */
  readonly jobs: Counts;
  readonly runs: readonly RunFigure[];
  readonly promotions: Counts;
  readonly budgets: readonly BudgetFigure[];
  /** What was set right, by kind. */
  readonly heals: readonly Heal[];
  /** Deliveries that GitHub could not hand over and that have not arrived since. */
  readonly missed: { readonly count: number; readonly oldestSeconds: number };
  /** How far what is read step by step has come, and how long ago that was noted. */
  readonly cursors: readonly { readonly name: string; readonly value: object; readonly ageSeconds: number }[];
};

export async function readFigures(store: Store): Promise<Figures> {
  const oldest = await sql<{ oldest: string | null; last: string | null }>`
    select (select min(received_at) from deliveries where state = 'pending') as oldest,
      (select received_at from deliveries order by seq desc limit 1) as last`.execute(store);
  const unfinished = await sql<Figures["unfinished"][number]>`
    select state, body->>'kind' as kind, count(*) as count, min(created_at) as since
    from effects where state in ('pending', 'dead') group by 1, 2 order by 1, 2`.execute(store);
  const jobs = await sql<Row>`
    select document->>'phase' as name, count(*) as count from jobs
    where document->>'phase' in ('training', 'evaluating') group by 1`.execute(store);
  const promotions = await sql<Row>`
    select document->>'state' as name, count(*) as count from promotions group by 1`.execute(store);
  const states = (table: "deliveries" | "effects") =>
    sql<Row>`select state as name, count(*) as count from ${sql.table(table)} group by state`.execute(store);
  const leased = await sql<Row>`
    select 'deliveries' as name, count(*) as count from deliveries where state = 'pending' and leased_until >= now()
    union all
    select 'effects', count(*) from effects where state in ('pending', 'replaced') and leased_until >= now()`.execute(
    store,
  );
  return {
    deliveries: counts(await states("deliveries")),
    effects: counts(await states("effects")),
    leased: counts(leased),
    unfinished: unfinished.rows,
    oldestDelivery: oldest.rows[0]?.oldest ?? null,
    lastDelivery: oldest.rows[0]?.last ?? null,
    jobs: counts(jobs),
    runs: await readRuns(store),
    promotions: counts(promotions),
    budgets: await readBudgets(store),
    heals: await readHeals(store),
    missed: await readMissed(store),
    cursors: await readCursors(store),
  };
}

type Row = { readonly name: string; readonly count: number };

function counts({ rows }: { readonly rows: readonly Row[] }): Counts {
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

async function readRuns(store: Store): Promise<readonly RunFigure[]> {
  const { rows } = await sql<RunFigure>`
    with open as (
      select run from jobs, jsonb_array_elements(document->'runs') run
      where document->>'phase' in ('training', 'evaluating')
      union all
      select document->'run' from promotions
      where document->>'state' = 'deploying' and jsonb_typeof(document->'run') = 'object')
    select run->>'stage' as stage, run->>'state' as state, count(*) as count,
      min(coalesce(run->>'startedAt', run->>'dispatchedAt')) as since
    from open where run->>'state' <> 'completed' group by 1, 2 order by 1, 2`.execute(store);
  return rows;
}

async function readBudgets(store: Store): Promise<readonly BudgetFigure[]> {
  const { rows } = await sql<BudgetFigure>`
    with spent as (
      select installation_id,
        coalesce(sum(points) filter (where at > now() - interval '1 minute'), 0)::integer as points,
        coalesce(sum(creations) filter (where at > now() - interval '1 minute'), 0)::integer as minute,
        coalesce(sum(creations), 0)::integer as hour
      from spending where at > now() - interval '1 hour' group by installation_id)
    select installation_id as "installationId", coalesce(points, 0) as "pointsLastMinute",
      coalesce(minute, 0) as "creationsLastMinute", coalesce(hour, 0) as "creationsLastHour",
      greatest(0, coalesce(extract(epoch from until - now()), 0))::float8 as "pausedSeconds"
    from spent full join pauses using (installation_id) order by installation_id`.execute(store);
  return rows;
}

async function readMissed(store: Store): Promise<Figures["missed"]> {
  const { rows } = await sql<Figures["missed"]>`
    select count(*) as count, coalesce(extract(epoch from now() - min(found_at)), 0)::float8 as "oldestSeconds"
    from missed`.execute(store);
  return rows[0] ?? { count: 0, oldestSeconds: 0 };
}

async function readCursors(store: Store): Promise<Figures["cursors"]> {
  const { rows } = await sql<Figures["cursors"][number]>`
    select name, value, extract(epoch from now() - updated_at)::float8 as "ageSeconds" from cursors order by name
    `.execute(store);
  return rows;
}

/** How long the store takes to answer a small question, in seconds; null when it does not answer or takes no writes. */
export async function pingStore(store: Store): Promise<number | null> {
  const began = performance.now();
  try {
    const { rows } = await sql<{ readonly setting: string }>`
      select current_setting('transaction_read_only') as setting`.execute(store);
    return rows[0]?.setting === "off" ? (performance.now() - began) / 1_000 : null;
  } catch {
    return null;
  }
}
