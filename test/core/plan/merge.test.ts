import assert from "node:assert/strict";
import { test } from "node:test";
import { configText, mustParse, sha } from "./material.ts";
import { judged, newestJob, ofKind, onlyDispatch, tell } from "./situations.ts";

test("merging the evaluated tree makes its bytes a version and sends them to staging", () => {
  const story = tell();
  judged(story);
  const job = newestJob(story);
  const decided = story.merged({ tree: story.headTree() });
  const [version] = decided.versions;
  assert.deepEqual([version?.model, version?.number, version?.pull], ["damage", 1, 42]);
  assert.equal(version?.digest, job.evidence?.modelDigest);
  assert.deepEqual(version?.evidence, job.evidence);
  const deploy = onlyDispatch(decided);
  assert.deepEqual([deploy.stage, deploy.environment], ["deploy", "staging"]);
  assert.deepEqual(deploy.claims.candidate, { source: version?.source, digest: version?.digest, version: "damage@v1" });
  assert.equal(deploy.claims.commit, sha("merge"));
  assert.deepEqual(
    decided.promotions.map((one) => [one.environment, one.state]),
    [["staging", "waiting"]],
  );
  assert.deepEqual(
    decided.ledger.map((line) => line.what),
    ["version_registered"],
  );
  assert.equal(ofKind(decided, "comment").length, 1);
});

test("the same merge told twice makes one version", () => {
  const story = tell();
  judged(story);
  story.merged({ tree: story.headTree() });
  const again = story.merged({ tree: story.headTree() });
  assert.deepEqual([again.versions, again.effects], [[], []]);
});

test("another merged tree is judged again before anything becomes a version", () => {
  const story = tell();
  judged(story);
  const decided = story.merged({ tree: sha("merged tree"), code: "merged code" });
  assert.deepEqual(decided.versions, []);
  const train = onlyDispatch(decided);
  assert.deepEqual([train.stage, train.claims.commit, train.claims.tree], ["train", sha("merge"), sha("merged tree")]);
  assert.equal(newestJob(story).purpose, "merge");
  const evaluate = onlyDispatch(story.trained(train.nonce));
  const settled = story.evaluated(evaluate.nonce);
  assert.deepEqual(
    settled.versions.map((version) => version.evidence?.tree),
    [sha("merged tree")],
  );
  assert.equal(onlyDispatch(settled).environment, "staging");
});

test("a merge while the job runs is settled when the job is judged", () => {
  const story = tell();
  const train = onlyDispatch(story.open());
  const merged = story.merged({ tree: story.headTree() });
  assert.deepEqual([merged.versions, ofKind(merged, "cancel_run"), ofKind(merged, "dispatch")], [[], [], []]);
  const evaluate = onlyDispatch(story.trained(train.nonce));
  const settled = story.evaluated(evaluate.nonce);
  assert.deepEqual(
    settled.versions.map((version) => version.number),
    [1],
  );
});

test("a merge into another tree while the job runs stops that job", () => {
  const story = tell();
  const train = onlyDispatch(story.open());
  const merged = story.merged({ tree: sha("merged tree"), code: "merged code" });
  assert.deepEqual(
    ofKind(merged, "cancel_run").map(({ nonce }) => nonce),
    [train.nonce],
  );
  assert.deepEqual(
    story.memory().jobs.map((job) => [job.purpose, job.phase, job.fault?.reason ?? null]),
    [
      ["pull", "cancelled", "tree_mismatch"],
      ["merge", "training", null],
    ],
  );
  const mergeCheck = ofKind(merged, "model_check").map(({ commit, view }) => [commit, view.phase]);
  assert.deepEqual(mergeCheck, [[sha("merge"), "queued"]], "the merge commit has a check of its own");
});

test("a merge in spite of a failed gate makes no version and says so", () => {
  const story = tell();
  judged(story, false);
  const decided = story.merged({ tree: story.headTree() });
  assert.deepEqual([decided.versions, ofKind(decided, "dispatch")], [[], []]);
  const notes = ofKind(decided, "comment").flatMap(({ view }) => view.notes);
  assert.deepEqual(
    notes.map((note) => note.reason),
    ["verdict_not_pass"],
  );
  assert.deepEqual(
    decided.ledger.map((line) => [line.what, line.reason]),
    [["version_refused", "verdict_not_pass"]],
  );
});

test("each model that was merged without a pass gets its own note", () => {
  const story = tell({ changedFiles: ["data/strikes.csv"] });
  for (const train of ofKind(story.open(), "dispatch")) {
    story.evaluated(onlyDispatch(story.trained(train.nonce)).nonce, false);
  }
  const decided = story.merged({ tree: story.headTree() });
  assert.deepEqual(
    decided.pull?.faults.map((fault) => fault.message.split(" ", 1)[0]),
    ["damage", "delay"],
  );
});

test("a merge after a failed training says that there is no version", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  story.completed(nonce, "failure", null);
  const decided = story.merged({ tree: story.headTree() });
  assert.deepEqual(
    decided.pull?.faults.map((fault) => fault.reason),
    ["verdict_not_pass"],
  );
});

test("a training that fails after the merge says that there is no version", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  story.merged({ tree: story.headTree() });
  const decided = story.completed(nonce, "failure", null);
  assert.deepEqual(
    decided.pull?.faults.map((fault) => fault.reason),
    ["verdict_not_pass"],
  );
});

test("a merge that changes the configuration is judged under the new one", () => {
  const stricter = mustParse(configText.replaceAll("log_loss < 0.35", "log_loss < 0.1"));
  for (const running of [false, true]) {
    const story = tell();
    if (running) story.open();
    else judged(story);
    const decided = story.merged({ tree: story.headTree(), config: stricter });
    assert.deepEqual(decided.versions, []);
    let next = onlyDispatch(decided);
    assert.equal(next.claims.configDigest, stricter.digest);
    if (next.stage === "train") next = onlyDispatch(story.trained(next.nonce));
    const settled = story.evaluated(next.nonce);
    assert.deepEqual([newestJob(story).verdict, settled.versions], ["fail", []]);
    assert.equal(settled.pull?.faults[0]?.reason, "verdict_not_pass");
  }
});

test("a merge that removes the model, or breaks the configuration, makes no version", () => {
  const renamed = mustParse(configText.replaceAll("  damage:", "  harm:"));
  const broken = { ok: false, faults: [] } as const;
  for (const [config, reason] of [
    [renamed, "unknown_model"],
    [null, "config_missing"],
    [broken, "config_invalid"],
  ] as const) {
    const story = tell();
    judged(story);
    const decided = story.merged({ tree: story.headTree(), config });
    assert.deepEqual([decided.versions, ofKind(decided, "dispatch")], [[], []]);
    assert.deepEqual(
      decided.pull?.faults.map((fault) => fault.reason),
      [reason],
    );
  }
});

test("a retrained model that the diff cannot change becomes a version too, whether or not it was ready in time", () => {
  for (const late of [false, true]) {
    const story = tell({ changedFiles: ["README.md"] });
    story.open();
    const train = onlyDispatch(story.comment("/retrain delay learning_rate=0.05"));
    const evaluate = onlyDispatch(story.trained(train.nonce));
    const parts = late
      ? [story.merged({ tree: story.headTree() }), story.evaluated(evaluate.nonce)]
      : [story.evaluated(evaluate.nonce), story.merged({ tree: story.headTree() })];
    assert.deepEqual(
      parts.flatMap((part) => part.versions).map((version) => version.model),
      ["delay"],
    );
  }
});

test("a model that failed its gates is not tried again because the merged tree differs", () => {
  const story = tell();
  judged(story, false);
  const decided = story.merged({ tree: sha("merged tree"), code: "merged code" });
  assert.deepEqual(ofKind(decided, "dispatch"), []);
  assert.deepEqual(
    decided.pull?.faults.map((fault) => fault.reason),
    ["verdict_not_pass"],
  );
});

test("parameters that a command set hold for the merge commit too", () => {
  const story = tell();
  judged(story);
  const retrained = onlyDispatch(story.trained(onlyDispatch(story.comment("/retrain learning_rate=0.05")).nonce));
  story.evaluated(retrained.nonce);
  const decided = story.merged({ tree: sha("merged tree"), code: "merged code" });
  assert.equal(onlyDispatch(decided).claims.params["learning_rate"], 0.05);
  assert.deepEqual(newestJob(story).overridden, ["learning_rate"]);
});
