import assert from "node:assert/strict";
import { test } from "node:test";
import { meaningOfPull } from "../../../core/plan/observe.ts";
import { checkOn, judged, newestJob, ofKind, onlyDispatch, type Story, tell } from "./situations.ts";

const renamed = { fullName: "zoo/all-birds" } as const;

test("a ticket names the repository as it is called when the ticket is made", () => {
  const story = tell();
  const train = onlyDispatch(story.open());
  assert.deepEqual(train.claims.repository, { id: 7, fullName: "acme/birds" });
  story.calls(renamed);
  const evaluate = onlyDispatch(story.trained(train.nonce));
  assert.deepEqual(evaluate.claims.repository, { id: 7, fullName: "zoo/all-birds" });
  story.evaluated(evaluate.nonce);
  const staging = onlyDispatch(story.merged({ tree: story.headTree() }));
  assert.equal(staging.claims.repository.fullName, "zoo/all-birds");
});

test("a version that is in an environment when its repository is renamed climbs on", () => {
  const story = tell();
  judged(story);
  const staging = onlyDispatch(story.merged({ tree: story.headTree() }));
  story.calls(renamed);
  const production = onlyDispatch(story.completed(staging.nonce, "success", null));
  assert.deepEqual(production.claims.repository, { id: 7, fullName: "zoo/all-birds" });
  assert.equal(story.memory().pull?.repository, "zoo/all-birds");
});

test("a pull request to the branch that has become the default one is judged, and its merge makes a version", () => {
  const story = tell({ base: "trunk" });
  const opened = story.open();
  assert.deepEqual(ofKind(opened, "dispatch"), []);
  assert.deepEqual(
    story.comment("/retrain").ledger.map(({ reason }) => reason),
    ["base_not_default"],
  );
  story.calls({ defaultBranch: "trunk" });
  const decided = story.comment("/retrain");
  const train = onlyDispatch(decided);
  assert.deepEqual(story.memory().pull?.affected, ["damage"]);
  assert.equal(checkOn(decided, story.head()).conclusion, null, "it is at work");
  story.evaluated(onlyDispatch(story.trained(train.nonce)).nonce);
  assert.equal(story.merged({ tree: story.headTree() }).versions.length, 1);
});

test("the re-run button, too, goes by the branch that rules now", () => {
  const story = tell({ base: "trunk" });
  story.open();
  assert.deepEqual(story.rerequest("damage").effects, []);
  story.calls({ defaultBranch: "trunk" });
  assert.equal(onlyDispatch(story.rerequest(null)).claims.model, "damage");
});

test("a pull request to a branch that no longer rules is refused commands, and its merge makes no version", () => {
  const story = tell();
  judged(story);
  story.calls({ defaultBranch: "trunk" });
  assert.deepEqual(
    story.comment("/retrain").ledger.map(({ reason }) => reason),
    ["base_not_default"],
  );
  assert.deepEqual(story.rerequest("damage").jobs, []);
  const merged = story.merged({ tree: story.headTree() });
  assert.deepEqual([merged.versions, ofKind(merged, "dispatch")], [[], []]);
  assert.equal(story.memory().pull?.defaultBranch, "trunk");
});

test("what was at work when its base stopped to rule becomes no version after the merge", () => {
  const story = tell();
  const train = onlyDispatch(story.open());
  const evaluate = onlyDispatch(story.trained(train.nonce));
  story.merged({ tree: story.headTree() });
  story.calls({ defaultBranch: "trunk" });
  assert.deepEqual(story.evaluated(evaluate.nonce).versions, []);
  assert.equal(newestJob(story).verdict, "pass");
});

test("the merge of a pull request to a branch that came to rule meanwhile is judged", () => {
  const story = tell({ base: "trunk" });
  story.open();
  story.calls({ defaultBranch: "trunk" });
  const train = onlyDispatch(story.merged({ tree: story.headTree() }));
  assert.equal(newestJob(story).purpose, "merge");
  story.evaluated(onlyDispatch(story.trained(train.nonce)).nonce);
  assert.equal(story.memory().versions.filter(({ number }) => number > 0).length, 1);
});

/** What a look at GitHub means for the pull request of a story, which nobody has touched since. */
function look(story: Story) {
  const { installationId, repository } = story.base();
  const { pull } = story.memory();
  assert.ok(pull);
  const { number, author, fork, head, base } = pull;
  const seen = { snapshot: { number, author, fork, head, base }, mergeCommit: null, mergedAt: null } as const;
  const where = { installationId, repository };
  return meaningOfPull({ ...seen, state: "open", updatedAt: story.base().at }, pull, where);
}

for (const [base, rulesBefore] of [
  ["trunk", false],
  ["main", true],
] as const)
  test(`a pull request to ${base} is looked at anew when trunk becomes the default branch, once`, () => {
    const story = tell({ base });
    story.open();
    assert.equal(look(story), null);
    story.calls({ defaultBranch: "trunk" });
    const event = look(story);
    assert.equal(event?.kind === "pull_changed" ? event.action : null, "edited");
    const decided = story.retarget(base);
    assert.equal(ofKind(decided, "dispatch").length, rulesBefore ? 0 : 1);
    assert.equal(ofKind(decided, "cancel_run").length, rulesBefore ? 1 : 0);
    assert.deepEqual(
      story.memory().pull?.faults.map(({ reason }) => reason),
      rulesBefore ? ["base_not_default"] : [],
    );
    assert.equal(look(story), null);
    assert.deepEqual(story.again().jobs, []);
  });
