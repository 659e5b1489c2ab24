import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "../../../core/config/parse.ts";
import { describeFault } from "../../../core/fault.ts";

/** A configuration with those lines inside `evaluate` and those gates. */
function config(evaluate: readonly string[], gates: readonly string[] = []): string {
  return [
    "version: 1",
    "models:",
    "  damage:",
    '    paths: ["models/**"]',
    "    train: { run: node train.ts }",
    "    evaluate:",
    "      data: holdout.csv",
    "      label: damaged",
    "      inputs: { features: [speed] }",
    ...evaluate.map((line) => `      ${line}`),
    "    baseline: production",
    "    gates:",
    ...gates.map((gate) => `      - ${gate}`),
    "environments:",
    "  production: { promote: on-merge }",
    "",
  ].join("\n");
}

const binary = [
  "task: binary",
  "output: { name: p }",
  "metrics: [roc_auc, accuracy]",
  "slices: [phase, \"size = 'Large'\"]",
];
const passing = ["candidate.accuracy > 0.5"];

function faultsOf(text: string): readonly string[] {
  const parsed = parseConfig(text, "assay.yml");
  return parsed.ok ? [] : parsed.faults.map(describeFault);
}

for (const [name, evaluate, gates] of [
  ["slices by a column and by a predicate", binary, ["no_worse_slices(roc_auc, 2pp, by=[phase, size='Large'])"]],
  ["a slice of a column", binary, ["\"candidate.roc_auc[phase = 'Climb'] > 0.5\""]],
  ["a slice by its predicate, spaced otherwise", binary, ["\"candidate.roc_auc[size='Large'] > 0.5\""]],
  ["operations, which are always measured", binary, ["ratio(latency_p95) < 1.2 at 95%", "flip_rate < 5%"]],
  [
    "a gate with everything said",
    binary,
    [
      '{ id: slices, require: "no_worse_slices(roc_auc, 2pp)", mode: ask, correction: bh, critical: true, on_insufficient: block }',
    ],
  ],
  ["weights and groups", [...binary, "weight: exposure", "group: aircraft"], passing],
  ["fairness of a binary model", [...binary, "fairness: [phase]"], passing],
  [
    "labels with a metric of labels",
    ["task: binary", "output: { name: p, kind: label }", "metrics: [accuracy]"],
    passing,
  ],
] as const) {
  test(`${name} is fine`, () => {
    assert.deepEqual(faultsOf(config(evaluate, gates)), []);
  });
}

for (const [name, evaluate, gates, expected] of [
  [
    "a metric that is not measured",
    binary,
    ["candidate.f1 > 0.5"],
    /gates\.0: the gate needs f1, which evaluate\.metrics does not list/,
  ],
  [
    "a column that is not sliced by",
    binary,
    ["no_worse_slices(roc_auc, 2pp, by=[phas])"],
    /gates\.0: gate, column 1: evaluate\.slices does not list phas \(did you mean phase\?\)/,
  ],
  [
    "a slice that is not measured",
    binary,
    ["\"candidate.roc_auc[week = '3'] > 0.5\""],
    /gates\.0: gate, column 1: evaluate\.slices does not list week/,
  ],
  [
    "a predicate that is not measured",
    binary,
    ['"ni(roc_auc[size > 3], 1pp)"'],
    /column 1: evaluate\.slices does not list the slice size > 3/,
  ],
  [
    "slices where none are configured",
    ["task: binary", "output: { name: p }", "metrics: [roc_auc]"],
    ["no_worse_slices(roc_auc, 2pp)"],
    /evaluate\.slices lists none/,
  ],
  [
    "two gates of one id",
    binary,
    ["{ id: a, require: candidate.accuracy > 0.5 }", "{ id: a, require: flip_rate < 5% }"],
    /two gates have the id a/,
  ],
  [
    "a metric of probabilities from labels",
    ["task: binary", "output: { name: p, kind: label }", "metrics: [roc_auc]"],
    ["flip_rate < 5%"],
    /roc_auc needs scores/,
  ],
  [
    "a value from a classifier",
    ["task: binary", "output: { name: p, kind: value }", "metrics: [accuracy]"],
    passing,
    /output\.kind: .*not a value/,
  ],
  [
    "fairness of a multiclass model",
    ["task: multiclass", "classes: [a, b]", "output: { name: p }", "metrics: [accuracy]", "fairness: [sex]"],
    passing,
    /fairness: .*binary model/,
  ],
  [
    "the label as the weight",
    [...binary, "weight: damaged"],
    passing,
    /weight: the column of the weight is the label's/,
  ],
  ["the label as the group", [...binary, "group: damaged"], passing, /group: the column of the group is the label's/],
  [
    "the weight as the group",
    [...binary, "weight: w", "group: w"],
    passing,
    /group: the column of the group is the weight's/,
  ],
  [
    "a metric listed twice",
    ["task: binary", "output: { name: p }", "metrics: [accuracy, accuracy]"],
    passing,
    /a metric is listed twice/,
  ],
  [
    "ranking without queries",
    ["task: ranking", "output: { name: p, kind: value }", "metrics: [x]"],
    ["flip_rate < 5%"],
    /needs group, the column that names each row's query/,
  ],
  [
    "regression from probabilities",
    ["task: regression", "output: { name: p }", "metrics: [x]"],
    ["ratio(latency_p95) < 2"],
    /output of a regression model is a value: write kind: value/,
  ],
  [
    "flips of a regression model",
    ["task: regression", "output: { name: p, kind: value }", "metrics: [x]"],
    ["flip_rate < 5%"],
    /regression models decide nothing/,
  ],
] as const) {
  test(`${name} is a mistake`, () => {
    assert.match(faultsOf(config(evaluate, gates)).join("\n"), expected);
  });
}
