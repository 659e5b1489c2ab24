import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { lockFolder } from "../../app/store/lock.ts";

test("a folder is one process's at a time; a lock of a process that has ended is taken over", async () => {
  const folder = await mkdtemp(join(tmpdir(), "assay-lock-"));
  try {
    const release = await lockFolder(folder, process.pid);
    await assert.rejects(lockFolder(folder, process.ppid), new RegExp(`in use by process ${process.pid}`));
    await release();
    assert.deepEqual(await readdir(folder), []);
    // No process has this number: it lies above what any system gives out.
    await writeFile(join(folder, "assay.lock"), "4194999");
    const taken = await lockFolder(folder, process.pid);
    await taken();
    assert.deepEqual(await readdir(folder), []);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
