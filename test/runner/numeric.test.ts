import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsAll } from "../../runner/data/numeric.ts";

// By the range of the types, for every pair of them.
const bits = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, BIGINT: 64 };
const types = Object.entries(bits).flatMap(([name, size]) => {
  const [whole, half] = [2n ** BigInt(size), 2n ** BigInt(size - 1)];
  return [
    { name, lowest: -half, highest: half - 1n },
    { name: `U${name}`, lowest: 0n, highest: whole - 1n },
  ];
});

test("a type of whole numbers holds all values of another where its range does", () => {
  for (const column of types)
    for (const values of types)
      assert.equal(
        holdsAll(column.name, values.name),
        column.lowest <= values.lowest && values.highest <= column.highest,
        `${column.name} and ${values.name}`,
      );
});

test("no type of whole numbers holds fractions, truths, texts or numbers beyond 64 bits", () => {
  for (const other of ["DOUBLE", "FLOAT", "DECIMAL(18,0)", "BOOLEAN", "VARCHAR", "HUGEINT", "UHUGEINT"]) {
    assert.equal(holdsAll("BIGINT", other), false, other);
    assert.equal(holdsAll("UBIGINT", other), false, other);
  }
});
