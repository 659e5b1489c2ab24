import assert from "node:assert/strict";
import { test } from "node:test";
import { digest } from "../../../core/digest.ts";
import type { Outcome } from "../../../core/plan/facts.ts";
import {
  evaluatedOutcome,
  failedOutcome,
  modelDigest,
  noMemory,
  productionDigest,
  reportFor,
  sha,
  trainedOutcome,
} from "./material.ts";
import { checkOn, judged, newestJob, ofKind, onlyDispatch, type Story, tell } from "./situations.ts";

function toEvaluation(story: Story) {
  const train = onlyDispatch(story.open());
  return onlyDispatch(story.trained(train.nonce));
}

test("a training run that began moves its check from queued to in progress", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  const decided = story.started(nonce);
  assert.equal(checkOn(decided, story.head()).status, "in_progress");
  assert.deepEqual(story.started(nonce).effects, []);
});

test("a trained model is evaluated against production, on the base commit, with no word from the pull request", () => {
  const story = tell();
  const train = onlyDispatch(story.open());
  const evaluate = onlyDispatch(story.trained(train.nonce));
  assert.equal(evaluate.stage, "evaluate");
  assert.deepEqual(evaluate.runner, ["ubuntu-latest"]);
  assert.equal(evaluate.claims.commit, sha("base"));
  assert.equal(evaluate.claims.tree, null);
  assert.deepEqual(evaluate.claims.baseline?.version, "damage@v0");
  assert.deepEqual(evaluate.claims.baseline?.digest, productionDigest);
  assert.equal(evaluate.claims.candidate?.digest, modelDigest(train.claims));
  assert.deepEqual(evaluate.claims.candidate?.source, {
    kind: "artifact",
    runId: story.runOf(train.nonce).id,
    artifactId: story.runOf(train.nonce).id + 1_000,
    artifactDigest: digest(`zip ${story.runOf(train.nonce).id}`),
  });
});

test("a good report passes, with evidence of everything the verdict rests on, and is commented", () => {
  const story = tell();
  const decided = judged(story);
  const job = newestJob(story);
  assert.deepEqual([job.phase, job.verdict], ["judged", "pass"]);
  const { evidence } = job;
  assert.deepEqual(
    [evidence?.commit, evidence?.tree, evidence?.fingerprint, evidence?.modelDigest, evidence?.baseline],
    [story.head(), story.headTree(), job.fingerprint, job.report?.candidate.digest, "damage@v0"],
  );
  assert.equal(ofKind(decided, "comment").length, 1);
  assert.equal(checkOn(decided, story.head()).conclusion, "success");
  assert.deepEqual(
    decided.ledger.map((line) => [line.what, line.subject["verdict"]]),
    [["job_judged", "pass"]],
  );
});

test("a report that calls itself pass with numbers that fail is a fail", () => {
  const story = tell();
  const evaluate = toEvaluation(story);
  const outcome = mustResult(evaluatedOutcome(story.ticket(evaluate.nonce), false));
  assert.equal(outcome.report?.verdict, "pass");
  const decided = story.completed(evaluate.nonce, "success", outcome);
  assert.equal(newestJob(story).verdict, "fail");
  assert.equal(newestJob(story).report?.verdict, "fail");
  assert.equal(checkOn(decided, story.head()).conclusion, "failure");
});

test("a report that names gates of its own is judged by those of the configuration", () => {
  const story = tell();
  const evaluate = toEvaluation(story);
  const report = { ...reportFor(story.ticket(evaluate.nonce), false), gates: [] };
  const { result } = mustResult(evaluatedOutcome(story.ticket(evaluate.nonce), false));
  story.completed(evaluate.nonce, "success", { kind: "result", result, report, model: null });
  assert.deepEqual(
    newestJob(story).report?.gates.map((gate) => [gate.require, gate.verdict]),
    [
      ["ni(roc_auc, 1pp) at 95%", "fail"],
      ["candidate.log_loss < 0.35", "pass"],
    ],
  );
});

test("without a model in production there is no baseline, and no pass", () => {
  const story = tell({ memory: noMemory });
  judged(story);
  assert.equal(newestJob(story).baseline, null);
  assert.equal(newestJob(story).verdict, "no_baseline");
});

const foreign: readonly (readonly [string, (report: ReturnType<typeof reportFor>) => ReturnType<typeof reportFor>])[] =
  [
    ["other model bytes", (report) => ({ ...report, candidate: { ...report.candidate, digest: digest("other") } })],
    ["another model", (report) => ({ ...report, model: "delay" })],
    ["another task", (report) => ({ ...report, task: "regression" })],
    ["another baseline", (report) => ({ ...report, baseline: { digest: digest("weak"), version: "damage@v0" } })],
    ["no baseline", (report) => ({ ...report, baseline: null })],
    [
      "only some of the metrics",
      (report) => ({ ...report, metrics: report.metrics.filter(({ id }) => id !== "log_loss") }),
    ],
  ];

for (const [name, change] of foreign) {
  test(`a report about ${name} is refused`, () => {
    const story = tell();
    const evaluate = toEvaluation(story);
    const { result, report } = mustResult(evaluatedOutcome(story.ticket(evaluate.nonce), true));
    assert.ok(report);
    story.completed(evaluate.nonce, "success", { kind: "result", result, report: change(report), model: null });
    assert.deepEqual([newestJob(story).phase, newestJob(story).fault?.reason], ["failed", "report_invalid"]);
    assert.equal(newestJob(story).evidence, null);
  });
}

const endings: readonly (readonly [string, string, (story: Story, nonce: string) => Outcome | null, string])[] = [
  ["fails with a reason", "failure", (story, nonce) => failedOutcome(story.ticket(nonce)), "training_failed"],
  ["fails without a result", "failure", () => null, "run_failed"],
  ["is cancelled", "cancelled", () => null, "run_cancelled"],
  ["times out on the runner", "timed_out", () => null, "run_failed"],
  [
    "leaves something unreadable",
    "success",
    () => ({ kind: "fault", fault: { reason: "report_invalid", message: "not JSON" } }),
    "report_invalid",
  ],
  [
    "uploads no model",
    "success",
    (story, nonce) => ({ ...mustResult(trainedOutcome(story.ticket(nonce), 1)), model: null }),
    "artifact_missing",
  ],
];

for (const [name, conclusion, outcome, reason] of endings) {
  test(`a training run that ${name} ends its job with ${reason}`, () => {
    const story = tell();
    const { nonce } = onlyDispatch(story.open());
    const decided = story.completed(nonce, conclusion, outcome(story, nonce));
    assert.deepEqual([newestJob(story).phase, newestJob(story).fault?.reason], ["failed", reason]);
    assert.deepEqual(ofKind(decided, "dispatch"), []);
    assert.equal(checkOn(decided, story.head()).conclusion, "failure");
    assert.equal(ofKind(decided, "comment").length, 1);
    assert.deepEqual(
      decided.ledger.map((line) => line.reason),
      [reason],
    );
  });
}

test("a run's end told twice is heard once", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  story.trained(nonce);
  const again = story.trained(nonce);
  assert.deepEqual([again.effects, again.jobs, again.ledger], [[], [], []]);
});

test("a run's end may arrive before its beginning", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  onlyDispatch(story.trained(nonce));
  assert.deepEqual(story.started(nonce).effects, []);
  assert.equal(newestJob(story).phase, "evaluating");
});

test("a stranger's run that copies a nonce is nobody's once GitHub has told us the run's id", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  story.started(nonce);
  const run = { ...story.runOf(nonce), id: 1 };
  const outcome = trainedOutcome(story.ticket(nonce), 1);
  const event = { ...story.base(), kind: "run_completed", run, conclusion: "success" } as const;
  const decided = story.happen({ event, facts: { memory: story.memory(), outcome } });
  assert.deepEqual([decided.jobs, decided.effects], [[], []]);
});

test("a dispatch that GitHub refuses ends the job, unless the run is known to have started", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  story.refused(nonce);
  assert.deepEqual([newestJob(story).phase, newestJob(story).fault?.reason], ["failed", "dispatch_refused"]);
  const other = tell();
  const second = onlyDispatch(other.open());
  other.started(second.nonce);
  assert.deepEqual(other.refused(second.nonce).effects, []);
  assert.equal(newestJob(other).phase, "training");
});

function mustResult(outcome: Outcome): Extract<Outcome, { kind: "result" }> {
  return outcome.kind === "result" ? outcome : assert.fail();
}
