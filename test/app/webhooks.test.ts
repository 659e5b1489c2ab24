import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { sql } from "kysely";
import { Client } from "pg";
import { pino } from "pino";
import { z } from "zod";
import { type App, startApp, webhookPath } from "../../app/server.ts";
import { freePort } from "../../demo/free-port.ts";
import { startEmulator } from "../../emulator/server.ts";
import { startPostgres } from "./postgres.ts";
import { startReceiver } from "./receiver.ts";

const secret = "a-long-webhook-secret";
const folder = mkdtempSync(join(tmpdir(), "assay-webhooks-"));
const emulator = await startEmulator({
  folder,
  seed: {
    users: [{ login: "acme" }],
    apps: [{ slug: "assay", permissions: { metadata: "read" }, events: [], webhookUrl: null, webhookSecret: secret }],
    repositories: [],
    machines: [],
  },
});
const app = await start(null);
after(async () => {
  await app.stop();
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(databaseUrl: string | null): Promise<App> {
  const identity = emulator.apps["assay"];
  assert.ok(identity !== undefined);
  const settings = {
    appId: identity.id,
    privateKey: identity.privateKey,
    webhookSecret: secret,
    apiUrl: emulator.apiUrl,
    databaseUrl,
    dataFolder: "memory://",
    publicUrl: null,
    host: "127.0.0.1",
    port: await freePort(),
    logLevel: "fatal",
  } as const;
  return startApp(settings, pino({ level: "silent" }));
}

type Answer = { readonly status: number; readonly body: string };
type Headers = Readonly<Record<string, string>>;

const sign = (body: string | Buffer) => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
const headersOf = (body: string, id: string, event = "push"): Headers => ({
  "content-type": "application/json",
  "x-github-event": event,
  "x-github-delivery": id,
  "x-hub-signature-256": sign(body),
});

/** Posts over a connection of its own; `write` sends the body, and need not end it. */
function post(to: { port: number }, headers: Headers, write: (body: NodeJS.WritableStream) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: to.port, path: webhookPath, method: "POST", agent: false };
    const sent = request({ ...options, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
        if (body.endsWith("\n")) {
          resolve({ status: response.statusCode ?? 0, body });
          sent.destroy();
        }
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on("error", reject);
    write(sent);
  });
}

const deliver = (to: App, body: string, id: string, event = "push") =>
  post(to, headersOf(body, id, event), (sent) => sent.end(body));
const rowOf = (id: string, of = app) =>
  of.store.selectFrom("deliveries").selectAll().where("id", "=", id).executeTakeFirst();
/** The payload of a row, which was compressed if it meant nothing to us. */
const payloadOf = (row: Awaited<ReturnType<typeof rowOf>>): unknown =>
  row?.body == null ? row?.payload : JSON.parse(gunzipSync(row.body).toString());
const get = async (to: App, path: string) => (await fetch(`http://127.0.0.1:${to.port}${path}`)).status;

/** The sender learns what is wrong with the delivery, and nothing about us. */
function assertPlain({ body }: Answer): void {
  assert.match(body, /^(ok\n|\{"error":"[\w ,;/'-]+"\}\n)$/);
  assert.doesNotMatch(body, / at \/|node_modules|\.ts|Error:/);
}

const good = JSON.stringify({ ref: "refs/heads/main", note: "é" });
const without = (name: string) => (headers: Headers) =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
const nested = (depth: number) => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;

for (const [what, status, change, body] of [
  ["without a signature", 401, without("x-hub-signature-256"), good],
  ["with an empty signature", 401, (headers) => ({ ...headers, "x-hub-signature-256": "" }), good],
  [
    "signed with another secret",
    401,
    (headers) => ({ ...headers, "x-hub-signature-256": `sha256=${"0".repeat(64)}` }),
    good,
  ],
  [
    "with a signature of SHA-1",
    401,
    (headers) => ({ ...headers, "x-hub-signature-256": `sha1=${"0".repeat(40)}` }),
    good,
  ],
  ["with a signature that is none", 401, (headers) => ({ ...headers, "x-hub-signature-256": "{}" }), good],
  ["with the signature of another body", 401, (headers) => headers, `${good} `],
  ["as a form", 415, (headers) => ({ ...headers, "content-type": "application/x-www-form-urlencoded" }), good],
  ["without a content type", 415, without("content-type"), good],
  ["as something like JSON", 415, (headers) => ({ ...headers, "content-type": "application/jsonp" }), good],
  ["without an event", 400, without("x-github-event"), good],
  ["with an event that is no word", 400, (headers) => ({ ...headers, "x-github-event": "push'; drop" }), good],
  ["without an id", 400, without("x-github-delivery"), good],
] as const satisfies readonly (readonly [string, number, (headers: Headers) => Headers, string])[])
  test(`a delivery ${what} is refused with ${status} and not kept`, async () => {
    const id = randomUUID();
    const answer = await post(app, change(headersOf(good, id)), (sent) => sent.end(body));
    assert.equal(answer.status, status);
    assertPlain(answer);
    assert.equal(await rowOf(id), undefined);
  });

for (const [what, body] of [
  ["is cut off", good.slice(0, 20)],
  ["is null", "null"],
  ["is a number", "5"],
  ["is text", '"push"'],
  ["is a list", "[{}]"],
  ["begins with a byte order mark", `\uFEFF${good}`],
  ["is nested too deeply", nested(5_000)],
  ["is nested far too deeply", nested(500_000)],
] as const)
  test(`a signed body that ${what} is refused with 400 and not kept`, async () => {
    const id = randomUUID();
    const answer = await deliver(app, body, id);
    assert.equal(answer.status, 400);
    assertPlain(answer);
    assert.equal(await rowOf(id), undefined);
  });

test("a body that is announced to be larger than 25 MB is refused before any of it is sent", async () => {
  const headers = { ...headersOf("", randomUUID()), "content-length": String(26 * 1024 * 1024) };
  const answer = await post(app, headers, (sent) => sent.write("{"));
  assert.equal(answer.status, 413);
  assertPlain(answer);
});

test("a body that turns out to be larger than 25 MB is refused before it ends", async () => {
  const piece = "x".repeat(1024 * 1024);
  const answer = await post(app, headersOf("", randomUUID()), (sent) => {
    for (let count = 0; count < 26; count += 1) sent.write(piece);
  });
  assert.equal(answer.status, 413);
  assertPlain(answer);
});

test("a body of 25 MB is received whole", async (t) => {
  const edges = '{"text":""}'.length;
  const body = JSON.stringify({ text: "x".repeat(25 * 1024 * 1024 - edges) });
  const kept: number[] = [];
  const receiver = await startReceiver(t, 60_000, async ({ payload }) => {
    kept.push(JSON.stringify(payload).length);
    return true;
  });
  const answer = await post(receiver, headersOf(body, randomUUID()), (sent) => sent.end(body));
  assert.deepEqual([answer.status, kept], [200, [25 * 1024 * 1024]]);
});

test("other methods and other addresses are no deliveries", async () => {
  const url = `http://127.0.0.1:${app.port}`;
  const headers = headersOf(good, randomUUID());
  assert.equal((await fetch(url + webhookPath)).status, 405);
  assert.equal((await fetch(url + webhookPath, { method: "DELETE" })).status, 405);
  for (const path of ["/", "/none", "/api/github", `${webhookPath}/x`, "/none/"])
    assert.equal((await fetch(new URL(path, url), { method: "POST", headers, body: good })).status, 404, path);
  assert.equal((await fetch(`${url}${webhookPath}/?a=b`, { method: "POST", headers, body: good })).status, 200);
});

test("a forged delivery does not take the place of the true one that has its id", async () => {
  const id = randomUUID();
  const forged = await post(app, { ...headersOf(good, id), "x-hub-signature-256": sign("other") }, (sent) =>
    sent.end('{"forged":true}'),
  );
  assert.equal(forged.status, 401);
  assert.equal((await deliver(app, good, id)).status, 200);
  assert.deepEqual(payloadOf(await rowOf(id)), JSON.parse(good));
  const again = await deliver(app, '{"later":true}', id);
  assert.equal(again.status, 200, "a delivery that is sent again is acknowledged");
  assert.deepEqual(payloadOf(await rowOf(id)), JSON.parse(good), "and changes nothing");
});

test("what a database cannot hold in text is replaced where we read it, and kept as it came where we do not", async () => {
  const [read, idle] = [randomUUID(), randomUUID()];
  const odd = String.raw`"a\u0000":"b\u0000c","half":"\ud800 \udc00","whole":"\ud83d\ude00","list":["\u0000"]`;
  const comment = `"installation":{"id":1},"repository":{"id":7,"full_name":"acme/birds","default_branch":"main"},
    "action":"created","issue":{"number":1,"pull_request":{}},
    "comment":{"id":9,"body":"    /help","user":{"login":"ada"},"created_at":"2026-01-01T00:00:00Z"}`;
  assert.equal((await deliver(app, `{${odd},${comment}}`, read, "issue_comment")).status, 200);
  assert.equal((await deliver(app, `{${odd}}`, idle)).status, 200);
  const { payload } = z.object({ payload: z.looseObject({}) }).parse(await rowOf(read));
  assert.deepEqual(
    [payload["a\uFFFD"], payload["half"], payload["whole"], payload["list"]],
    ["b\uFFFDc", "\uFFFD \uFFFD", "😀", ["\uFFFD"]],
  );
  assert.deepEqual(payloadOf(await rowOf(idle)), JSON.parse(`{${odd}}`));
});

test("unknown events and payloads without what we need are kept and worked off without effect", async () => {
  const ids: string[] = [];
  for (const [event, payload] of [
    ["never_heard_of", { action: "x" }],
    ["pull_request", { action: "opened" }],
    ["pull_request", { action: "opened", repository: { id: 1 }, installation: null, pull_request: { number: "x" } }],
    ["issue_comment", { action: "created", repository: null, installation: { id: 1 } }],
    ["check_run", { repository: { id: 1, full_name: "a/b", default_branch: "c" }, installation: { id: 1 } }],
    ["push", {}],
  ] as const) {
    const id = randomUUID();
    ids.push(id);
    assert.equal((await deliver(app, JSON.stringify(payload), id, event)).status, 200);
  }
  await app.idle();
  for (const id of ids) assert.equal((await rowOf(id))?.state, "done");
});

test("every example of GitHub's webhooks is kept, and none ends the App", async () => {
  const file = createRequire(import.meta.url).resolve("@octokit/webhooks-examples/api.github.com/index.json");
  const examples = z
    .array(z.object({ name: z.string(), examples: z.array(z.looseObject({})) }))
    .parse(JSON.parse(readFileSync(file, "utf8")));
  const ids: string[] = [];
  for (const { name, examples: payloads } of examples)
    for (const payload of payloads) {
      const id = randomUUID();
      ids.push(id);
      const answer = await deliver(app, JSON.stringify(payload), id, name);
      assert.deepEqual(answer, { status: 200, body: "ok\n" }, name);
    }
  assert.ok(ids.length > 200, `${ids.length} examples`);
  await app.idle();
  const rows = await app.store.selectFrom("deliveries").select(["id", "attempts"]).where("id", "in", ids).execute();
  assert.equal(rows.length, ids.length);
  for (const { id, attempts } of rows) assert.ok(attempts > 0, `${id} was not looked at`);
  assert.deepEqual([await get(app, "/healthz"), await get(app, "/readyz"), await get(app, "/")], [200, 200, 200]);
});

test("a store that is gone is a failed delivery and an App that is not ready", async () => {
  const other = await start(null);
  const id = randomUUID();
  assert.equal((await deliver(other, good, id)).status, 200);
  assert.equal(await get(other, "/readyz"), 200);
  await other.store.destroy();
  const answer = await deliver(other, good, randomUUID());
  assert.equal(answer.status, 503);
  assertPlain(answer);
  assert.deepEqual([await get(other, "/healthz"), await get(other, "/readyz")], [200, 503]);
  const page = await fetch(`http://127.0.0.1:${other.port}/`);
  assert.deepEqual([page.status, await page.text()], [500, "The page could not be made; the log says why.\n"]);
  await other.stop().catch(() => {});
});

test("a store without room fails deliveries and makes the App not ready, until there is room again", async (context) => {
  const other = await start(null);
  context.after(() => other.stop());
  // What a server says whose disk is full, to any row that is larger than the room that is left in a page.
  await sql`create function refuse() returns trigger language plpgsql as $$ begin
    raise exception 'could not extend file' using errcode = 'disk_full'; end $$`.execute(other.store);
  await sql`create trigger full_disk before insert on deliveries for each row
    when (length(new.payload::text) + coalesce(length(new.body), 0) > 15) execute function refuse()`.execute(
    other.store,
  );
  assert.equal(await get(other, "/readyz"), 200, "nothing has shown it yet");
  const id = randomUUID();
  const answer = await deliver(other, good, id);
  assert.equal(answer.status, 503);
  assertPlain(answer);
  assert.deepEqual([await get(other, "/healthz"), await get(other, "/readyz")], [200, 503]);
  await sql`drop trigger full_disk on deliveries`.execute(other.store);
  assert.equal(await get(other, "/readyz"), 200);
  assert.equal((await deliver(other, good, id)).status, 200);
  assert.equal((await other.store.selectFrom("deliveries").select("id").execute()).length, 1, "a trial leaves nothing");
});

test("a Postgres that takes no writes, or is stopped, fails deliveries and makes the App not ready", async (context) => {
  const postgres = await startPostgres();
  if (typeof postgres === "string") return context.skip(postgres);
  context.after(postgres.stop);
  const other = await start(postgres.url);
  context.after(() => other.stop().catch(() => {}));
  const [before, during] = [randomUUID(), randomUUID()];
  assert.equal((await deliver(other, good, before)).status, 200);
  await other.idle();
  // Sessions that are ended come back with the new default.
  const admin = new Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query("alter database assay set default_transaction_read_only = on");
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = 'assay'",
  );
  await admin.end();
  const late = await start(postgres.url);
  assert.equal((await deliver(late, good, during)).status, 503, "one that starts meanwhile waits for better times");
  await late.stop();
  for (const stop of [async () => {}, postgres.stop]) {
    await stop();
    const answer = await deliver(other, good, during);
    assert.equal(answer.status, 503);
    assertPlain(answer);
    assert.deepEqual([await get(other, "/healthz"), await get(other, "/readyz")], [200, 503]);
  }
});

test("a delivery that is not stored in time has failed, and is never acknowledged", async (t) => {
  const slow = await startReceiver(t, 20, () => new Promise(() => {}));
  const stored = await post(slow, headersOf(good, randomUUID()), (sent) => sent.end(good));
  const unsent = await post(slow, headersOf(good, randomUUID()), (sent) => sent.write("{"));
  assert.deepEqual([stored.status, unsent.status], [503, 503]);
  assertPlain(unsent);
  assert.deepEqual(slow.seen, ["too_slow", "too_slow"]);
});
