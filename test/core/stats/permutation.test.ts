import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { exactTwoSample, signFlip, signFlipBounds } from "../../../core/stats/permutation.ts";
import { randomKey } from "../../../core/stats/random.ts";

const key = randomKey("permutation");
const differences = Float64Array.of(2.34, -2.26, 0.72, -0.27, -0.15, 0.08, -1.72, 0.07, -0.57, 3.62, 0.53, -0.05);

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} ≠ ${expected}`);
}

describe("the sign-flip test", () => {
  test("of 12 differences counts all 4,096 signs", () => {
    // numpy: itertools.product of the signs.
    const { greater, less, twoSided, exact } = signFlip(differences, key, 0);
    assert.deepEqual([greater, less, twoSided, exact], [0.3408203125, 0.661376953125, 0.681640625, true]);
  });

  test("of one sign throughout has the least p-value there is", () => {
    const { greater, less, twoSided } = signFlip(Float64Array.of(1, 2, 3, 4), key, 0);
    assert.deepEqual([greater, less, twoSided], [1 / 16, 1, 2 / 16]);
  });

  test("of nothing, and of zeros, shows nothing", () => {
    for (const values of [new Float64Array(0), new Float64Array(5), new Float64Array(40)]) {
      const { greater, less, twoSided } = signFlip(values, key, 99);
      assert.deepEqual([greater, less, twoSided], [1, 1, 1]);
    }
  });

  test("of many differences is near the exact value, the same for the same key, and never 0", () => {
    const many = Float64Array.from({ length: 60 }, (_, i) => Math.sin(i * i) + 0.1);
    const first = signFlip(many, key, 9_999);
    assert.deepEqual(signFlip(many, key, 9_999), first);
    assert.equal(first.exact, false);
    // The normal approximation of the permutation distribution: mean 0, variance Σd².
    const z = many.reduce((sum, d) => sum + d, 0) / Math.sqrt(many.reduce((sum, d) => sum + d * d, 0));
    const normal = 0.5 * (1 - Math.sign(z) * Math.sqrt(1 - Math.exp((-2 * z * z) / Math.PI)));
    near(first.greater, normal, 0.02);
    near(first.greater + first.less, 1, 0.001);
    assert.equal(
      signFlip(
        Float64Array.from({ length: 60 }, (_, i) => 1 + i),
        key,
        99,
      ).greater,
      0.01,
    );
  });

  test("turns around with the signs of the differences", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 10 }), (values) => {
        const one = signFlip(Float64Array.from(values), key, 0);
        const other = signFlip(
          Float64Array.from(values, (value) => -value),
          key,
          0,
        );
        assert.deepEqual([one.greater, one.less, one.twoSided], [other.less, other.greater, other.twoSided]);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the bounds that the sign-flip test does not reject", () => {
  test("are where its p-value passes α", () => {
    const bounds = signFlipBounds(differences, 0.95, key, 0);
    assert.ok(bounds !== null);
    const p = (shift: number): number =>
      signFlip(
        differences.map((d) => d - shift),
        key,
        0,
      ).greater;
    assert.ok(p(bounds.lower - 1e-6) <= 0.05 && p(bounds.lower + 1e-6) > 0.05);
    assert.ok(bounds.lower < bounds.upper);
  });

  test("of one value more than random signs can tell are near the exact ones", () => {
    const many = Float64Array.from({ length: 40 }, (_, i) => Math.sin(i * i) + 0.2);
    const mean = many.reduce((sum, d) => sum + d, 0) / 40;
    const deviation = Math.sqrt(many.reduce((sum, d) => sum + (d - mean) ** 2, 0) / 39 / 40);
    const bounds = signFlipBounds(many, 0.95, key, 9_999);
    assert.ok(bounds !== null);
    near(bounds.lower, mean - 1.685 * deviation, 0.1 * deviation);
    near(bounds.upper, mean + 1.685 * deviation, 0.1 * deviation);
  });

  test("do not exist for four values at 95 %", () => {
    assert.equal(signFlipBounds(Float64Array.of(1, 2, 3, 4), 0.95, key, 0), null);
    assert.deepEqual(signFlipBounds(Float64Array.of(1, 2, 3, 4, 5), 0.95, key, 0), { lower: 1, upper: 5 });
  });
});

describe("the exact two-sample test", () => {
  test("has mlxtend's p-values", () => {
    // mlxtend's tests of permutation_test, method="exact".
    const a = [689, 656, 668, 660, 679, 663, 664, 647];
    const b = [657, 623, 652, 654, 658, 660, 670, 620];
    const result = exactTwoSample(a, b);
    assert.ok(result !== null);
    near(result.greater, 0.0301, 0.0006);
    near(result.less, 0.973, 0.0006);
    near(result.twoSided, 0.06, 0.0006);
  });

  test("of samples of different sizes has scipy's", () => {
    // scipy 1.17.1, permutation_test((a, b), difference of means), all 210 choices.
    const result = exactTwoSample([0.1, 0.5, 0.9, 1.3], [0.2, 1.0, 1.6, 1.7, 2.4, 3]);
    near(result?.greater ?? NaN, 0.9523809523809523, 1e-12);
    near(result?.less ?? NaN, 0.05714285714285714, 1e-12);
  });

  test("is left out where there are too many choices, or none", () => {
    const many = Array.from({ length: 15 }, (_, i) => i);
    assert.equal(exactTwoSample(many, many), null);
    assert.equal(exactTwoSample([], many), null);
  });
});
