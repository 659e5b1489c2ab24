import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import {
  histogramDivergence,
  jensenShannonDistance,
  jensenShannonDivergence,
  kolmogorovSmirnov,
} from "../../../core/stats/drift.ts";

const power = (n: number, exponent: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => (i / n) ** exponent);

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} ≠ ${expected}`);
}

describe("the two-sample Kolmogorov–Smirnov test", () => {
  // scipy 1.17.1, ks_2samp().
  for (const [name, a, b, statistic, p, tolerance] of [
    ["five against five", [1, 2, 3, 4, 5], [2, 3, 4, 5, 6], 0.2, 1, 1e-12],
    ["four against six", [0.1, 0.5, 0.9, 1.3], [0.2, 1, 1.6, 1.7, 2.4, 3], 2 / 3, 0.18095238095238098, 1e-12],
    ["ties", [1, 1, 2, 2, 3, 9], [2, 2, 3, 5, 5, 7, 8], 0.40476190476190477, 0.5279720279720281, 1e-12],
    ["300 against 200", power(300, 1), power(200, 0.8), 0.085, 0.3381632532756778, 1e-10],
    // Beyond the exact count scipy takes the distribution of one sample of the harmonic size.
    ["20,000 against 17,000", power(20_000, 1), power(17_000, 1.02), 0.00734117647058824, 0.7021451436702246, 1e-4],
  ] as const) {
    test(`of ${name} is scipy's`, () => {
      const result = kolmogorovSmirnov(Float64Array.from(a), Float64Array.from(b));
      near(result.statistic, statistic, 1e-12);
      near(result.p, p, tolerance);
      assert.equal(result.exact, a.length <= 10_000);
    });
  }

  test("of separate samples has the p-value 2 / C(2n, n), however small", () => {
    const result = kolmogorovSmirnov(
      power(100, 1),
      Float64Array.from(power(100, 1), (value) => value + 2),
    );
    let ways = 1;
    for (let i = 1; i <= 100; i++) ways *= (100 + i) / i;
    assert.equal(result.statistic, 1);
    near(result.p * ways, 2, 1e-9);
  });

  test("does not care which sample is first, and has no value for an empty one", () => {
    const sample = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const one = kolmogorovSmirnov(Float64Array.from(a), Float64Array.from(b));
        const other = kolmogorovSmirnov(Float64Array.from(b), Float64Array.from(a));
        assert.equal(one.statistic, other.statistic);
        near(one.p, other.p, 1e-12);
        assert.ok(one.p > 0 && one.p <= 1 + 1e-12);
      }),
    );
    assert.ok(Number.isNaN(kolmogorovSmirnov(new Float64Array(0), Float64Array.of(1)).p));
  });
});

describe("the Jensen–Shannon divergence", () => {
  test("is scipy's, which gives its root", () => {
    near(jensenShannonDistance([1, 0, 0], [0, 1, 0], 2), 1, 1e-12);
    near(jensenShannonDistance([1, 0], [0.5, 0.5], Math.E), 0.46450140402245893, 1e-12);
    near(jensenShannonDivergence([1, 0], [0.5, 0.5], 2), 0.31127812445913283, 1e-12);
  });

  test("is 0 for the same shares, 1 for no category in common, and symmetric", () => {
    const weights = fc
      .array(fc.integer({ min: 0, max: 50 }), { minLength: 5, maxLength: 5 })
      .filter((w) => w.some((x) => x > 0));
    fc.assert(
      fc.property(weights, weights, (p, q) => {
        near(
          jensenShannonDivergence(
            p,
            p.map((weight) => weight * 3),
            2,
          ),
          0,
          1e-12,
        );
        const divergence = jensenShannonDivergence(p, q, 2);
        assert.ok(divergence >= 0 && divergence <= 1 + 1e-12);
        near(divergence, jensenShannonDivergence(q, p, 2), 1e-12);
        near(jensenShannonDivergence([...p, ...p.map(() => 0)], [...q.map(() => 0), ...q], 2), 1, 1e-12);
      }),
    );
  });

  test("of histograms with other edges is TensorFlow Data Validation's", () => {
    const bucket = (low: number, high: number, count: number): { low: number; high: number; count: number } => ({
      low,
      high,
      count,
    });
    // TFDV, metrics_test.
    near(
      histogramDivergence([bucket(1, 2, 2), bucket(2, 3, 2)], [bucket(2, 4, 2), bucket(4, 6, 2)]),
      0.65563906222,
      1e-9,
    );
    // A spike inside a range is a category apart; split buckets say the same as whole ones.
    near(histogramDivergence([bucket(0, 10, 7)], [bucket(5, 5, 7)]), 1, 1e-12);
    near(
      histogramDivergence([bucket(0, 4, 8), bucket(9, 9, 2)], [bucket(0, 1, 2), bucket(1, 4, 6), bucket(9, 9, 2)]),
      0,
      1e-12,
    );
  });
});
