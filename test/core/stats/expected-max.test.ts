import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedMax, expectedMaxWithReplacement } from "../../../core/stats/expected-max.ts";

const runs = [0.8, 0.82, 0.78, 0.85, 0.81];

// Formulas of Dodge et al. 2019 and Tang et al. 2020, evaluated by hand.
for (const [k, withReplacement, unbiased] of [
  [1, 0.812, 0.812],
  [2, 0.8248, 0.828],
  [3, 0.83168, 0.837],
  [5, 0.8392832, 0.85],
] as const) {
  test(`the best of ${k} of five runs is expected at ${unbiased}, with replacement at ${withReplacement}`, () => {
    assert.ok(Math.abs(expectedMaxWithReplacement(runs, k) - withReplacement) < 1e-12);
    assert.ok(Math.abs(expectedMax(runs, k) - unbiased) < 1e-12);
  });
}

test("the unbiased value is the mean over all choices of k runs", () => {
  const values = [3, -1, 4, 1, -5, 9, 2];
  for (let k = 1; k <= values.length; k++) {
    const best: number[] = [];
    for (let mask = 0; mask < 2 ** values.length; mask++) {
      const chosen = values.filter((_, i) => (mask >> i) % 2 === 1);
      if (chosen.length === k) best.push(Math.max(...chosen));
    }
    assert.ok(Math.abs(expectedMax(values, k) - best.reduce((sum, value) => sum + value, 0) / best.length) < 1e-12);
  }
});

test("there is no best of none, nor of more runs than there are", () => {
  assert.deepEqual([expectedMax(runs, 0), expectedMax(runs, 6)], [Number.NaN, Number.NaN]);
});
