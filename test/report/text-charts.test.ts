import assert from "node:assert/strict";
import { test } from "node:test";
import type { Report } from "../../core/report.ts";
import type { ChartContext, ChartKind, HistoryPoint } from "../../report/charts/index.ts";
import { mermaidChart } from "../../report/charts/text/mermaid.ts";
import { resample } from "../../report/charts/text/resample.ts";
import { textChart } from "../../report/charts/text/text-chart.ts";
import { textBars, textForest } from "../../report/charts/text/unicode.ts";
import { commentLimit, renderComment } from "../../report/comment.ts";
import { writeMarkdown } from "../../report/markdown-writer.ts";
import { pullView, reportOf } from "./fixtures.ts";

const pass = reportOf("pass");
const learning = pullView("pass").models[0]?.learningCurve ?? [];

function lines(report: Report, kind: ChartKind, context: ChartContext = {}): readonly string[] {
  return writeMarkdown(textChart(report, kind, context)).split("\n");
}

test("a forest of characters marks value, interval and no change in the same columns as the numbers", () => {
  const rows = [
    { name: "better", value: 2, low: 1, high: 3, words: "+2" },
    { name: "unknown", value: 0.5, low: -1, high: 2, words: "+0.5" },
    { name: "exact", value: 3, low: 3, high: 3, words: "+3" },
  ];
  assert.deepEqual(textForest(rows, true).split("\n"), [
    "better           ┊       ├───────●───────┤  +2",
    "unknown  ├───────┼───●───────────┤          +0.5",
    "exact            ┊                       ●  +3",
  ]);
});

test("bars show something wherever there is something, and the highest as a full block", () => {
  assert.equal(textBars([0, 1e-9, 0.5, 1], 0, 1), " ▁▄█");
  assert.equal(textBars([3, 3], 3, 3), "▁▁");
});

test("a curve is read at equal distances; where it rises upright, its upper end counts", () => {
  const step = resample(
    [
      [0, 0],
      [0, 0.5],
      [0.5, 0.5],
      [0.5, 1],
      [1, 1],
    ],
    [0, 1],
  );
  assert.equal(step.length, 33);
  assert.deepEqual([step[0], step[8], step[15], step[16], step[32]], [0.5, 0.5, 0.5, 1, 1]);
});

test("a number that Mermaid's grammar cannot hold makes no Mermaid chart", () => {
  const chart = (high: number) =>
    mermaidChart({
      x: { title: "step", of: [0, 1] },
      y: { title: "loss", range: [0, high] },
      lines: [{ name: "candidate", color: "#000000", values: [0, high] }],
    });
  assert.equal(chart(1e13), null);
  assert.equal(chart(1e-20), null);
  assert.equal(chart(0), null);
  assert.match(chart(1e-6) ?? "", /line "candidate" \[0, 0\.000001\]$/);
});

test("a name is text in Mermaid, whatever it holds", () => {
  const name = `a"] %%{init: {"x": 1}}%%\n\`b\` <img> #quot; é 模`;
  const source = mermaidChart({
    x: { title: name, of: [name, "b"] },
    y: { title: name, range: [0, 1] },
    lines: [{ name, color: "#000000", values: [0, 1] }],
  });
  const inside = "a init x 1 b img quot é 模";
  assert.deepEqual(source?.split("\n").slice(1), [
    "xychart-beta",
    `x-axis "${inside}" ["${inside}", "b"]`,
    `y-axis "${inside}" 0 --> 1`,
    `line "${inside}" [0, 1]`,
  ]);
});

const point = (version: string, value: number, interval: HistoryPoint["interval"]): HistoryPoint => {
  return { version, value, interval, at: "2026-01-02T10:00:00Z" };
};

test("a history is lines of Mermaid when every version has an interval, and rows of characters otherwise", () => {
  const first = point("damage@v1", 0.86, [0.85, 0.87]);
  const history = { metric: "roc_auc", points: [first, point("damage@v2", 0.87, [0.86, 0.88])] };
  const mermaid = lines(pass, "history", { history });
  assert.equal(mermaid[0], "🔵 ROC AUC · gray: its 95 % interval");
  assert.ok(mermaid.includes('x-axis "version" ["damage@v1", "damage@v2", "candidate"]'));
  assert.ok(mermaid.includes('line "value" [0.86, 0.87, 0.881]'));
  const rows = lines(pass, "history", { history: { ...history, points: [first, point("damage@v2", 0.87, null)] } });
  assert.match(rows[3] ?? "", /^damage@v1 {2}├─+●─+┤ +0\.860 \(0\.850 … 0\.870\)$/);
  assert.match(rows[4] ?? "", /^damage@v2 +● +0\.870$/);
  assert.match(rows[5] ?? "", /^candidate +├─+●─+┤ +0\.881 \(0\.865 … 0\.897\)$/);
});

test("a baseline that was not trained over all of the candidate's steps is left out of its learning curve", () => {
  const both = lines(pass, "learning", { learning, baselineLearning: learning }).join("\n");
  const short = lines(pass, "learning", { learning, baselineLearning: learning.slice(0, 3) }).join("\n");
  assert.match(both, /^🔵 candidate · 🟠 damage/);
  assert.match(both, /line "baseline"/);
  assert.doesNotMatch(short, /🟠|line "baseline"/);
  assert.match(short, /line "candidate"/);
});

test("steps that are no whole numbers make a line of bars", () => {
  const halves = learning.map((one) => ({ ...one, step: one.step / 2 }));
  const text = lines(pass, "learning", { learning: halves });
  assert.match(text.join("\n"), /^```text\n\w+ {2}[▁▂▃▄▅▆▇█]+ {2}[\d.]+ → [\d.]+\n```/);
});

test("text charts count toward the comment's limit, and go before verdicts and metrics do", (t) => {
  const view = pullView("pass");
  for (const many of [1, 4, 20, 200]) {
    const models = Array.from({ length: many }, (_, at) =>
      view.models.map((one) => ({ ...one, model: `m${at}` })),
    ).flat();
    const started = performance.now();
    const comment = renderComment({ ...view, models }, { charts: {}, appName: "Assay" });
    t.diagnostic(`${many} models: ${(performance.now() - started).toFixed(0)} ms`);
    assert.ok(comment.length <= commentLimit, `${comment.length}`);
    assert.equal(comment.includes("```mermaid"), many <= 4, `${many} models`);
    if (many <= 20) for (const { model } of models) assert.match(comment, new RegExp(`\\b${model}\\b`));
  }
});
