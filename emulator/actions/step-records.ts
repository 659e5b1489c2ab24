/** The steps of a job as REST shows them: set-up, the job's own, posts and completion, numbered in order. */
import type { Conclusion, StepRecord } from "./port.ts";

export type StepRecords = {
  readonly list: () => readonly StepRecord[];
  /** Announces a step that is still to come and gives its key. */
  readonly announce: (name: string) => number;
  readonly begin: (key: number, name?: string) => void;
  readonly end: (key: number, conclusion: Conclusion) => void;
  /** Steps that never began are skipped. */
  readonly skipRest: () => void;
};

/** No steps; `changed` is called after every change. */
export function createStepRecords(now: () => Date, changed: () => void): StepRecords {
  const records: StepRecord[] = [];
  const update = (index: number, change: Partial<StepRecord>) => {
    const record = records[index];
    if (record === undefined) throw new Error(`There is no step ${index + 1}`);
    records[index] = { ...record, ...change };
    changed();
  };
  const end = (key: number, conclusion: Conclusion) => {
    const at = now().toISOString();
    update(key, { status: "completed", conclusion, startedAt: records[key]?.startedAt ?? at, completedAt: at });
  };
  return {
    list: () => [...records],
    announce(name) {
      records.push({
        number: records.length + 1,
        name,
        status: "queued",
        conclusion: null,
        startedAt: null,
        completedAt: null,
      });
      return records.length - 1;
    },
    begin: (key, name) =>
      update(key, { status: "in_progress", startedAt: now().toISOString(), ...(name === undefined ? {} : { name }) }),
    end,
    skipRest() {
      for (const [key, record] of records.entries()) if (record.status === "queued") end(key, "skipped");
    },
  };
}
