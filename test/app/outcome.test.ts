import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { zipSync } from "fflate";
import { readOutcome } from "../../app/outcome.ts";
import { newRun } from "../../core/job/start.ts";
import type { Run } from "../../core/job/state.ts";
import { at, evaluatedOutcome, trainedOutcome } from "../core/plan/material.ts";
import { onlyDispatch, tell } from "../core/plan/situations.ts";
import { assertAllAsked, client, github } from "../github/client.ts";

afterEach(assertAllAsked);

const { claims, nonce } = onlyDispatch(tell().open());
const context = { now: at(0), entropy: "" };
const training: Run = newRun(nonce, "train", context);
const evaluation: Run = newRun(nonce, "evaluate", context);
const trained = mustResult(trainedOutcome(claims, 9));
const evaluated = mustResult(evaluatedOutcome({ ...claims, stage: "evaluate" }, true));

const resultName = `assay-result-${nonce}`;
const modelName = `assay-model-${nonce}`;
const digest = `sha256:${"1".repeat(64)}`;

/** The run's artifacts as GitHub lists them, and the files of its result. */
function upload(names: readonly string[], files: Readonly<Record<string, unknown>> | null): void {
  const artifacts = names.map((name, index) => ({ id: index + 1, name, size_in_bytes: 10, expired: false, digest }));
  github().get("/actions/runs/9/artifacts?per_page=100").reply(200, { total_count: artifacts.length, artifacts });
  if (files === null) return;
  const text = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
  const zip = zipSync(Object.fromEntries(Object.entries(files).map(([name, value]) => [name, text(value)])));
  github().get("/actions/artifacts/1/zip").reply(200, Buffer.from(zip), { "content-type": "application/zip" });
}

test("a training run's result is read, with its model as GitHub lists it", async () => {
  upload([resultName, modelName], { "result.json": trained.result });
  assert.deepEqual(await readOutcome(client, 9, training, "failure"), {
    kind: "result",
    result: trained.result,
    report: null,
    model: { kind: "artifact", runId: 9, artifactId: 2, artifactDigest: digest },
  });
});

test("of a training that went well the model is enough: no result is fetched", async () => {
  upload([resultName, modelName], null);
  const outcome = mustResult(await readOutcome(client, 9, training, "success"));
  assert.deepEqual([outcome.result.outcome, outcome.result.training], ["succeeded", null]);
  assert.deepEqual(outcome.model, { kind: "artifact", runId: 9, artifactId: 2, artifactDigest: digest });
});

test("a training that went well but left no model is read for why", async () => {
  upload([resultName], { "result.json": trained.result });
  assert.deepEqual(mustResult(await readOutcome(client, 9, training, "success")).result, trained.result);
});

test("an evaluation run's report is read; another run's model artifact is not taken for its own", async () => {
  upload([resultName, "assay-model-0"], { "result.json": evaluated.result, "report.json": evaluated.report });
  const outcome = mustResult(await readOutcome(client, 9, evaluation, "success"));
  assert.deepEqual([outcome.report, outcome.model], [evaluated.report, null]);
});

test("a run without a result artifact of its own has no outcome", async () => {
  upload([modelName, "assay-result-0"], null);
  assert.equal(await readOutcome(client, 9, training, "failure"), null);
});

const invalid: readonly (readonly [name: string, files: Readonly<Record<string, unknown>>, run: Run])[] = [
  ["a result that is not JSON", { "result.json": "{" }, training],
  ["no result in the artifact", { "other.json": "{}" }, training],
  ["a result of another run", { "result.json": { ...trained.result, nonce: "0".repeat(32) } }, training],
  ["a result of another stage", { "result.json": trained.result }, evaluation],
  ["a result with a key more", { "result.json": { ...trained.result, verdict: "pass" } }, training],
  [
    "a fault with a reason of its own",
    { "result.json": { ...trained.result, fault: { reason: "because", message: "" } } },
    training,
  ],
  [
    "a log of a megabyte",
    {
      "result.json": { ...trained.result, fault: { reason: "training_failed", message: "", detail: "x".repeat(1e6) } },
    },
    training,
  ],
  ["a report that is not JSON", { "result.json": evaluated.result, "report.json": "nan" }, evaluation],
  [
    "a report with a number that is none",
    { "result.json": evaluated.result, "report.json": { ...evaluated.report, metrics: "all" } },
    evaluation,
  ],
  [
    "a report larger than any honest one",
    { "result.json": evaluated.result, "report.json": " ".repeat(17 * 1024 * 1024) },
    evaluation,
  ],
];

for (const [name, files, run] of invalid) {
  test(`${name} is report_invalid, not an exception`, async () => {
    upload([resultName], files);
    const outcome = await readOutcome(client, 9, run, "failure");
    assert.equal(outcome?.kind === "fault" ? outcome.fault.reason : outcome, "report_invalid");
  });
}

test("an artifact that is no zip, or is gone, is report_invalid; GitHub's own errors are errors", async () => {
  for (const [status, body] of [
    [200, "no zip"],
    [410, "gone"],
  ] as const) {
    upload([resultName], null);
    github().get("/actions/artifacts/1/zip").reply(status, Buffer.from(body), { "content-type": "application/zip" });
    const outcome = await readOutcome(client, 9, training, "failure");
    assert.equal(outcome?.kind === "fault" ? outcome.fault.reason : outcome, "report_invalid");
  }
  upload([resultName], null);
  github().get("/actions/artifacts/1/zip").reply(503);
  await assert.rejects(readOutcome(client, 9, training, "failure"), { status: 503 });
});

function mustResult<T extends { readonly kind: string } | null>(outcome: T): Extract<T, { kind: "result" }> {
  if (outcome === null || !isResult(outcome)) return assert.fail("expected a result");
  return outcome;
}

function isResult<T extends { readonly kind: string }>(outcome: T): outcome is Extract<T, { kind: "result" }> {
  return outcome.kind === "result";
}
