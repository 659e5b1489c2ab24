import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { delongStandardError, placements } from "../../../core/stats/delong.ts";
import { rank } from "../../../core/stats/order.ts";
import { vertices } from "../../../core/stats/vertices.ts";
import { stream } from "../metrics/make.ts";

const rows = fc.array(
  fc.record({ positive: fc.boolean(), own: fc.integer({ min: 0, max: 9 }), theirs: fc.integer({ min: 0, max: 9 }) }),
  { minLength: 1, maxLength: 40 },
);

type Row = { readonly positive: boolean; readonly own: number; readonly theirs: number };

const labelsOf = (of: readonly Row[]): Int32Array => Int32Array.from(of, (row) => Number(row.positive));

const alone = (own: Float64Array): { own: Float64Array; theirs: null } => ({ own, theirs: null });

function fast(of: readonly Row[], score: (row: Row) => number): ReturnType<typeof placements> {
  const ranking = rank(Float64Array.from(of, score), labelsOf(of), 1);
  return placements(ranking, vertices(ranking, null));
}

/** Every pair of a positive and a negative row, as DeLong, DeLong and Clarke-Pearson write it. */
function naive(of: readonly Row[], score: (row: Row) => number): { auc: number; perRow: number[] } {
  const wins = (a: number, b: number): number => (a > b ? 1 : a === b ? 0.5 : 0);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const perRow = of.map((row) => {
    const others = of.filter((other) => other.positive !== row.positive);
    return mean(
      others.map((other) => (row.positive ? wins(score(row), score(other)) : wins(score(other), score(row)))),
    );
  });
  return { auc: mean(perRow.filter((_, row) => of[row]?.positive)), perRow };
}

/** √(S10 / m + S01 / n) with the sample variances of each class's numbers. */
function naiveError(of: readonly Row[], perRow: readonly number[]): number {
  const part = (positive: boolean): number => {
    const values = perRow.filter((_, row) => of[row]?.positive === positive);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length;
  };
  return Math.sqrt(part(true) + part(false));
}

describe("fast DeLong", () => {
  test("agrees with all pairs of rows: area, placements, single and paired standard error", () => {
    fc.assert(
      fc.property(rows, (of) => {
        const own = fast(of, (row) => row.own);
        const theirs = fast(of, (row) => row.theirs);
        const positives = of.filter((row) => row.positive).length;
        if (own === null || theirs === null) return assert.ok(positives === 0 || positives === of.length);
        const slow = naive(of, (row) => row.own);
        const other = naive(of, (row) => row.theirs);
        assert.ok(Math.abs(own.auc - slow.auc) < 1e-12);
        for (const [row, placement] of slow.perRow.entries())
          assert.ok(Math.abs((own.perRow[row] ?? -1) - placement) < 1e-12);
        const error = delongStandardError({ own: own.perRow, theirs: theirs.perRow }, labelsOf(of), null);
        if (positives < 2 || of.length - positives < 2) return assert.equal(error, null);
        const expected = naiveError(
          of,
          slow.perRow.map((value, row) => value - (other.perRow[row] ?? 0)),
        );
        assert.ok(Math.abs((error ?? -1) - expected) < 1e-12);
        assert.ok(
          Math.abs((delongStandardError(alone(own.perRow), labelsOf(of), null) ?? -1) - naiveError(of, slow.perRow)) <
            1e-12,
        );
      }),
      { numRuns: 300 },
    );
  });

  test("a case by hand: scores 1 2 3 4 of labels − + − +", () => {
    const of = [false, true, false, true].map((positive, at) => ({ positive, own: at, theirs: 0 }));
    const found = fast(of, (row) => row.own);
    assert.equal(found?.auc, 0.75);
    assert.deepEqual([...(found?.perRow ?? [])], [1, 0.5, 0.5, 1]);
    // Each class has the numbers ½ and 1: variance ⅛, over two rows, twice.
    assert.equal(
      delongStandardError(alone(found?.perRow ?? new Float64Array()), labelsOf(of), null),
      Math.sqrt(1 / 16 + 1 / 16),
    );
  });

  test("its interval of the difference holds the truth about as often as it says", () => {
    // Both models see the same signal through noise of the same size, so the true difference is 0.
    const next = stream(11);
    const repetitions = 400;
    let held = 0;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const of = Array.from({ length: 200 }, () => {
        const positive = next() < 0.3;
        const signal = (positive ? 0.5 : 0) + next();
        return { positive, own: signal + next(), theirs: signal + next() };
      });
      const own = fast(of, (row) => row.own);
      const theirs = fast(of, (row) => row.theirs);
      if (own === null || theirs === null) continue;
      const differences = own.perRow.map((value, row) => value - (theirs.perRow[row] ?? 0));
      const error = delongStandardError(alone(differences), labelsOf(of), null) ?? 0;
      if (Math.abs(own.auc - theirs.auc) <= 1.96 * error) held++;
    }
    // 95 % less three standard errors of 400 trials is 91.7 %.
    assert.ok(held / repetitions > 0.917, `${held} of ${repetitions}`);
  });
});
