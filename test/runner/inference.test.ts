import assert from "node:assert/strict";
import { readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Report, report as reportSchema } from "../../core/report.ts";
import { calibrate } from "../../runner/evaluate/calibrate.ts";
import { openModels } from "../../runner/onnx/model.ts";
import { assay, type Ended, scratch } from "./assay.ts";
import { csv, evaluate, evaluation, project, type Row, readParquet, rows } from "./evaluation.ts";
import {
  attribute,
  decider,
  encode,
  float,
  floats,
  labeler,
  logistic,
  node,
  typedLogistic,
  types,
  value,
} from "./onnx-models.ts";

function reportOf(ended: Ended): Report {
  assert.equal(ended.code, 0, ended.stderr);
  return reportSchema.parse(JSON.parse(ended.stdout));
}

async function candidatesOf(cwd: string): Promise<readonly number[]> {
  const found = await readParquet(join(cwd, "out/predictions.parquet"));
  return found.map((row) => Number(row["candidate"]));
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

// The column b holds whole numbers from 0 to 6; flags are made from it.
const inputs: readonly (readonly [name: string, type: number, column: string, of: (row: Row) => number])[] = [
  ["float16", types.FLOAT16, "b", ({ b }) => b ?? 0],
  ["float32", types.FLOAT, "a", ({ a }) => Math.fround(a ?? 0)],
  ["float64", types.DOUBLE, "a", ({ a }) => a ?? 0],
  ["int8", types.INT8, "b", ({ b }) => b ?? 0],
  ["int16", types.INT16, "b", ({ b }) => b ?? 0],
  ["int32", types.INT32, "b", ({ b }) => b ?? 0],
  ["int64", types.INT64, "b", ({ b }) => b ?? 0],
  ["uint8", types.UINT8, "b", ({ b }) => b ?? 0],
  ["uint16", types.UINT16, "b", ({ b }) => b ?? 0],
  ["uint32", types.UINT32, "b", ({ b }) => b ?? 0],
  ["uint64", types.UINT64, "b", ({ b }) => b ?? 0],
  ["bool", types.BOOL, "y", ({ y }) => Number(y)],
  ["string", types.STRING, "b", ({ b }) => b ?? 0],
];

for (const [name, type, column, of] of inputs)
  test(`an input of type ${name} is filled with the column's values`, async (t) => {
    // A label of its own, because the label is no input.
    const data = csv(rows.map((row) => ({ ...row, label: row.y })));
    const evaluated = { inputs: { x: column }, label: "label" };
    const cwd = await project(t, { candidate: typedLogistic([0.25], { from: type }), data, evaluate: evaluated });
    reportOf(await evaluate(cwd));
    const found = await candidatesOf(cwd);
    for (const [at, row] of rows.entries())
      assert.ok(Math.abs((found[at] ?? 9) - sigmoid(0.25 * of(row))) < 1e-6, name);
  });

for (const [name, type, epsilon] of [
  ["float16", types.FLOAT16, 5e-4],
  ["float64", types.DOUBLE, 1e-6],
] as const)
  test(`an output of type ${name} is read`, async (t) => {
    const cwd = await project(t, { candidate: typedLogistic([1, 0.5], { to: type }) });
    reportOf(await evaluate(cwd));
    const found = await candidatesOf(cwd);
    for (const [at, { a, b }] of rows.entries())
      assert.ok(Math.abs((found[at] ?? 9) - sigmoid((a ?? 0) + 0.5 * (b ?? 0))) < epsilon);
  });

const named = { label: "y", positive: "yes", output: { name: "p", kind: "label" }, metrics: ["accuracy", "f1"] };
const labeled = csv(rows.map((row) => ({ ...row, y: (row.a ?? 0) > 0.2 ? "yes" : "no" })));

for (const [name, type] of [
  ["int64", types.INT64],
  ["int32", types.INT32],
  ["bool", types.BOOL],
] as const)
  test(`a model that says labels of type ${name} is measured by them`, async (t) => {
    const evaluated = { ...named, positive: 1 };
    const cwd = await project(t, { candidate: decider(type), evaluate: evaluated });
    const right = rows.filter((row) => ((row.a ?? 0) > 0 ? 1 : 0) === row.y).length;
    const { metrics } = reportOf(await evaluate(cwd));
    assert.equal(metrics[0]?.candidate.value, right / rows.length);
  });

test("labels that are texts are matched with the classes, and others are refused with their rows", async (t) => {
  const cwd = await project(t, { candidate: labeler("no", "yes"), data: labeled, evaluate: named });
  const right = rows.filter((row) => (row.a ?? 0) > 0 === (row.a ?? 0) > 0.2).length;
  assert.equal(reportOf(await evaluate(cwd)).metrics[0]?.candidate.value, right / rows.length);
  await writeFile(join(cwd, "candidate.onnx"), labeler("no", "perhaps"));
  const { code, stderr } = await evaluate(cwd);
  assert.equal(code, 3);
  assert.match(stderr, /\d+ of 200 predictions are none of the classes "no", "yes" \(row \d+: "perhaps"/);
});

test("predicted classes of three are measured as labels", async (t) => {
  const model = encode({
    nodes: [
      node("ArgMax", ["x"], ["p"], {
        attribute: [
          { name: "axis", type: attribute.INT, i: 1 },
          { name: "keepdims", type: attribute.INT, i: 0 },
        ],
      }),
    ],
    inputs: [value("x", float, ["n", 2])],
    outputs: [value("p", types.INT64, ["n"])],
  });
  const data = csv(rows.map((row, at) => ({ ...row, y: at % 5 === 0 ? 2 : (row.b ?? 0) > (row.a ?? 0) ? 1 : 0 })));
  const evaluated = {
    task: "multiclass",
    classes: [0, 1, 2],
    output: { name: "p", kind: "label" },
    metrics: ["accuracy", "f1_macro"],
  };
  const cwd = await project(t, { candidate: model, data, evaluate: evaluated });
  assert.equal(reportOf(await evaluate(cwd)).metrics[0]?.candidate.value, 0.8);
});

/** Writes rows with a list in column v as Parquet. */
async function writeLists(cwd: string, type: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT [a, b, 1]::${type} AS v, y FROM read_csv('${join(cwd, "rows.csv")}')) TO '${join(cwd, "lists.parquet")}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
}

for (const [name, shape, type] of [
  ["of fixed width", ["n", 3], "DOUBLE[]"],
  ["of free width", ["n", "width"], "DOUBLE[]"],
  ["of several axes", ["n", 3, 1], "FLOAT[3]"],
] as const)
  test(`a column of lists fills an input ${name}`, async (t) => {
    const evaluated = { inputs: { x: "v" } };
    const cwd = await project(t, { candidate: typedLogistic([1, 0.5, -1], { shape }), evaluate: evaluated });
    await writeLists(cwd, type);
    reportOf(await evaluate(cwd, ["--data", "lists.parquet"]));
    const found = await candidatesOf(cwd);
    for (const [at, { a, b }] of rows.entries())
      assert.ok(Math.abs((found[at] ?? 9) - sigmoid((a ?? 0) + 0.5 * (b ?? 0) - 1)) < 1e-6);
  });

for (const [name, lists, says] of [
  ["another length", "CASE WHEN b = 3 THEN [a] ELSE [a, b] END", /column "v" must hold lists of 2 numbers.*\(row 4: /],
  ["a missing element", "[a, CASE WHEN b <> 3 THEN b END]", /column "v" must hold lists of 2 numbers.*\(row 4: /],
  ["no list at all", "CASE WHEN b <> 3 THEN [a, b] END", /column "v" must hold lists of 2 numbers.*\(row 4: null/],
  ["texts", "['x', 'y']", /column "v" must hold lists of 2 numbers, not VARCHAR\[\]/],
] as const)
  test(`a list that does not fit is refused with its row: ${name}`, async (t) => {
    const cwd = await project(t, { candidate: logistic([1, 1], 0), evaluate: { inputs: { x: "v" } } });
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const from = `read_csv('${join(cwd, "rows.csv")}')`;
    await connection.run(
      `COPY (SELECT ${lists} AS v, y FROM ${from}) TO '${join(cwd, "lists.parquet")}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const { code, stderr } = await evaluate(cwd, ["--data", "lists.parquet"]);
    assert.equal(code, 3);
    assert.match(stderr, says);
  });

test("several inputs of different types meet in one model", async (t) => {
  const model = encode({
    nodes: [
      node("Cast", ["whole"], ["cast"], { attribute: [{ name: "to", type: attribute.INT, i: float }] }),
      node("Add", ["x", "cast"], ["sum"]),
      node("Sigmoid", ["sum"], ["p"]),
    ],
    inputs: [value("x", float, ["n", 1]), value("whole", types.INT64, ["n", 1])],
    outputs: [value("p", float, ["n", 1])],
  });
  const cwd = await project(t, { candidate: model, evaluate: { inputs: { x: "a", whole: ["b"] } } });
  reportOf(await evaluate(cwd));
  const found = await candidatesOf(cwd);
  for (const [at, { a, b }] of rows.entries())
    assert.ok(Math.abs((found[at] ?? 9) - sigmoid((a ?? 0) + (b ?? 0))) < 1e-6);
});

test("whole numbers beyond 2^53 reach the model as they are", async (t) => {
  const big = 2n ** 60n + 1n;
  const model = encode({
    nodes: [
      node("Equal", ["x", "big"], ["is"]),
      node("Cast", ["is"], ["p"], { attribute: [{ name: "to", type: attribute.INT, i: float }] }),
    ],
    inputs: [value("x", types.INT64, ["n", 1])],
    outputs: [value("p", float, ["n", 1])],
    weights: [
      { name: "big", dataType: types.INT64, dims: [1], rawData: new Uint8Array(new BigInt64Array([big]).buffer) },
    ],
  });
  const data = `x,y\n${big},1\n${big - 1n},0\n${big},1\n`;
  const cwd = await project(t, { candidate: model, data, evaluate: { inputs: { x: "x" }, metrics: ["accuracy"] } });
  await evaluate(cwd);
  assert.deepEqual(await candidatesOf(cwd), [1, 0, 1]);
});

test("a number that the input's type cannot hold is refused with its row", async (t) => {
  for (const [type, column, says] of [
    [types.UINT8, "b", /column "b" must hold uint8 for the model \(row 3: -1; row 10: 300\)/],
    [types.INT64, "a", /column "a" must hold int64 for the model \(row 2: -0\.63/],
    [types.BOOL, "b", /column "b" must hold bool for the model \(row 3: -1/],
  ] as const) {
    const data = csv(rows.map((row, at) => ({ ...row, b: at === 2 ? -1 : at === 9 ? 300 : 1 })));
    const cwd = await project(t, {
      candidate: typedLogistic([1], { from: type }),
      data,
      evaluate: { inputs: { x: column } },
    });
    const { code, stderr } = await evaluate(cwd);
    assert.equal(code, 3);
    assert.match(stderr, says);
  }
});

test("the size of the batch is as told, stands in the report, and changes no prediction of a plain model", async (t) => {
  const cwd = await project(t, { candidate: logistic([2, -0.5], 0.25), baseline: logistic([1, 0], 0) });
  const seen: (readonly number[])[] = [];
  for (const batch of ["1024", "7", "64"]) {
    const report = reportOf(await evaluate(cwd, ["--baseline", "baseline.onnx", "--batch", batch, "--workers", "2"]));
    assert.equal(report.environment.batch, Number(batch));
    seen.push(await candidatesOf(cwd));
  }
  assert.deepEqual(seen[1], seen[0]);
  assert.deepEqual(seen[2], seen[0]);
  const refused = await evaluate(cwd, ["--batch", "0"]);
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /--batch must be a whole number/);
});

/** A model in a thread, with 16,384 rows of two columns. */
async function calibrated(t: TestContext, bytes: Uint8Array): Promise<number> {
  const file = join(await scratch(t), "m.onnx");
  await writeFile(file, bytes);
  const { models, close } = await openModels({
    models: [{ file, role: "candidate" }],
    provider: "cpu",
    lanes: 1,
    interrupt: new AbortController().signal,
  });
  try {
    const data = Float32Array.from({ length: 2 * 16_384 }, (_, at) => ((at * 37) % 1_001) / 500 - 1);
    const sample = { rows: 16_384, inputs: [{ name: "x", type: "float32", shape: [16_384, 2], data } as const] };
    return await calibrate(models.map((model) => ({ model, output: "p", sample })));
  } finally {
    await close();
  }
}

test("the measured size of a batch is one of four", async (t) => {
  assert.ok([256, 1_024, 4_096, 16_384].includes(await calibrated(t, logistic([2, -0.5], 0.25))));
});

test("a model whose rows see each other gets the customary size, whatever is faster", async (t) => {
  const model = encode({
    nodes: [
      node("MatMul", ["x", "w"], ["y"]),
      node("ReduceMean", ["y"], ["mean"]),
      node("Sub", ["y", "mean"], ["centered"]),
      node("Sigmoid", ["centered"], ["p"]),
    ],
    inputs: [value("x", float, ["n", 2])],
    outputs: [value("p", float, ["n", 1])],
    weights: [floats("w", [2, 1], [1, 1])],
  });
  assert.equal(await calibrated(t, model), 1_024);
});

test("the provider auto uses what works, and the report counts the nodes by who ran them", async (t) => {
  const cwd = await project(t, { candidate: logistic([4, 0], 0) });
  // A folder of its own for what is temporary: other tests count nodes at the same time.
  const temporary = await scratch(t);
  const { environment } = reportOf(
    await assay(evaluation(["--provider", "auto"]), { cwd, env: { TMPDIR: temporary } }),
  );
  assert.ok(["cpu", "cuda"].includes(environment.provider));
  const counted = Object.values(environment.nodes ?? {}).reduce((sum, count) => sum + count, 0);
  assert.ok(counted >= 1 && counted <= 3, `three nodes, or fewer where the runtime fuses them: ${counted}`);
  assert.deepEqual(await readdir(temporary), [], "neither a profile nor the log of a telemetry is left");
});

test("a file beyond the limit is refused before it is read", async (t) => {
  const cwd = await project(t, { candidate: logistic([4, 0], 0) });
  // A hole: it takes no room on the disk.
  await truncate(join(cwd, "candidate.onnx"), 2 ** 31);
  const { code, stdout } = await evaluate(cwd);
  assert.equal(code, 3);
  assert.equal(JSON.parse(stdout).fault.reason, "model_unsafe");
});
