import assert from "node:assert/strict";
import { test } from "node:test";
import type { GateResult, Measurement, Report } from "../../core/report.ts";
import { renderReportHtml } from "../../report/html.ts";
import { renderReportMarkdown } from "../../report/markdown.ts";
import { renderReportTerminal } from "../../report/terminal.ts";
import { pullNames, pullView, reportOf } from "./fixtures.ts";

const terminal = { columns: 100, colour: false, detail: "all", page: null } as const;
/** Markdown with plain spaces: columns of numbers do not break. */
const shown = (report: Report): string => renderReportMarkdown(report).replaceAll("\u00a0", " ");
const withReports = pullNames.filter((name) => pullView(name).models.some((model) => model.report !== null));

for (const name of withReports) {
  test(`no way of showing ${name} prints a number that is none`, async () => {
    const report = reportOf(name);
    for (const text of [
      renderReportMarkdown(report),
      renderReportTerminal(report, terminal),
      await renderReportHtml(report),
    ]) {
      // Without pictures, for base64 may spell anything, and without the page's program.
      const words = text.replaceAll(/"data:image[^"]*"|<script>[^]*<\/script>/g, "");
      assert.doesNotMatch(words, /\bNaN\b|Infinity|undefined|\[object/);
    }
  });
}

const hostile = "x|y`z`</details><img src=https://evil.example/p.png>@acme/admins #1 <!--\n# heading\u202E";
const measured: Measurement = { value: 0.1, status: "ok", n: 9, interval: [0, 0.2] };

/** A report in which every new text that the data or the configuration controls is hostile. */
function hostileReport(): Report {
  const base = reportOf("operations-fairness");
  const [fairness] = base.fairness ?? [];
  const gate: GateResult = {
    id: hostile,
    require: hostile,
    verdict: "fail",
    reason: "bound_outside",
    bound: null,
    needs: null,
    message: hostile,
    slices: [{ slice: { by: hostile, value: hostile }, verdict: "fail", value: -0.1, bound: -0.05, p: 1e-9 }],
  };
  assert.ok(fairness !== undefined);
  return {
    ...base,
    verdict: "fail",
    gates: [gate],
    data: {
      ...base.data,
      unpredicted: 1,
      weight: { column: hostile, sum: 9, effective: 3 },
      groups: { column: hostile, count: 1 },
      warnings: [hostile],
    },
    operations: { [hostile]: { value: 1, unit: hostile, interval: null, ratio: 2, method: "block-paired", n: 1 } },
    fairness: [{ ...fairness, by: hostile, groups: [{ value: hostile, n: 1, counted: false }], candidate: measured }],
    environment: { ...base.environment, cpu: hostile },
  };
}

test("hostile names of gates, slices, columns, groups, units and machines stay text everywhere", async () => {
  const report = hostileReport();
  const markdown = renderReportMarkdown(report);
  const page = await renderReportHtml(report);
  // Nothing is a mention or an address inside of code.
  const linked = markdown.replaceAll(/<code>.*?<\/code>/g, "");
  assert.doesNotMatch(linked, /@acme\/admins|https:\/\/evil/);
  assert.doesNotMatch(markdown, /<img src=h|<!--|^# heading|\u202E/m);
  assert.doesNotMatch(page, /<img src=h|<!--|\u202E/);
  // As many folds are closed as are opened: no name has closed one.
  for (const text of [markdown, page]) assert.equal(text.split("</details>").length, text.split("<details>").length);
  assert.doesNotMatch(renderReportTerminal(report, terminal), /(?!\n)\p{Cc}|\u202E/u);
});

test("a gate about slices shows its worst slices, five at most, and none when it passes", () => {
  const base = reportOf("regression");
  const slices = Array.from({ length: 7 }, (_, at) => ({
    slice: { by: "aircraft", value: `type ${at}` },
    verdict: "fail" as const,
    value: 30 - at,
    bound: 21,
    p: at / 100,
  }));
  const gates = base.gates.map((gate) => (gate.slices === undefined ? gate : { ...gate, slices }));
  const markdown = shown({ ...base, gates });
  assert.match(markdown, /\| ❌ aircraft = type 0 \| \+30\.0 \| \+21\.0 \| &lt; 0\.001 \|/);
  assert.match(markdown, /type 4/);
  assert.doesNotMatch(markdown, /type 5/);
  assert.match(markdown, /2 slices with weaker evidence are left out here/);
  const passed = gates.map((gate) => ({ ...gate, verdict: "pass" as const }));
  assert.doesNotMatch(shown({ ...base, gates: passed, verdict: "pass" }), /type 0/);
});

test("a bias that moves is neither better nor worse", () => {
  const lines = shown(reportOf("regression")).split("\n");
  const bias = lines.find((line) => line.startsWith("| bias"));
  assert.match(bias ?? "", /−12\.4 … −4\.12 \| +\|$/);
});

test("groups with too few rows are named, and long lists of groups are cut", () => {
  const base = reportOf("operations-fairness");
  const groups = Array.from({ length: 30 }, (_, at) => ({ value: `g${at}`, n: 100, counted: at > 0 }));
  const fairness = (base.fairness ?? []).map((one) => ({ ...one, groups }));
  const markdown = shown({ ...base, fairness });
  assert.match(markdown, /Too few rows to take part: g0 \(100 rows\)\./);
  assert.match(markdown, /g20 \(100 rows\), 9 more\./);
});

test("a report of an earlier version, without the new fields, is shown as before", () => {
  const markdown = shown(reportOf("pass"));
  assert.match(markdown, /\| latency p95 \| 1\.76 ms \| 1\.83 ms \(1\.71 … 1\.96\) \| ×1\.04 \|/);
  assert.doesNotMatch(markdown, /Fairness|weighted|fresh process/);
});
