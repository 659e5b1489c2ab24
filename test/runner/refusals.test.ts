import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { names } from "./assay.ts";
import { csv, evaluate, project, rows, type Setup } from "./evaluation.ts";
import {
  attribute,
  encode,
  external,
  float,
  floats,
  int64,
  linear,
  logistic,
  node,
  probabilities,
  subgraph,
  types,
  value,
  zipMap,
} from "./onnx-models.ts";

const good = logistic([4, 0], 0);
const regression = { task: "regression", metrics: ["rmse"], output: { name: "p", kind: "value" } };

/** One large number for every row, whatever it holds. */
function constant(number: number): Uint8Array {
  const double = types.DOUBLE;
  return encode({
    nodes: [
      node("Cast", ["x"], ["wide"], { attribute: [{ name: "to", type: attribute.INT, i: double }] }),
      node("MatMul", ["wide", "w"], ["zero"]),
      node("Add", ["zero", "b"], ["p"]),
    ],
    inputs: [value("x", float, ["n", 2])],
    outputs: [value("p", double, ["n", 1])],
    weights: [
      { name: "w", dataType: double, dims: [2, 1], doubleData: [0, 0] },
      { name: "b", dataType: double, dims: [1], doubleData: [number] },
    ],
  });
}

type Case = Partial<Setup> & {
  readonly name: string;
  readonly args?: readonly string[];
  readonly reason: string;
  readonly says: RegExp;
};

const x = value("x", float, ["n", 2]);
const p = value("p", float, ["n", 1]);

const models: readonly Case[] = [
  {
    name: "garbage",
    candidate: Buffer.from("this is not a model at all"),
    reason: "model_unreadable",
    says: /candidate: the file is not an ONNX model/,
  },
  { name: "an empty file", candidate: Buffer.alloc(0), reason: "model_unreadable", says: /holds no graph/ },
  {
    name: "a cut model",
    candidate: good.subarray(0, good.length - 20),
    reason: "model_unreadable",
    says: /beyond the end/,
  },
  {
    name: "an ORT file",
    candidate: Buffer.concat([Buffer.from("\x18\0\0\0ORTM"), good]),
    reason: "model_unreadable",
    says: /ORT format/,
  },
  {
    name: "a Git LFS pointer",
    candidate: Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"),
    reason: "model_unreadable",
    says: /Git LFS/,
  },
  {
    name: "external data",
    candidate: encode({
      nodes: [node("MatMul", ["x", "w"], ["p"])],
      inputs: [x],
      outputs: [p],
      weights: [external("w", [2, 1], "/etc/passwd")],
    }),
    reason: "model_unsafe",
    says: /tensor "w" is kept in another file/,
  },
  {
    name: "external data inside a subgraph",
    candidate: subgraph(external("hidden", [1], "../x")),
    reason: "model_unsafe",
    says: /"hidden"/,
  },
  {
    name: "a custom operator",
    candidate: encode({
      nodes: [node("Evil", ["x"], ["p"], { domain: "com.example" })],
      inputs: [x],
      outputs: [p],
      domains: ["com.example"],
    }),
    reason: "model_unsafe",
    says: /"com\.example:Evil"/,
  },
  {
    name: "an operator that does not exist",
    candidate: encode({ nodes: [node("Nonsense", ["x"], ["p"])], inputs: [x], outputs: [p] }),
    reason: "model_unreadable",
    says: /does not load/,
  },
  {
    name: "another input name",
    candidate: logistic([4, 0], 0, { input: "features", output: "p" }),
    reason: "model_inputs_differ",
    says: /inputs are "features", the configuration names "x"/,
  },
  {
    name: "another width",
    candidate: logistic([4, 0, 1], 0),
    reason: "model_inputs_differ",
    says: /shape \[n, 3\].*2 columns: "a", "b"/,
  },
  {
    name: "another output name",
    candidate: logistic([4, 0], 0, { input: "x", output: "score" }),
    reason: "model_output_differs",
    says: /outputs are "score", the configuration names "p"/,
  },
  {
    name: "three classes for a binary task",
    candidate: probabilities([0.2, 0.3, 0.5]),
    reason: "model_output_differs",
    says: /shape \[200, 3\] for 200 rows/,
  },
  {
    name: "an integer output",
    candidate: encode({
      nodes: [node("Cast", ["x"], ["p"], { attribute: [{ name: "to", type: attribute.INT, i: int64 }] })],
      inputs: [x],
      outputs: [value("p", int64, ["n", 2])],
    }),
    reason: "model_output_differs",
    says: /is int64/,
  },
  {
    name: "a model that asks for more memory than there is",
    candidate: encode({
      nodes: [
        node("ConstantOfShape", ["size"], ["zeros"]),
        node("ReduceSum", ["zeros"], ["none"], { attribute: [{ name: "keepdims", type: attribute.INT, i: 0 }] }),
        node("Add", ["x", "none"], ["p"]),
      ],
      inputs: [x],
      outputs: [value("p", float, ["n", 2])],
      weights: [{ name: "size", dataType: int64, dims: [1], int64Data: [2 ** 50] }],
    }),
    reason: "model_inputs_differ",
    says: /^assay: candidate\.onnx: the model does not run on these rows: /,
  },
  { name: "a ZipMap output", candidate: zipMap(), reason: "model_output_differs", says: /zipmap.*False/ },
  {
    name: "scores beyond 1",
    candidate: encode({
      nodes: [node("MatMul", ["x", "w"], ["p"])],
      inputs: [x],
      outputs: [p],
      weights: [floats("w", [2, 1], [0, 1])],
    }),
    reason: "predictions_invalid",
    says: /row 3: 2; row 4: 3; row 5: 4; row 6: 5; row 7: 6\).*logit/,
  },
  {
    name: "NaN predictions",
    candidate: encode({
      nodes: [node("MatMul", ["x", "w"], ["y"]), node("Sqrt", ["y"], ["p"])],
      inputs: [x],
      outputs: [p],
      weights: [floats("w", [2, 1], [1, 0])],
    }),
    reason: "predictions_invalid",
    says: /row 1: NaN/,
  },
];

const data: readonly Case[] = [
  { name: "a missing file", args: ["--data", "no.csv"], reason: "data_unreadable", says: /no\.csv: .*no such file/ },
  {
    name: "an unknown format",
    args: ["--data", "candidate.onnx"],
    reason: "data_unreadable",
    says: /\.onnx is not a known format/,
  },
  { name: "no Parquet", args: ["--data", "rows.parquet"], reason: "data_unreadable", says: /rows\.parquet/ },
  {
    name: "a missing label column",
    evaluate: { label: "Y" },
    reason: "data_column_missing",
    says: /no column "Y", which evaluate.label names: did you mean "y"/,
  },
  {
    name: "a missing input column",
    evaluate: { inputs: { x: ["a", "speed"] } },
    reason: "data_column_missing",
    says: /"speed", which evaluate.inputs.x names: the columns are a, b, word, y/,
  },
  {
    name: "text where the model takes numbers",
    evaluate: { inputs: { x: ["a", "word"] } },
    reason: "data_invalid",
    says: /column "word" must hold numbers \(row 1: "up"; row 2: "down"/,
  },
  {
    name: "three labels",
    data: csv(rows.map((row, index) => ({ ...row, y: index % 3 }))),
    reason: "data_invalid",
    says: /has 3: 0?.*"?2/,
  },
  {
    name: "two labels without a positive one",
    data: csv(rows.map((row) => ({ ...row, y: row.y === 1 ? "bad" : "fine" }))),
    reason: "data_invalid",
    says: /"bad", "fine"; say which one is positive/,
  },
  {
    name: "no label at all",
    data: csv(rows.map((row) => ({ ...row, y: null }))),
    reason: "data_invalid",
    says: /no row with a value in "y"/,
  },
  {
    name: "a label that is no class",
    evaluate: { task: "multiclass", classes: [0, 2], metrics: ["accuracy"] },
    candidate: probabilities([0.5, 0.5]),
    reason: "data_invalid",
    says: /none of the classes 0, 2 \(row \d+: "1"/,
  },
  {
    name: "a predicate that is no SQL",
    evaluate: { slices: ["wrod = 'up'"] },
    reason: "config_invalid",
    says: /neither a column nor a SQL predicate: .*wrod/,
  },
  {
    name: "a predicate that reads a file",
    evaluate: { slices: ["a > (select count(*) from read_text('/etc/passwd'))"] },
    reason: "config_invalid",
    says: /disabled by configuration/,
  },
  {
    name: "a predicate that is a second statement",
    evaluate: { slices: ['true); drop table kept; select 1 as "assay: row" where (true'] },
    reason: "config_invalid",
    says: /expected one condition/,
  },
  {
    name: "a predicate that fails on a row",
    evaluate: { slices: ["b > 1", "CAST(word AS INTEGER) > 3"] },
    reason: "config_invalid",
    says: /evaluate\.slices\[1\]: slice "CAST\(word AS INTEGER\) > 3" is neither.*Could not convert/,
  },
  {
    name: "a predicate that is two columns",
    evaluate: { slices: ["b > 1), (b > 2"] },
    reason: "config_invalid",
    says: /evaluate\.slices\[0\]/,
  },
  {
    name: "a predicate that is two queries",
    evaluate: { slices: ["b > 1) UNION SELECT (1"] },
    reason: "config_invalid",
    says: /evaluate\.slices\[0\]/,
  },
  {
    name: "a predicate about all rows at once",
    evaluate: { slices: ["b > avg(b)"] },
    reason: "config_invalid",
    says: /evaluate\.slices\[0\].*aggregates/,
  },
  {
    name: "ragged rows",
    data: `${csv(rows)}1,2,up\n0.5,1,up,1,7,8\n`,
    reason: "data_unreadable",
    says: /rows\.csv: .*Line: 202.*Expected Number of Columns: 4 Found: 3/,
  },
  {
    name: "an empty file",
    data: "",
    reason: "data_unreadable",
    says: /rows\.csv: the file is empty; expected a line with the names of the columns/,
  },
  {
    name: "the label as an input",
    evaluate: { inputs: { x: ["a", "y"] } },
    reason: "config_invalid",
    says: /also an input/,
  },
  {
    name: "an unknown provider",
    args: ["--provider", "abacus"],
    reason: "bad_usage",
    says: /"abacus" is not in this build: cpu/,
  },
  {
    name: "a line that looks like a comment",
    data: csv(rows).replace("\n", "\n# not a row\n"),
    reason: "data_unreadable",
    says: /CSV Error on Line: 2 Original Line: # not a row/,
  },
  {
    name: "a list of weights too large to add up",
    data: csv(rows.map((row) => ({ ...row, w: 1e200 }))),
    evaluate: { weight: "w" },
    reason: "data_invalid",
    says: /column "w": the weights are too large to be added up/,
  },
  {
    name: "a list of weights too small to add up",
    data: csv(rows.map((row) => ({ ...row, w: 1e-320 }))),
    evaluate: { weight: "w" },
    reason: "data_invalid",
    says: /column "w": the weights are too small to be added up/,
  },
  {
    name: "a number to predict whose square is none",
    candidate: linear([1, 1], 0),
    data: csv(rows.map((row, index) => ({ ...row, y: index === 6 ? 1e300 : 1 }))),
    evaluate: regression,
    reason: "data_invalid",
    says: /label column "y" must hold numbers of at most 1e\+60 \(row 7: "1e\+?300"/,
  },
  {
    name: "a predicted number whose square is none",
    candidate: constant(1e300),
    data: csv(rows.map((row) => ({ ...row, y: row.b }))),
    evaluate: regression,
    reason: "predictions_invalid",
    says: /candidate: 200 of 200 predictions are larger than 1e\+60 \(row 1: -?1e\+300/,
  },
];

for (const { name, args = [], reason, says, ...setup } of [...models, ...data]) {
  test(`${name} is refused as ${reason}, and nothing is left behind`, async (t) => {
    const cwd = await project(t, { candidate: good, ...setup });
    await writeFile(join(cwd, "rows.parquet"), "PAR?");
    const before = await names(cwd);
    const { code, stdout, stderr } = await evaluate(cwd, args);
    assert.match(stderr, says);
    assert.equal(JSON.parse(stdout).fault.reason, reason);
    assert.equal(code, 3);
    assert.deepEqual(await names(cwd), before);
  });
}

test("a fault of the baseline says that it is the baseline's", async (t) => {
  const cwd = await project(t, { candidate: good, baseline: logistic([1, 2, 3], 0) });
  const { code, stderr } = await evaluate(cwd, ["--baseline", "baseline.onnx"]);
  assert.equal(code, 3);
  assert.match(stderr, /^assay: baseline\.onnx: baseline: the input "x" has shape/);
});

test("a model that defines its own function may call it", async (t) => {
  const own = encode({
    nodes: [node("Squash", ["x"], ["p"], { domain: "own" })],
    inputs: [value("x", float, ["n", 1])],
    outputs: [p],
    domains: ["own"],
    functions: [
      {
        name: "Squash",
        domain: "own",
        input: ["i"],
        output: ["o"],
        node: [node("Sigmoid", ["i"], ["o"])],
        opsetImport: [{ domain: "", version: 15 }],
      },
    ],
  });
  const cwd = await project(t, { candidate: own, evaluate: { inputs: { x: "a" } } });
  const { code, stderr } = await evaluate(cwd);
  assert.equal(code, 0, stderr);
});
