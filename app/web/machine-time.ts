import { lastBefore } from "../store/before.ts";
import type { Store } from "../store/open.ts";
import { readNewJobs, readTraining, readTrainingRuns, type TrainingRun } from "../store/trainings.ts";
import { follow } from "./follow.ts";

const outcomes = ["ok", "failed", "superseded", "cancelled"] as const;
type Outcome = (typeof outcomes)[number];

/** Seconds by what came of them. */
export type MachineTime = Readonly<Record<Outcome, number>>;

const mostAwaited = 2_000;
/** Of a run that was given up nobody says any more when it ended. */
const longestWaitMs = 86_400_000;

/**
 * Adds up how long the machines of training runs were held, from when a runner took the run to its end as GitHub tells
 * them, once the run has ended. Those of all replicas, each once. A run whose beginning nobody told is not counted.
 */
export function createMachineTime(store: Store, since: string): (now: Date) => Promise<MachineTime> {
  const seconds = { ok: 0, failed: 0, superseded: 0, cancelled: 0 };
  const newJobs = follow(
    () => lastBefore(store, "jobs", since),
    (seq) => readNewJobs(store, { seq }),
  );
  let waiting: readonly string[] | null = null;
  return async (now) => {
    const known = waiting ?? (await readTraining(store));
    const awaited = [...new Set([...known, ...(await newJobs()).map(({ job }) => job)])].slice(-mostAwaited);
    const runs = await readTrainingRuns(store, awaited);
    for (const run of runs) if (!isAwaited(run, now)) seconds[outcomeOf(run)] += secondsOf(run, since);
    waiting = runs.filter((run) => isAwaited(run, now)).map(({ job }) => job);
    return { ...seconds };
  };
}

function isAwaited({ phase, state, updatedAt }: TrainingRun, now: Date): boolean {
  if (phase === "training") return true;
  const isUnderWay = state === "dispatched" || state === "running";
  return isUnderWay && now.getTime() - Date.parse(updatedAt) < longestWaitMs;
}

/** Of a run that has not ended, or had before anybody counted, none. */
function secondsOf({ state, startedAt, completedAt }: TrainingRun, since: string): number {
  if (state !== "completed" || startedAt === null || completedAt === null) return 0;
  const [from, to] = [Date.parse(startedAt), Date.parse(completedAt)];
  return to >= Date.parse(since) && to > from ? (to - from) / 1_000 : 0;
}

function outcomeOf({ isTrained, phase, reason }: TrainingRun): Outcome {
  if (isTrained) return "ok";
  if (phase === "cancelled") return reason === "superseded" ? "superseded" : "cancelled";
  return "failed";
}
