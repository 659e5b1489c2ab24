import assert from "node:assert/strict";
import { test } from "node:test";
import { createFaults } from "../../emulator/http/faults.ts";
import { listen, openPull, place, pointHook, seedOf, stage } from "./world.ts";

const request = { method: "POST", path: "/repos/acme/model/issues/1/comments", template: null, actor: "assayer" };

/** Which of so many requests a fault hit. */
function hits(seed: number, chance: number, count = 400): readonly boolean[] {
  const faults = createFaults();
  faults.inject({ match: {}, kind: "status", code: 502, odds: { chance, seed } });
  return Array.from({ length: count }, () => faults.rest(request) !== null);
}

test("a fault with odds hits its share, the same requests for the same seed", () => {
  const first = hits(7, 0.25);
  const share = first.filter(Boolean).length;
  assert.ok(share > 70 && share < 130, `${share} of 400`);
  assert.deepEqual(hits(7, 0.25), first);
  assert.notDeepEqual(hits(8, 0.25), first);
  assert.equal(hits(7, 0).some(Boolean), false);
  assert.equal(hits(7, 1).every(Boolean), true);
});

test("a fault without odds happens once, and with odds and a number that often", () => {
  const faults = createFaults();
  faults.inject({ match: { actor: "assayer" }, kind: "timeout", ms: 1 });
  assert.deepEqual(
    [faults.rest({ ...request, actor: "ada" }), faults.rest(request)?.kind, faults.rest(request)],
    [null, "timeout", null],
  );
  faults.inject({ kind: "drop", times: 2, odds: { chance: 1, seed: 1 } });
  const struck = Array.from({ length: 4 }, () => faults.webhook("push", null)?.kind);
  assert.deepEqual(struck, ["drop", "drop", undefined, undefined]);
});

test("what was made is counted by kind, and by status, beyond a clearing", () => {
  const faults = createFaults();
  for (const code of [502, 403, 502]) faults.inject({ match: {}, kind: "status", code });
  faults.inject({ kind: "duplicate" });
  for (let time = 0; time < 3; time += 1) faults.rest(request);
  faults.webhook("push", null);
  faults.inject({ kind: "drop" });
  faults.clear();
  assert.equal(faults.webhook("push", null), null);
  assert.deepEqual(faults.made(), { "status 502": 2, "status 403": 1, duplicate: 1 });
});

test("a failed delivery is recorded as one that found nobody, and can be sent again", async () => {
  await using scene = await stage(seedOf({ app: { events: ["issue_comment"] } }));
  await using listener = await listen();
  await pointHook(scene, listener.url);
  const { number } = await openPull(scene.as("bob"), "topic", { "a.md": "a\n" });
  scene.emulator.faults.inject({ kind: "fail" });
  await scene.as("bob").issues.createComment({ ...place, issue_number: number, body: "one" });
  await scene.emulator.idle();
  assert.equal(listener.received.filter(({ event }) => event === "issue_comment").length, 0);
  const { data: deliveries } = await scene.app().request("GET /app/hook/deliveries");
  const failed = deliveries.find(({ event }) => event === "issue_comment");
  assert.deepEqual([failed?.status, failed?.status_code], ["failed to connect to host", 502]);
  await scene.app().request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: Number(failed?.id) });
  assert.equal((await listener.wait("issue_comment")).guid, failed?.guid);
});

test("a webhook held back goes out by itself when nothing overtakes it", async () => {
  await using scene = await stage(seedOf({ app: { events: ["issue_comment"] } }));
  await using listener = await listen();
  await pointHook(scene, listener.url);
  const { number } = await openPull(scene.as("bob"), "topic", { "a.md": "a\n" });
  scene.emulator.faults.inject({ kind: "reorder", heldMs: 50 });
  await scene.as("bob").issues.createComment({ ...place, issue_number: number, body: "one" });
  await scene.emulator.idle();
  assert.equal(listener.received.filter(({ event }) => event === "issue_comment").length, 1);
});

test("an answer cut off has its status and the first half of its body, and what was asked for is done", async () => {
  await using scene = await stage();
  const { emulator } = scene;
  emulator.faults.inject({ match: { path: "/issues" }, kind: "cut" });
  const answer = await fetch(`${emulator.apiUrl}/repos/acme/model/issues`, {
    method: "POST",
    headers: { authorization: `token ${emulator.tokens["ada"]}`, "content-type": "application/json" },
    body: JSON.stringify({ title: "one" }),
  });
  assert.equal(answer.status, 201);
  await assert.rejects(answer.text(), TypeError);
  const { data } = await scene.as("ada").rest.issues.listForRepo(place);
  assert.deepEqual(
    data.map(({ title }) => title),
    ["one"],
  );
  assert.deepEqual(
    emulator.requests().map(({ method, status }) => `${method} ${status}`),
    ["POST 0", "GET 200"],
  );
});

test("of an answer without a body that is cut off nothing arrives", async () => {
  await using scene = await stage();
  const { emulator, as } = scene;
  const { data: issue } = await as("ada").rest.issues.create({ ...place, title: "one" });
  const { data: comment } = await as("ada").rest.issues.createComment({
    ...place,
    issue_number: issue.number,
    body: "a",
  });
  emulator.faults.inject({ match: { method: "DELETE" }, kind: "cut" });
  await assert.rejects(as("ada").rest.issues.deleteComment({ ...place, comment_id: comment.id }), /socket|closed/i);
  const { data: left } = await as("ada").rest.issues.listComments({ ...place, issue_number: issue.number });
  assert.deepEqual(left, [], "it was done");
});
