import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { pino } from "pino";
import { loadSigner } from "../../app/keys.ts";
import { keepChart } from "../../app/store/charts.ts";
import { keep } from "../../app/store/inbox.ts";
import { commitPlan, recall } from "../../app/store/memory.ts";
import { openStore } from "../../app/store/open.ts";
import { createPages } from "../../app/web/pages.ts";
import { at, repository } from "../core/plan/material.ts";
import { tell } from "../core/plan/situations.ts";

const store = await openStore({ databaseUrl: null, dataFolder: "memory://" });
const signer = await loadSigner(store, "assay:1", at(0));
const state = { ready: false };
const pages = createPages({ store, signer, ready: () => state.ready, log: pino({ level: "silent" }) });
const server = createServer((request, response) => {
  void pages(request, response).then((done) => done || response.writeHead(404).end());
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = server.address();
const root = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
after(async () => {
  server.closeAllConnections();
  server.close();
  await store.destroy();
});
const load = async (path: string, method = "GET") => {
  const response = await fetch(root + path, { method });
  return { status: response.status, headers: response.headers, body: await response.text() };
};

test("the App is alive before it is ready", async () => {
  assert.equal((await load("/healthz")).status, 200);
  assert.equal((await load("/readyz")).status, 503);
  state.ready = true;
  assert.equal((await load("/readyz")).status, 200);
});

test("metrics count deliveries and effects by state, in Prometheus' text format", async () => {
  await keep(store, { id: "a", name: "push", payload: {}, lane: null }, at(0));
  const { body, headers } = await load("/metrics");
  assert.match(headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  assert.match(body, /^# TYPE assay_deliveries gauge\nassay_deliveries\{state="pending"\} 1$/m);
  assert.match(body, /^# TYPE assay_effects gauge$/m);
});

test("the public keys are served as they are, without the private part", async () => {
  const { body } = await load("/.well-known/jwks.json");
  assert.deepEqual(JSON.parse(body), signer.publicKeys());
  assert.doesNotMatch(body, /"d":/);
});

test("a chart is served under its address only", async () => {
  const token = signer.address("chart");
  const svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";
  await keepChart(store, { token, svg, png: new Uint8Array([137, 80, 78, 71]) }, at(0));
  const found = await fetch(`${root}/charts/${token}.png`);
  assert.deepEqual([...new Uint8Array(await found.arrayBuffer())], [137, 80, 78, 71]);
  assert.match(found.headers.get("content-type") ?? "", /^image\/png/);
  assert.match(found.headers.get("cache-control") ?? "", /immutable/);
  assert.equal((await load(`/charts/${token}.svg`)).body, svg);
  assert.equal((await load(`/charts/${signer.address("other")}.png`)).status, 404);
  for (const path of ["/charts/../keys", "/charts/", `/charts/${token}.pdf`, `/charts/${token}`, "/charts/%00.png"]) {
    assert.equal((await load(path)).status, 404, path);
  }
});

test("only reading is answered, and every page forbids scripts", async () => {
  assert.equal((await load("/", "POST")).status, 404);
  const head = await load("/", "HEAD");
  assert.deepEqual([head.status, head.body], [200, ""]);
  assert.match(head.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  assert.equal(head.headers.get("x-content-type-options"), "nosniff");
});

test("hostile names on the dashboard are text", async () => {
  const hostile = `<img src=x onerror="alert(1)">&'</td>`;
  const opened = tell().open();
  const plan = {
    ...opened,
    jobs: opened.jobs.map((job) => ({ ...job, model: hostile })),
    ledger: opened.ledger.map((line) => ({ ...line, by: hostile, what: hostile, subject: { [hostile]: hostile } })),
  };
  const recollection = await recall(store, repository.id, 42);
  await commitPlan(
    store,
    plan,
    { recollection, installationId: 1, repository, now: at(1), once: null },
    async () => {},
  );
  const { body } = await load("/");
  assert.ok(!body.includes("<img"), "no element is made of a name");
  assert.ok(!body.includes(`onerror="`));
  assert.ok(body.includes("&lt;img src=x onerror="));
});
