import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { sideOf } from "../../../core/metrics/side.ts";
import { thresholdTable } from "../../../core/metrics/threshold-table.ts";

const probability = { scoring: "probability", threshold: 0.5 } as const;

/** The same by going through all rows for each threshold. */
function counted(labels: Int32Array, scores: Float64Array, weights: Float64Array, at: number): readonly number[] {
  const sums = [0, 0, 0, 0];
  labels.forEach((label, row) => {
    const isPositive = (scores[row] ?? 0) >= at;
    const place = label === 1 ? (isPositive ? 0 : 3) : isPositive ? 1 : 2;
    sums[place] = (sums[place] ?? 0) + (weights[row] ?? 0);
  });
  return sums;
}

const row = fc.record({
  label: fc.integer({ min: 0, max: 1 }),
  own: fc.oneof(fc.constantFrom(0, 0.25, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
  theirs: fc.double({ min: 0, max: 1, noNaN: true }),
  // Quarters add up without rounding.
  weight: fc.integer({ min: 0, max: 40 }).map((quarters) => quarters / 4),
});

test("every threshold's counts are those of all rows, weighted or not, of both models", () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), fc.boolean(), (rows, isScore) => {
      const labels = Int32Array.from(rows, ({ label }) => label);
      const own = Float64Array.from(rows, ({ own }) => (isScore ? 90 * own - 40 : own));
      const theirs = Float64Array.from(rows, ({ theirs }) => theirs);
      const weights = Float64Array.from(rows, ({ weight }) => weight);
      const ones = weights.map(() => 1);
      const side = (scores: Float64Array) => sideOf(labels, { kind: "binary", scores }, { weights });
      const options = isScore ? ({ scoring: "score", threshold: 3 } as const) : probability;
      const table = thresholdTable(side(own), side(theirs), options);
      assert.ok(table !== null && table.at.length <= 200 && table.at.includes(options.threshold));
      assert.deepEqual(
        table.at,
        table.at.toSorted((a, b) => a - b),
      );
      for (const [scores, name] of [
        [own, "candidate"],
        [theirs, "baseline"],
      ] as const) {
        assert.deepEqual(
          table.rows[name],
          table.at.map((at) => counted(labels, scores, ones, at)),
        );
        assert.deepEqual(
          table.weights?.[name],
          table.at.map((at) => counted(labels, scores, weights, at)),
        );
      }
    }),
  );
});

test("where scores crowd near 0, thresholds do as well, with digits a person would type", () => {
  const scores = Float64Array.from({ length: 1_000 }, (_, row) => row / 100_000);
  const table = thresholdTable(sideOf(new Int32Array(1_000), { kind: "binary", scores }), null, probability);
  assert.ok((table?.at ?? []).filter((at) => at < 0.01).length > 50);
  for (const at of table?.at ?? []) assert.ok(String(at).length <= 8, String(at));
});

test("labels and other tasks have no thresholds, nor have no rows", () => {
  const scores = Float64Array.of(0, 1);
  const labels = Int32Array.of(0, 1);
  assert.equal(
    thresholdTable(sideOf(labels, { kind: "binary", scores }), null, { ...probability, scoring: "label" }),
    null,
  );
  const multiclass = { kind: "multiclass", probabilities: Float64Array.of(1, 0, 0, 1), classes: 2 } as const;
  assert.equal(thresholdTable(sideOf(labels, multiclass), null, probability), null);
  const none = sideOf(new Int32Array(0), { kind: "binary", scores: new Float64Array(0) });
  assert.equal(thresholdTable(none, null, probability), null);
});
