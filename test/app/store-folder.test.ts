import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { openStore } from "../../app/store/open.ts";

const openFile = new URL("../../app/store/open.ts", import.meta.url).href;

test("a database whose making was killed is made anew by the next start", async (t) => {
  const dataFolder = await mkdtemp(join(tmpdir(), "assay-folder-"));
  t.after(() => rm(dataFolder, { recursive: true, force: true }));
  const options = JSON.stringify({ databaseUrl: null, dataFolder });
  const script = `import { openStore } from ${JSON.stringify(openFile)}; await openStore(${options});`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "inherit" });
  const exited = once(child, "exit");
  // From this file on PGlite takes a folder for a whole database, which it is not for a while yet.
  const isBegun = () => ["pglite.new", "pglite"].some((name) => existsSync(join(dataFolder, name, "PG_VERSION")));
  while (!isBegun() && child.exitCode === null) await turn();
  child.kill("SIGKILL");
  assert.deepEqual(await exited, [null, "SIGKILL"]);
  const store = await openStore({ databaseUrl: null, dataFolder });
  assert.deepEqual(await store.selectFrom("deliveries").select("id").execute(), []);
  await store.destroy();
  assert.deepEqual((await readdir(dataFolder)).toSorted(), ["lock.sqlite", "pglite"]);
});
