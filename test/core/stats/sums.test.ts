import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { standardErrorOfMean } from "../../../core/stats/spread.ts";
import { sumOf } from "../../../core/stats/sums.ts";

describe("sums", () => {
  test("keep what large neighbors would swallow, inside a block and over blocks", () => {
    const values = [1, 1e100, 1, -1e100];
    assert.equal(
      sumOf(4, (i) => values[i] ?? 0),
      2,
    );
    assert.equal(
      sumOf(3 * 4096, (i) => (i === 0 ? 1e100 : i === 2 * 4096 ? -1e100 : i === 4096 ? 1 : 0)),
      1,
    );
  });

  test("of nothing are 0", () =>
    assert.equal(
      sumOf(0, () => 1),
      0,
    ));

  test("a tenth, a million times, is a hundred thousand", () => {
    assert.equal(
      sumOf(1_000_000, () => 0.1),
      100_000,
    );
  });

  test("the standard error of a mean divides by n − 1 and needs two values", () => {
    assert.equal(standardErrorOfMean(Float64Array.of(1, 3)), 1);
    assert.equal(standardErrorOfMean(Float64Array.of(1)), null);
  });
});
