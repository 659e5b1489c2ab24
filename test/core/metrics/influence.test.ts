import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { estimate } from "../../../core/metrics/estimators.ts";
import { metricIds, metricSpec } from "../../../core/metrics/registry.ts";
import { codesAt } from "../../../core/metrics/sample.ts";
import { type ClassPredictions, sideAt, sideOf } from "../../../core/metrics/side.ts";
import { standardErrorOfMean } from "../../../core/stats/spread.ts";
import { sum, weightedMean } from "../../../core/stats/sums.ts";
import { probabilities, scores, stream } from "./make.ts";

const n = 400;

/** A model that is right more often than not, on labels of `classes` classes. */
function sample(classes: number): { labels: Int32Array; predictions: ClassPredictions } {
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

/** Two weights of every row: all alike, and anything between ½ and 2. */
const next = stream(5);
const weightings = [
  ["rows that count alike", new Float64Array(n).fill(1)],
  ["weighted rows", Float64Array.from({ length: n }, () => 0.5 + 1.5 * next())],
] as const;

describe("influence functions are derivatives by the weight of a row, times the weight of all rows", () => {
  for (const [task, classes] of [
    ["binary", 2],
    ["multiclass", 4],
  ] as const) {
    const { labels, predictions } = sample(classes);
    // Placements and losses are no influences; the bins of equal mass move with the weights.
    const ids = metricIds(task).filter((id) => {
      const method = metricSpec(id)?.method;
      return (method === "influence" || method === "bootstrap") && id !== "ece_adaptive";
    });
    for (const id of ids) {
      for (const [which, weights] of weightings) {
        test(`${id}, ${task}, ${which}`, () => {
          const under = (of: Float64Array): ReturnType<typeof estimate> => {
            return estimate(id, sideOf(labels, predictions, { weights: of }));
          };
          const { perRow } = under(weights) ?? {};
          if (id.startsWith("recall_at_precision")) return assert.equal(perRow, null);
          assert.ok(perRow);
          const total = sum(weights);
          assert.ok(Math.abs(weightedMean(perRow, weights)) < 1e-12, "the influences add up to nothing");
          const step = 1e-5;
          for (let row = 0; row < n; row += 7) {
            const moved = (by: number): number => {
              return under(weights.map((weight, at) => weight + (at === row ? by : 0)))?.value ?? Number.NaN;
            };
            const slope = (total * (moved(step) - moved(-step))) / (2 * step);
            const own = perRow[row] ?? Number.NaN;
            assert.ok(Math.abs(slope - own) < 1e-4 * Math.max(1, Math.abs(own)), `row ${row}: ${own} is not ${slope}`);
          }
        });
      }
    }
  }
});

describe("standard errors from influences agree with leaving out one row at a time", () => {
  for (const [task, classes] of [
    ["binary", 2],
    ["multiclass", 4],
  ] as const) {
    const { labels, predictions } = sample(classes);
    for (const id of metricIds(task).filter((each) => metricSpec(each)?.method === "influence")) {
      test(`${id}, ${task}`, () => {
        const whole = estimate(id, sideOf(labels, predictions));
        assert.ok(whole?.perRow);
        const everyRow = Array.from({ length: n }, (_, row) => row);
        const pseudo = Float64Array.from(everyRow, (left) => {
          const rows = Uint32Array.from(everyRow.filter((row) => row !== left));
          const part = sideAt(sideOf(labels, predictions), rows, codesAt(labels, rows), null);
          return n * whole.value - (n - 1) * (estimate(id, part)?.value ?? Number.NaN);
        });
        const ratio = (standardErrorOfMean(whole.perRow) ?? Number.NaN) / (standardErrorOfMean(pseudo) ?? Number.NaN);
        assert.ok(Math.abs(ratio - 1) < 0.02, `standard errors differ by the factor ${ratio}`);
      });
    }
  }
});
