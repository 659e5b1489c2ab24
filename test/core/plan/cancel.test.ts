import assert from "node:assert/strict";
import { test } from "node:test";
import { checkOn, newestJob, ofKind, onlyDispatch, tell } from "./situations.ts";

test("/cancel stops what is at work, closes its check and says who did it", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  const decided = story.comment("/cancel");
  assert.deepEqual(
    ofKind(decided, "cancel_run").map((effect) => effect.nonce),
    [nonce],
  );
  assert.deepEqual([newestJob(story).phase, newestJob(story).fault?.reason], ["cancelled", "cancelled_by_person"]);
  assert.equal(checkOn(decided, story.head()).conclusion, "cancelled");
  assert.deepEqual(
    decided.ledger.map(({ what, by }) => [what, by]),
    [
      ["command_accepted", "grace"],
      ["job_cancelled", "grace"],
    ],
  );
  assert.equal(ofKind(story.trained(nonce), "dispatch").length, 0, "a run that still ends leads nowhere");
});

test("/cancel names the model it is about, and leaves the others at work", () => {
  const story = tell({ changedFiles: ["data/strikes.csv"] });
  story.open();
  story.comment("/cancel delay");
  assert.deepEqual(
    story.memory().jobs.map(({ model, phase }) => [model, phase]),
    [
      ["damage", "training"],
      ["delay", "cancelled"],
    ],
  );
});

for (const [body, reason] of [
  ["/cancel dammage", "unknown_model"],
  ["/cancel damage delay", "bad_argument"],
  ["/cancel --now", "bad_argument"],
  ["/cancel model=damage", "bad_argument"],
] as const)
  test(`${body} is refused as ${reason}, and nothing is stopped`, () => {
    const story = tell();
    story.open();
    const decided = story.comment(body);
    assert.deepEqual(
      decided.ledger.map((line) => line.reason),
      [reason],
    );
    assert.equal(newestJob(story).phase, "training");
  });

test("where nothing is at work there is nothing to cancel", () => {
  const story = tell({ changedFiles: ["README.md"] });
  story.open();
  assert.deepEqual(
    story.comment("/cancel").ledger.map((line) => line.reason),
    ["nothing_to_do"],
  );
});

test("the cancel button does what /cancel does, for those who may write it", () => {
  const reader = tell({ permission: "read" });
  reader.open();
  assert.deepEqual(reader.cancelled(null).effects, []);
  const story = tell();
  story.open();
  assert.equal(ofKind(story.cancelled(null), "cancel_run").length, 1);
  assert.equal(newestJob(story).phase, "cancelled");
  assert.deepEqual(story.cancelled("damage").effects, [], "pressed twice, it stops once");
});

test("a branch that lacks commits of the one in production says so in what is shown", () => {
  const from = tell().memory().promotions[0]?.commit ?? assert.fail();
  const story = tell({ distances: { [from]: { from, ahead: 2, behind: 3 } } });
  const train = onlyDispatch(story.open());
  story.trained(train.nonce);
  const { baseline, distance } = newestJob(story);
  assert.deepEqual([baseline?.commit, distance], [from, { from, ahead: 2, behind: 3 }]);
});
