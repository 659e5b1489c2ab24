import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { sql } from "kysely";
import { keepChart } from "../../app/store/charts.ts";
import { reviveDeadLetters } from "../../app/store/dead-letters.ts";
import { leaseDelivery, postponeDelivery } from "../../app/store/inbox.ts";
import { keep } from "../../app/store/keep.ts";
import { commitPlan, recall } from "../../app/store/memory.ts";
import { queue } from "../../app/store/outbox.ts";
import { at, repository } from "../core/plan/material.ts";
import { tell } from "../core/plan/situations.ts";
import { openPages } from "./page-scene.ts";

const state = { ready: false };
const scene = await openPages({ ready: () => state.ready });
const { store, signer, root, load } = scene;
after(scene.stop);

test("the App is alive before it is ready", async () => {
  assert.equal((await load("/healthz")).status, 200);
  assert.equal((await load("/readyz")).status, 503);
  state.ready = true;
  assert.equal((await load("/readyz")).status, 200);
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

const hostile = `<img src=x onerror="alert(1)">&'</td>`;

test("hostile names on the dashboard are text", async () => {
  const opened = tell().open();
  const plan = {
    ...opened,
    jobs: opened.jobs.map((job) => ({
      ...job,
      model: hostile,
      runs: job.runs.map((run) => ({ ...run, url: "javascript:alert(1)" })),
    })),
    ledger: opened.ledger.map((line) => ({ ...line, by: hostile, what: hostile, subject: { [hostile]: hostile } })),
  };
  const recollection = await recall(store, repository.id, 42);
  await commitPlan(
    store,
    plan,
    { recollection, installationId: 1, repository, now: at(1), once: null },
    async () => {},
  );
  await keep(store, { id: "a", name: "push", payload: {}, lane: null }, at(0));
  await keep(store, { id: "poison", name: "push", payload: { repository: { full_name: hostile } }, lane: null }, at(2));
  const waiting = await leaseDelivery(store, "owner", at(3));
  assert.equal(waiting?.id, "a");
  const poison = await leaseDelivery(store, "owner", at(3));
  assert.equal(poison?.id, "poison");
  await postponeDelivery(store, poison, `${hostile} ghs_${"a".repeat(36)}`, null);
  const { body } = await load("/");
  assert.ok(!body.includes("<img"), "no element is made of a name");
  assert.ok(!body.includes(`onerror="`));
  assert.ok(!body.includes("javascript:"), "only addresses of the web are links");
  assert.ok(!body.includes("aaaaaaaa"), "no token of an error is shown");
  assert.ok(body.includes("&lt;img src=x onerror="));
});

test("a dead letter is shown with its error and how to retry it, counted, and retried at once", async () => {
  const { body } = await load("/");
  assert.match(body, /1 dead letter was given up/);
  assert.match(body, /node app\/main\.ts --retry-dead/);
  const deadLetters = async () => (await scene.scrape()).get("assay_dead_letters")?.samples;
  assert.equal((await deadLetters())?.get('kind="delivery"'), 1);
  assert.deepEqual(await reviveDeadLetters(store, at(5)), { deliveries: 1, effects: 0, overtaken: 0 });
  assert.equal((await deadLetters())?.get('kind="delivery"'), 0);
  assert.doesNotMatch((await load("/")).body, /Dead letters/);
});

test("effects that were overtaken, and runs that were refused, are not performed again", async () => {
  const lane = "lane";
  const to = { installationId: 1, repository, lane };
  const react = (commentId: number) => ({ kind: "react", commentId, content: "eyes" }) as const;
  const [dispatch] = tell()
    .open()
    .effects.filter((effect) => effect.kind === "dispatch");
  assert.ok(dispatch !== undefined);
  await queue(store, to, [react(1), react(2), { ...dispatch, nonce: "refused" }], at(10));
  await sql`update effects set state = 'dead', attempts = 8, error = 'no' where created_at = ${at(10)}`.execute(store);
  await queue(store, to, [react(1)], at(11));
  assert.deepEqual(await reviveDeadLetters(store, at(12)), { deliveries: 0, effects: 1, overtaken: 2 });
  const { rows } = await sql<object>`
    select key, state, attempts, tried from effects where created_at = ${at(10)} order by seq`.execute(store);
  assert.deepEqual(rows, [
    { key: "react/1/eyes", state: "replaced", attempts: 8, tried: false },
    { key: "react/2/eyes", state: "pending", attempts: 0, tried: true },
    { key: "run/refused", state: "replaced", attempts: 8, tried: false },
  ]);
});

test("the dashboard allows its own style by digest and nothing else", async () => {
  const { headers, body } = await load("/");
  const [, style = ""] = /<style>([^]*?)<\/style>/.exec(body) ?? [];
  const digest = createHash("sha256").update(style).digest("base64");
  const policy = headers.get("content-security-policy") ?? "";
  assert.ok(policy.includes(`style-src 'sha256-${digest}'`), policy);
  assert.doesNotMatch(policy, /unsafe/);
  assert.doesNotMatch(body, /<script|style="|<form/);
});
