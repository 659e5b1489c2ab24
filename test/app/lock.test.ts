import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { lockFolder } from "../../app/store/lock.ts";

const lockFile = new URL("../../app/store/lock.ts", import.meta.url).href;

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "assay-lock-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A process that tries to take the folder, says whether it has it, and lives until it is killed. */
async function startTaker(folder: string) {
  const script = `import { lockFolder } from ${JSON.stringify(lockFile)};
    setInterval(() => {}, 1_000_000);
    await lockFolder(${JSON.stringify(folder)}).then(() => console.log("taken"), (error) => console.log(error.message));`;
  const args = ["--input-type=module", "--eval", script];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const said = once(child.stdout, "data").then(([data]) => String(data).trim());
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return { pid: child.pid ?? 0, said: await Promise.race([said, exited.then(() => "ended")]), kill };
}

test("a folder is taken once, within a process too, and can be taken again when it is let go", () =>
  withFolder(async (folder) => {
    const release = await lockFolder(folder);
    await assert.rejects(lockFolder(folder), {
      message: `${folder} is in use by process ${process.pid} on ${hostname()}`,
    });
    await release();
    await (await lockFolder(folder))();
  }));

test("a lock holds for as long as its process lives, whatever its number means here, and ends with it", () =>
  withFolder(async (folder) => {
    const taker = await startTaker(folder);
    try {
      assert.equal(taker.said, "taken");
      await assert.rejects(lockFolder(folder), new RegExp(`in use by process ${taker.pid} on `));
      // Where another container writes it, a number is that of nobody here, or of ourselves, or is not there yet.
      for (const owner of ["4194999", String(process.pid), ""]) {
        await writeFile(join(folder, "assay.lock"), owner);
        await assert.rejects(lockFolder(folder), /in use by/);
      }
    } finally {
      await taker.kill();
    }
    await (await lockFolder(folder))();
  }));

test("of several that start at once after one that was killed, one takes the folder", () =>
  withFolder(async (folder) => {
    const before = await startTaker(folder);
    await before.kill();
    const takers = await Promise.all(Array.from({ length: 4 }, () => startTaker(folder)));
    try {
      assert.equal(takers.filter(({ said }) => said === "taken").length, 1);
      assert.equal(takers.filter(({ said }) => said.startsWith(`${folder} is in use by`)).length, 3);
    } finally {
      await Promise.all(takers.map(({ kill }) => kill()));
    }
  }));
