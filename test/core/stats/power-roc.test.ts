import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { brentRoot } from "../../../core/stats/brent.ts";
import {
  alphaRocOne,
  alphaRocTwo,
  binormalPair,
  casesRocTwo,
  detectableAuc,
  powerRocOne,
  powerRocTwo,
  rowsRocOne,
} from "../../../core/stats/power-roc.ts";

// All expected values: pROC, tests/testthat/test-power.roc.test.R; 41 cases and 72 controls of the aSAH data.
const rows = { cases: 41, controls: 72 };
const of = { alpha: 0.05, sides: 2 } as const;
const s100b = 0.731368563685637;

function near(actual: number, expected: number, relative = 1e-6): void {
  assert.ok(Math.abs(actual / expected - 1) <= relative, `${actual} ≠ ${expected}`);
}

describe("one ROC curve", () => {
  test("has pROC's power, sample sizes and significance level", () => {
    near(powerRocOne(s100b, rows, of), 0.9904833);
    near(powerRocOne(0.73, rows, of), 0.9897453);
    near(alphaRocOne(0.73, rows, { power: 0.95, sides: 2 }), 0.009238584);
    const needed = rowsRocOne(s100b, 1.7, { ...of, power: 0.95 });
    near(needed.cases, 29.29764);
    near(needed.controls, 49.806);
    near(rowsRocOne(s100b, 72 / 41, { ...of, power: 0.9 }).cases, 23.5598674, 1e-8);
    near(rowsRocOne(s100b, 1, { ...of, power: 0.9 }).cases, 29.5697422, 1e-8);
  });

  test("shows the AUC that pROC finds at R's tolerance, and exactly at a finer one", () => {
    near(detectableAuc(rows, { ...of, power: 0.95 }, Number.EPSILON ** 0.25), 0.6961054, 1e-7);
    near(powerRocOne(detectableAuc(rows, { ...of, power: 0.95 }), rows, of), 0.95, 1e-9);
  });

  test("needs the samples of Obuchowski 2004, table 4: one-sided 5 %, power 90 %", () => {
    for (const [kappa, auc, cases, controls] of [
      [0.25, 0.6, 334, 84],
      [1, 0.6, 135, 135],
      [4, 0.6, 85, 340],
      [2, 0.7, 25, 50],
      [1, 0.8, 14, 14],
    ] as const) {
      const needed = rowsRocOne(auc, kappa, { alpha: 0.05, sides: 1, power: 0.9 });
      assert.deepEqual([Math.ceil(needed.cases), Math.ceil(needed.controls)], [cases, controls]);
    }
  });
});

describe("two ROC curves on the same rows", () => {
  // DeLong variances and covariance of ndka and wfns: pROC, test-var.R, test-cov.R, test-auc.R.
  const pair = {
    difference: 0.611957994579946 - 0.823678861788618,
    variance: 0.0031908105493913,
    otherVariance: 0.00146991470882363,
    covariance: -0.000532967856762438,
    cases: 41,
  };

  test("have pROC's power, cases and significance level", () => {
    near(powerRocTwo(pair, 41, of), 0.7131594);
    near(casesRocTwo(pair, { ...of, power: 0.9 }), 64.77777);
    near((casesRocTwo(pair, { ...of, power: 0.9 }) * 72) / 41, 113.7561);
    near(alphaRocTwo(pair, 41, { power: 0.9, sides: 2 }), 0.1836639);
  });

  test("of binormal shape with partial areas have the numbers of Obuchowski and McClish 1997, example 2", () => {
    const curve = (a: number): { a: number; b: number; range: readonly [number, number] } => ({
      a,
      b: 1,
      range: [0, 0.2],
    });
    const binormal = binormalPair(curve(2.6), curve(1.9), { controls: 0.6, cases: 0.6, kappa: 1 }, 0.037);
    near(casesRocTwo(binormal, { ...of, power: 0.8 }), 107.0238);
    near(alphaRocTwo(binormal, 107, { power: 0.8, sides: 2 }), 0.05004012);
    near(powerRocTwo(binormal, 107, of), 0.7999286);
  });

  test("with the whole range as a partial area are the same as whole ones", () => {
    const correlation = { controls: 0.3, cases: 0.5, kappa: 2 };
    const curves = (range: readonly [number, number] | null) =>
      binormalPair({ a: 1.2, b: 0.8, range }, { a: 1.5, b: 1.1, range }, correlation, 0.05);
    near(casesRocTwo(curves([0, 1]), { ...of, power: 0.8 }), casesRocTwo(curves(null), { ...of, power: 0.8 }), 1e-12);
  });
});

test("Brent's method finds roots, simple ones and flat ones", () => {
  near(
    brentRoot((x) => Math.cos(x) - x, [0, 2], 1e-14),
    0.7390851332151607,
    1e-13,
  );
  near(
    brentRoot((x) => (x - 1) ** 3, [-4, 3], 1e-12),
    1,
    1e-4,
  );
  near(
    brentRoot((x) => Math.exp(x) - 1e5, [0, 100], 1e-12),
    Math.log(1e5),
    1e-12,
  );
  assert.equal(
    brentRoot((x) => x, [0, 1], 1e-12),
    0,
  );
});
