import assert from "node:assert/strict";
import { test } from "node:test";
import type { Version } from "../../../core/job/state.ts";
import type { Plan } from "../../../core/plan/decision.ts";
import { deployed } from "../../../core/plan/facts.ts";
import { isLater } from "../../../core/promotion/merge-order.ts";
import { at } from "../plan/material.ts";
import { judged, newestJob, ofKind, onlyDispatch, type Story, tell } from "../plan/situations.ts";

/** Two pull requests that change the same model; `second`, which contains `first`, is merged later. */
function twoMerges() {
  const first = tell({ number: 41, entropy: "first" });
  const second = tell({ number: 42, entropy: "second", second: 5_000 });
  second.unheard({ push: "head 2" });
  /** What one does the other remembers. */
  const told = (story: Story, plan: (story: Story) => Plan): Plan => {
    const decided = plan(story);
    (story === first ? second : first).meanwhile(story.memory());
    return decided;
  };
  const merge = (story: Story) => told(story, () => story.merged({ tree: story.headTree() }));
  /** Deploys are carried through to production, from the one that a plan asks for on. */
  const deploy = (story: Story, decided: Plan): void => {
    for (const { nonce } of ofKind(decided, "dispatch"))
      deploy(
        story,
        told(story, () => story.completed(nonce, "success", null)),
      );
  };
  const places = () =>
    first
      .memory()
      .promotions.filter(({ run }) => run !== null)
      .map(({ version, environment, state }) => `${version} ${environment} ${state}`);
  const inProduction = () => {
    const found = deployed("damage", "production", first.memory());
    return [newestJob(first), newestJob(second)].findIndex((job) => job.evidence?.modelDigest === found?.digest);
  };
  return { first, second, told, merge, deploy, places, inProduction };
}

test("of two merges the later one is deployed, whichever of their models is ready first", () => {
  for (const isFirstReady of [true, false]) {
    const { first, second, told, merge, deploy, inProduction } = twoMerges();
    const train = onlyDispatch(first.open());
    merge(first);
    judged(second);
    const settle = () => {
      const evaluate = onlyDispatch(first.trained(train.nonce));
      return told(first, () => first.evaluated(evaluate.nonce));
    };
    if (isFirstReady) deploy(first, settle());
    deploy(second, merge(second));
    if (!isFirstReady) deploy(first, settle());
    assert.equal(first.memory().versions.length, 4, "both are registered");
    assert.equal(inProduction(), 1);
  }
});

test("of two merges the later one is deployed, whichever is heard of first", () => {
  for (const isFirstHeard of [true, false]) {
    const { first, second, merge, deploy, inProduction } = twoMerges();
    judged(first);
    judged(second);
    // What the later says is later, however late it arrives.
    const order = isFirstHeard ? [first, second] : [second, first];
    for (const story of order) deploy(story, merge(story));
    assert.equal(inProduction(), 1);
  }
});

test("a version that was overtaken is registered, enters nowhere, and its pull request says why", () => {
  const { first, second, merge, deploy } = twoMerges();
  judged(first);
  judged(second);
  deploy(second, merge(second));
  const decided = merge(first);
  assert.deepEqual(
    decided.versions.map(({ number }) => number),
    [2],
  );
  assert.deepEqual([decided.promotions, ofKind(decided, "dispatch")], [[], []]);
  assert.deepEqual(
    decided.ledger.map(({ what, reason, subject }) => [what, reason, subject["later"] ?? null]),
    [
      ["version_registered", null, null],
      ["version_overtaken", "overtaken", "damage@v1"],
    ],
  );
  const message = "damage@v2 does not enter staging: damage@v1, of #42, was merged later, and is there or on its way";
  assert.deepEqual(decided.pull?.faults, [{ reason: "overtaken", message }]);
  assert.deepEqual(
    ofKind(decided, "comment").flatMap(({ view }) => view.notes),
    decided.pull?.faults,
  );
});

test("a version does not enter while one of a later merge is on its way, and does where that one failed", () => {
  for (const [ending, expected] of [
    [null, ["1 staging waiting"]],
    ["failure", ["1 staging failed", "2 staging waiting"]],
  ] as const) {
    const { first, second, told, merge, places } = twoMerges();
    judged(first);
    judged(second);
    const { nonce } = onlyDispatch(merge(second));
    if (ending !== null) told(second, () => second.completed(nonce, ending, null));
    merge(first);
    assert.deepEqual(places(), expected);
  }
});

test("a version climbs to no environment where one of a later merge is", () => {
  const { first, second, told, merge, deploy } = twoMerges();
  judged(first);
  judged(second);
  const staging = onlyDispatch(merge(first));
  deploy(second, merge(second));
  // As if the first had gone on in staging, and the second into production alone.
  const promotions = first
    .memory()
    .promotions.filter(({ version, environment }) => version === 0 || environment === "production" || version === 1)
    .map((one) => (one.version === 1 ? { ...one, state: "deploying" as const } : one));
  first.meanwhile({ ...first.memory(), promotions });
  const decided = told(first, () => first.completed(staging.nonce, "success", null));
  assert.deepEqual(ofKind(decided, "dispatch"), []);
  assert.deepEqual(
    decided.ledger.map(({ what }) => what),
    ["deployed", "version_overtaken"],
  );
  assert.deepEqual(
    decided.pull?.faults.map(({ reason }) => reason),
    ["overtaken"],
  );
});

test("what waits for its review in an environment goes by the order of merges, whatever the numbers say", () => {
  const { first, second, told, merge } = twoMerges();
  judged(first);
  judged(second);
  // The later merge is version 1; that it failed in staging let version 2 of the earlier one in.
  const later = onlyDispatch(merge(second));
  told(second, () => second.completed(later.nonce, "failure", null));
  const earlier = onlyDispatch(merge(first));
  const having = (state: "deploying" | "deployed") => {
    const promotions = second
      .memory()
      .promotions.map((one) => (one.run?.nonce === later.nonce ? { ...one, state } : one));
    first.meanwhile({ ...first.memory(), promotions });
    second.meanwhile({ ...second.memory(), promotions });
  };
  having("deployed");
  const asked = first.protection(first.runOf(earlier.nonce).id, "staging", earlier.nonce);
  assert.equal(ofKind(asked, "decide_protection")[0]?.state, "rejected");
  having("deploying");
  const done = second.completed(later.nonce, "success", null);
  assert.deepEqual(
    ofKind(done, "cancel_run").map(({ nonce }) => nonce),
    [earlier.nonce],
  );
});

const version = (number: number, mergedAt: string | null, pull = number): Version => ({
  repositoryId: 7,
  model: "damage",
  number,
  digest: `sha256:${number}`,
  source: { kind: "file", path: "m", commit: "c" },
  evidence: null,
  pull,
  ...(mergedAt === null ? {} : { mergedAt }),
  createdAt: at(0),
});

test("merges of one second go by the pull requests' numbers, versions without a time by their own", () => {
  for (const [name, one, other] of [
    ["by time", version(1, at(20)), version(2, at(10))],
    ["by pull request", version(1, at(10), 9), version(2, at(10), 8)],
    ["from before times were kept", version(2, null), version(1, null)],
    ["one has no time", version(3, at(0)), version(2, null)],
    ["the other has no time", version(3, null), version(2, at(50))],
  ] as const) {
    assert.deepEqual([isLater(one, other), isLater(other, one)], [true, false], name);
  }
});
