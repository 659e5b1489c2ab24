import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  minimumDetectableDifference,
  normalPower,
  normalSmallestMargin,
  pairedRuns,
  powerOfNonInferiority,
  rowsFor,
  rowsForNonInferiority,
  smallestMargin,
} from "../../../core/stats/power.ts";
import { tangoPValue } from "../../../core/stats/proportion.ts";

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} ≠ ${expected}`);
}

describe("rows for a gate of non-inferiority, α 5 %, power 80 %", () => {
  // (1.645 + 0.842)² ψ / m², for margins of 2, 1, 0.5 and 0.2 points.
  for (const [disagreement, expected] of [
    [0.02, [310, 1237, 4947, 30913]],
    [0.05, [773, 3092, 12366, 77282]],
    [0.1, [1546, 6183, 24731, 154564]],
    [0.2, [3092, 12366, 49461, 309128]],
  ] as const) {
    test(`at a disagreement of ${disagreement}`, () => {
      const rows = [0.02, 0.01, 0.005, 0.002].map((margin) =>
        rowsForNonInferiority({ disagreement, margin, alpha: 0.05, power: 0.8 }),
      );
      assert.deepEqual(rows, expected);
      for (const [at, margin] of [0.02, 0.01, 0.005, 0.002].entries()) {
        const of = { rows: rows[at] ?? 0, disagreement, margin, alpha: 0.05 };
        near(normalPower(of), 0.8, 0.001);
        near(normalSmallestMargin({ ...of, power: 0.8 }), margin, 0.002 * margin);
      }
    });
  }

  test("are endless at the margin itself, and the same by the variance of any difference", () => {
    const of = { disagreement: 0.1, margin: 0.01, alpha: 0.05, power: 0.8 };
    assert.equal(rowsForNonInferiority({ ...of, difference: -0.01 }), Number.POSITIVE_INFINITY);
    assert.equal(rowsFor({ variance: 0.1, distance: 0.01, alpha: 0.05, power: 0.8 }), rowsForNonInferiority(of));
  });
});

describe("the power of Tango's gate", () => {
  /** Every count of gained and lost rows, with its trinomial probability. */
  function enumerated(rows: number, gain: number, loss: number, margin: number): number {
    const logs = [0];
    for (let k = 1; k <= rows; k++) logs.push((logs[k - 1] ?? 0) + Math.log(k));
    let power = 0;
    for (let gained = 0; gained <= rows; gained++) {
      for (let lost = 0; gained + lost <= rows; lost++) {
        if (tangoPValue({ gained, lost, n: rows }, margin) >= 0.05) continue;
        const rest = rows - gained - lost;
        const ways = (logs[rows] ?? 0) - (logs[gained] ?? 0) - (logs[lost] ?? 0) - (logs[rest] ?? 0);
        power += Math.exp(ways + gained * Math.log(gain) + lost * Math.log(loss) + rest * Math.log(1 - gain - loss));
      }
    }
    return power;
  }

  for (const [rows, disagreement, margin, difference] of [
    [60, 0.1, 0.1, 0],
    [60, 0.3, 0.15, 0.05],
    [120, 0.2, 0.05, -0.05],
  ] as const) {
    test(`with ${rows} rows, ${disagreement} disagreement and margin ${margin} is the sum over all tables`, () => {
      const gain = (disagreement + difference) / 2;
      const expected = enumerated(rows, gain, disagreement - gain, margin);
      near(powerOfNonInferiority({ rows, disagreement, margin, alpha: 0.05, difference }), expected, 1e-9);
    });
  }

  // The error rate of the gate itself, without a simulation: a model exactly at the margin passes in 5 % of the cases.
  for (const disagreement of [0.05, 0.1, 0.2]) {
    test(`at the margin is α from 200 to 10,000 rows with ${disagreement} disagreement`, () => {
      for (const rows of [200, 500, 2_000, 10_000]) {
        for (const margin of [0.005, 0.01, 0.02]) {
          const power = powerOfNonInferiority({ rows, disagreement, margin, alpha: 0.05, difference: -margin });
          assert.ok(power > 0.045 && power < 0.052, `${rows} rows, margin ${margin}: ${power}`);
        }
      }
    });
  }

  test("of a difference that the disagreement is too small for is not detectable", () => {
    const of = { rows: 100, disagreement: 0.02, alpha: 0.05, power: 0.8 };
    assert.equal(minimumDetectableDifference(of), Number.POSITIVE_INFINITY);
  });

  test("goes over into the normal approximation without a step, and grows with the rows", () => {
    const of = { disagreement: 0.1, margin: 0.002, alpha: 0.05 };
    near(powerOfNonInferiority({ ...of, rows: 199_990 }), powerOfNonInferiority({ ...of, rows: 200_010 }), 0.002);
    assert.ok(powerOfNonInferiority({ ...of, rows: 50_000 }) < powerOfNonInferiority({ ...of, rows: 100_000 }));
  });

  test("without rows is 0; without disagreement it is certain or impossible", () => {
    assert.equal(powerOfNonInferiority({ rows: 0, disagreement: 0.1, margin: 0.1, alpha: 0.05 }), 0);
    // The interval without a disagreement is ± z² / (n + z²): 0.0063 at 425 rows.
    assert.equal(powerOfNonInferiority({ rows: 425, disagreement: 0, margin: 0.0065, alpha: 0.05 }), 1);
    assert.equal(powerOfNonInferiority({ rows: 425, disagreement: 0, margin: 0.006, alpha: 0.05 }), 0);
  });

  test("is 80 % at the smallest margin with 80 % power, a little more than the normal one", () => {
    const of = { rows: 2_000, disagreement: 0.05, alpha: 0.05, power: 0.8 };
    const margin = smallestMargin(of);
    near(powerOfNonInferiority({ ...of, margin }), 0.8, 0.01);
    assert.ok(margin > normalSmallestMargin(of) && margin < 1.05 * normalSmallestMargin(of));
  });
});

test("the detectable differences of 500 to 50,000 rows, two-sided 5 %, power 80 %", () => {
  for (const [rows, points] of [
    [500, [1.77, 2.8, 3.95, 5.59]],
    [1_000, [1.25, 1.98, 2.8, 3.96]],
    [2_000, [0.89, 1.4, 1.98, 2.8]],
    [5_000, [0.56, 0.89, 1.25, 1.77]],
    [10_000, [0.4, 0.63, 0.89, 1.25]],
    [50_000, [0.18, 0.28, 0.4, 0.56]],
  ] as const) {
    for (const [at, disagreement] of [0.02, 0.05, 0.1, 0.2].entries()) {
      const found = 100 * minimumDetectableDifference({ rows, disagreement, alpha: 0.05, power: 0.8 });
      near(found, points[at] ?? NaN, 0.0051);
    }
  }
});

test("29 paired runs show that three of four are better", () => {
  const runs = (beta: number): readonly number[] =>
    [0.6, 0.7, 0.75, 0.8, 0.9].map((gamma) => pairedRuns(gamma, 0.05, beta));
  assert.deepEqual(runs(0.05), [181, 46, 29, 21, 12]);
  assert.deepEqual(runs(0.2), [104, 26, 17, 12, 7]);
});
