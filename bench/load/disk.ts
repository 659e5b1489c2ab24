import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A page of Postgres' log. */
const pageBytes = 8_192;
/** Postgres writes into log files that are there already. */
const pages = 2_048;

/**
 * The floor of every acknowledgement that keeps its word: how long one page takes to be on the disk, `perSecond` times a
 * second, with nothing else at work. Milliseconds, ascending.
 */
export async function durableWrites(perSecond: number, seconds: number): Promise<readonly number[]> {
  const folder = await mkdtemp(join(tmpdir(), "assay-bench-disk-"));
  try {
    const file = await open(join(folder, "log"), "w");
    try {
      await file.write(Buffer.alloc(pageBytes * pages, 1));
      await file.datasync();
      const page = Buffer.alloc(pageBytes, 2);
      const everyMs = 1_000 / perSecond;
      const took: number[] = [];
      for (let write = 0; write < perSecond * seconds; write += 1) {
        const start = performance.now();
        await file.write(page, 0, pageBytes, (write % pages) * pageBytes);
        await file.datasync();
        took.push(performance.now() - start);
        await pause(Math.max(0, everyMs - (performance.now() - start)));
      }
      return took.toSorted((a, b) => a - b);
    } finally {
      await file.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
