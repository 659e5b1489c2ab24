import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as check, constantFrom, nat, property } from "fast-check";
import { type Batch, compact, cutBlock, cutsOf, padBatch, rowsOf } from "../../runner/onnx/batches.ts";

/** A block whose only column holds the numbers of its rows, twice. */
function block(rows: number): Batch {
  const data = Float32Array.from({ length: rows * 2 }, (_, at) => Math.floor(at / 2));
  return { rows, inputs: [{ name: "x", type: "float32", shape: [rows, 2], data }] };
}

function cells(batch: Batch): readonly (number | bigint | string)[] {
  const [input] = batch.inputs;
  assert.deepEqual(input?.shape, [batch.rows, 2]);
  return ArrayBuffer.isView(input?.data) ? [...input.data] : [];
}

const sizes = constantFrom(256, 1_024, 4_096, 16_384);

test("a cut block holds every row once, in order, in batches of the size or of the customary cut", () => {
  check(
    property(nat(20_000), sizes, (rows, size) => {
      const batches = [...cutBlock(block(rows).inputs, cutsOf(rows, size, 1_024))];
      assert.deepEqual(
        batches.flatMap((batch) => cells(batch)),
        cells(block(rows)),
      );
      const tail = rows % 1_024;
      for (const batch of batches) assert.ok([size, 1_024, tail].includes(batch.rows), `${batch.rows} of ${rows}`);
      assert.ok(batches.filter((batch) => batch.rows === tail).length <= 1 || tail === size);
    }),
    { numRuns: 40 },
  );
});

test("the last rows are in company of the same rows, whatever the size", () => {
  for (const size of [256, 1_024, 4_096, 16_384]) {
    assert.equal(cutsOf(20_000, size, 1_024).at(-1), 20_000 % 1_024, String(size));
  }
});

test("rows of a batch are in memory of their own", () => {
  const whole = block(4);
  const part = rowsOf(whole, 1, 3);
  assert.deepEqual(cells(part), [1, 1, 2, 2]);
  const [input] = part.inputs;
  if (input?.data instanceof Float32Array) input.data.fill(9);
  assert.deepEqual(cells(whole), [0, 0, 1, 1, 2, 2, 3, 3]);
});

test("a batch is filled up with its last row, for numbers of any size and for texts", () => {
  assert.deepEqual(cells(padBatch(block(2), 4)), [0, 0, 1, 1, 1, 1, 1, 1]);
  const whole = { name: "n", type: "int64", shape: [1, 2], data: BigInt64Array.of(5n, 2n ** 60n) } as const;
  const texts = {
    name: "t",
    type: "string",
    shape: [1, 1],
    data: { codes: Int32Array.of(1), values: ["a", "b"] },
  } as const;
  const { inputs } = padBatch({ rows: 1, inputs: [whole, texts] }, 3);
  assert.deepEqual(
    inputs.map(({ shape, data }) => ({ shape, data })),
    [
      { shape: [3, 2], data: BigInt64Array.of(5n, 2n ** 60n, 5n, 2n ** 60n, 5n, 2n ** 60n) },
      { shape: [3, 1], data: { codes: Int32Array.of(1, 1, 1), values: ["a", "b"] } },
    ],
  );
});

test("a part of a dictionary holds only the texts that occur", () => {
  assert.deepEqual(compact(Int32Array.of(7, 2, 7), ["a", "b", "c", "d", "e", "f", "g", "h"]), {
    codes: Int32Array.of(0, 1, 0),
    values: ["h", "c"],
  });
});
