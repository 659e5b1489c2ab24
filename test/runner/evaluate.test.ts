import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { report as reportSchema } from "../../core/report.ts";
import { names } from "./assay.ts";
import { csv, evaluate, project, readParquet, rows, writeParquet } from "./evaluation.ts";
import { encode, float, floats, logistic, lookUp, node, softmax, value } from "./onnx-models.ts";

const good = logistic([4, 0], 0);
const worse = logistic([-1, 0.3], 0);

function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

test("a candidate is measured against a baseline on the same rows, and four files appear", async (t) => {
  const cwd = await project(t, {
    candidate: good,
    baseline: worse,
    gates: ["ni(roc_auc, 1pp) at 95%"],
    evaluate: { slices: ["word", "b > 3 and word <> 'up' -- many"] },
  });
  const { code, stdout, stderr } = await evaluate(cwd, [
    "--baseline",
    "baseline.onnx",
    "--baseline-version",
    "tiny@v3",
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  const report = reportSchema.parse(JSON.parse(stdout));
  assert.equal(report.verdict, "pass");
  assert.deepEqual(report.candidate, { digest: sha256(good), bytes: good.length, parameters: 3 });
  assert.deepEqual(report.baseline, { digest: sha256(worse), version: "tiny@v3" });
  assert.deepEqual(report.data, { digest: sha256(csv(rows)), rows: 200, role: "open", dropped: 0 });
  const sizes = report.metrics
    .filter((metric) => metric.id === "roc_auc")
    .map((metric) => [metric.slice, metric.candidate.n]);
  assert.deepEqual(sizes, [
    [null, 200],
    [{ by: "word", value: "down" }, 67],
    [{ by: "word", value: "up" }, 67],
    [{ by: "word", value: "side" }, 66],
    [{ where: "b > 3 and word <> 'up' -- many" }, rows.filter((row) => (row.b ?? 0) > 3 && row.word !== "up").length],
  ]);
  assert.deepEqual(await names(join(cwd, "out")), ["predictions.parquet", "report.html", "report.json", "report.md"]);
  assert.deepEqual(JSON.parse(await readFile(join(cwd, "out/report.json"), "utf8")), report);
});

test("the predictions are those of the formula, row by row", async (t) => {
  const cwd = await project(t, { candidate: logistic([2, -0.5], 0.25) });
  assert.equal((await evaluate(cwd)).code, 0);
  const found = await readParquet(join(cwd, "out/predictions.parquet"));
  assert.equal(found.length, rows.length);
  found.forEach((row, index) => {
    const { a, b, y } = rows[index] ?? assert.fail();
    assert.equal(row["row"], BigInt(index + 1));
    assert.equal(row["label"], y);
    assert.equal(row["baseline"], null);
    const expected = 1 / (1 + Math.exp(-(2 * (a ?? 0) - 0.5 * (b ?? 0) + 0.25)));
    assert.ok(Math.abs(Number(row["candidate"]) - expected) < 1e-6, `row ${index}`);
  });
});

test("CSV, Parquet and JSON of the same rows give the same numbers, with any number of threads", async (t) => {
  const cwd = await project(t, { candidate: good, baseline: worse });
  await writeParquet(join(cwd, "rows.csv"), join(cwd, "rows.parquet"));
  await writeFile(join(cwd, "rows.json"), JSON.stringify(rows));
  await writeFile(join(cwd, "rows.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  const numbers: unknown[] = [];
  for (const [index, file] of ["rows.csv", "rows.parquet", "rows.json", "rows.jsonl"].entries()) {
    const extra = ["--baseline", "baseline.onnx", "--data", file, "--workers", String(index + 1)];
    const { stdout } = await evaluate(cwd, extra);
    const { metrics, curves, behaviour } = reportSchema.parse(JSON.parse(stdout));
    numbers.push({ metrics, curves, behaviour });
  }
  for (const other of numbers.slice(1)) assert.deepEqual(other, numbers[0]);
});

test("a multiclass model is read in the order of the configured classes", async (t) => {
  const named = rows.map((row) => ({ ...row, y: (row.a ?? 0) > 0.3 ? "high" : (row.a ?? 0) < -0.3 ? "low" : "mid" }));
  const cwd = await project(t, {
    candidate: softmax([-6, 0, 6, 0, 0, 0], 3),
    data: csv(named),
    evaluate: { task: "multiclass", classes: ["low", "mid", "high"], metrics: ["accuracy", "log_loss"] },
  });
  const { code, stdout, stderr } = await evaluate(cwd);
  assert.equal(code, 0, stderr);
  const report = reportSchema.parse(JSON.parse(stdout));
  assert.deepEqual(report.curves.confusion?.candidate.classes, ["low", "mid", "high"]);
  assert.ok((report.metrics.find((metric) => metric.id === "accuracy")?.candidate.value ?? 0) > 0.6);
  const [first] = await readParquet(join(cwd, "out/predictions.parquet"));
  const columns = ["low", "mid", "high"].flatMap((name) => [`candidate_${name}`]);
  assert.deepEqual(Object.keys(first ?? {}), [
    "row",
    "label",
    ...columns,
    ...columns.map((name) => name.replace("candidate", "baseline")),
  ]);
  const sum = columns.reduce((total, name) => total + Number(first?.[name]), 0);
  assert.ok(Math.abs(sum - 1) < 1e-6);
});

for (const shape of [["n", 1], ["n"], [1, 1]] as const) {
  test(`a text column reaches a model whose input has shape [${shape.join(", ")}], and a CSV's 007 stays a text`, async (t) => {
    const spies = rows.map((row, index) => ({ y: row.y, word: index % 2 === 0 ? "007" : index % 5 === 0 ? "" : "7" }));
    const cwd = await project(t, {
      candidate: lookUp({ "007": 0.9, "7": 0.2, "": 0.4 }, shape),
      data: csv(spies),
      evaluate: { inputs: { word: "word" } },
    });
    assert.equal((await evaluate(cwd)).code, 0);
    const found = await readParquet(join(cwd, "out/predictions.parquet"));
    const expected = spies.map(({ word }) => Math.fround(word === "007" ? 0.9 : word === "" ? 0.4 : 0.2));
    assert.deepEqual(
      found.map((row) => row["candidate"]),
      expected,
    );
  });
}

test("labels may be booleans or two texts, and rows without one are dropped and counted", async (t) => {
  const labels: [unknown, (y: unknown) => string][] = [
    [undefined, (y) => (y === 1 ? "true" : "false")],
    ["yes", (y) => (y === 1 ? "yes" : "no")],
    [0, (y) => (y === 1 ? "0" : "1")],
  ];
  const aucs: unknown[] = [];
  for (const [positive, spell] of labels) {
    const spelled = rows.map((row, index) => ({ ...row, y: index < 5 ? "" : spell(row.y) }));
    const cwd = await project(t, {
      candidate: good,
      data: csv(spelled),
      evaluate: positive === undefined ? {} : { positive },
    });
    const { stdout, stderr } = await evaluate(cwd);
    const report = JSON.parse(stdout);
    assert.equal(report.fault, undefined, stderr);
    assert.equal(report.data.rows, 195);
    assert.equal(report.data.dropped, 5);
    aucs.push(report.metrics[0].candidate.value);
  }
  assert.equal(aucs[1], aucs[0]);
  assert.equal(aucs[2], aucs[0]);
});

test("logits, two-column outputs and the positive index all lead to the same scores", async (t) => {
  const logits = encode({
    nodes: [node("MatMul", ["x", "w"], ["p"])],
    inputs: [value("x", float, ["n", 2])],
    outputs: [value("p", float, ["n", 2])],
    weights: [floats("w", [2, 2], [4, 0, 0, 0])],
  });
  const cwd = await project(t, { candidate: logits, evaluate: { output: { name: "p", kind: "logit", positive: 0 } } });
  assert.equal((await evaluate(cwd)).code, 0);
  const found = await readParquet(join(cwd, "out/predictions.parquet"));
  const expected = 1 / (1 + Math.exp(-4 * (rows[1]?.a ?? 0)));
  assert.ok(Math.abs(Number(found[1]?.["candidate"]) - expected) < 1e-6);
});

test("missing numbers reach the model as NaN", async (t) => {
  const replace = encode({
    nodes: [node("IsNaN", ["x"], ["missing"]), node("Where", ["missing", "c", "d"], ["p"])],
    inputs: [value("x", float, ["n", 1])],
    outputs: [value("p", float, ["n", 1])],
    weights: [floats("c", [1], [1]), floats("d", [1], [0])],
  });
  const holes = rows.map((row, index) => ({ ...row, a: index % 4 === 0 ? null : row.a }));
  const cwd = await project(t, { candidate: replace, data: csv(holes), evaluate: { inputs: { x: ["a"] } } });
  assert.equal((await evaluate(cwd)).code, 0);
  const found = await readParquet(join(cwd, "out/predictions.parquet"));
  assert.deepEqual(
    found.map((row) => row["candidate"]),
    holes.map((row) => (row.a === null ? 1 : 0)),
  );
});

const verdicts = [
  { gates: ["candidate.roc_auc > 0.99"], baseline: true, code: 1, verdict: "fail" },
  { gates: ["ni(roc_auc, 1pp) at 95%"], baseline: false, code: 2, verdict: "no_baseline" },
  { gates: [], baseline: false, code: 0, verdict: "pass" },
];
for (const { gates, baseline, code, verdict } of verdicts) {
  test(`the verdict ${verdict} is exit code ${code}`, async (t) => {
    const cwd = await project(t, { candidate: good, baseline: worse, gates });
    const ended = await evaluate(cwd, baseline ? ["--baseline", "baseline.onnx"] : []);
    assert.equal(JSON.parse(ended.stdout).verdict, verdict);
    assert.equal(ended.code, code);
  });
}

test("an existing result is replaced as a whole, and other files in the folder stay", async (t) => {
  const cwd = await project(t, { candidate: good });
  assert.equal((await evaluate(cwd)).code, 0);
  await writeFile(join(cwd, "out/notes.txt"), "mine");
  assert.equal((await evaluate(cwd, ["--candidate=candidate.onnx"])).code, 3, "given twice");
  const before = await readFile(join(cwd, "out/report.json"), "utf8");
  assert.equal((await evaluate(cwd)).code, 0);
  assert.notEqual(await readFile(join(cwd, "out/report.json"), "utf8"), before);
  assert.deepEqual(await names(join(cwd, "out")), [
    "notes.txt",
    "predictions.parquet",
    "report.html",
    "report.json",
    "report.md",
  ]);
});

test("a gate on a metric that has no value proves nothing, says so, and the report is there to read", async (t) => {
  const onlyOnes = rows.map((row) => ({ ...row, y: 1 }));
  const cwd = await project(t, { candidate: good, data: csv(onlyOnes), gates: ["candidate.roc_auc > 0.5"] });
  const { code, stdout, stderr } = await evaluate(cwd);
  const written = reportSchema.parse(JSON.parse(await readFile(join(cwd, "out/report.json"), "utf8")));
  assert.equal(code, 2);
  assert.deepEqual(JSON.parse(stdout), written);
  assert.match(stderr, /gate "candidate\.roc_auc > 0\.5": .*ROC AUC.* is not defined/);
  assert.deepEqual([written.verdict, written.gates[0]?.reason], ["error", "metric_undefined"]);
});

test("of a column with many values the 50 most frequent become slices, ties by name, and that is said", async (t) => {
  const many = rows.map((row, index) => ({
    ...row,
    word: index < 20 ? "common" : `w${String(index % 90).padStart(2, "0")}`,
  }));
  const cwd = await project(t, {
    candidate: good,
    data: csv(many),
    evaluate: { slices: ["word"], metrics: ["log_loss"] },
  });
  const { code, stdout, stderr } = await evaluate(cwd);
  assert.equal(code, 0);
  assert.match(stderr, /column word has 91 values; the 50 most frequent/);
  const values = reportSchema
    .parse(JSON.parse(stdout))
    .metrics.flatMap(({ slice }) => (slice !== null && "by" in slice ? [slice.value] : []));
  assert.equal(values.length, 50);
  // Rows 20 to 199 hold w20 … w89, w00 … w89, w00 … w19: all twice.
  assert.deepEqual(values.slice(0, 4), ["common", "w00", "w01", "w02"]);
});
