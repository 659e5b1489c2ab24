import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { estimators } from "../../../core/metrics/estimators.ts";
import { metricIds, metricSpec } from "../../../core/metrics/registry.ts";
import { labelsAt, type Predictions, predictionsAt, sideOf } from "../../../core/metrics/side.ts";
import { meanOf, standardErrorOfMean } from "../../../core/stats/sums.ts";
import { probabilities, scores, stream } from "./make.ts";

const n = 400;

/** A model that is right more often than not, on labels of `classes` classes. */
function sample(classes: number): { labels: Int32Array; predictions: Predictions } {
  const next = stream(42);
  const labels = Int32Array.from({ length: n }, () => Math.floor(next() * classes));
  if (classes === 2) {
    const raw = Array.from(labels, (label) =>
      Math.min(1, Math.max(0, Math.round((0.3 * label + 0.7 * next()) * 50) / 50)),
    );
    return { labels, predictions: scores(...raw) };
  }
  const rows = Array.from(labels, (label) => {
    const liking = Array.from({ length: classes }, (_, k) => next() + (k === label ? 0.4 : 0));
    // Few distinct probabilities: with none shared, leaving out a top row moves a precision by far more than 1/n.
    const rank = (k: number): number => liking.filter((other) => other <= (liking[k] ?? 0)).length;
    return liking.map((_, k) => rank(k) / ((classes * (classes + 1)) / 2));
  });
  return { labels, predictions: probabilities(rows) };
}

describe("influence functions agree with leaving out one row at a time", () => {
  for (const [task, classes] of [
    ["binary", 2],
    ["multiclass", 4],
  ] as const) {
    const { labels, predictions } = sample(classes);
    for (const id of metricIds(task).filter((each) => metricSpec(each)?.method === "influence")) {
      test(`${id}, ${task}`, () => {
        const estimate = estimators[id]?.(sideOf(labels, predictions));
        assert.ok(estimate?.perRow);
        assert.ok(Math.abs(meanOf(estimate.perRow)) < 1e-12, "the influences add up to nothing");
        const everyRow = Array.from({ length: n }, (_, row) => row);
        const without = everyRow.map((left) => {
          const rows = Uint32Array.from(everyRow.filter((row) => row !== left));
          return (
            estimators[id]?.(sideOf(labelsAt(labels, rows), predictionsAt(predictions, rows)))?.value ?? Number.NaN
          );
        });
        for (const [row, value] of without.entries()) {
          const jackknifed = (n - 1) * (estimate.value - value);
          const own = estimate.perRow[row] ?? Number.NaN;
          assert.ok(
            Math.abs(jackknifed - own) < 0.02 * Math.max(1, Math.abs(own)),
            `row ${row}: ${own} is not ${jackknifed}`,
          );
        }
        const pseudo = Float64Array.from(without, (value) => n * estimate.value - (n - 1) * value);
        const ratio =
          (standardErrorOfMean(estimate.perRow) ?? Number.NaN) / (standardErrorOfMean(pseudo) ?? Number.NaN);
        assert.ok(Math.abs(ratio - 1) < 0.02, `standard errors differ by the factor ${ratio}`);
      });
    }
  }
});
