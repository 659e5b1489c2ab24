import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "../../../core/config/parse.ts";
import { renderAggregateCheck } from "../../../report/check.ts";
import { configText, mustParse, sha } from "./material.ts";
import { checkOn, newestJob, ofKind, onlyDispatch, tell } from "./situations.ts";

const path = ".github/assay.yml";
const broken = parseConfig(configText.replace("task: binary", "task: binry"), path);

test("an opened pull request trains the model it can change, at the head, on the base branch's terms", () => {
  const story = tell();
  const decided = story.open();
  const { claims, stage, runner } = onlyDispatch(decided);
  assert.equal(stage, "train");
  assert.deepEqual(runner, ["self-hosted", "gpu"]);
  assert.equal(claims.commit, story.head());
  assert.equal(claims.tree, story.headTree());
  assert.deepEqual(claims.params, { learning_rate: 0.1, note: "plain", deep: false });
  assert.equal(claims.candidate, null, "a training run is told of no other model");
  const checks = decided.effects.filter(({ kind }) => kind === "model_check" || kind === "aggregate_check");
  assert.equal(checks.length, 1, "of a single model there is one check");
  const { status, summary } = checkOn(decided, story.head());
  assert.equal(status, "queued");
  assert.match(summary, /^damage: queued/);
  assert.equal(ofKind(decided, "comment").length, 0, "progress alone is no reason to comment");
  assert.deepEqual(
    decided.ledger.map((line) => [line.what, line.by]),
    [["job_started", "ada"]],
  );
});

test("a change of the training data trains every model that reads it", () => {
  const decided = tell({ changedFiles: ["data/strikes.csv"] }).open();
  assert.deepEqual(
    ofKind(decided, "dispatch").map(({ claims }) => claims.model),
    ["damage", "delay"],
  );
  assert.deepEqual(
    ofKind(decided, "model_check").map(({ view }) => [view.model, view.phase]),
    [
      ["damage", "queued"],
      ["delay", "queued"],
    ],
    "of several models each has a check of its own",
  );
});

test("a pull request that can change no model gets its aggregate check and nothing else", () => {
  const decided = tell({ changedFiles: ["README.md", "models/other/train.ts"] }).open();
  assert.deepEqual(
    decided.effects.map((effect) => effect.kind),
    ["aggregate_check"],
  );
  const [check] = ofKind(decided, "aggregate_check");
  assert.ok(check);
  assert.equal(renderAggregateCheck(check.view, check.faults).conclusion, "success");
});

test("without a configuration on the base branch nothing is trained, and the check says so", () => {
  const decided = tell({ config: null }).open();
  const [check] = ofKind(decided, "aggregate_check");
  assert.deepEqual(
    check?.faults.map((fault) => fault.reason),
    ["config_missing"],
  );
  assert.equal(ofKind(decided, "dispatch").length, 0);
});

test("a pull request that brings the first configuration is told its mistakes, not that there is none", () => {
  const good = tell({ config: null, headConfig: mustParse(configText), changedFiles: [path] }).open();
  assert.deepEqual(ofKind(good, "aggregate_check")[0]?.faults, []);
  const bad = tell({ config: null, headConfig: broken, changedFiles: [path] }).open();
  assert.deepEqual(
    ofKind(bad, "aggregate_check")[0]?.faults.map((fault) => fault.place?.line),
    [10],
  );
});

test("a mistake in the ruling configuration stops everything, at its line", () => {
  const decided = tell({ config: broken }).open();
  assert.equal(ofKind(decided, "dispatch").length, 0);
  const [check] = ofKind(decided, "aggregate_check");
  assert.ok(check);
  const rendered = renderAggregateCheck(check.view, check.faults);
  assert.equal(rendered.conclusion, "failure");
  assert.deepEqual([rendered.annotations[0]?.path, rendered.annotations[0]?.line], [path, 10]);
});

test("a mistake in the proposed configuration fails the aggregate check while the base branch's still rules", () => {
  const story = tell({ headConfig: broken, changedFiles: [path, "models/damage/train.ts"] });
  const decided = story.open();
  assert.equal(onlyDispatch(decided).claims.model, "damage");
  assert.deepEqual(
    ofKind(decided, "aggregate_check")[0]?.faults.map((fault) => fault.reason),
    ["config_invalid"],
  );
});

test("code of a fork is not trained, by no event", () => {
  const story = tell({ fork: true });
  const opened = story.open();
  assert.equal(ofKind(opened, "dispatch").length, 0);
  assert.deepEqual(
    ofKind(opened, "aggregate_check")[0]?.faults.map((fault) => fault.reason),
    ["fork_not_vetted"],
  );
  assert.equal(ofKind(story.push("head 2"), "dispatch").length, 0);
  const answer = story.comment("/retrain damage");
  assert.equal(ofKind(answer, "dispatch").length, 0);
  assert.deepEqual(
    answer.ledger.map((line) => line.reason),
    ["fork_not_vetted"],
  );
  assert.equal(ofKind(story.rerequest("damage"), "dispatch").length, 0);
  assert.equal(ofKind(story.rerequest(null), "dispatch").length, 0);
});

test("a fork that can change no model is not scolded for being one", () => {
  const decided = tell({ fork: true, changedFiles: ["README.md"] }).open();
  assert.deepEqual(ofKind(decided, "aggregate_check")[0]?.faults, []);
});

test("a push replaces the running job: its run is cancelled and the old commit's checks are closed", () => {
  const story = tell();
  const first = onlyDispatch(story.open());
  story.started(first.nonce);
  const oldHead = story.head();
  const decided = story.push("head 2");
  assert.deepEqual(
    ofKind(decided, "cancel_run").map(({ nonce }) => nonce),
    [first.nonce],
  );
  assert.equal(onlyDispatch(decided).claims.commit, sha("head 2"));
  assert.equal(checkOn(decided, oldHead).conclusion, "cancelled");
  assert.equal(story.memory().jobs[0]?.fault?.reason, "superseded");
});

test("a cancelled run that still begins is stopped, and one that still finishes changes nothing about its job", () => {
  const story = tell();
  const first = onlyDispatch(story.open());
  story.push("head 2");
  const begun = story.started(first.nonce);
  assert.deepEqual([begun.jobs, begun.effects], [[], [{ kind: "cancel_run", nonce: first.nonce }]]);
  const late = story.trained(first.nonce);
  assert.deepEqual(late.effects, []);
  assert.equal(story.memory().jobs[0]?.phase, "cancelled");
});

test("the same event again decides nothing", () => {
  const story = tell();
  story.open();
  const again = story.again();
  assert.deepEqual([again.pull, again.jobs, again.ledger, again.effects], [null, [], [], []]);
  assert.equal(story.memory().jobs.length, 1);
});

test("an event that is older than what is known says nothing", () => {
  const story = tell();
  story.open();
  const late = { ...story.base(), at: "2026-01-01T00:00:00.000Z" };
  story.push("head 2");
  const pull = { number: 42, author: "ada", fork: false, head: sha("head 1"), base: { ref: "main", sha: sha("base") } };
  const memory = story.memory();
  const facts = {
    memory,
    baseConfig: null,
    headConfig: null,
    changedFiles: [],
    distances: {},
    reports: {},
    knownTrainings: {},
    liveHead: null,
    liveState: null,
  };
  const head = { sha: sha("head 1"), tree: sha("tree"), files: [] };
  const stale = story.happen({
    event: { ...late, kind: "pull_changed", action: "synchronize", pull },
    facts: { ...facts, head },
  });
  assert.deepEqual(stale.effects, []);
  assert.equal(story.memory().pull?.head, sha("head 2"));
});

test("closing stops the work, reopening takes it up again", () => {
  const story = tell();
  const first = onlyDispatch(story.open());
  const closed = story.closed();
  assert.deepEqual(
    ofKind(closed, "cancel_run").map(({ nonce }) => nonce),
    [first.nonce],
  );
  assert.equal(newestJob(story).fault?.reason, "pull_closed");
  assert.deepEqual(story.closed().effects, []);
  assert.equal(onlyDispatch(story.reopen()).claims.commit, story.head());
});

test("a pull request that closed before its opening was heard of stays closed", () => {
  for (const merge of [null, { tree: sha("tree") }]) {
    const story = tell();
    const late = story.base();
    const end = merge === null ? story.closed() : story.merged(merge);
    assert.equal(end.pull?.state, merge === null ? "closed" : "merged");
    assert.equal(ofKind(end, "dispatch").length, merge === null ? 0 : 1, "a merge is judged at its commit");
    const pull = {
      number: 42,
      author: "ada",
      fork: false,
      head: story.head(),
      base: { ref: "main", sha: sha("base") },
    };
    const facts = {
      memory: story.memory(),
      baseConfig: mustParse(configText),
      headConfig: null,
      knownTrainings: {},
      distances: {},
      reports: {},
      liveHead: null,
      liveState: null,
    };
    const head = { sha: story.head(), tree: sha("tree"), files: [] };
    const opened = story.happen({
      event: { ...late, at: "2026-01-01T00:00:00.000Z", kind: "pull_changed", action: "opened", pull },
      facts: { ...facts, changedFiles: ["models/damage/train.ts"], head },
    });
    assert.deepEqual(opened.effects, []);
  }
});

test("a closing that arrives after the reopening it preceded does not close anything", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  const { at } = story.base();
  story.comment("hm");
  const pull = { number: 42, author: "ada", fork: false, head: story.head(), base: { ref: "main", sha: sha("base") } };
  story.reopen();
  const late = story.happen({
    event: { ...story.base(), at, kind: "pull_closed", pull, mergeCommit: null, mergedAt: null },
    facts: { memory: story.memory(), merged: null, knownTrainings: {}, changedFiles: [], liveState: null },
  });
  assert.deepEqual([late.effects, story.memory().pull?.state], [[], "open"]);
  assert.equal(story.memory().jobs.find((job) => job.runs[0]?.nonce === nonce)?.phase, "training");
});

test("a reopening that arrives after the second closing does not open anything", () => {
  const story = tell();
  story.open();
  story.closed();
  story.comment("hm");
  const { at } = story.base();
  story.comment("hm");
  story.closed();
  const late = story.reopenedLate(at);
  assert.deepEqual([late.effects, story.memory().pull?.state], [[], "closed"]);
});

test("a pull request to another branch than the default is not judged, and its merge makes no version", () => {
  const story = tell({ base: "mallory/base" });
  const decided = story.open();
  assert.deepEqual([decided.jobs, ofKind(decided, "dispatch")], [[], []]);
  assert.deepEqual(
    story.memory().pull?.faults.map((fault) => fault.reason),
    ["base_not_default"],
  );
  assert.deepEqual(ofKind(story.comment("/retrain damage"), "dispatch"), []);
  const merged = story.merged({ tree: story.headTree() });
  assert.deepEqual([merged.versions, ofKind(merged, "dispatch")], [[], []]);
});
