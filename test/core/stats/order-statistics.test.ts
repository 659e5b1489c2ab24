import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  earlyStoppingEstimate,
  minimumQueries,
  nearestRank,
  quantileBound,
  quantileInterval,
} from "../../../core/stats/order-statistics.ts";

/** 1 … n, so that a value is its rank. */
const ranks = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => i + 1);

test("the nearest rank of p among n is ⌈p n⌉, without the rounding of p n", () => {
  for (const [n, p, rank] of [
    [100, 0.99, 99],
    [100, 0.07, 7],
    [100, 0.5, 50],
    [101, 0.5, 51],
    [10, 0.999, 10],
    [10, 0, 1],
    [10, 1, 10],
  ] as const) {
    assert.equal(nearestRank(ranks(n), p), rank, `${p} of ${n}`);
  }
  assert.ok(Number.isNaN(nearestRank(new Float64Array(0), 0.5)));
});

describe("bounds of a quantile", () => {
  // scipy 1.17.1, ranks searched with scipy.stats.binom.
  for (const [n, p, level, lower, upper] of [
    [100, 0.5, 0.975, 40, 61],
    [500, 0.99, 0.95, 491, 499],
    [100, 0.95, 0.95, 91, 99],
    [20, 0.5, 0.95, 6, 15],
  ] as const) {
    test(`of ${p} among ${n} at ${level} are the values of rank ${lower} and ${upper}`, () => {
      assert.equal(quantileBound(ranks(n), p, level, "lower"), lower);
      assert.equal(quantileBound(ranks(n), p, level, "upper"), upper);
      assert.deepEqual(quantileInterval(ranks(n), p, 2 * level - 1), { lower, upper });
    });
  }

  test("do not exist above where too few values are: 99 % needs 299 at 95 % and 459 at 99 %", () => {
    for (const [n, level, upper] of [
      [100, 0.95, null],
      [298, 0.95, null],
      [299, 0.95, 299],
      [458, 0.99, null],
      [459, 0.99, 459],
    ] as const) {
      assert.equal(quantileBound(ranks(n), 0.99, level, "upper"), upper, `${n}`);
    }
    assert.equal(quantileBound(ranks(4), 0.5, 0.95, "lower"), null);
    assert.deepEqual(quantileInterval(new Float64Array(0), 0.5, 0.9), { lower: null, upper: null });
  });
});

describe("MLPerf's early stopping at 99 % confidence", () => {
  const overruns = [0, 1, 2, 3, 5, 10, 100];
  // The MLPerf inference rules' table and formula.
  for (const [percentile, expected] of [
    [0.9, [44, 64, 81, 97, 127, 197, 1246]],
    [0.95, [90, 130, 165, 198, 259, 398, 2504]],
    [0.99, [459, 662, 838, 1001, 1307, 2010, 12571]],
    [0.999, [4603, 6636, 8403, 10042, 13105, 20140, 125826]],
  ] as const) {
    test(`asks for the queries of the rules at ${percentile}`, () => {
      assert.deepEqual(
        overruns.map((t) => minimumQueries(percentile, t, 0.99)),
        expected,
      );
    });
  }

  test("reports the slowest query that is left once one less than the allowed overruns is dropped", () => {
    for (const [n, rank] of [
      [63, null],
      [64, 64],
      [80, 80],
      [81, 80],
      [197, 188],
    ] as const) {
      assert.equal(earlyStoppingEstimate(ranks(n), 0.9, 0.99), rank, `${n}`);
    }
  });
});
