import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { holmAdjusted } from "../../../core/stats/holm.ts";

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });

// By hand: multiply the sorted p-values by m, m − 1, …, 1; carry the running maximum on; cut at 1.
const cases: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[], []],
  [[0.03], [0.03]],
  [
    [0.01, 0.04, 0.03, 0.005],
    [0.03, 0.06, 0.06, 0.02],
  ],
  [
    [0.02, 0.02, 0.02],
    [0.06, 0.06, 0.06],
  ],
  [
    [0.6, 0.001, 0.9],
    [1, 0.003, 1],
  ],
  [
    [0, 1],
    [0, 1],
  ],
];

for (const [given, expected] of cases) {
  test(`p-values [${given.join(", ")}] become [${expected.join(", ")}]`, () => {
    const adjusted = holmAdjusted(given);
    assert.equal(adjusted.length, expected.length);
    for (const [at, value] of adjusted.entries()) assert.ok(Math.abs(value - (expected[at] ?? NaN)) < 1e-12);
  });
}

test("an adjusted p-value is never below the raw one and never above Bonferroni's", () => {
  fc.assert(
    fc.property(pValues, (given) => {
      for (const [at, adjusted] of holmAdjusted(given).entries()) {
        const raw = given[at] ?? NaN;
        assert.ok(adjusted >= raw && adjusted <= Math.min(1, raw * given.length));
      }
    }),
  );
});

test("adjusted p-values keep the order of the raw ones, and do not depend on the order in which they are given", () => {
  fc.assert(
    fc.property(pValues, (given) => {
      const adjusted = holmAdjusted(given);
      for (const [a, p] of given.entries())
        for (const [b, q] of given.entries()) if (p <= q) assert.ok((adjusted[a] ?? NaN) <= (adjusted[b] ?? NaN));
      assert.deepEqual(holmAdjusted(given.toReversed()), adjusted.toReversed());
    }),
  );
});

test("of the step-down decisions at 5 %, exactly those of at most 0.05 are rejected", () => {
  fc.assert(
    fc.property(pValues, (given) => {
      const ascending = given.toSorted((a, b) => a - b);
      const stop = ascending.findIndex((p, rank) => p * (given.length - rank) > 0.05);
      const rejected = stop === -1 ? given.length : stop;
      assert.equal(holmAdjusted(given).filter((p) => p <= 0.05).length, rejected);
    }),
  );
});
