import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Metric, Report } from "../../core/report.ts";
import { twoSided } from "../../core/stats/normal.ts";
import { plain } from "../../report/document.ts";
import { renderReportHtml } from "../../report/html.ts";
import { renderReportMarkdown } from "../../report/markdown.ts";
import { reportSentence } from "../../report/sentence.ts";
import { sliceFindings } from "../../report/slice-findings.ts";
import { renderReportTerminal } from "../../report/terminal.ts";
import { reportOf } from "./fixtures.ts";

const pass = reportOf("pass");
const overall = pass.metrics.filter((metric) => metric.slice === null);

/** A comparison in a slice, `z` standard errors of 1 point away from the baseline. */
function compared(id: string, value: string, z: number, p: number | null = twoSided(z)): Metric {
  const side = { value: 0.8, status: "ok", n: 300, interval: null } as const;
  const change = z / 100;
  const interval: [number, number] = [change - 0.0196, change + 0.0196];
  return {
    id,
    slice: { by: "phase", value },
    definition: id,
    candidate: side,
    baseline: side,
    delta: { value: change, interval, level: 0.95, method: "delong", standardError: 0.01, z, p },
  };
}

function withSlices(metrics: readonly Metric[], over: readonly Metric[] = overall): Report {
  return { ...pass, metrics: [...over, ...metrics] };
}

/** Slices in which nothing changed: they cost the others their certainty. */
const quiet = (n: number): readonly Metric[] =>
  Array.from({ length: n }, (_, at) => compared("f1", `quiet ${at}`, 0.5));

const unmoved = overall.map((metric) => ({ ...metric, delta: null }));
const markdown = (metrics: readonly Metric[]): string => renderReportMarkdown(withSlices(metrics));

test("one interval beyond zero among 72 comparisons only looks worse", () => {
  const text = markdown([compared("roc_auc", "Descent", -2.6), ...quiet(71)]);
  assert.doesNotMatch(text, /Slices that got provably worse/);
  assert.match(text, /<summary>All 72 slices: 1 looks worse, none provably<\/summary>/);
  assert.match(text, /worst slice \(phase = Descent\).*\| not proven \|/);
  assert.match(text, /^## damage: not worse, and provably better/);
});

test("the same interval alone, and a stronger one among 72, are proof", () => {
  for (const [metrics, words] of [
    [[compared("roc_auc", "Descent", -2.6)], /\*\*Slices that got provably worse\*\* \(Holm, 1 comparison\)/],
    [
      [compared("roc_auc", "Descent", -4.5), ...quiet(71)],
      /\*\*Slices that got provably worse\*\* \(Holm, 72 comparisons\)/,
    ],
  ] as const) {
    assert.match(markdown(metrics), words);
    assert.match(markdown(metrics), /worst slice \(phase = Descent\).*\| provably worse \|/);
    assert.match(markdown(metrics), /1 got provably worse|The only slice: 1 got provably worse/);
  }
});

test("a difference without a p-value is neither counted nor proven, however far its interval is from zero", () => {
  const findings = sliceFindings(withSlices([compared("roc_auc", "Climb", -9, null), ...quiet(3)]));
  assert.deepEqual([findings.tested, findings.proven, findings.suspected], [3, [], ["phase = Climb"]]);
});

test("what got better is never told as worse, though it counts as a comparison", () => {
  const findings = sliceFindings(withSlices([compared("roc_auc", "Climb", 9), compared("log_loss", "Taxi", -9)]));
  assert.deepEqual([findings.tested, findings.worse, findings.proven], [2, [], []]);
});

test("more comparisons in which nothing changed never prove more", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { maxLength: 12 }), fc.nat(40), (zs, more) => {
      const own = zs.map((z, at) => compared("roc_auc", `phase ${at}`, z));
      const few = sliceFindings(withSlices(own)).proven;
      for (const name of sliceFindings(withSlices([...own, ...quiet(more)])).proven) assert.ok(few.includes(name));
    }),
    { numRuns: 60 },
  );
});

const climb = compared("roc_auc", "Climb", -6);
const worseLoss = overall.map((metric) =>
  metric.id !== "log_loss" || metric.delta === null
    ? { ...metric, delta: null }
    : { ...metric, delta: { ...metric.delta, value: 0.004, interval: [0.002, 0.006] as [number, number] } },
);

const sentences: readonly (readonly [Report, string])[] = [
  [withSlices([climb], unmoved), "not worse overall, but provably worse where phase = Climb"],
  [
    withSlices([climb, compared("roc_auc", "Taxi", -5)], unmoved),
    "not worse overall, but provably worse where phase = Climb and where phase = Taxi",
  ],
  [
    withSlices([climb, compared("roc_auc", "Taxi", -5), compared("roc_auc", "Descent", -5)], unmoved),
    "not worse overall, but provably worse in 3 slices",
  ],
  [
    withSlices([climb]),
    "not worse overall, and provably better on ROC AUC and log loss, but provably worse on ROC AUC where phase = Climb",
  ],
  [withSlices([compared("accuracy", "Climb", -6)], unmoved), "not worse"],
  [
    withSlices([climb], worseLoss),
    "passes every gate, though log loss got provably worse, and ROC AUC where phase = Climb",
  ],
  [
    { ...withSlices([climb], unmoved), gates: [] },
    "no provable change overall, but ROC AUC got provably worse where phase = Climb; no gate is configured",
  ],
  [
    { ...withSlices([climb], unmoved), gates: pass.gates.filter(({ require }) => require.startsWith("candidate")) },
    "meets its gates, but provably worse where phase = Climb",
  ],
];

for (const [report, words] of sentences) {
  test(`a report that passes says: ${words}`, () => {
    assert.equal(plain(reportSentence(report, "pass")), words);
  });
}

test("Markdown, page and terminal tell the same of the slices", async () => {
  const report = withSlices([climb, ...quiet(9)], unmoved);
  const terminal = renderReportTerminal(report, { columns: 100, colour: false, detail: "all", page: null });
  for (const text of [renderReportMarkdown(report).replaceAll("**", ""), terminal]) {
    assert.match(text, /damage: not worse overall, but provably worse where phase = Climb/);
    assert.match(text, /Slices that got provably worse \(Holm, 10 comparisons\)/);
    assert.match(text, /All 10 slices: 1 got provably worse/);
  }
  const page = await renderReportHtml(report);
  assert.match(page, /<strong>Slices that got provably worse<\/strong> \(Holm, 10 comparisons\)/);
  assert.match(page, /not worse overall, but provably worse where phase = Climb/);
});
