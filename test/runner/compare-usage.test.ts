import assert from "node:assert/strict";
import { test } from "node:test";
import { AssayError } from "../../core/fault.ts";
import { readArguments } from "../../runner/cli/arguments.ts";
import { commands } from "../../runner/commands/commands.ts";
import { type CompareOptions, readCompareOptions } from "../../runner/compare/options.ts";

const command = commands.find(({ name }) => name === "compare") ?? assert.fail("there is no assay compare");
const basic = ["--predictions", "p.csv", "--label", "y", "--candidate", "new", "--out", "out"];
const binary = [...basic, "--task", "binary"];
const several = ["--predictions", "p.csv", "--label", "y", "--out", "out", "--task", "multiclass"];

function options(args: readonly string[]): CompareOptions {
  return readCompareOptions("/work", readArguments(command, args));
}

test("what is not said has customary values", () => {
  const { metrics, ...rest } = options(binary);
  assert.ok(metrics.includes("roc_auc") && metrics.includes("log_loss"));
  assert.deepEqual(rest, {
    file: "/work/p.csv",
    task: "binary",
    name: "predictions",
    label: "y",
    candidate: ["new"],
    baseline: null,
    baselineVersion: null,
    weight: null,
    group: null,
    slices: [],
    fairness: [],
    gates: [],
    positive: null,
    classes: null,
    scores: false,
    threshold: 0.5,
    onNan: "error",
    level: 0.95,
    minRows: 50,
    out: "/work/out",
  });
});

test("metrics that a gate is about are measured too", () => {
  const { metrics } = options([
    ...binary,
    "--metric",
    "roc_auc",
    "--gate",
    "ni(f1, 1pp)",
    "--gate",
    "ni(roc_auc, 1pp)",
  ]);
  assert.deepEqual(metrics, ["roc_auc", "f1"]);
});

test("scores that are no probabilities are measured by what needs none", () => {
  const { metrics, threshold } = options([...binary, "--scores", "--threshold", "-2.5", "--metric", "accuracy"]);
  assert.deepEqual([metrics, threshold], [["accuracy"], -2.5]);
  assert.ok(!options([...binary, "--scores"]).metrics.includes("log_loss"));
});

for (const [text, expected] of [
  ["a,b", ["a", "b"]],
  [" a , b c ", ["a", "b c"]],
  ['"a,b",c', ["a,b", "c"]],
  ['"say ""hi""", x ', ['say "hi"', "x"]],
] as const) {
  test(`--candidate ${text} names ${expected.length} columns`, () => {
    assert.deepEqual(options([...several, "--classes", "x,y", "--candidate", text]).candidate, expected);
  });
}

const mistakes: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [
    [...basic, "--task", "binry"],
    /--task must be one of binary, multiclass, regression, ranking, not binry; did you mean binary\?/,
  ],
  [[...binary, "--baseline-version", "v1"], /--baseline-version needs --baseline COL/],
  [[...binary, "--classes", "a,b"], /--classes is for --task multiclass, not binary/],
  [[...basic, "--task", "regression", "--positive", "1"], /--positive is for --task binary, not regression/],
  [[...basic, "--task", "regression", "--scores"], /--scores is for --task binary/],
  [[...basic, "--task", "regression", "--on-nan", "worst"], /for --task regression use drop-pair/],
  [[...basic, "--task", "ranking"], /--task ranking needs --group COL/],
  [[...several, "--candidate", "a,b"], /--task multiclass needs --classes A,B,C/],
  [[...several, "--classes", "x,y,z", "--candidate", "a,b"], /--candidate names 2 columns, --classes names 3 classes/],
  [
    [...several, "--classes", "x,y", "--candidate", "a,b", "--baseline", "c"],
    /--baseline names one column, --classes names 2 classes; expected one column per class/,
  ],
  [[...several, "--classes", "x", "--candidate", "a"], /--classes must name two classes or more/],
  [[...several, "--classes", "x,x", "--candidate", "a,b"], /--classes names "x" twice/],
  [[...several, "--classes", "x,,y", "--candidate", "a,b"], /a name between the commas is empty/],
  [[...several, "--classes", "x,y", "--candidate", '"a"b,c'], /a comma or the end is expected/],
  [[...binary, "--baseline", "y"], /--baseline names "y", which is the label/],
  [binary.map((text) => (text === "new" ? "a,b" : text)), /--candidate names 2 columns; a binary task has one column/],
  [[...binary, "--metric", "roc_auk"], /--metric roc_auk: there is no metric roc_auk \(did you mean roc_auc\?\)/],
  [[...binary, "--metric", "auc"], /there is no metric auc \(did you mean roc_auc\?\)/],
  [[...binary, "--metric", "rmse"], /--metric rmse: .*binary/],
  [[...binary, "--metric", "f1", "--metric", "f1"], /--metric "f1" is given twice/],
  [[...binary, "--scores", "--metric", "brier"], /brier needs probabilities, and --scores says/],
  [[...binary, "--scores", "--gate", "ni(log_loss, 0.1)"], /--gate .*log_loss needs probabilities/],
  [[...binary, "--gate", "ni(roc_auc 1pp)"], /--gate "ni\(roc_auc 1pp\)", column \d+/],
  [
    [...binary, "--metric", "f1,roc_auc"],
    /--metric f1,roc_auc: give --metric once for each, as --metric f1 --metric roc_auc/,
  ],
  [
    [...binary, "--gate", "no_worse_slices(f1, 2pp, by=[kind])"],
    /--gate "no_worse_slices\(f1, 2pp, by=\[kind\]\)", column \d+: --slice does not list kind$/,
  ],
  [
    [...binary, "--slice", "kind", "--gate", "worst(f1, by=[knid]) > 0.5"],
    /column \d+: --slice does not list knid \(did you mean kind\?\)/,
  ],
  [[...binary, "--gate", "no_worse_slices(f1, 2pp)"], /the gate is about slices, but --slice lists none/],
  [[...binary, "--gate", "ratio(latency_p95) < 1.2 at 95%"], /latency_p95 is measured while a model runs/],
  [[...binary, "--threshold", "1.5"], /--threshold must be a number between 0 and 1, not 1\.5/],
  [[...binary, "--scores", "--threshold", "high"], /--threshold must be a number, not high/],
  [[...binary, "--level", "95"], /--level must be a number between 0 and 1, not 95/],
  [[...binary, "--min-rows", "0"], /--min-rows must be a whole number from 1/],
  [[...binary, "--on-nan", "skip"], /--on-nan must be one of error, drop-pair, worst, not skip/],
  [[...binary, "--slise", "x"], /did you mean --slice\?/],
];

for (const [args, says] of mistakes) {
  test(`a mistake on the command line: ${args.slice(-6).join(" ")}`, () => {
    assert.throws(
      () => options(args),
      (error: unknown) =>
        error instanceof AssayError && error.fault.reason === "bad_usage" && says.test(error.fault.message),
    );
  });
}
