import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { PoolResult, PoolTask } from "./pool-worker.ts";

/** Runs every task on one of as many threads as there are cores. The results do not depend on which thread ran them. */
export async function runAll(
  tasks: readonly PoolTask[],
  progress: (done: number) => void,
): Promise<readonly PoolResult[]> {
  const results: PoolResult[] = [];
  let next = 0;
  const serve = async (): Promise<void> => {
    const worker = new Worker(new URL("./pool-worker.ts", import.meta.url));
    try {
      for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) {
        // `once` rejects with the error of a thread that throws.
        const answer = once(worker, "message");
        worker.postMessage(task, []);
        const [result]: PoolResult[] = await answer;
        if (result !== undefined) results.push(result);
        progress(results.length);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, serve));
  return results;
}
