import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { readSettings } from "../../app/settings.ts";

const pem = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey;
const good = { APP_ID: "12", PRIVATE_KEY: pem, WEBHOOK_SECRET: "0123456789abcdef" };

test("three values are enough, the rest has defaults", () => {
  assert.deepEqual(readSettings(good), {
    ok: true,
    settings: {
      appId: 12,
      privateKey: pem,
      webhookSecret: "0123456789abcdef",
      apiUrl: null,
      databaseUrl: null,
      dataFolder: "./data",
      publicUrl: null,
      host: "127.0.0.1",
      port: 3000,
      logLevel: "info",
    },
  });
});

test("the private key may have escaped line ends or be in base64", () => {
  for (const PRIVATE_KEY of [pem.replaceAll("\n", "\\n"), Buffer.from(pem).toString("base64")]) {
    const read = readSettings({ ...good, PRIVATE_KEY });
    assert.equal(read.ok ? read.settings.privateKey : "", pem);
  }
});

test("GitHub Enterprise Server is reached under its host, and addresses lose their last slash", () => {
  const read = readSettings({ ...good, GHE_HOST: "git.acme.example", ASSAY_PUBLIC_URL: "https://assay.example/" });
  assert.deepEqual(read.ok ? [read.settings.apiUrl, read.settings.publicUrl] : read.problems, [
    "https://git.acme.example/api/v3",
    "https://assay.example",
  ]);
});

const bad: readonly (readonly [name: string, value: string | undefined])[] = [
  ["APP_ID", undefined],
  ["APP_ID", ""],
  ["APP_ID", "swordfish"],
  ["APP_ID", "-1"],
  ["APP_ID", "1.5"],
  ["PRIVATE_KEY", undefined],
  ["PRIVATE_KEY", "swordfish"],
  ["PRIVATE_KEY", "-----BEGIN CERTIFICATE-----\nswordfish\n-----END CERTIFICATE-----"],
  ["PRIVATE_KEY", "-----BEGIN PRIVATE KEY-----\nswordfish\n-----END PRIVATE KEY-----"],
  ["WEBHOOK_SECRET", undefined],
  ["WEBHOOK_SECRET", ""],
  ["WEBHOOK_SECRET", "development"],
  ["WEBHOOK_SECRET", "swordfish"],
  ["DATABASE_URL", "swordfish"],
  ["ASSAY_PUBLIC_URL", "swordfish"],
  ["PORT", "0"],
  ["PORT", "70000"],
  ["PORT", "swordfish"],
  ["LOG_LEVEL", "swordfish"],
  ["GHE_PROTOCOL", "swordfish"],
];

for (const [name, value] of bad) {
  test(`${name} set to ${value === undefined ? "nothing" : JSON.stringify(value.slice(0, 12))} stops the start without being repeated`, () => {
    const read = readSettings({ ...good, [name]: value });
    assert.ok(!read.ok);
    assert.ok(read.problems.length > 0);
    for (const problem of read.problems) {
      assert.equal(problem.name, name);
      assert.doesNotMatch(problem.message, /swordfish/);
      assert.match(problem.message, /[a-z]{4}/);
    }
  });
}

test("every problem is named at once", () => {
  const read = readSettings({});
  assert.deepEqual(read.ok ? [] : [...new Set(read.problems.map(({ name }) => name))], [
    "APP_ID",
    "PRIVATE_KEY",
    "WEBHOOK_SECRET",
  ]);
});
