import assert from "node:assert/strict";
import { test } from "node:test";
import { type Report, report as reportSchema } from "../../core/report.ts";
import type { Ended } from "./assay.ts";
import { csv, evaluate, project, rows, type Setup } from "./evaluation.ts";
import { linear, logistic, rootOf, softmax, typedLogistic, types } from "./onnx-models.ts";

function reportOf(ended: Ended): Report {
  assert.notEqual(ended.stdout, "", ended.stderr);
  return reportSchema.parse(JSON.parse(ended.stdout));
}

const valued = { output: { name: "p", kind: "value" } };
const regression = { ...valued, task: "regression", label: "t", metrics: ["rmse", "mae", "bias"] };
const measured = rows.map((row, at) => ({ ...row, t: (row.a ?? 0) * 3 + (at % 4), w: at % 3, who: `p${at % 20}` }));

test("a regression is measured by its numbers, against a baseline", async (t) => {
  const setup = {
    candidate: linear([3, 0], 1),
    baseline: linear([2, 0], 0),
    data: csv(measured),
    evaluate: regression,
  };
  const cwd = await project(t, setup);
  const report = reportOf(await evaluate(cwd, ["--baseline", "baseline.onnx"]));
  const errors = measured.map(({ a, t }) => 3 * (a ?? 0) + 1 - t);
  const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
  const [found] = report.metrics;
  assert.ok(Math.abs((found?.candidate.value ?? 0) - rmse) < 1e-5);
  assert.ok((found?.delta?.value ?? 0) < 0, "the candidate errs less");
  assert.equal(report.behaviour, null);
});

test("a ranking is measured query by query", async (t) => {
  const data = csv(measured.map((row) => ({ ...row, gain: row.y })));
  const ranking = { ...valued, task: "ranking", label: "gain", group: "who", metrics: ["ndcg@10", "mrr"] };
  const report = reportOf(await evaluate(await project(t, { candidate: linear([1, 0], 0), data, evaluate: ranking })));
  assert.deepEqual(report.data.groups, { column: "who", count: 20 });
  assert.ok((report.metrics[0]?.candidate.n ?? 0) <= 20);
});

test("weights, groups, a threshold and fairness of a classification stand in the report", async (t) => {
  const more = { weight: "w", group: "who", threshold: 0.6, fairness: ["word"], min_rows: 10 };
  const cwd = await project(t, {
    candidate: logistic([4, 0], 0),
    baseline: logistic([1, 0.1], 0),
    data: csv(measured),
    evaluate: { ...more, metrics: ["accuracy", "log_loss"] },
  });
  const report = reportOf(await evaluate(cwd, ["--baseline", "baseline.onnx"]));
  const weights = measured.map(({ w }) => w);
  const sum = weights.reduce((a, b) => a + b, 0);
  assert.deepEqual(report.data.weight, {
    column: "w",
    sum,
    effective: sum ** 2 / weights.reduce((a, b) => a + b * b, 0),
  });
  assert.deepEqual(report.data.groups, { column: "who", count: 20 });
  const right = measured.filter(({ a, y }) => (1 / (1 + Math.exp(-4 * (a ?? 0))) >= 0.6 ? 1 : 0) === y);
  const share = right.reduce((a, { w }) => a + w, 0) / sum;
  assert.ok(Math.abs((report.metrics[0]?.candidate.value ?? 0) - share) < 1e-9);
  assert.ok((report.fairness ?? []).some(({ by }) => by === "word"));
});

test("the seed depends on models and data, and not on the list of metrics", async (t) => {
  const cwd = await project(t, { candidate: logistic([4, 0], 0) });
  const other = await project(t, { candidate: logistic([4, 0], 0), evaluate: { metrics: ["accuracy"] } });
  const third = await project(t, { candidate: logistic([4, 1], 0) });
  const [a, b, c] = await Promise.all([cwd, other, third].map(async (folder) => reportOf(await evaluate(folder)).seed));
  assert.match(a ?? "", /^[0-9a-f]{64}$/);
  assert.equal(a, b);
  assert.notEqual(a, c);
});

test("a label that is NaN is no label", async (t) => {
  const data = csv(measured.map((row, at) => ({ ...row, t: at % 4 === 0 ? "nan" : row.t })));
  const { data: found } = reportOf(
    await evaluate(await project(t, { candidate: linear([3, 0], 1), data, evaluate: regression })),
  );
  assert.deepEqual([found.rows, found.dropped], [150, 50]);
  const texts = csv(measured.map((row, at) => ({ ...row, y: at % 4 === 0 ? "NaN" : row.y })));
  const classified = reportOf(await evaluate(await project(t, { candidate: logistic([4, 0], 0), data: texts })));
  assert.deepEqual([classified.data.rows, classified.data.dropped], [150, 50]);
});

const negative = measured.filter(({ a }) => (a ?? 0) < 0).length;
const missing = { candidate: rootOf([1, 0]), baseline: logistic([4, 0], 0), data: csv(measured) };

test("with drop-pair a row without a prediction is left out for both models, and counted", async (t) => {
  const cwd = await project(t, { ...missing, evaluate: { on_nan: "drop-pair", slices: ["word", "b > 3"] } });
  const report = reportOf(await evaluate(cwd, ["--baseline", "baseline.onnx"]));
  assert.deepEqual([report.data.rows, report.data.unpredicted], [200 - negative, negative]);
  assert.equal(report.metrics[0]?.candidate.n, 200 - negative);
  assert.equal(report.metrics[0]?.baseline?.n, 200 - negative);
  const sliced = report.metrics.filter(({ id, slice }) => id === "log_loss" && slice !== null && "by" in slice);
  assert.equal(
    sliced.reduce((sum, { candidate }) => sum + candidate.n, 0),
    200 - negative,
  );
});

test("with worst a missing prediction is certain and wrong, for the model that gave it alone", async (t) => {
  const cwd = await project(t, { ...missing, evaluate: { on_nan: "worst", metrics: ["accuracy"] } });
  const report = reportOf(await evaluate(cwd, ["--baseline", "baseline.onnx"]));
  const right = measured.filter(({ a, y }) => (a ?? 0) >= 0 && (Math.sqrt(a ?? 0) >= 0.5 ? 1 : 0) === y).length;
  assert.equal(report.metrics[0]?.candidate.value, right / 200);
  const own = measured.filter(({ a, y }) => ((a ?? 0) >= 0 ? 1 : 0) === y).length;
  assert.equal(report.metrics[0]?.baseline?.value, own / 200);
  assert.equal(report.data.unpredicted, undefined);
});

test("what is odd but no error is told: a slice of no row, groups of one row", async (t) => {
  const data = csv(measured.map((row, at) => ({ ...row, one: `g${at}` })));
  const cwd = await project(t, {
    candidate: logistic([4, 0], 0),
    data,
    evaluate: { slices: ["b > 99"], group: "one", metrics: ["accuracy"] },
  });
  const report = reportOf(await evaluate(cwd));
  assert.deepEqual(report.data.warnings, [
    'the slice "b > 99" selects no row',
    'most groups of column "one" have one row: 200 of 200',
  ]);
  const [, sliced] = report.metrics;
  assert.deepEqual([sliced?.candidate.n, sliced?.candidate.status], [0, "insufficient"]);
});

test("one class only is no error: what needs both is undefined", async (t) => {
  const data = csv(measured.map((row) => ({ ...row, y: 1 })));
  const cwd = await project(t, {
    candidate: logistic([4, 0], 0),
    data,
    evaluate: { metrics: ["roc_auc", "accuracy"] },
  });
  const [auc, accuracy] = reportOf(await evaluate(cwd)).metrics;
  assert.deepEqual([auc?.candidate.status, accuracy?.candidate.status], ["undefined", "ok"]);
});

type Case = Partial<Setup> & { readonly name: string; readonly reason: string; readonly says: RegExp };

const refusals: readonly Case[] = [
  {
    name: "a negative weight",
    data: csv(measured.map((row, at) => ({ ...row, w: at === 6 ? -1 : 1 }))),
    evaluate: { weight: "w" },
    reason: "data_invalid",
    says: /rows\.csv: column "w": 1 weight is missing, negative or not finite \(row 7: -1\)/,
  },
  {
    name: "a weight that is a text",
    data: csv(measured.map((row, at) => ({ ...row, w: at === 6 ? "much" : 1 }))),
    evaluate: { weight: "w" },
    reason: "data_invalid",
    says: /rows\.csv: column "w" must hold numbers \(row 7: "much"\)/,
  },
  {
    name: "a missing weight",
    data: csv(measured.map((row, at) => ({ ...row, w: at < 8 ? null : 1 }))),
    evaluate: { weight: "w" },
    reason: "data_invalid",
    says: /8 weights are missing.*\(row 1: none; row 2: none; row 3: none; row 4: none; row 5: none\)/,
  },
  {
    name: "weights that are all 0",
    data: csv(measured.map((row) => ({ ...row, w: 0 }))),
    evaluate: { weight: "w" },
    reason: "data_invalid",
    says: /column "w": every weight is 0/,
  },
  {
    name: "a column of weights that is not there",
    evaluate: { weight: "weigth" },
    reason: "data_column_missing",
    says: /no column "weigth", which evaluate\.weight names/,
  },
  {
    name: "a row without a group",
    data: csv(measured.map((row, at) => ({ ...row, who: at % 50 === 3 ? null : row.who }))),
    evaluate: { group: "who" },
    reason: "data_invalid",
    says: /column "who": 4 rows have no value \(rows 4, 54, 104, 154\)/,
  },
  {
    name: "a label of a regression that is no number",
    data: csv(measured.map((row, at) => ({ ...row, t: at === 2 ? "much" : row.t }))),
    candidate: linear([1, 0], 0),
    evaluate: regression,
    reason: "data_invalid",
    says: /column "t" must hold numbers \(row 3: "much"\)/,
  },
  {
    name: "an infinite label",
    data: csv(measured.map((row, at) => ({ ...row, t: at === 2 ? "inf" : row.t }))),
    candidate: linear([1, 0], 0),
    evaluate: regression,
    reason: "data_invalid",
    says: /label column "t" must hold finite numbers \(row 3: "inf"\)/,
  },
  {
    name: "a prediction that is no number",
    candidate: rootOf([1, 0]),
    reason: "predictions_invalid",
    says: /candidate: \d+ of 200 rows have a prediction that is no finite number \(row 1: NaN;.*drop-pair/,
  },
  {
    name: "the worst of a regression",
    candidate: linear([1, 0], 0),
    evaluate: { ...regression, on_nan: "worst" },
    reason: "config_invalid",
    says: /a regression has no worst prediction/,
  },
  {
    name: "probabilities of a row that do not sum to 1",
    candidate: typedLogistic([1, 0]),
    evaluate: { task: "multiclass", classes: [0, 1], metrics: ["accuracy"] },
    reason: "model_output_differs",
    says: /shape \[200, 1\] for 200 rows; expected \[rows, 2\]/,
  },
  {
    name: "logits that are called probabilities",
    candidate: linear([1, 1], 0),
    reason: "predictions_invalid",
    says: /predictions are not probabilities.*set output\.kind to logit/,
  },
  {
    name: "labels that are called probabilities",
    candidate: typedLogistic([1, 0], { to: types.INT64 }),
    reason: "model_output_differs",
    says: /is int64; expected float16, float32, float64; labels are evaluated with output\.kind label/,
  },
];

for (const { name, reason, says, ...setup } of refusals)
  test(`refused as ${reason}: ${name}`, async (t) => {
    const cwd = await project(t, { candidate: logistic([4, 0], 0), data: csv(measured), ...setup });
    const { code, stdout, stderr } = await evaluate(cwd);
    assert.match(stderr, says);
    assert.equal(JSON.parse(stdout).fault.reason, reason);
    assert.equal(code, 3);
  });

test("logits become probabilities by the configuration's word: sigmoid of one, softmax of several", async (t) => {
  const logit = { output: { name: "p", kind: "logit" }, metrics: ["log_loss"] };
  const one = await project(t, { candidate: linear([4, 0], 0), evaluate: logit });
  const same = await project(t, { candidate: logistic([4, 0], 0), evaluate: { metrics: ["log_loss"] } });
  const [a, b] = await Promise.all(
    [one, same].map(async (cwd) => reportOf(await evaluate(cwd)).metrics[0]?.candidate.value),
  );
  assert.ok(Math.abs((a ?? 0) - (b ?? 1)) < 1e-6);
  assert.ok(softmax([1, 2, 3, 4], 2).length > 0);
});
