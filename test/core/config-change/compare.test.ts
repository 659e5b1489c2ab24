import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Direction } from "../../../core/config-change/change.ts";
import { compareConfigs } from "../../../core/config-change/compare.ts";
import { reportOf } from "../../report/fixtures.ts";
import { configText, mustParse } from "../plan/material.ts";

const ruling = mustParse(configText).config;
/** With slices, so that gates may be about them. */
const sliced = configText.replaceAll(
  "metrics: [roc_auc, log_loss]",
  "metrics: [roc_auc, log_loss]\n      slices: [phase]",
);
const gates = (...lines: readonly string[]) =>
  mustParse(
    sliced.replaceAll(
      /    gates:\n(?: {6}- .*\n)+/g,
      lines.length === 0 ? "    gates: []\n" : `    gates:\n${lines.map((line) => `      - ${line}\n`).join("")}`,
    ),
  ).config;

/** The direction of each difference of the model damage. */
function directions(before: readonly string[], after: readonly string[]): readonly Direction[] {
  const change = compareConfigs(gates(...before), gates(...after), {});
  return change.filter(({ name }) => name === "damage").map(({ direction }) => direction);
}

const ni = (margin: string, level = 95) => `"ni(roc_auc, ${margin}) at ${level}%"`;
const pairs: readonly (readonly [string, readonly string[], readonly string[], readonly Direction[]])[] = [
  ["a wider margin", [ni("1pp")], [ni("2pp")], ["weaker"]],
  ["a smaller margin", [ni("1pp")], [ni("0.5pp")], ["stricter"]],
  ["less confidence", [ni("1pp", 95)], [ni("1pp", 90)], ["weaker"]],
  ["a wider margin with more confidence", [ni("1pp", 90)], [ni("2pp", 95)], ["unknown"]],
  ["a larger gain to prove", ['"sup(roc_auc, 1pp) at 95%"'], ['"sup(roc_auc, 2pp) at 95%"'], ["stricter"]],
  ["a wider band", ['"equiv(roc_auc, 1pp) at 95%"'], ['"equiv(roc_auc, 2pp) at 95%"'], ["weaker"]],
  ["a higher ceiling", ['"candidate.log_loss < 0.3"'], ['"candidate.log_loss < 0.4"'], ["weaker"]],
  ["a higher floor", ['"candidate.roc_auc > 0.3"'], ['"candidate.roc_auc > 0.4"'], ["stricter"]],
  ["a ceiling written the other way round", ['"candidate.log_loss < 0.3"'], ['"0.4 > candidate.log_loss"'], ["weaker"]],
  ["a proof instead of a value", ['"candidate.roc_auc > 0.3"'], ['"candidate.roc_auc > 0.3 at 95%"'], ["stricter"]],
  ["a gate that goes", [ni("1pp"), '"candidate.roc_auc > 0.3"'], [ni("1pp")], ["weaker"]],
  ["a gate that comes", [ni("1pp")], [ni("1pp"), '"candidate.roc_auc > 0.3"'], ["stricter"]],
  [
    "slices that must be more surely worse",
    ['"no_worse_slices(roc_auc, 2pp) at 90%"'],
    ['"no_worse_slices(roc_auc, 2pp) at 95%"'],
    ["weaker"],
  ],
  ["another order", [ni("1pp"), '"candidate.roc_auc > 0.3"'], ['"candidate.roc_auc > 0.3"', ni("1pp")], []],
  ["another metric", [ni("1pp")], ['"ni(log_loss, 0.01) at 95%"'], ["weaker", "stricter"]],
  ["undecided that passes", [ni("1pp")], [`{ require: ${ni("1pp")}, mode: fn-free }`], ["weaker"]],
  ["undecided that blocks", [`{ require: ${ni("1pp")}, mode: ask }`], [ni("1pp")], ["stricter"]],
  ["the default in words", [ni("1pp")], [`{ require: ${ni("1pp")}, mode: fp-free }`], []],
  [
    "another condition within and",
    [`"(${ni("1pp").slice(1, -1)}) and candidate.roc_auc > 0.3"`],
    [`"(${ni("2pp").slice(1, -1)}) and candidate.roc_auc > 0.3"`],
    ["weaker", "stricter"],
  ],
];

for (const [name, before, after, expected] of pairs) {
  test(`gates: ${name} is ${expected.join(" and ") || "no change"}`, () => {
    assert.deepEqual(directions(before, after), expected);
    const back: Readonly<Record<Direction, Direction>> = {
      weaker: "stricter",
      stricter: "weaker",
      neutral: "neutral",
      unknown: "unknown",
    };
    assert.deepEqual(
      directions(after, before).toSorted(),
      expected.map((direction) => back[direction]).toSorted(),
      "and the other way round the opposite",
    );
  });
}

const edits: readonly (readonly [string, string, string, string, Direction])[] = [
  ["other rows", "data: data/holdout.csv", "data: data/easier.csv", "evaluate.data", "unknown"],
  ["another label", "label: damaged", "label: other", "evaluate.label", "unknown"],
  ["another command", "run: node models/damage/train.ts", "run: node models/damage/other.ts", "train.run", "neutral"],
  ["narrower paths", 'paths: ["models/damage/**"]', 'paths: ["models/damage/a/**"]', "paths", "unknown"],
  [
    "an environment that models enter by themselves",
    "  production: { after: staging }",
    "  production: { promote: on-merge }",
    "promote",
    "weaker",
  ],
  [
    "an environment that waits for a person",
    "staging: { promote: on-merge }",
    "staging: { promote: manual }",
    "promote",
    "stricter",
  ],
];
for (const [name, from, to, setting, direction] of edits)
  test(`settings: ${name} is ${direction}`, () => {
    const text = configText.replace(from, to);
    assert.notEqual(text, configText);
    const change = compareConfigs(ruling, mustParse(text).config, {});
    const found = change.find((one) => one.setting === setting);
    assert.deepEqual([found?.direction, found?.before === found?.after], [direction, false], JSON.stringify(change));
  });

test("models that come and go are told, and one that goes is no longer judged", () => {
  const { damage, ...others } = ruling.models;
  assert.ok(damage);
  const without = { ...ruling, models: others };
  assert.deepEqual(
    compareConfigs(ruling, without, {}).map(({ subject, name, direction }) => [subject, name, direction]),
    [["models", "damage", "weaker"]],
  );
  assert.deepEqual(
    compareConfigs(without, ruling, {}).map(({ before, after }) => [before, after]),
    [[null, "damage"]],
  );
});

test("the power of a gate is told for rows like those of the newest report, and is lower for a smaller margin", () => {
  const report = reportOf("pass");
  const [change] = compareConfigs(gates(ni("2pp")), gates(ni("0.5pp")), { damage: report });
  const { before, after } = change?.power ?? {};
  assert.ok(before && after);
  assert.deepEqual([before.rows, after.rows], [report.data.rows, report.data.rows]);
  assert.ok(before.goodPasses > after.goodPasses);
  assert.ok(Math.abs((after.badStopped ?? 0) - 0.95) < 0.001, "at the margin the level is what is promised");
  const [unknown] = compareConfigs(gates(ni("2pp")), gates(ni("0.5pp")), {});
  assert.deepEqual(unknown?.power, { before: null, after: null });
});

test("the same configuration makes no difference, and any two have an answer", () => {
  const line = fc.oneof(
    fc.constantFrom(...pairs.flatMap(([, before, after]) => [...before, ...after])),
    fc
      .tuple(fc.constantFrom("ni", "sup"), fc.integer({ min: 1, max: 50 }))
      .map(([kind, tenth]) => `"${kind}(roc_auc, ${tenth / 10}pp) at 95%"`),
  );
  // Of several gates about one thing, which is the changed form of which is anybody's guess.
  const about = (text: string) => text.replace(/^\{ require: /, "").replace(/[\d.]+/g, "");
  const lines = fc.uniqueArray(line, { maxLength: 6, selector: (text) => about(text).slice(0, 16) });
  fc.assert(
    fc.property(lines, lines, (one, other) => {
      const [a, b] = [gates(...one), gates(...other)];
      assert.deepEqual(compareConfigs(a, a, {}), []);
      const [there, back] = [compareConfigs(a, b, {}), compareConfigs(b, a, {})];
      const weaker = (change: typeof there) => change.filter(({ direction }) => direction === "weaker").length;
      const stricter = (change: typeof there) => change.filter(({ direction }) => direction === "stricter").length;
      assert.deepEqual([weaker(there), stricter(there)], [stricter(back), weaker(back)]);
    }),
    { numRuns: 200 },
  );
});
