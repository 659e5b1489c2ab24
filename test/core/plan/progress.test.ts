import assert from "node:assert/strict";
import { test } from "node:test";
import { checkOn, newestJob, onlyDispatch, tell } from "./situations.ts";

test("word of a training's progress shows step, share and time to go on its check, and changes nothing else", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  assert.deepEqual(story.progressed(nonce, 1, 40).effects, [], "a run that has not begun makes no progress");
  story.started(nonce);
  const decided = story.progressed(nonce, 10, 40);
  assert.match(checkOn(decided, story.head()).title, /step 10 of 40 \(25 %\), (about|less)/);
  assert.deepEqual([decided.ledger, newestJob(story).phase], [[], "training"]);
  assert.deepEqual(story.progressed(nonce, 9, 40).effects, [], "an earlier word that arrives late is not heard");
  story.trained(nonce);
  assert.deepEqual(story.progressed(nonce, 40, 40).effects, [], "nor is one after the end");
});

test("progress of a run that is nobody's, or out of nothing, is no progress", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  story.started(nonce);
  assert.deepEqual(story.progressed("f".repeat(32), 1, 2).effects, []);
  assert.deepEqual(story.progressed(nonce, 0, 0).effects, []);
});
