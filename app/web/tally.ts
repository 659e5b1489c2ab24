import { createHistogram, type HistogramReading } from "../histogram.ts";
import { readDecided } from "../store/decided.ts";
import type { Store } from "../store/open.ts";

export type TallyReading = {
  readonly decisions: readonly { readonly what: string; readonly reason: string; readonly count: number }[];
  readonly verdictSeconds: HistogramReading;
};

/** From a minute to a day. */
const verdictBounds = [60, 180, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400];
/** A line may become visible after one with a greater number, by as many as are written at the same time. */
const overlap = 200;

/**
 * Counts what the ledger gains from a time on, by all replicas together: each line once, each time it is read only those
 * that are new. Counters begin at zero with the process, as Prometheus expects.
 */
export function createTally(store: Store, since: string): () => Promise<TallyReading> {
  const counts = new Map<string, { what: string; reason: string; count: number }>();
  const verdicts = createHistogram(verdictBounds);
  let newest = 0;
  let seen = new Set<number>();
  return async () => {
    for (const line of await readDecided(store, { seq: newest - overlap, since })) {
      if (seen.has(line.seq)) continue;
      seen.add(line.seq);
      newest = Math.max(newest, line.seq);
      const reason = line.reason ?? "";
      const known = counts.get(`${line.what} ${reason}`);
      if (known === undefined) counts.set(`${line.what} ${reason}`, { what: line.what, reason, count: 1 });
      else known.count += 1;
      if (line.secondsToVerdict !== null) verdicts.observe(Math.max(0, line.secondsToVerdict));
    }
    seen = new Set([...seen].filter((seq) => seq > newest - overlap));
    return { decisions: [...counts.values()].map((one) => ({ ...one })), verdictSeconds: verdicts.read() };
  };
}
