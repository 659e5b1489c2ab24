import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as fc from "fast-check";
import { keep } from "../../app/store/keep.ts";
import { createTraffic, routeOf } from "../../app/traffic.ts";
import { family } from "../../app/web/prometheus.ts";
import { at } from "../core/plan/material.ts";
import { goThrough, liveThrough } from "./busy-scene.ts";
import { parseExposition } from "./exposition.ts";
import { openPages } from "./page-scene.ts";

const scene = await openPages({ began: at(0) });
after(scene.stop);
await liveThrough(scene.store);
await goThrough(scene.traffic);

test("every metric is in Prometheus' text format, with help and type, and none comes twice", async () => {
  await keep(scene.store, { id: "waits", name: "push", payload: {}, lane: null }, at(140));
  const { body, headers } = await scene.load("/metrics");
  assert.match(headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const metrics = parseExposition(body);
  for (const name of ["assay_store_ping_seconds", "process_resident_memory_bytes", "nodejs_eventloop_lag_p99_seconds"])
    assert.ok((metrics.get(name)?.samples.get("") ?? -1) >= 0, name);
  assert.match(body, /^assay_build_info\{version="\d+\.\d+\.\d+",node="\d+\.\d+\.\d+"\} 1$/m);
});

for (const [name, labels, value] of [
  ["assay_deliveries", 'state="pending"', 1],
  ["assay_deliveries", 'state="dead"', 0],
  ["assay_delivery_oldest_pending_age_seconds", "", 3_460],
  ["assay_delivery_last_age_seconds", "", 3_460],
  ["assay_webhooks_total", 'outcome="kept"', 2],
  ["assay_webhooks_total", 'outcome="duplicate"', 1],
  ["assay_webhooks_total", 'outcome="bad_signature"', 1],
  ["assay_webhook_ack_seconds", '_bucket le="0.005"', 3],
  ["assay_github_rate_limit_remaining", 'installation="3",resource="core"', 4_321],
  ["assay_github_rate_limit", 'installation="3",resource="core"', 5_000],
  ["assay_github_rate_limit_reset_seconds", 'installation="3",resource="core"', 600],
  ["assay_github_rate_limit_remaining", 'installation="3",resource="search"', 0],
  ["assay_github_limited_total", 'limit="primary"', 1],
  ["assay_github_limited_total", 'limit="secondary"', 3],
  ["assay_redeliveries_total", 'answer="accepted"', 2],
  ["assay_redeliveries_total", 'answer="refused"', 1],
  ["assay_heals_total", 'kind="delivery"', 1],
  ["assay_commands_total", 'command="retrain",decision="refused",reason="bad_argument"', 1],
  ["assay_promotions_total", 'outcome="deployed",reason=""', 1],
  ["assay_sticky_conflicts_total", 'change="edited"', 1],
  ["assay_sticky_conflicts_total", 'change="deleted"', 0],
  ["assay_first_reaction_seconds", '_sum to="push"', 4],
  ["assay_first_reaction_seconds", '_sum to="comment"', 50],
  ["assay_first_reaction_seconds", '_bucket to="comment",le="30"', 0],
  ["assay_first_reaction_seconds", '_bucket to="comment",le="60"', 1],
  ["assay_verdict_seconds", "_count", 1],
  // The machine was held from its beginning over the push, a minute later, until GitHub said that it had stopped.
  ["assay_gpu_seconds_total", 'outcome="superseded"', 62],
  ["assay_gpu_seconds_total", 'outcome="ok"', 1],
  ["assay_gpu_seconds_total", 'outcome="failed"', 0],
] as const)
  test(`${name} {${labels}} tells what happened`, async () => {
    const found = (await scene.scrape()).get(name)?.samples;
    assert.equal(found?.get(labels), value, JSON.stringify([...(found ?? [])]));
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
  assert.deepEqual([limited, requestSeconds.count], [{ primary: 0, secondary: 1 }, 3]);
  assert.deepEqual(rates, [
    { installationId: 3, resource: "core", limit: 5000, remaining: 4990, resetAt: "2027-01-15T08:00:00.000Z" },
  ]);
});
