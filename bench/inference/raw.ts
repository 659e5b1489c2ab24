import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { RawTask } from "./raw-worker.ts";

/**
 * Seconds that the given threads take together for nothing but `session.run` on tensors that lie ready: the floor of any
 * evaluation with as many threads. Sessions, data and a first few runs are prepared before the clock starts.
 */
export async function rawSeconds(tasks: readonly RawTask[]): Promise<number> {
  const workers = tasks.map((workerData) => new Worker(new URL("./raw-worker.ts", import.meta.url), { workerData }));
  try {
    await Promise.all(workers.map((worker) => once(worker, "message")));
    const start = performance.now();
    const ends = workers.map((worker) => once(worker, "message"));
    for (const worker of workers) worker.postMessage("go", []);
    await Promise.all(ends);
    return (performance.now() - start) / 1_000;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

export const batchSizes = [128, 256, 512, 1_024, 2_048, 4_096, 8_192] as const;

/** Rows per second of one thread with the model at every batch size. */
export async function rawByBatch(
  model: string,
  data: string,
): Promise<readonly { readonly batch: number; readonly rowsPerSecond: number }[]> {
  const rows = 262_144;
  const found = [];
  for (const batch of batchSizes) {
    const seconds = await rawSeconds([{ models: [model], data, batch, rows }]);
    found.push({ batch, rowsPerSecond: rows / seconds });
  }
  return found;
}
