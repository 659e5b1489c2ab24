import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { bhAdjusted, byAdjusted, holmAdjusted } from "../../../core/stats/multiplicity.ts";

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

// Benjamini and Hochberg 1995, table of 15 p-values; adjusted with statsmodels 0.15.0, multipletests().
const published = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
];

for (const [name, adjust, expected] of [
  ["Holm", holmAdjusted, [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1]],
  [
    "Benjamini and Hochberg",
    bhAdjusted,
    [
      0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286, 0.06385714285714286, 0.0645, 0.0765, 0.486,
      0.5811818181818182, 0.714875, 0.7532307692307693, 0.8132142857142857, 1,
    ],
  ],
  [
    "Benjamini and Yekutieli",
    byAdjusted,
    [
      0.004977343489843491, 0.009954686979686982, 0.03152317543567544, 0.11821190788378289, 0.20008920829170831,
      0.21189262285333715, 0.21189262285333715, 0.2140257700632701, 0.253844517982018, 1, 1, 1, 1, 1, 1,
    ],
  ],
] as const) {
  test(`the published p-values, adjusted after ${name}, are those of statsmodels, in any order`, () => {
    for (const given of [published, published.toReversed()]) {
      const adjusted = given === published ? adjust(given) : adjust(given).toReversed();
      for (const [at, value] of adjusted.entries()) assert.ok(Math.abs(value - (expected[at] ?? NaN)) < 1e-12);
    }
  });
}

test("Benjamini and Hochberg is at most Holm and at most Benjamini and Yekutieli, and never below the raw p-value", () => {
  fc.assert(
    fc.property(pValues, (given) => {
      const [holm, by] = [holmAdjusted(given), byAdjusted(given)];
      for (const [at, bh] of bhAdjusted(given).entries()) {
        const slack = 1 + 1e-12;
        assert.ok(bh <= (holm[at] ?? NaN) * slack && bh <= (by[at] ?? NaN) * slack && bh * slack >= (given[at] ?? NaN));
      }
    }),
  );
});
