import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { hodgesLehmann, signedRankBounds } from "../../../core/stats/hodges-lehmann.ts";

const values = Float64Array.of(2.34, -2.26, 0.72, -0.27, -0.15, 0.08, -1.72, 0.07, -0.57, 3.62, 0.53, -0.05);
const samples = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 70 });

test("the estimate is the median of the means of all pairs, and one wild value hardly moves it", () => {
  assert.ok(Math.abs(hodgesLehmann(values) - 0.055) < 1e-12);
  assert.equal(hodgesLehmann(Float64Array.of(1, 2, 3, 4, 1e9)), 3);
  assert.equal(hodgesLehmann(Float64Array.of(7)), 7);
  assert.ok(Number.isNaN(hodgesLehmann(new Float64Array(0))));
});

test("bounds of 12 values are the 18th mean from either end, as R's qsignrank(0.05, 12) says", () => {
  const bounds = signedRankBounds(values, 0.95);
  assert.ok(Math.abs((bounds?.lower ?? NaN) + 0.595) < 1e-12 && Math.abs((bounds?.upper ?? NaN) - 1.035) < 1e-12);
});

// P(W ≤ 0) = 2⁻ⁿ is the least tail there is.
for (const [n, level, exists] of [
  [4, 0.95, false],
  [5, 0.95, true],
  [6, 0.99, false],
  [7, 0.99, true],
  [5, 1 - 1 / 32, true],
  [0, 0.5, false],
] as const) {
  test(`${n} values ${exists ? "have" : "do not have"} a bound at ${level}`, () => {
    const bounds = signedRankBounds(
      Float64Array.from({ length: n }, (_, i) => i),
      level,
    );
    assert.deepEqual(bounds, exists ? { lower: 0, upper: n - 1 } : null);
  });
}

test("50 and 51 values, counted and approximated, have bounds of about the same rank", () => {
  // scipy: 467 sums w have P(W ≤ w) ≤ 5 % at n = 50; the approximation at n = 60 is the 692nd mean.
  const grid = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => 2 ** i);
  const place = (n: number): number => {
    const all: number[] = [];
    for (let i = 0; i < n; i++) for (let j = i; j < n; j++) all.push((2 ** i + 2 ** j) / 2);
    return all.toSorted((a, b) => a - b).indexOf(signedRankBounds(grid(n), 0.95)?.lower ?? NaN) + 1;
  };
  assert.deepEqual([place(50), place(60)], [467, 692]);
});

test("bounds hold the estimate, mirror with the values, and widen with the level", () => {
  fc.assert(
    fc.property(samples, (given) => {
      const [own, mirrored] = [Float64Array.from(given), Float64Array.from(given, (value) => -value)];
      const [wide, narrow, other] = [0.95, 0.8, 0.95].map((level, at) =>
        signedRankBounds(at < 2 ? own : mirrored, level),
      );
      if (narrow === null || narrow === undefined) return;
      const estimate = hodgesLehmann(own);
      assert.ok(narrow.lower <= estimate && estimate <= narrow.upper);
      if (!wide || !other) return;
      assert.ok(wide.lower <= narrow.lower && wide.upper >= narrow.upper);
      assert.ok(wide.lower === -other.upper && wide.upper === -other.lower);
    }),
  );
});
