import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { measure } from "../../core/metrics/measure.ts";
import { renderReportHtml } from "../../report/html.ts";
import { jsonForScript } from "../../report/page/embed.ts";
import { explorerData } from "../../report/page/explorer.ts";
import { explorerOf } from "../../report/page/steps.ts";
import { valueAt } from "../../report/page/threshold-facts.ts";
import { reportOf } from "./fixtures.ts";
import { thresholdReport } from "./page-reports.ts";

const steps = () => {
  const explorer = explorerOf(thresholdReport());
  assert.ok(explorer !== null);
  return explorerData(explorer).steps;
};

test("each threshold shows its counts, their change, and metrics by the report's own formulas", () => {
  const [loose, configured, strict] = steps();
  assert.deepEqual(configured?.counts, ["8", "4", "86", "2"]);
  assert.deepEqual(configured?.changes, ["±0", "+2", "−2", "±0"]);
  // accuracy, precision, recall, specificity, F1, MCC: baseline, candidate, change
  assert.deepEqual(configured?.metrics.slice(0, 3), [
    ["0.960", "0.940", "−2.0 pp"],
    ["0.800", "0.667", "−13.3 pp"],
    ["0.800", "0.800", "0.0 pp"],
  ]);
  assert.deepEqual(strict?.metrics[1], ["undefined", "0.833", "–"]);
  assert.deepEqual([loose?.at, strict?.at], ["0.25", "0.75"]);
  assert.match(strict?.spoken ?? "", /^Threshold 0\.75: precision 0\.833, recall 0\.500, F1 0\.625; 2 of 4 gates/);
});

test("a gate holds or breaks by its values at each threshold, and is open where the counts cannot tell", () => {
  assert.deepEqual(
    steps().map(({ gates }) => gates.map(({ state }) => state)),
    [
      ["broken", "holds", "broken", "unknown"],
      ["broken", "broken", "unknown", "unknown"],
      ["holds", "holds", "unknown", "unknown"],
    ],
  );
  const [, configured] = steps();
  assert.equal(configured?.gates[0]?.words, "The candidate's precision (0.667) is not above 0.8.");
  assert.equal(configured?.gates[1]?.words, "F1 changes by −7.3 pp.");
});

test("at the configured threshold the page computes the very values of the report, weighted or not", () => {
  const labels = Int32Array.from({ length: 300 }, (_, row) => (row % 3 === 0 ? 1 : 0));
  const scores = Float64Array.from(labels, (label, row) => ((row * 37) % 100) / 140 + 0.28 * label);
  const metrics = ["accuracy", "precision", "recall", "f1", "mcc", "kappa", "f_beta@2", "balanced_accuracy", "npv"];
  for (const weights of [null, Float64Array.from(labels, (_, row) => 1 + (row % 4) / 4)]) {
    const measured = measure({
      task: "binary",
      metrics,
      labels,
      weights,
      groups: null,
      classNames: ["0", "1"],
      candidate: { kind: "binary", scores },
      baseline: null,
      scoring: "probability",
      threshold: 0.42,
      slices: [],
      fairness: [],
      fairnessGroups: [],
      level: 0.95,
      levels: [],
      seed: "00",
    });
    const { thresholds } = measured.curves;
    const outcome = (thresholds?.weights ?? thresholds?.rows)?.candidate[thresholds?.at.indexOf(0.42) ?? -1];
    assert.ok(outcome !== undefined);
    for (const { id, candidate } of measured.metrics)
      assert.ok(Math.abs((valueAt(id, outcome) ?? Number.NaN) - (candidate.value ?? 0)) < 1e-12, id);
  }
});

test("reports without thresholds have no slider: other tasks, and reports of an earlier version", async () => {
  for (const name of ["regression", "ranking", "operations-fairness"]) {
    const page = await renderReportHtml(reportOf(name));
    assert.doesNotMatch(page, /id="threshold/);
  }
});

test("without its script the page shows the configured threshold, and hides the slider", async () => {
  const page = await renderReportHtml(thresholdReport());
  assert.match(page, /<div class="slider" hidden>/);
  for (const part of ['<b data-count="1">4</b>', '<span data-change="1">+2</span>', 'data-metric="1.1">0.667</td>'])
    assert.ok(page.includes(part), part);
});

test("the policy allows the page's own script and style by digest, images of its own, and nothing else", async () => {
  const page = await renderReportHtml(thresholdReport());
  const digest = (open: string, close: string): string => {
    const text = page.slice(page.indexOf(open) + open.length, page.indexOf(close, page.indexOf(open)));
    return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  };
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
  assert.equal(
    policy,
    `default-src 'none'; style-src ${digest("<style>", "</style>")}; script-src ${digest("<script>", "</script>")}; ` +
      "img-src data:; base-uri 'none'; form-action 'none'",
  );
});

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."</script>|<script>alert(1)</script>|<!--|-->|]]>|\"'>|&lt;|</style>|<svg onload=x>|\u2028|\u2029|${x}|`|\\".split(
          "|",
        ),
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(""));

test("no name leaves its place: the page has the same elements and attributes whatever models and classes are called", async () => {
  const skeleton = (page: string): string =>
    page
      .replace(/<style>[^]*?<\/style>/, "")
      .replace(/<script>[^]*?<\/script>/, "")
      .replace(/<(p|li|b|h1|small|code)\b[^>]*><\/\1>/g, "")
      .match(/<[!/a-z][^>]*>/gi)
      ?.map((tag) => tag.replace(/"[^"]*"/g, '""'))
      .filter((tag) => !/^<\/?code/.test(tag))
      .join("\n") ?? "";
  const expected = skeleton(await renderReportHtml(thresholdReport({ text: "damage" })));
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      const page = await renderReportHtml(thresholdReport({ text: `x${text}` }));
      assert.equal(skeleton(page), expected);
      assert.equal(page.match(/<\/script/gi)?.length, 2);
    }),
    { numRuns: 60 },
  );
});

test("data in a script element reads as it was, and holds nothing that could end the element", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const [step] = steps();
      assert.ok(step !== undefined);
      const data = { configured: 0, steps: [{ ...step, spoken: text }] };
      const json = jsonForScript(data);
      assert.doesNotMatch(json, /[<>&\u2028\u2029]/);
      assert.deepEqual(JSON.parse(json), data);
    }),
  );
});
