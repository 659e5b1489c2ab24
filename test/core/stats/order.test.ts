import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { argsort } from "../../../core/stats/order.ts";
import { stream } from "../metrics/make.ts";

function expected(values: Float64Array): number[] {
  return [...values.keys()].toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
}

describe("argsort", () => {
  test("orders few values, ties by row", () => {
    assert.deepEqual([...argsort(Float64Array.of(3, -1, 3, 0, -0))], [1, 3, 4, 0, 2]);
    assert.deepEqual([...argsort(new Float64Array())], []);
  });

  test("orders many values as comparisons do: doubles, floats, negatives, extremes, equal ones", () => {
    const next = stream(3);
    for (const make of [
      () => next(),
      () => Math.fround(next()),
      () => next() * 1e300 - 5e299,
      () => Math.round(next() * 10) - 5,
      () => (next() < 0.5 ? 0 : -0),
      () => Number.MIN_VALUE * Math.round(next() * 5),
      () => 0.25,
    ]) {
      const values = Float64Array.from({ length: 3_000 }, make);
      assert.deepEqual([...argsort(values)], expected(values));
    }
  });

  test("orders any doubles", () => {
    const any = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(any, (few) => {
        const values = Float64Array.from({ length: 1_100 }, (_, row) => few[row % few.length] ?? 0);
        assert.deepEqual([...argsort(values)], expected(values));
      }),
      { numRuns: 30 },
    );
  });
});
