import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { ValueSample } from "../../../core/metrics/regression.ts";
import {
  regressionEstimate,
  regressionEstimators,
  regressionFamilyEstimators,
} from "../../../core/metrics/regression-estimators.ts";
import { regressionFamilies, regressionSpecs } from "../../../core/metrics/regression-specs.ts";
import { weightedMean } from "../../../core/stats/sums.ts";

const ids = [...regressionSpecs.map((spec) => spec.id), "pinball@0.9", "pinball@0.25"];
const influential = regressionSpecs.filter((spec) => spec.method === "influence").map((spec) => spec.id);
const rows = fc.array(
  fc.record({
    y: fc.integer({ min: 1, max: 8 }),
    p: fc.integer({ min: 1, max: 8 }),
    w: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 2, maxLength: 25 },
);
type Row = { readonly y: number; readonly p: number; readonly w: number };

function sample(of: readonly Row[], weights: Float64Array | null = Float64Array.from(of, (row) => row.w)): ValueSample {
  const [truth, predicted] = [Float64Array.from(of, (row) => row.y), Float64Array.from(of, (row) => row.p)];
  return { n: of.length, truth, predicted, weights };
}

function value(id: string, truth: readonly number[], predicted: readonly number[]): number | null {
  return valueOf(id, sample(truth.map((y, at) => ({ y, p: predicted[at] ?? 0, w: 1 }))));
}

function valueOf(id: string, of: ValueSample): number | null {
  return regressionEstimate(id, of)?.value ?? null;
}

function same(a: number | null, b: number | null, tolerance = 1e-10): void {
  if (a === null || b === null) assert.equal(a, b);
  else assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a)), `${a} is not ${b}`);
}

describe("metrics of predicted numbers", () => {
  test("every spec has an estimator, and every estimator a spec", () => {
    assert.deepEqual(Object.keys(regressionEstimators).toSorted(), regressionSpecs.map((spec) => spec.id).toSorted());
    const families = regressionFamilies.map((family) => family.name);
    assert.deepEqual(Object.keys(regressionFamilyEstimators), families);
    assert.throws(() => regressionEstimate("no_such", sample([])), RangeError);
  });

  for (const id of ids) {
    test(`${id}: a row of weight 2 is two rows, a row of weight 0 none`, () => {
      fc.assert(
        fc.property(rows, (of) => {
          const repeated = of.flatMap((row) => Array.from({ length: row.w }, () => row));
          same(valueOf(id, sample(of)), valueOf(id, sample(repeated, null)));
        }),
        { numRuns: 60 },
      );
    });

    test(`${id} is undefined without rows and without weight`, () => {
      assert.equal(valueOf(id, sample([], null)), null);
      assert.equal(valueOf(id, sample([{ y: 1, p: 2, w: 0 }])), null);
    });
  }

  for (const id of influential) {
    test(`${id}: the influence of a row is how the value moves with its weight, ties and weights included`, () => {
      fc.assert(
        fc.property(rows, (of) => {
          const whole = sample(of);
          const { weights } = whole;
          const found = regressionEstimate(id, whole);
          if (found === null || found.perRow === null || weights === null || degenerate(found.value)) return;
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          same(weightedMean(found.perRow, weights), 0, 1e-9);
          for (const row of of.keys()) {
            const moved = (by: number): number => {
              return valueOf(id, { ...whole, weights: weights.with(row, (weights[row] ?? 0) + by) }) ?? Number.NaN;
            };
            // A row without weight can only gain some.
            const step = 1e-5;
            const slope = weights[row] === 0 ? null : (moved(step) - moved(-step)) / (2 * step);
            if (slope !== null) same(slope * total, found.perRow[row] ?? 0, 1e-4);
          }
        }),
        { numRuns: 60 },
      );
    });
  }

  /** At its extremes a value has no derivative. */
  function degenerate(of: number): boolean {
    return of === 0 || Math.abs(Math.abs(of) - 1) < 1e-9;
  }
});

describe("what regression leaves undefined", () => {
  for (const [why, id, truth, predicted] of [
    ["a truth of 0 has no percentage", "mape", [0, 1], [1, 1]],
    ["truths that are all 0 have no size", "wape", [0, 0], [1, 1]],
    ["a constant truth has no spread", "r2", [0.1, 0.1, 0.1], [0.1, 0.2, 0.3]],
    ["a constant truth has no spread", "explained_variance", [0.1, 0.1, 0.1], [0.1, 0.2, 0.3]],
    ["a constant side has no correlation", "pearson", [0.1, 0.1, 0.1], [1, 2, 3]],
    ["a constant side has no ranks", "spearman", [1, 2, 3], [0.1, 0.1, 0.1]],
    ["a constant side has no pairs", "kendall_tau_b", [1, 2, 3], [0.1, 0.1, 0.1]],
    ["there is no logarithm at −1", "msle", [-1, 1], [1, 1]],
    ["a rate of 0 is no Poisson rate", "poisson_deviance", [1, 1], [0, 1]],
    ["a sum beyond the largest number is none", "mse", [1e200, 1], [-1e200, 1]],
  ] as const) {
    test(`${why}: ${id}`, () => assert.equal(value(id, truth, predicted), null));
  }

  test("rows without weight do not make a value undefined", () => {
    assert.equal(
      valueOf(
        "mape",
        sample([
          { y: 0, p: 1, w: 0 },
          { y: 2, p: 1, w: 1 },
        ]),
      ),
      0.5,
    );
  });
});

describe("correlations", () => {
  test("Kendall's τ_b counts pairs as its definition does", () => {
    fc.assert(
      fc.property(rows, (of) => {
        const pairs = of.flatMap((a, at) => of.slice(at + 1).map((b) => [Math.sign(a.y - b.y), Math.sign(a.p - b.p)]));
        const count = (term: (y: number, p: number) => number): number => {
          return pairs.reduce((sum, [y = 0, p = 0]) => sum + term(y, p), 0);
        };
        const scale = Math.sqrt(count((y) => y * y) * count((_, p) => p * p));
        same(valueOf("kendall_tau_b", sample(of, null)), scale === 0 ? null : count((y, p) => y * p) / scale);
      }),
      { numRuns: 100 },
    );
  });

  test("only the order matters to Spearman's and Kendall's, bit for bit", () => {
    fc.assert(
      fc.property(rows, (of) => {
        for (const id of ["spearman", "kendall_tau_b"]) {
          const bent = of.map((row) => ({ ...row, y: row.y ** 3, p: Math.exp(row.p) }));
          assert.equal(valueOf(id, sample(of)), valueOf(id, sample(bent)));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("a perfect order is 1, the opposite −1", () => {
    for (const id of ["pearson", "spearman", "kendall_tau_b"]) {
      same(value(id, [1, 2, 4], [2, 4, 8]), 1, 1e-12);
      same(value(id, [1, 2, 4], [-2, -4, -8]), -1, 1e-12);
    }
  });
});
