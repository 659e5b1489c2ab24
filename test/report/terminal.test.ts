import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Report } from "../../core/report.ts";
import { renderReportTerminal } from "../../report/terminal.ts";
import { layOut } from "../../report/terminal-table.ts";
import { cutLines, displayWidth } from "../../report/terminal-text.ts";
import { reportOf } from "./fixtures.ts";

const named = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "飛行段階",
        "🛬 着陸",
        "👩🏽‍✈️",
        "🇩🇪",
        "é",
        "क्षेत्र",
        "한국어",
        "a-very-long-name-without-any-break",
        " ",
        "|",
        "☑️",
        "1️⃣",
      ),
      fc.string({ unit: "grapheme", maxLength: 12 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(""));

/** A report in which everything that has a name has this one. */
function called(name: string): Report {
  const base = reportOf("operations-fairness");
  return {
    ...base,
    model: name,
    baseline: { digest: `sha256:${"0".repeat(64)}`, version: name },
    metrics: base.metrics.map((metric) =>
      metric.slice === null ? metric : { ...metric, slice: { by: name, value: name } },
    ),
    gates: base.gates.map((gate) => ({ ...gate, id: name, message: `${name} ${name}` })),
    operations: Object.fromEntries(Object.entries(base.operations).map(([id, of]) => [`${name}${id}`, of])),
    fairness: (base.fairness ?? []).map((of) => ({ ...of, by: name, groups: [{ value: name, n: 1, counted: true }] })),
    environment: { ...base.environment, cpu: name },
  };
}

test("no line is wider than the terminal, whatever names are used, with color or without", () => {
  const codes = new RegExp(`${String.fromCharCode(27)}\\[[0-9]+m`, "g");
  fc.assert(
    fc.property(named, fc.constantFrom(60, 80, 100), fc.boolean(), (name, columns, colour) => {
      const text = renderReportTerminal(called(name), { columns, colour, detail: "all", page: null });
      for (const line of text.replaceAll(codes, "").split("\n"))
        assert.ok(displayWidth(line) <= columns, `${displayWidth(line)} of ${columns}: ${line}`);
    }),
    { numRuns: 100 },
  );
});

const widths = [
  ["abc", 3],
  ["−0.7 … é", 8],
  ["飛行段階", 8],
  ["한국어", 6],
  ["ｆｕｌｌ", 8],
  ["𠮷", 2],
  ["🛬", 2],
  ["👩🏽‍✈️", 2],
  ["🇩🇪", 2],
  ["1️⃣", 2],
  ["☑️", 2],
  ["☑", 1],
  ["e\u0301", 1],
  ["a\u200Db", 2],
  ["", 0],
] as const;

for (const [text, width] of widths) {
  test(`${JSON.stringify(text)} takes ${width} columns`, () => assert.equal(displayWidth(text), width));
}

test("a number stays with its unit when lines are cut", () => {
  assert.deepEqual(cutLines("the bound is −0.7 pp with 95 % confidence", 17), [
    "the bound is",
    "−0.7 pp with 95 %",
    "confidence",
  ]);
});

const columns = [
  { head: "metric", align: "left" },
  { head: "the baseline", align: "right" },
  { head: "gate", align: "left" },
] as const;

test("a table that fits is a grid", () => {
  const { head, body } = layOut(columns, [["F1", "0.5", "✓ not worse by more than 0.5 pp"]], 80);
  assert.deepEqual(head, ["metric  the baseline  gate"]);
  assert.deepEqual(body, ["F1               0.5  ✓ not worse by more than 0.5 pp"]);
});

test("long words of the last column hang below their row where the column would be a ribbon", () => {
  const rows = [
    ["F1", "0.5", "✓ not worse by more than 0.5 pp"],
    ["recall", "0.5", "not proven"],
  ];
  assert.deepEqual(layOut(columns, rows, 36).body, [
    "F1               0.5",
    "    ✓ not worse by more than 0.5 pp",
    "recall           0.5  not proven",
  ]);
});

test("heads of numbers break between words before anything else gets narrower", () => {
  const { head, body } = layOut(columns.slice(0, 2), [["a name", "0.5"]], 16);
  assert.deepEqual(head, ["metric       the", "        baseline"]);
  assert.deepEqual(body, ["a name       0.5"]);
});
