import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { after, test } from "node:test";
import * as fc from "fast-check";
import { sql } from "kysely";
import { pino } from "pino";
import { loadSigner } from "../../app/keys.ts";
import { keepChart } from "../../app/store/charts.ts";
import { reviveDeadLetters } from "../../app/store/dead-letters.ts";
import { leaseDelivery, postponeDelivery } from "../../app/store/inbox.ts";
import { keep } from "../../app/store/keep.ts";
import { commitPlan, recall } from "../../app/store/memory.ts";
import { openStore } from "../../app/store/open.ts";
import { queue } from "../../app/store/outbox.ts";
import { createTraffic, routeOf } from "../../app/traffic.ts";
import { createPages } from "../../app/web/pages.ts";
import { family } from "../../app/web/prometheus.ts";
import { createTally } from "../../app/web/tally.ts";
import { planOf } from "../../core/plan/decision.ts";
import { at, repository } from "../core/plan/material.ts";
import { tell } from "../core/plan/situations.ts";
import { parseExposition } from "./exposition.ts";

const store = await openStore({ databaseUrl: null, dataFolder: "memory://" });
const signer = await loadSigner(store, "assay:1", at(0));
const state = { ready: false };
const traffic = createTraffic();
const pages = createPages({
  store,
  signer,
  ready: () => state.ready,
  log: pino({ level: "silent" }),
  traffic,
  webUrl: "https://github.example.com",
  now: () => new Date(at(3_600)),
});
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

test("every metric is in Prometheus' text format, with help and type, and none comes twice", async () => {
  await keep(store, { id: "a", name: "push", payload: {}, lane: null }, at(0));
  traffic.received("kept", 0.004);
  traffic.received("bad_signature", 0.001);
  const { body, headers } = await load("/metrics");
  assert.match(headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const metrics = parseExposition(body);
  assert.deepEqual(metrics.get("assay_deliveries")?.samples.get('state="pending"'), 1);
  assert.deepEqual(metrics.get("assay_deliveries")?.samples.get('state="dead"'), 0);
  assert.equal(metrics.get("assay_delivery_oldest_pending_age_seconds")?.samples.get(""), 3_600);
  assert.equal(metrics.get("assay_webhooks_total")?.samples.get('outcome="bad_signature"'), 1);
  assert.equal(metrics.get("assay_webhook_ack_seconds")?.samples.get('_bucket le="0.005"'), 1);
  for (const name of ["assay_store_ping_seconds", "process_resident_memory_bytes", "nodejs_eventloop_lag_p99_seconds"])
    assert.ok((metrics.get(name)?.samples.get("") ?? -1) >= 0, name);
  assert.match(body, /^assay_build_info\{version="\d+\.\d+\.\d+",node="\d+\.\d+\.\d+"\} 1$/m);
});

test("hostile text in a label stays in its label", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('"', "\\", "\n", "}", "{", ",", "=", " ", "#", "x", "\ud800") }),
      (text) => {
        const metrics = parseExposition(family("a_b", "gauge", text, [{ labels: { of: text }, value: 1 }]));
        assert.equal(metrics.size, 1);
        assert.equal(metrics.get("a_b")?.samples.size, 1);
        assert.deepEqual(metrics.get("a_b")?.labels, [text.toWellFormed()]);
      },
    ),
  );
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
  const deadLetters = async () => parseExposition((await load("/metrics")).body).get("assay_dead_letters")?.samples;
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

test("a ledger line is counted once, whichever scrape sees it, and a verdict with the time it took", async () => {
  const ledger = await openStore({ databaseUrl: null, dataFolder: "memory://" });
  const tally = createTally(ledger, at(0));
  assert.deepEqual((await tally()).decisions, []);
  const story = tell();
  const write = async (plan: ReturnType<typeof story.open>, now: string) => {
    const recollection = await recall(ledger, repository.id, 42);
    await commitPlan(ledger, plan, { recollection, installationId: 1, repository, now, once: null }, async () => {});
  };
  const opened = story.open();
  await write(opened, at(1));
  const [job] = opened.jobs;
  assert.ok(job !== undefined);
  const before = await tally();
  assert.deepEqual(await tally(), before, "nothing new is counted again");
  const line = { what: "job_judged", reason: null, by: "assay", subject: { job: job.id } };
  await write({ ...planOf({}), ledger: [line] }, new Date(Date.parse(job.createdAt) + 240_000).toISOString());
  const { decisions, verdictSeconds } = await tally();
  assert.deepEqual(
    decisions.filter(({ what }) => what === "job_judged"),
    [{ what: "job_judged", reason: "", count: 1 }],
  );
  assert.deepEqual([verdictSeconds.count, verdictSeconds.sum], [1, 240]);
  assert.deepEqual(
    verdictSeconds.buckets.slice(0, 3).map(([, count]) => count),
    [0, 0, 1],
  );
  await ledger.destroy();
});

for (const [url, route] of [
  ["https://api.github.com/repos/acme/birdstrikes/issues/42/comments", "issues/comments"],
  ["https://api.github.com/repos/acme/birdstrikes/issues/comments/7", "issues/comments"],
  ["https://git.example.com/api/v3/repos/acme/birdstrikes/actions/workflows/assay.yml/dispatches", "actions/workflows"],
  ["https://api.github.com/repos/acme/birdstrikes/contents/check-runs/models", "contents"],
  ["https://api.github.com/repositories/17/commits?page=2", "commits"],
  ["https://api.github.com/app/installations/3/access_tokens", "token"],
  ["https://api.github.com/app/hook/deliveries?cursor=x", "app/hook"],
  ["https://api.github.com/repos/acme/secret-plans-of-acme", "repository"],
  ["https://blob.example.com/anything/at/all", "other"],
] as const)
  test(`a request to ${url} is counted as ${route}`, () => assert.equal(routeOf(url), route));

test("requests are counted by what came of them, and what GitHub says about its limits is known per installation", async () => {
  const own = createTraffic();
  const answers = [
    new Response("{}", {
      headers: { "x-ratelimit-limit": "5000", "x-ratelimit-remaining": "4990", "x-ratelimit-reset": "1800000000" },
    }),
    new Response("{}", { status: 403, headers: { "retry-after": "60" } }),
  ];
  const answering = own.counted(async () => {
    const answer = answers.shift();
    if (answer === undefined) throw new Error("connection reset");
    return answer;
  }, 3);
  const ask = () => answering("https://api.github.com/repos/a/b/pulls/1", { method: "PATCH" });
  await ask();
  await ask();
  await assert.rejects(ask, /connection reset/);
  const { requests, limited, rates, requestSeconds } = own.read();
  assert.deepEqual(
    requests.map(({ route, method, status, count }) => [route, method, status, count]),
    [
      ["pulls", "PATCH", "200", 1],
      ["pulls", "PATCH", "403", 1],
      ["pulls", "PATCH", "none", 1],
    ],
  );
  assert.deepEqual([limited, requestSeconds.count], [1, 3]);
  assert.deepEqual(rates, [
    { installationId: 3, resource: "core", limit: 5000, remaining: 4990, resetAt: "2027-01-15T08:00:00.000Z" },
  ]);
});
