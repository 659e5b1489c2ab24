import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { leaseDelivery, postponeDelivery } from "../../app/store/inbox.ts";
import { keep } from "../../app/store/keep.ts";
import { openStore } from "../../app/store/open.ts";
import { at } from "../core/plan/material.ts";

const main = fileURLToPath(new URL("../../app/main.ts", import.meta.url));
const dataFolder = mkdtempSync(join(tmpdir(), "assay-dead-"));
after(() => rmSync(dataFolder, { recursive: true, force: true }));
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

function run(argument: string) {
  const settings = { APP_ID: "1", PRIVATE_KEY: privateKey, WEBHOOK_SECRET: "0123456789abcdef", ASSAY_DATA: dataFolder };
  return spawnSync(process.execPath, [main, argument], {
    encoding: "utf8",
    timeout: 60_000,
    env: { PATH: process.env["PATH"] ?? "", ...settings },
  });
}

test("the command line lets dead letters be tried again and says how many", async () => {
  const store = await openStore({ databaseUrl: null, dataFolder });
  await keep(store, { id: "d-1", name: "push", payload: {}, lane: null }, at(0));
  const delivery = await leaseDelivery(store, "owner", at(0));
  assert.ok(delivery !== null);
  await postponeDelivery(store, delivery, "TypeError: no", null);
  const { status, stderr } = run("--retry-dead");
  assert.equal(status, 3, "not while another process has the store");
  assert.match(stderr, /^ASSAY_DATA: /);
  await store.destroy();

  assert.equal(run("--retry-dead").stdout, "1 deliveries and 0 effects will be tried again.\n");
  assert.equal(run("--retry-dead").stdout, "0 deliveries and 0 effects will be tried again.\n");
  const again = await openStore({ databaseUrl: null, dataFolder });
  const row = await again.selectFrom("deliveries").select(["state", "attempts"]).executeTakeFirst();
  assert.deepEqual(row, { state: "pending", attempts: 0 });
  await again.destroy();
});

test("help names what can be asked for, and a wrong word is refused with it", () => {
  assert.match(run("--help").stdout, /--retry-dead/);
  const { status, stderr } = run("--retry");
  assert.equal(status, 3);
  assert.match(stderr, /--retry-dead/);
});
