import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { seedOf } from "./world.ts";

const main = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "emulator", "main.ts");
const readySchema = z.object({
  ready: z.literal(true),
  url: z.string(),
  apiUrl: z.string(),
  tokens: z.record(z.string(), z.string()),
});

test("the emulator is a process that says when it listens, is steered over HTTP, and ends on SIGTERM", async () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-"));
  const seedFile = join(folder, "seed.json");
  writeFileSync(seedFile, JSON.stringify(seedOf()));
  const child = spawn(process.execPath, [main, "--folder", folder, "--seed", seedFile, "--quiet"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const lines = createInterface({ input: child.stdout });
    const [line] = await once(lines, "line");
    const { url, apiUrl, tokens } = readySchema.parse(JSON.parse(String(line)));
    const steer = async (method: string, path: string, body?: unknown) =>
      (
        await fetch(`${url}/_emulator/${path}`, {
          method,
          headers: { "content-type": "application/json" },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
      ).json();
    const ask = () => fetch(`${apiUrl}/user`, { headers: { authorization: `Bearer ${tokens["ada"]}` } });

    await steer("POST", "faults", { match: { path: "/user" }, kind: "status", code: 503 });
    assert.equal((await ask()).status, 503);
    assert.equal((await ask()).status, 200);
    const before = z.object({ now: z.string() }).parse(await steer("GET", "clock"));
    const after = z.object({ now: z.string() }).parse(await steer("POST", "clock", { advanceMs: 3_600_000 }));
    assert.ok(Date.parse(after.now) - Date.parse(before.now) >= 3_600_000);
    const requests = z
      .array(z.object({ template: z.string().nullable(), status: z.number(), actor: z.string() }))
      .parse(await steer("GET", "requests"));
    assert.deepEqual(requests, [
      { template: "/user", status: 503, actor: "ada" },
      { template: "/user", status: 200, actor: "ada" },
    ]);
    assert.deepEqual(await steer("GET", "idle"), { idle: true });
    const foreign = await fetch(`${url}/_emulator/faults`, { method: "POST", body: "{}" });
    assert.equal(foreign.status, 415, "a form of another site cannot steer it");
  } finally {
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
    assert.equal(code, 0);
  }
});
