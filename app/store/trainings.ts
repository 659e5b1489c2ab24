import { sql } from "kysely";
import type { JobPhase } from "../../core/job/state.ts";
import type { Store } from "./open.ts";

/** The training run of a job, and what has become of the job. Times are ISO 8601. */
export type TrainingRun = {
  readonly job: string;
  readonly phase: JobPhase;
  readonly isTrained: boolean;
  readonly reason: string | null;
  readonly updatedAt: string;
  /** null: the job has no training run. */
  readonly state: "dispatched" | "running" | "completed" | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
};

export type NewJob = { readonly seq: number; readonly job: string };

/** The ids of jobs after `seq`; what they say is not read. */
export async function readNewJobs(store: Store, from: { readonly seq: number }): Promise<readonly NewJob[]> {
  const { rows } = await sql<NewJob>`
    select seq, id as job from jobs where seq > ${from.seq} order by seq limit 10000`.execute(store);
  return rows;
}

/** The ids of jobs that are training now, by the index of those that are open. */
export async function readTraining(store: Store): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly id: string }>`
    select id from jobs
    where document->>'phase' in ('training', 'evaluating') and document->>'phase' = 'training'`.execute(store);
  return rows.map(({ id }) => id);
}

/** How the trainings of these jobs go. */
export async function readTrainingRuns(store: Store, jobs: readonly string[]): Promise<readonly TrainingRun[]> {
  if (jobs.length === 0) return [];
  const { rows } = await sql<TrainingRun>`
    select jobs.id as job, document->>'phase' as phase, trained as "isTrained", document->'fault'->>'reason' as reason,
      document->>'updatedAt' as "updatedAt", run->>'state' as state, run->>'startedAt' as "startedAt",
      run->>'completedAt' as "completedAt"
    from jobs left join lateral (
      select run from jsonb_array_elements(document->'runs') run where run->>'stage' = 'train' limit 1) training on true
    where jobs.id in (${sql.join([...jobs])})`.execute(store);
  return rows;
}
