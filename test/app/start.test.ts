import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openStore } from "../../app/store/open.ts";
import { claimStore } from "../../app/store/owner.ts";
import { freePort } from "../../demo/free-port.ts";

const main = fileURLToPath(new URL("../../app/main.ts", import.meta.url));

async function settings(): Promise<Readonly<Record<string, string>>> {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const port = String(await freePort());
  return { APP_ID: "1", PRIVATE_KEY: privateKey, WEBHOOK_SECRET: "0123456789abcdef", PORT: port, LOG_LEVEL: "fatal" };
}

test("the App does not start with a weak webhook secret or without a key, says why, and repeats no secret", () => {
  for (const secret of ["development", "", "swordfish"]) {
    const { status, stderr, stdout } = spawnSync(process.execPath, [main], {
      encoding: "utf8",
      timeout: 30_000,
      env: { PATH: process.env["PATH"], APP_ID: "1", WEBHOOK_SECRET: secret },
    });
    assert.equal(status, 3, stderr);
    assert.match(stderr, /^WEBHOOK_SECRET: expected .+$/m);
    assert.match(stderr, /^PRIVATE_KEY: expected .+$/m);
    assert.doesNotMatch(stderr + stdout, /swordfish/);
  }
});

test("a store of another App is refused by its setting, for starting and for trying again", async () => {
  const data = mkdtempSync(join(tmpdir(), "assay-start-"));
  try {
    const store = await openStore({ databaseUrl: null, dataFolder: data });
    assert.equal(await claimStore(store, 7), 7);
    await store.destroy();
    for (const args of [[], ["--retry-dead"]]) {
      const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
        encoding: "utf8",
        timeout: 60_000,
        env: { PATH: process.env["PATH"] ?? "", ...(await settings()), ASSAY_DATA: data },
      });
      assert.equal(status, 3, stderr);
      assert.equal(stderr, "ASSAY_DATA: the store belongs to the App with the id 7, not to that of APP_ID\n");
    }
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});

test("what the App cannot reach is named with its setting, without a trace or a password", async () => {
  const data = mkdtempSync(join(tmpdir(), "assay-start-"));
  try {
    for (const [name, more] of [
      ["GHE_HOST", { GHE_HOST: "127.0.0.1:1", GHE_PROTOCOL: "http", ASSAY_DATA: data }],
      ["DATABASE_URL", { DATABASE_URL: "postgres://assay:swordfish@127.0.0.1:1/assay" }],
    ] as const) {
      const env: Record<string, string> = { PATH: process.env["PATH"] ?? "", ...(await settings()), ...more };
      const { status, stderr } = spawnSync(process.execPath, [main], {
        encoding: "utf8",
        timeout: 60_000,
        env,
      });
      assert.equal(status, 3, stderr);
      assert.match(stderr, new RegExp(`^${name}: .+\\n$`), stderr);
      assert.doesNotMatch(stderr, /swordfish|node_modules/);
    }
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});
