import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { pino } from "pino";
import { loadSigner } from "../../app/keys.ts";
import { perform } from "../../app/perform/perform.ts";
import type { Stage } from "../../app/perform/stage.ts";
import { openStore } from "../../app/store/open.ts";
import type { PendingEffect } from "../../app/store/outbox.ts";
import type { Plan } from "../../core/plan/decision.ts";
import { type Effect, effectKey } from "../../core/plan/effect.ts";
import { at } from "../core/plan/material.ts";
import { ofKind, onlyDispatch, tell } from "../core/plan/situations.ts";
import { assertAllAsked, client, github } from "../github/client.ts";

const store = await openStore({ databaseUrl: null, dataFolder: "memory://" });
const signer = await loadSigner(store, "assay:1", at(0));
after(() => store.destroy());
afterEach(assertAllAsked);

/** Each test has a repository of its own; its effects come in the order in which they are made. */
let repositories = 0;
let seq = 0;
function performer() {
  repositories += 1;
  const repository = { id: repositories, fullName: "acme/birds", defaultBranch: "main" };
  return (effect: Effect, second: number, over: Partial<PendingEffect> = {}) => {
    seq += 1;
    const stage: Stage = {
      store,
      client,
      signer,
      publicUrl: "https://assay.example.com",
      login: "assay[bot]",
      now: () => new Date(at(second)),
      mayMake: async () => {},
      log: pino({ level: "silent" }),
    };
    const pending = {
      seq,
      key: effectKey(effect),
      installationId: 1,
      repository,
      effect,
      attempts: 0,
      error: null,
      tried: false,
      ...over,
    };
    return perform(pending, stage);
  };
}

function only<K extends "aggregate_check" | "comment">(plan: Plan, kind: K) {
  const [effect] = ofKind(plan, kind);
  return effect ?? assert.fail(`no ${kind}`);
}

test("progress is written ten seconds after the last write at the earliest, the end at once, the same never twice", async () => {
  const story = tell();
  const act = performer();
  const opened = story.open();
  const { nonce } = onlyDispatch(opened);
  github().post("/check-runs").reply(201, { id: 5 });
  assert.deepEqual(await act(only(opened, "aggregate_check"), 0), { kind: "done" });
  assert.deepEqual(await act(only(opened, "aggregate_check"), 1), { kind: "done" }, "what is there costs no request");
  const started = only(story.started(nonce), "aggregate_check");
  assert.deepEqual(await act(started, 2), { kind: "later", at: at(10) });
  github()
    .patch("/check-runs/5", (body: { status: string }) => body.status === "in_progress")
    .reply(200, { id: 5 });
  assert.deepEqual(await act(started, 10), { kind: "done" });
  const failed = only(story.completed(nonce, "failure", null), "aggregate_check");
  github()
    .patch("/check-runs/5", (body: { conclusion: string }) => body.conclusion === "failure")
    .reply(200, { id: 5 });
  assert.deepEqual(await act(failed, 11), { kind: "done" });
});

test("an older wish that was held up does not overwrite what a newer one wrote", async () => {
  const story = tell();
  const act = performer();
  const { nonce } = onlyDispatch(story.open());
  const failed = story.completed(nonce, "failure", null);
  const again = story.push("head 2");
  seq += 1;
  const late = seq;
  github().post("/issues/42/comments").reply(201, { id: 9 });
  await act(only(again, "comment"), 5);
  assert.deepEqual(await act(only(failed, "comment"), 6, { seq: late }), { kind: "done" });
});

test("the comment follows the head: a failure of an older commit does not stay as if it were the new one's", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  assert.equal(ofKind(story.started(nonce), "comment").length, 0, "progress alone is no reason to comment");
  story.completed(nonce, "failure", null);
  const { view } = only(story.push("head 2"), "comment");
  assert.deepEqual(
    view.models.map(({ commit, phase, fault }) => [commit, phase, fault]),
    [[story.head(), "queued", null]],
  );
});

test("a comment that somebody deleted is made anew, one that somebody edited is put right, each by one request", async () => {
  const story = tell();
  const act = performer();
  const { nonce } = onlyDispatch(story.open());
  const comment = only(story.completed(nonce, "failure", null), "comment");
  github().post("/issues/42/comments").reply(201, { id: 9 });
  await act(comment, 1);
  const edited = only(story.disturbed(9, "edited"), "comment");
  github().patch("/issues/comments/9").reply(200, { id: 9 });
  await act(edited, 2);
  const deleted = only(story.disturbed(9, "deleted"), "comment");
  github().post("/issues/42/comments").reply(201, { id: 10 });
  await act(deleted, 3);
  assert.deepEqual(await act(deleted, 4), { kind: "done" }, "heard of twice, it is mended once");
});
