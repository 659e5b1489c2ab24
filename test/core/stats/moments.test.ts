import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { drawnArea, rocArea } from "../../../core/stats/delong.ts";
import { classMomentsOf, momentsOf } from "../../../core/stats/moments.ts";
import { rank } from "../../../core/stats/order.ts";
import { clusteredStandardError, standardErrorOf } from "../../../core/stats/spread.ts";
import { drawVertices, vertices } from "../../../core/stats/vertices.ts";
import { stream } from "../metrics/make.ts";

function near(actual: number | null, expected: number): void {
  assert.ok(
    actual !== null && Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${actual}, ${expected}`,
  );
}

describe("moments over several blocks", () => {
  const next = stream(13);
  const own = Float64Array.from({ length: 10_000 }, () => 1e6 + next());
  const theirs = Float64Array.from(own, () => next());
  const labels = Int32Array.from(own, () => Number(next() < 0.2));

  test("are those of two plain passes, for the whole and for each class", () => {
    const plain = (of: number[]): { mean: number; squares: number } => {
      const mean = of.reduce((sum, value) => sum + (value - 1e6), 0) / of.length + 1e6;
      return { mean, squares: of.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
    };
    const differences = [...own].map((value, row) => value - (theirs[row] ?? 0));
    const whole = momentsOf({ own, theirs });
    near(whole.mean, plain(differences).mean);
    near(whole.squares, plain(differences).squares);
    const { positive, negative } = classMomentsOf({ own, theirs }, labels);
    for (const [label, found] of [
      [1, positive],
      [0, negative],
    ] as const) {
      const expected = plain(differences.filter((_, row) => labels[row] === label));
      near(found.mean, expected.mean);
      near(found.squares, expected.squares);
    }
    assert.equal(positive.n + negative.n, 10_000);
  });

  test("of groups of one row have the spread of the rows", () => {
    const groups = { ofRow: Int32Array.from(own.keys()), count: own.length };
    const weights = theirs.map((value) => value + 0.5);
    near(clusteredStandardError(own, weights, groups), standardErrorOf({ own, theirs: null }, weights) ?? Number.NaN);
  });
});

test("an area in one pass is the one of the corners, whatever was drawn", () => {
  const row = fc.record({
    score: fc.integer({ min: 0, max: 5 }),
    label: fc.integer({ min: 0, max: 1 }),
    count: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
      const ranking = rank(
        Float64Array.from(rows, ({ score }) => score),
        Int32Array.from(rows, ({ label }) => label),
        1,
      );
      const draws = Uint8Array.from(rows, ({ count }) => count);
      const { groups } = vertices(ranking, null);
      const room = { positives: new Float64Array(groups + 1), negatives: new Float64Array(groups + 1) };
      const area = rocArea(drawVertices(ranking, draws, room));
      assert.deepEqual(rocArea(vertices(ranking, Float64Array.from(draws))), area);
      if (area === null) return assert.ok(Number.isNaN(drawnArea(ranking, draws)));
      assert.equal(drawnArea(ranking, draws), area);
    }),
  );
});
