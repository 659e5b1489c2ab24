import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pino } from "pino";
import { loadSigner, type Signer } from "../../app/keys.ts";
import { createProgress, type ToldProgress } from "../../app/progress.ts";
import { openStore } from "../../app/store/open.ts";
import { tellProgress } from "../../runner/train/beats.ts";
import { at } from "../core/plan/material.ts";
import { onlyDispatch, tell } from "../core/plan/situations.ts";

const { claims } = onlyDispatch(tell().open());
const store = await openStore({ databaseUrl: null, dataFolder: "memory://" });
const signer: Signer = await loadSigner(store, "assay:1", at(0));
const heard: ToldProgress[] = [];
let now = Date.parse(at(0));
const handle = createProgress({
  signer,
  log: pino({ level: "silent" }),
  now: () => new Date(now),
  told: async (event) => {
    heard.push(event);
    return event.nonce === claims.jti;
  },
});
const server = createServer((request, response) => {
  void handle(request, response).then((mine) => (mine ? null : response.writeHead(418).end()));
});
let url = "";
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/progress`;
});
after(async () => {
  server.close();
  await store.destroy();
});

const sign = (over: Partial<typeof claims> = {}, validForMs = 60_000) =>
  signer.sign({ ...claims, ...over }, now, validForMs);
async function post(token: string, body: string, path = url): Promise<number> {
  now += 60_000;
  return (await fetch(path, { method: "POST", headers: { authorization: `Bearer ${token}` }, body })).status;
}

test("the holder of a training's ticket tells its progress, once every few seconds at most", async () => {
  const ticket = await sign({}, 3_600_000);
  assert.equal(await post(ticket, '{"step":3,"of":10}'), 204);
  assert.deepEqual(heard.at(-1), { kind: "run_progressed", nonce: claims.jti, step: 3, of: 10 });
  now -= 59_000;
  const headers = { authorization: `Bearer ${ticket}` };
  assert.equal((await fetch(url, { method: "POST", headers, body: '{"step":4,"of":10}' })).status, 429);
  assert.equal(heard.length, 1);
});

test("who has no valid ticket for a training is not heard", async () => {
  const other = await loadSigner(await openStore({ databaseUrl: null, dataFolder: "memory://" }), "assay:1", at(0));
  const count = heard.length;
  for (const [name, token] of [
    ["none", ""],
    ["garbage", "a.b.c"],
    ["another App's", await other.sign(claims, now, 3_600_000)],
    ["an evaluation's", await sign({ stage: "evaluate" }, 3_600_000)],
    ["one that has expired", await sign({}, 1_000)],
  ] as const)
    assert.equal(await post(token, '{"step":1,"of":2}'), 401, name);
  assert.equal(heard.length, count);
});

test("what is no progress is refused, and a run that is nobody's is not found", async () => {
  const ticket = await sign({}, 36_000_000);
  for (const body of [
    "",
    "{",
    "[]",
    '{"step":-1,"of":2}',
    '{"step":1,"of":0}',
    '{"step":1,"of":2,"sql":"x"}',
    "9".repeat(5_000),
  ])
    assert.equal(await post(ticket, body), 400, body.slice(0, 40));
  assert.equal(await post(await sign({ jti: "f".repeat(32) }, 3_600_000), '{"step":1,"of":2}'), 404);
  assert.equal(await post(ticket, '{"step":1,"of":2}', `${url}/more`), 418, "another path is somebody else's");
});

test("a runner tells the last line of its metrics when there is a new one, and an App that is gone costs it nothing", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "assay-beats-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "metrics.jsonl");
  const before = heard.length;
  const arrived = (count: number) =>
    new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (heard.length >= before + count) {
          clearInterval(timer);
          resolve();
        }
      }, 5);
    });
  const end = tellProgress(file, { url, token: await sign({}, 36_000_000), everyMs: 10 });
  await writeFile(file, '{"step":1,"of":4,"metrics":{}}\n{"step":2,"of":4,"metrics":{"loss":1}}\nnot yet');
  await arrived(1);
  now += 60_000;
  await writeFile(file, '{"step":3,"of":4,"metrics":{}}\n');
  await arrived(2);
  await end();
  assert.deepEqual(
    heard.slice(before).map(({ step, of }) => [step, of]),
    [
      [2, 4],
      [3, 4],
    ],
  );
  const endless = tellProgress(file, { url: "http://127.0.0.1:9/progress", token: "x", everyMs: 1 });
  await endless();
});
