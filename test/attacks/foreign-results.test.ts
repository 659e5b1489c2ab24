import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { zipSync } from "fflate";
import { readOutcome } from "../../app/outcome.ts";
import { newRun } from "../../core/job/start.ts";
import { artifactNames } from "../../core/run-result.ts";
import { at, evaluatedOutcome, reportFor, trainedOutcome } from "../core/plan/material.ts";
import { newestJob, ofKind, onlyDispatch, tell } from "../core/plan/situations.ts";
import { assertAllAsked, client, github } from "../github/client.ts";

afterEach(assertAllAsked);

const nonce = "0123456789abcdef0123456789abcdef";
const run = newRun(nonce, "train", { now: at(1), entropy: "" });
const result = { schema: 1, stage: "train", nonce, outcome: "succeeded", fault: null, training: null };

/** GitHub has one result artifact of run 5, holding these files. */
function uploaded(files: Readonly<Record<string, unknown>>): void {
  const bytes = Object.entries(files).map(([name, value]) => [name, Buffer.from(JSON.stringify(value))] as const);
  const artifact = { id: 3, name: artifactNames.result(nonce), size_in_bytes: 100, expired: false };
  github()
    .get("/actions/runs/5/artifacts?per_page=100")
    .reply(200, { total_count: 1, artifacts: [artifact] })
    .get("/actions/artifacts/3/zip")
    .reply(200, Buffer.from(zipSync(Object.fromEntries(bytes))), { "content-type": "application/zip" });
}

for (const [what, changed] of [
  ["that it was an evaluation", { stage: "evaluate" }],
  ["that it was a deployment", { stage: "deploy" }],
  ["the nonce of another run", { nonce: "f".repeat(32) }],
] as const)
  test(`a training run whose result claims ${what} has no result`, async () => {
    const story = tell();
    const claims = onlyDispatch(story.open()).claims;
    uploaded({ "result.json": { ...result, ...changed }, "report.json": reportFor(claims, true) });
    assert.deepEqual(await readOutcome(client, 5, run, "failure"), {
      kind: "fault",
      fault: { reason: "report_invalid", message: "result.json belongs to another run" },
    });
  });

test("a report that a training run uploads beside its result is not judged", () => {
  const story = tell();
  const train = onlyDispatch(story.open());
  const trained = trainedOutcome(train.claims, story.runOf(train.nonce).id);
  assert.ok(trained.kind === "result");
  const decided = story.completed(train.nonce, "success", { ...trained, report: reportFor(train.claims, true) });
  const job = newestJob(story);
  assert.deepEqual([job.phase, job.report, job.verdict], ["evaluating", null, null]);
  assert.equal(onlyDispatch(decided).stage, "evaluate");
  assert.deepEqual(ofKind(decided, "comment"), []);
});

test("a report about other bytes than those that were trained is refused", () => {
  const story = tell();
  const train = onlyDispatch(story.open());
  const evaluation = onlyDispatch(story.trained(train.nonce));
  const honest = evaluatedOutcome(evaluation.claims, true);
  assert.ok(honest.kind === "result" && honest.report !== null);
  const digest = `sha256:${"e".repeat(64)}`;
  const report = { ...honest.report, candidate: { ...honest.report.candidate, digest } };
  story.completed(evaluation.nonce, "success", { ...honest, report });
  const job = newestJob(story);
  assert.deepEqual([job.phase, job.fault?.reason, job.verdict], ["failed", "report_invalid", null]);
});

test("what a report says of itself, its gates and its verdict, is not what is believed", () => {
  const story = tell();
  const train = onlyDispatch(story.open());
  const evaluation = onlyDispatch(story.trained(train.nonce));
  const honest = evaluatedOutcome(evaluation.claims, false);
  assert.ok(honest.kind === "result" && honest.report !== null);
  story.completed(evaluation.nonce, "success", { ...honest, report: { ...honest.report, verdict: "pass", gates: [] } });
  const job = newestJob(story);
  assert.equal(job.verdict, "fail");
  assert.notDeepEqual(job.report?.gates, []);
});
