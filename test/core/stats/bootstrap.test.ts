import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  acceleration,
  bcaBound,
  bcaInterval,
  bootstrap,
  cellBootstrap,
  percentileBound,
  percentileInterval,
} from "../../../core/stats/bootstrap.ts";
import { poissonDraw } from "../../../core/stats/poisson.ts";
import { randomKey, uniforms } from "../../../core/stats/random.ts";

const key = randomKey("bootstrap");

function meanAndDeviation(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

/** P(X ≤ k) of X ~ Poisson(mean), term by term. */
function poissonCdf(k: number, mean: number): number {
  let [term, sum] = [Math.exp(-mean), 0];
  for (let i = 0; i <= k; i++) {
    sum += term;
    term *= mean / (i + 1);
  }
  return sum;
}

/** Mean of the drawn values. */
function drawnMean(values: readonly number[]): (counts: Uint8Array) => number {
  return (counts) => {
    let [sum, n] = [0, 0];
    for (const [unit, count] of counts.entries()) {
      sum += count * (values[unit] ?? 0);
      n += count;
    }
    return sum / n;
  };
}

describe("replicates", () => {
  for (const units of [100, 1_000]) {
    test(`of a mean of ${units} units spread as its standard error says`, () => {
      const values = Array.from({ length: units }, (_, i) => Math.sin(i * i));
      const { deviation } = meanAndDeviation(Float64Array.from(values));
      const replicates = bootstrap({ units, replicates: 4_000, key, strata: null }, drawnMean(values));
      const spread = meanAndDeviation(replicates).deviation;
      assert.ok(Math.abs(spread / (deviation / Math.sqrt(units)) - 1) < 0.05, `${spread}`);
      assert.ok(replicates.every((value, i) => i === 0 || value >= (replicates[i - 1] ?? value)));
    });

    test(`of ${units} units in strata draw as many from a stratum as it has, with the spread of the strata`, () => {
      const strata = Uint8Array.from({ length: units }, (_, i) => (i % 10 === 0 ? 7 : 0));
      const values = Array.from({ length: units }, (_, i) => (i % 10 === 0 ? 100 : Math.sin(i * i)));
      const size = units / 10;
      const means = bootstrap({ units, replicates: 4_000, key, strata }, (counts) => {
        let drawn = 0;
        for (const [unit, count] of counts.entries()) if (strata[unit] === 7) drawn += count;
        assert.equal(drawn, size);
        return drawnMean(values)(counts);
      });
      const within = meanAndDeviation(Float64Array.from(values.filter((value) => value !== 100))).deviation;
      const expected = Math.sqrt(0.9 / units) * within;
      assert.ok(Math.abs(meanAndDeviation(means).deviation / expected - 1) < 0.05);
    });
  }

  test("are the same bytes for the same key, and others for another", () => {
    const values = Array.from({ length: 300 }, (_, i) => i % 17);
    const of = { units: 300, replicates: 50, strata: null };
    const first = bootstrap({ ...of, key }, drawnMean(values));
    assert.deepEqual(bootstrap({ ...of, key }, drawnMean(values)), first);
    assert.notDeepEqual(bootstrap({ ...of, key: randomKey("another") }, drawnMean(values)), first);
  });

  test("that are not defined are left out, and their number shows", () => {
    let call = 0;
    const replicates = bootstrap({ units: 10, replicates: 20, key, strata: null }, () =>
      call++ % 4 === 0 ? Number.NaN : call,
    );
    assert.equal(replicates.length, 15);
  });
});

describe("the BCa interval", () => {
  // scipy 1.17.1: scipy.stats.bootstrap((x,), np.mean, n_resamples=40, method="BCa", confidence_level=0.8, rng=default_rng(1))
  const sample = [1.2, 0.4, 3.9, 0.1, 0.7, 2.2, 9.5, 0.3, 1.1, 0.9];
  const replicates = Float64Array.of(
    0.47,
    0.69,
    0.74,
    0.82,
    0.87,
    1.0,
    1.05,
    1.14,
    1.17,
    1.33,
    1.33,
    1.41,
    1.41,
    1.42,
    1.49,
    1.62,
    1.66,
    1.68,
    1.79,
    1.81,
    1.88,
    1.92,
    1.98,
    2.01,
    2.05,
    2.17,
    2.22,
    2.39,
    2.43,
    2.44,
    2.46,
    2.55,
    2.69,
    2.8,
    3.05,
    3.14,
    3.21,
    3.24,
    3.55,
    3.71,
  );
  const influence = Float64Array.from(sample, (value) => value - 2.03);

  test("is scipy's", () => {
    const a = acceleration(influence);
    assert.ok(Math.abs(a - 0.10662958377336207) < 1e-12);
    const [low, high] = bcaInterval(replicates, 2.03, a, 0.8) ?? [0, 0];
    assert.ok(Math.abs(low - 1.33) < 1e-9 && Math.abs(high - 3.5953640689178314) < 1e-9, `${low} … ${high}`);
    assert.equal(bcaBound(replicates, 2.03, a, 0.9, "upper"), high);
  });

  test("without bias and acceleration is that of the percentiles", () => {
    const symmetric = Float64Array.from({ length: 101 }, (_, i) => i - 50);
    assert.deepEqual(
      bcaInterval(symmetric, 0, 0, 0.9)?.map((bound) => Math.round(bound * 1e9) / 1e9),
      percentileInterval(symmetric, 0.9)?.map((bound) => Math.round(bound * 1e9) / 1e9),
    );
    assert.ok(Math.abs((percentileBound(symmetric, 0.95, "lower") ?? 0) + 45) < 1e-9);
  });

  test("counts replicates equal to the estimate half", () => {
    const tied = Float64Array.of(0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2);
    assert.deepEqual(bcaInterval(tied, 1, 0, 0.6), percentileInterval(tied, 0.6));
  });

  for (const [why, values, estimate, a, level] of [
    ["no replicates", [], 0, 0, 0.9],
    ["all the same", [1, 1, 1, 1], 1, 0, 0.5],
    ["all above the estimate", [1, 2, 3, 4], 0, 0, 0.5],
    ["an undefined acceleration", [1, 2, 3, 4], 2.5, Number.NaN, 0.5],
    ["an acceleration that turns the percentile around", [1, 2, 3, 4], 2.5, 5, 0.5],
    ["too few replicates for the level", [1, 2, 3, 4], 2.5, 0, 0.99],
  ] as const) {
    test(`does not exist with ${why}`, () => {
      assert.equal(bcaInterval(Float64Array.from(values), estimate, a, level), null);
    });
  }

  test("has no acceleration where every influence is 0", () => {
    assert.ok(Number.isNaN(acceleration(new Float64Array(5))));
    assert.equal(percentileInterval(new Float64Array(0), 0.9), null);
    assert.equal(percentileBound(new Float64Array(0), 0.9, "upper"), null);
  });
});

describe("a table of counts", () => {
  for (const mean of [0.3, 4, 9.99, 10, 35.5, 400]) {
    test(`has cells of mean ${mean} with Poisson's distribution`, () => {
      const uniform = uniforms(key, Math.round(mean * 100));
      const draws = Array.from({ length: 20_000 }, () => poissonDraw(mean, uniform));
      // Kolmogorov–Smirnov: √n times the largest distance is below 2 in 9,993 of 10,000 keys, rarer still for counts.
      for (let k = 0; k <= mean + 4 * Math.sqrt(mean); k++) {
        const share = draws.filter((draw) => draw <= k).length / draws.length;
        assert.ok(Math.abs(share - poissonCdf(k, mean)) < 2 / Math.sqrt(draws.length), `${k}: ${share}`);
      }
    });
  }

  test("spreads a share as the rows would, at any number of rows", () => {
    const counts = Float64Array.of(900_000, 100_000, 0);
    const shares = cellBootstrap({ counts, replicates: 4_000, key }, ([right = 0, wrong = 0, never = 0]) => {
      assert.equal(never, 0);
      return right / (right + wrong);
    });
    const { mean, deviation } = meanAndDeviation(shares);
    assert.ok(Math.abs(mean - 0.9) < 1e-4 && Math.abs(deviation / 0.0003 - 1) < 0.05, `${mean} ± ${deviation}`);
  });
});
