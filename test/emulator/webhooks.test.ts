import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { listen, openPull, place, pointHook, refusal, seedOf, stage } from "./world.ts";

const actionsOf = (received: readonly { event: string; action: string | null }[]) =>
  received.map(({ event, action }) => (action === null ? event : `${event}.${action}`));

test("webhooks are signed, in order, and carry repository, sender and installation", async () => {
  await using scene = await stage();
  await using listener = await listen();
  await pointHook(scene, listener.url);
  const { number, sha } = await openPull(scene.as("bob"), "topic", { "a.md": "a\n", "b.md": "b\n" });
  await scene.emulator.idle();
  const first = await listener.wait("pull_request", "opened");
  const signature = createHmac("sha256", "a-long-secret").update(first.body).digest("hex");
  assert.equal(first.signature, `sha256=${signature}`);
  const { payload } = first;
  assert.partialDeepStrictEqual(payload, {
    number,
    pull_request: {
      number,
      head: { sha, ref: "topic", repo: { full_name: "acme/model" } },
      base: { ref: "main" },
      user: { login: "bob" },
      merged: false,
    },
    repository: { full_name: "acme/model", default_branch: "main" },
    sender: { login: "bob" },
    installation: { id: scene.emulator.apps["assayer"]?.installations[0]?.id },
  });
  assert.deepEqual(actionsOf(listener.received), [
    "installation.created",
    "push",
    "check_suite.requested",
    "push",
    "check_suite.requested",
    "push",
    "check_suite.requested",
    "pull_request.opened",
  ]);
});

test("a push to the branch, an edit, a close, a reopening and a merge are told", async () => {
  await using scene = await stage(
    seedOf({ app: { events: ["pull_request", "push"], permissions: { contents: "write", pull_requests: "write" } } }),
  );
  await using listener = await listen();
  const bob = scene.as("bob");
  const { number, sha } = await openPull(bob, "topic", { "a.md": "a\n" });
  await pointHook(scene, listener.url);
  await bob.repos.createOrUpdateFileContents({
    ...place,
    path: "c.md",
    branch: "topic",
    message: "More",
    content: "Yw==",
  });
  await bob.pulls.update({ ...place, pull_number: number, title: "Better", body: "words" });
  await bob.pulls.update({ ...place, pull_number: number, state: "closed" });
  await bob.pulls.update({ ...place, pull_number: number, state: "open" });
  await bob.pulls.merge({ ...place, pull_number: number });
  await scene.emulator.idle();
  assert.deepEqual(actionsOf(listener.received), [
    "installation.created",
    "push",
    "pull_request.synchronize",
    "pull_request.edited",
    "pull_request.closed",
    "pull_request.reopened",
    "pull_request.closed",
    "push",
  ]);
  const synchronized = await listener.wait("pull_request", "synchronize");
  assert.equal(synchronized.payload["before"], sha);
  const last = listener.received.at(-2)?.payload;
  assert.partialDeepStrictEqual(last, { pull_request: { merged: true, merged_by: { login: "bob" } } });
});

test("a failed delivery is found by its status and sent again under the same id", async () => {
  await using scene = await stage();
  await using listener = await listen();
  await pointHook(scene, listener.url);
  await scene.emulator.idle();
  listener.answer = 500;
  const { data: issue } = await scene.as("ada").issues.create({ ...place, title: "Talk" });
  await scene.as("ada").issues.createComment({ ...place, issue_number: issue.number, body: "/help" });
  await scene.emulator.idle();
  const app = scene.app();
  const { data: failed } = await app.request("GET /app/hook/deliveries", { status: "failure" });
  assert.deepEqual(
    failed.map((delivery) => [delivery.event, delivery.action, delivery.status_code, delivery.redelivery]),
    [["issue_comment", "created", 500, false]],
  );
  listener.answer = 200;
  await app.apps.redeliverWebhookDelivery({ delivery_id: Number(failed[0]?.id) });
  await scene.emulator.idle();
  const guids = listener.received.filter((one) => one.event === "issue_comment").map((one) => one.guid);
  assert.equal(guids.length, 2);
  assert.equal(guids[0], guids[1]);
  const { data: all } = await app.apps.listWebhookDeliveries();
  assert.deepEqual([all[0]?.redelivery, all[0]?.status_code, all[0]?.guid], [true, 200, guids[0]]);
  const { data: one } = await app.apps.getWebhookDelivery({ delivery_id: Number(all[0]?.id) });
  assert.partialDeepStrictEqual(one.request.payload, { comment: { body: "/help" } });
});

test("deliveries are paged by a cursor", async () => {
  await using scene = await stage();
  await using listener = await listen();
  await pointHook(scene, listener.url);
  const { data: issue } = await scene.as("ada").issues.create({ ...place, title: "Talk" });
  for (let index = 0; index < 4; index += 1)
    await scene.as("ada").issues.createComment({ ...place, issue_number: issue.number, body: `${index}` });
  await scene.emulator.idle();
  const all = await scene.app().paginate("GET /app/hook/deliveries", { per_page: 2 });
  assert.deepEqual(
    all.map((delivery) => delivery.event),
    ["issue_comment", "issue_comment", "issue_comment", "issue_comment", "installation"],
  );
});

test("a button of a check run reaches its App alone, with the presser as sender", async () => {
  await using scene = await stage();
  await using listener = await listen();
  await pointHook(scene, listener.url);
  const { sha } = await openPull(scene.as("bob"), "topic", { "a.md": "a\n" });
  const { data: run } = await scene.installed().checks.create({
    ...place,
    name: "damage",
    head_sha: sha,
    conclusion: "failure",
    actions: [{ label: "Again", description: "Train again", identifier: "retrain" }],
  });
  await scene.as("bob").request("POST /repos/{owner}/{repo}/check-runs/{check_run_id}/requested_action", {
    ...place,
    check_run_id: run.id,
    identifier: "retrain",
  });
  const pressed = await listener.wait("check_run", "requested_action");
  assert.partialDeepStrictEqual(pressed.payload, {
    requested_action: { identifier: "retrain" },
    check_run: { id: run.id },
    sender: { login: "bob" },
  });
  await scene.as("bob").checks.rerequestRun({ ...place, check_run_id: run.id });
  await listener.wait("check_run", "rerequested");
});

test("webhooks can be dropped, doubled and put out of order", async () => {
  await using scene = await stage();
  await using listener = await listen();
  await pointHook(scene, listener.url);
  const ada = scene.as("ada");
  const { data: issue } = await ada.issues.create({ ...place, title: "Talk" });
  const say = (body: string) => ada.issues.createComment({ ...place, issue_number: issue.number, body });
  const { faults } = scene.emulator;
  faults.inject({ event: "issue_comment", kind: "drop" });
  await say("dropped");
  faults.inject({ event: "issue_comment", kind: "duplicate" });
  await say("doubled");
  faults.inject({ event: "issue_comment", kind: "reorder" });
  await say("late");
  await say("early");
  faults.inject({ event: "issue_comment", kind: "delay", delayMs: 20 });
  await say("slow");
  await scene.emulator.idle();
  const bodies = listener.received
    .filter((one) => one.event === "issue_comment")
    .map((one) => /"body":"(\w+)"/u.exec(JSON.stringify(one.payload["comment"]))?.[1]);
  assert.deepEqual(bodies, ["doubled", "doubled", "early", "late", "slow"]);
});

test("REST can fail, hang, and lose an answer after the work was done", async () => {
  await using scene = await stage();
  const client = scene.installed();
  const { data: issue } = await client.issues.create({ ...place, title: "Talk" });
  const { faults } = scene.emulator;
  const say = () => client.issues.createComment({ ...place, issue_number: issue.number, body: "once" });
  faults.inject({
    match: { method: "POST", path: "/repos/{owner}/{repo}/issues/{issue_number}/comments" },
    kind: "status",
    code: 403,
    headers: { "retry-after": "7" },
  });
  assert.equal((await refusal(say())).status, 403);
  faults.inject({ match: { path: "/comments", actor: "assayer" }, kind: "lose-response" });
  await assert.rejects(say());
  faults.inject({ match: { method: "POST", path: "/comments" }, kind: "timeout", ms: 20 });
  await assert.rejects(say());
  const { data: comments } = await client.issues.listComments({ ...place, issue_number: issue.number });
  assert.equal(comments.length, 1, "the lost answer was written, the refused and the hung request were not");
});

test("an unknown route is answered 501 and recorded", async () => {
  await using scene = await stage();
  const refused = await refusal(scene.as("ada").request("GET /repos/{owner}/{repo}/teleport", place));
  assert.deepEqual(
    [refused.status, refused.message.split(" - ")[0]],
    [501, "The emulator does not serve GET /repos/acme/model/teleport"],
  );
  assert.deepEqual(
    scene.emulator.unknownRequests().map((entry) => [entry.method, entry.path, entry.actor]),
    [["GET", "/repos/acme/model/teleport", "ada"]],
  );
});

test("an unchanged answer costs nothing, and every answer counts down the hour", async () => {
  await using scene = await stage();
  const ask = (headers: Record<string, string> = {}) =>
    fetch(`${scene.emulator.apiUrl}/repos/acme/model`, {
      headers: { authorization: `Bearer ${scene.emulator.tokens["ada"]}`, ...headers },
    });
  const first = await ask();
  const again = await ask({ "if-none-match": first.headers.get("etag") ?? "" });
  const third = await ask();
  assert.deepEqual([first.status, again.status, third.status], [200, 304, 200]);
  const left = [first, again, third].map((response) => Number(response.headers.get("x-ratelimit-remaining")));
  assert.deepEqual(left, [4999, 4999, 4998]);
});
