import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHalf, toHalf } from "../../runner/onnx/float16.ts";

test("every half is read and written back to the same bits, NaN to one of them", () => {
  for (let bits = 0; bits < 65_536; bits++) {
    const value = fromHalf(bits);
    if (Number.isNaN(value)) assert.equal(toHalf(value), 0x7e00);
    else assert.equal(toHalf(value), bits, `${bits}: ${value}`);
  }
});

// Values of IEEE 754 binary16, from the tables of the format.
const known: readonly (readonly [value: number, bits: number])[] = [
  [1, 0x3c00],
  [-2, 0xc000],
  [65_504, 0x7bff],
  [65_519.999, 0x7bff],
  [65_520, 0x7c00],
  [Number.POSITIVE_INFINITY, 0x7c00],
  [-1e9, 0xfc00],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [2 ** -25 * 1.0001, 0x0001],
  [-0, 0x8000],
  [1 / 3, 0x3555],
  // Halfway cases go to the even one.
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  // Rounded to a float first, this would become the halfway case and go down.
  [1 + 2 ** -11 + 2 ** -40, 0x3c01],
  // A fraction that rounds up to the next power of two.
  [1.9999, 0x4000],
  [1 - 2 ** -13, 0x3c00],
];

for (const [value, bits] of known)
  test(`${value} is the half 0x${bits.toString(16).padStart(4, "0")}`, () => assert.equal(toHalf(value), bits));

test("halves between two neighbors are rounded to the nearer one", () => {
  for (let bits = 1; bits < 0x7bff; bits += 7) {
    const [low, high] = [fromHalf(bits), fromHalf(bits + 1)];
    assert.equal(toHalf(low + (high - low) * 0.49), bits);
    assert.equal(toHalf(low + (high - low) * 0.51), bits + 1);
  }
});
