import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { betaQuantile, incompleteBeta, logGamma } from "../../../core/stats/beta.ts";
import {
  binomialLowerTail,
  binomialProbability,
  binomialUpperTail,
  clopperPearson,
  clopperPearsonBound,
} from "../../../core/stats/binomial.ts";
import { quantile } from "../../../core/stats/normal.ts";
import { studentCdf, studentQuantile, studentTwoSided } from "../../../core/stats/student.ts";

function near(actual: number, expected: number, relative: number): void {
  assert.ok(Math.abs(actual - expected) <= relative * Math.max(Math.abs(expected), 1e-300), `${actual} ≠ ${expected}`);
}

describe("the logarithm of the gamma function", () => {
  // mpmath 1.3 with 40 digits.
  for (const [x, expected] of [
    [1e-5, 11.512919692895826],
    [0.5, 0.5723649429247001],
    [1.5, -0.12078223763524522],
    [2.5, 0.2846828704729192],
    [3, Math.LN2],
    [7.7, 7.926541356269005],
    [12, 17.502307845873887],
    [100.25, 360.28455963776423],
    [1e6, 12815504.569147613],
    [1e10, 220258509288.81058],
  ] as const) {
    test(`at ${x}`, () => near(logGamma(x), expected, 2e-14));
  }

  test("is 0 at 1 and 2, and not a number from 0 down", () => {
    assert.deepEqual([logGamma(1), logGamma(2), logGamma(0), logGamma(-1.5)], [0, 0, Number.NaN, Number.NaN]);
  });
});

describe("the incomplete beta function", () => {
  // scipy 1.17.1, scipy.special.betainc; the small arguments checked with mpmath.
  for (const [x, a, b, expected] of [
    [0.5, 0.5, 0.5, 0.5],
    [0.1, 2, 3, 0.0523],
    [0.9, 2, 3, 0.9963],
    [0.01, 0.5, 5, 0.2428418908984375],
    [0.999, 30, 0.5, 0.807237306159537],
    [0.3, 100, 250, 0.7265414741433193],
    [0.5, 600000, 601000, 0.8192448929834828],
    [0.4995, 1e6, 1e6, 0.07864957758091215],
    [1e-8, 1.5, 2, 2.499999985e-12],
    [0.999999, 5, 2, 0.999999999985],
    [0.2, 7.25, 0.125, 2.3605006668401153e-7],
  ] as const) {
    test(`at ${x} with ${a} and ${b}`, () => {
      near(incompleteBeta(x, a, b), expected, 1e-12);
      near(incompleteBeta(betaQuantile(expected, a, b), a, b), expected, 1e-9);
    });
  }

  test("is 0 and 1 at the ends, and not a number outside", () => {
    assert.deepEqual(
      [incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3), incompleteBeta(1.1, 2, 3), incompleteBeta(0.5, 0, 1)],
      [0, 1, Number.NaN, Number.NaN],
    );
  });
});

describe("Student's t", () => {
  // scipy 1.17.1, scipy.stats.t.cdf and ppf.
  for (const [t, df, expected] of [
    [-1, 1, 0.25],
    [2.093, 19, 0.974998810528586],
    [-2.5, 4, 0.03338327240599407],
    [1.96, 1000, 0.9748634075221256],
    [-40, 3, 1.7190340394579253e-5],
    [-8, 1e6, 6.227531716601252e-16],
    [0.3, 2.5, 0.6063288142524014],
    [-1e-3, 7, 0.4996150086224994],
  ] as const) {
    test(`has the share ${expected} below ${t} with ${df} degrees of freedom`, () => {
      near(studentCdf(t, df), expected, 1e-11);
      near(studentTwoSided(t, df), 2 * Math.min(expected, 1 - expected), 1e-11);
    });
  }

  for (const [p, df, expected] of [
    [0.975, 1, 12.706204736174694],
    [0.95, 2, 2.9199855803537242],
    [0.975, 19, 2.0930240544083087],
    [0.995, 9999, 2.5763210958565974],
    [0.9, 3.5, 1.5765766051364052],
    [0.0005, 10, -4.586893858702636],
    [0.99999, 4, 23.332182700855984],
  ] as const) {
    test(`has the quantile ${expected} of ${p} with ${df} degrees of freedom`, () => {
      near(studentQuantile(p, df), expected, 1e-11);
    });
  }

  test("nears the normal distribution, ends at 0 and 1, and has no quantile of 0", () => {
    near(studentQuantile(0.975, 1e9), quantile(0.975), 1e-8);
    assert.deepEqual([studentCdf(Number.POSITIVE_INFINITY, 3), studentCdf(Number.NEGATIVE_INFINITY, 3)], [1, 0]);
    assert.equal(studentQuantile(0.5, 3), 0);
    assert.ok(Number.isNaN(studentTwoSided(Number.NaN, 3)));
    assert.throws(() => studentQuantile(0, 3), RangeError);
  });
});

describe("the binomial distribution", () => {
  // mpmath with 40 digits, summed term by term; the last but one with scipy 1.17.1. Upper tail, lower tail, probability.
  for (const [k, n, p, upper, lower, exactly] of [
    [8, 10, 0.5, 0.0546875, 0.9892578125, 0.0439453125],
    [3, 20, 0.1, 0.323073194810534, 0.8670466765656649, 0.1901198713761989],
    [0, 5, 0.3, 1, 0.16807, 0.16807],
    [5, 5, 0.3, 0.00243, 1, 0.00243],
    [500100, 1000000, 0.5, 0.4211313785258083, 0.5796507066821587, 0.000782085207967005],
    [30, 1000, 0.01, 2.0599888509719586e-7, 0.999999935800714, 1.4179959906581919e-7],
  ] as const) {
    test(`at ${k} of ${n} with ${p}`, () => {
      near(binomialUpperTail(k, n, p), upper, 1e-11);
      near(binomialLowerTail(k, n, p), lower, 1e-11);
      near(binomialProbability(k, n, p), exactly, 1e-11);
    });
  }

  // scipy 1.17.1: binomtest(k, n).proportion_ci(level, method="exact").
  for (const [k, n, level, low, high] of [
    [81, 263, 0.95, 0.25273674558504267, 0.36762192260134746],
    [15, 148, 0.95, 0.05784401008344801, 0.16165049034947895],
    [0, 20, 0.95, 0, 0.16843347098308548],
    [29, 29, 0.95, 0.8805551309302788, 1],
    [1, 29, 0.99, 0.00017283133270564689, 0.22960030657504218],
    [5000, 10000, 0.9, 0.4917265044037394, 0.5082734955962606],
  ] as const) {
    test(`gives the interval ${low} … ${high} of ${k} in ${n} at ${level}`, () => {
      const [actualLow, actualHigh] = clopperPearson(k, n, level);
      near(actualLow, low, 1e-9);
      near(actualHigh, high, 1e-9);
      near(clopperPearsonBound(k, n, (1 + level) / 2, "upper"), high, 1e-9);
    });
  }
});
