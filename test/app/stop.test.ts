import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, type TestContext, test } from "node:test";
import { Client } from "pg";
import { webhookPath } from "../../app/server.ts";
import { openStore } from "../../app/store/open.ts";
import { freePort } from "../../demo/free-port.ts";
import { until } from "../../demo/wait.ts";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { place, root, seedOf, webhookSecret } from "../faults/place.ts";
import { startPostgres } from "./postgres.ts";
import { startSilentProxy } from "./silent-proxy.ts";

/** Nothing is decided by time: whoever has not ended long after ten seconds is killed, and has failed by that. */
const killMs = 20_000;
/** Longer than an App that ends waits for GitHub. */
const longMs = 12_000;
const migrationLock = "3853314791062309107";

const postgres = await startPostgres();
if (typeof postgres !== "string") after(postgres.stop);
const skip = typeof postgres === "string" ? postgres : false;
const databaseUrl = typeof postgres === "string" ? "" : postgres.url;

suite("an App that is asked to end", { concurrency: 2 }, () => {
  test("does so although GitHub owes it an answer, and does what was left when it begins again", async (t) => {
    const { emulator, dataFolder, start } = await openPlace(t);
    emulator.faults.inject({ match: { path: "/actions/variables" }, kind: "timeout", ms: longMs });
    const first = start({ ASSAY_DATA: dataFolder });
    await first.ready;
    await made(emulator, "timeout");
    const unfinished = beginDelivery(first.port, "{");
    assert.deepEqual(await first.end("SIGTERM"), [0, null], first.said());
    assert.equal(await unfinished, "no answer");
    const store = await openStore({ databaseUrl: null, dataFolder });
    const effects = await store.selectFrom("effects").select(["key", "state"]).execute();
    await store.destroy();
    assert.deepEqual(effects, [{ key: "keys", state: "pending" }]);

    const second = start({ ASSAY_DATA: dataFolder });
    await second.ready;
    const written = () =>
      emulator.requests().filter(({ method, path }) => method === "POST" && isVariable(path)).length;
    await until("the keys", async () => (written() === 1 ? true : null), patience());
    assert.deepEqual(await second.end("SIGTERM"), [0, null], second.said());
    assert.equal(written(), 1);
  });

  test("does so while it still starts, and never says that it is ready", async (t) => {
    const { emulator, dataFolder, start } = await openPlace(t);
    const opening = start({ ASSAY_DATA: dataFolder });
    await opening.heard("starting");
    assert.deepEqual(await opening.end("SIGTERM"), [0, null], opening.said());
    assert.doesNotMatch(opening.said(), /"ready"/);
    emulator.faults.inject({ match: { path: "/app/installations" }, kind: "timeout", ms: longMs });
    const app = start({ ASSAY_DATA: dataFolder });
    await made(emulator, "timeout");
    assert.deepEqual(await app.end("SIGTERM"), [0, null], app.said());
    assert.doesNotMatch(app.said(), /"ready"/);
  });

  test("does so while another replica brings the tables up to date", { skip }, async (t) => {
    const { start } = await openPlace(t);
    const admin = new Client(databaseUrl);
    await admin.connect();
    t.after(() => admin.end());
    await admin.query(`create database waiting`);
    const own = new Client(Object.assign(new URL(databaseUrl), { pathname: "/waiting" }).href);
    await own.connect();
    t.after(() => own.end());
    await own.query(`select pg_advisory_lock(${migrationLock})`);
    const app = start({ DATABASE_URL: Object.assign(new URL(databaseUrl), { pathname: "/waiting" }).href });
    const waits = async () =>
      (await own.query("select 1 from pg_locks where locktype = 'advisory' and not granted")).rows[0] ?? null;
    await until("the App to wait for the lock", waits, patience());
    assert.deepEqual(await app.end("SIGINT"), [0, null], app.said());
    assert.doesNotMatch(app.said(), /"ready"/);
  });

  test("ends with a word of it and an exit code when its database does not answer", { skip }, async (t) => {
    const { start } = await openPlace(t);
    const proxy = await startSilentProxy(databaseUrl);
    t.after(proxy.stop);
    const app = start({ DATABASE_URL: proxy.url });
    await app.ready;
    proxy.silence();
    const unanswered = beginDelivery(app.port, "{}");
    assert.deepEqual(await app.end("SIGTERM"), [4, null], app.said());
    assert.match(app.said(), /"level":60.*did not end in time/);
    assert.equal(await unanswered, "no answer");
  });
});

function isVariable(path: string): boolean {
  return path.includes("/actions/variables");
}

function patience() {
  return { timeoutMs: 60_000, abort: new Promise<string>(() => {}) };
}

async function made(emulator: Emulator, kind: string): Promise<void> {
  await until(`the emulator's ${kind}`, async () => emulator.faults.made()[kind] ?? null, patience());
}

/** Begins a delivery of two bytes; without the second one it does not end. Gives how it was answered, once it is over. */
async function beginDelivery(port: number, written: string): Promise<number | "no answer"> {
  const headers = {
    "content-type": "application/json",
    "content-length": "2",
    "x-github-event": "push",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": `sha256=${createHmac("sha256", webhookSecret).update("{}").digest("hex")}`,
  };
  const sent = request({ host: "127.0.0.1", port, path: webhookPath, method: "POST", headers, agent: false });
  sent.write(written);
  return new Promise((resolve) => {
    sent.once("response", ({ statusCode }) => resolve(statusCode ?? 0));
    sent.once("error", () => resolve("no answer"));
  });
}

/** A GitHub with one repository, and Apps on it as processes of their own. */
async function openPlace(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "assay-stop-"));
  const port = await freePort();
  const seed = seedOf(`http://127.0.0.1:${port}${webhookPath}`);
  const emulator = await startEmulator({ folder: join(folder, "github"), seed });
  t.after(async () => {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  const identity = emulator.apps["assay"];
  assert.ok(identity !== undefined, place.owner);
  const env = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    APP_ID: String(identity.id),
    PRIVATE_KEY: identity.privateKey,
    WEBHOOK_SECRET: webhookSecret,
    GHE_HOST: new URL(emulator.url).host,
    GHE_PROTOCOL: "http",
    PORT: String(port),
  };
  const start = (store: Readonly<Record<string, string>>) => startProcess(port, { ...env, ...store });
  return { emulator, dataFolder: join(folder, "app"), start };
}

function startProcess(port: number, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ["app/main.ts"], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  let said = "";
  for (const output of [child.stdout, child.stderr])
    output.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
  const heard = (what: string) =>
    new Promise<void>((resolve, reject) => {
      child.stdout.on("data", () => (said.includes(what) ? resolve() : undefined));
      void exited.then(() => reject(new Error(`the App ended: ${said}`)));
    });
  const ready = heard('{"ready"');
  // Not everybody waits for it.
  ready.catch(() => {});
  const end = async (signal: "SIGTERM" | "SIGINT"): Promise<readonly unknown[]> => {
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), killMs);
    const ending = await exited;
    clearTimeout(timer);
    return ending;
  };
  return { port, ready, heard, end, said: () => said };
}
