import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cdf, quantile, survival, twoSided } from "../../../core/stats/normal.ts";

describe("the standard normal distribution", () => {
  // Tables of Φ to 15 digits and more (Abramowitz and Stegun, table 26.2; tails from their continued fraction).
  for (const [x, tail] of [
    [0, 0.5],
    [1, 0.158655253931457],
    [1.959963984540054, 0.025],
    [2, 0.0227501319481792],
    [3, 0.00134989803163009],
    [4, 3.16712418331199e-5],
    [6, 9.86587645037698e-10],
    [10, 7.61985302416053e-24],
    [20, 2.75362411860623e-89],
  ] as const) {
    test(`the tail beyond ${x}`, () => {
      assert.ok(Math.abs(survival(x) / tail - 1) < 1e-12, `${survival(x)}`);
      assert.ok(Math.abs(cdf(-x) / tail - 1) < 1e-12);
      assert.ok(Math.abs(twoSided(x) - 2 * tail) < 1e-15);
    });
  }

  test("the two ways to compute it meet where they change over", () => {
    assert.ok(Math.abs(survival(3 - 1e-12) / survival(3) - 1) < 1e-11);
  });

  for (const [p, x] of [
    [0.5, 0],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489004],
    [0.8, 0.8416212335729143],
    [0.999, 3.090232306167813],
  ] as const) {
    test(`the quantile of ${p}`, () => {
      assert.ok(Math.abs(quantile(p) - x) < 1e-12, `${quantile(p)}`);
      assert.ok(Math.abs(quantile(1 - p) + x) < 1e-12);
    });
  }

  test("quantiles invert the distribution function from 1e-300 on", () => {
    for (const p of [1e-300, 1e-20, 1e-5, 0.01, 0.2, 0.49, 0.51]) {
      assert.ok(Math.abs(cdf(quantile(p)) / p - 1) < 1e-11, `${p}`);
    }
    for (const p of [0, 1, -1, Number.NaN]) assert.throws(() => quantile(p), RangeError);
  });
});
