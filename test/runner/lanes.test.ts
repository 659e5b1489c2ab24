import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { calibrate } from "../../runner/evaluate/calibrate.ts";
import { toHalf } from "../../runner/onnx/float16.ts";
import { openModels } from "../../runner/onnx/model.ts";
import type { InputTensor, InputType, OpenModel, OutputTensor, TensorData } from "../../runner/onnx/port.ts";
import { scratch } from "./assay.ts";
import { typedLogistic, types } from "./onnx-models.ts";

const rows = 9;
const numbers = Array.from({ length: rows }, (_, row) => row * 3 - 4);
const positive = numbers.map((value) => value + 4);

const inputs: readonly (readonly [type: InputType, from: number, data: () => TensorData])[] = [
  ["float16", types.FLOAT16, () => Uint16Array.from(numbers, toHalf)],
  ["float32", types.FLOAT, () => Float32Array.from(numbers)],
  ["float64", types.DOUBLE, () => Float64Array.from(numbers)],
  ["int8", types.INT8, () => Int8Array.from(numbers)],
  ["int16", types.INT16, () => Int16Array.from(numbers)],
  ["int32", types.INT32, () => Int32Array.from(numbers)],
  ["int64", types.INT64, () => BigInt64Array.from(numbers, BigInt)],
  ["uint8", types.UINT8, () => Uint8Array.from(positive)],
  ["uint16", types.UINT16, () => Uint16Array.from(positive)],
  ["uint32", types.UINT32, () => Uint32Array.from(positive)],
  ["uint64", types.UINT64, () => BigUint64Array.from(positive, BigInt)],
  ["bool", types.BOOL, () => Uint8Array.from(numbers, (value) => (value % 2) & 1)],
  ["string", types.STRING, () => ({ codes: Int32Array.from(numbers.keys()), values: numbers.map(String) })],
];

/** Two models in one thread. */
async function opened(t: TestContext, bytes: readonly [Uint8Array, Uint8Array]): Promise<readonly OpenModel[]> {
  const folder = await scratch(t);
  const models = bytes.map((_, at) => ({ file: join(folder, `${at}.onnx`), role: `model ${at}` }));
  for (const [at, { file }] of models.entries()) await writeFile(file, bytes[at] ?? "");
  const { models: open, close } = await openModels({
    models,
    provider: "cpu",
    lanes: 1,
    interrupt: new AbortController().signal,
  });
  t.after(close);
  return open;
}

function joined(outputs: readonly OutputTensor[], cuts: readonly number[]): readonly (number | string)[] {
  return outputs.flatMap(({ data }, at) => [...data].slice(0, cuts[at]));
}

for (const [type, from, data] of inputs)
  test(`a block of ${type} is cut into batches that both models predict as they would the whole`, async (t) => {
    const [first, second] = await opened(t, [typedLogistic([0.25], { from }), typedLogistic([-0.5], { from })]);
    const lane = first?.lanes[0];
    assert.ok(lane !== undefined && second !== undefined);
    const input = (): InputTensor => ({ name: "x", type, shape: [rows, 1], data: data() });
    const predict = async (models: readonly number[], cuts: readonly number[], fixedRows: number | null) => {
      const outputs = await lane.run({ models, inputs: [input()], cuts, fixedRows, output: "p" });
      return outputs.map((own) => joined(own, cuts));
    };
    const [whole] = await predict([0], [rows], null);
    const [other] = await predict([1], [rows], null);
    assert.equal(whole?.length, rows);
    assert.notDeepEqual(whole, other);
    assert.deepEqual(await predict([0, 1], [2, 4, 3], null), [whole, other]);
    assert.deepEqual(await predict([1, 0], [4, 4, 1], 4), [other, whole]);
  });

test("models that are calibrated together get one size", async (t) => {
  const models = await opened(t, [typedLogistic([0.25], {}), typedLogistic([-0.5], {})]);
  const data = Float32Array.from({ length: 16_384 }, (_, at) => ((at * 37) % 1_001) / 500 - 1);
  const sample = { rows: 16_384, inputs: [{ name: "x", type: "float32", shape: [16_384, 1], data } as const] };
  const size = await calibrate(models.map((model) => ({ model, output: "p", sample })));
  assert.ok([256, 1_024, 4_096, 16_384].includes(size), String(size));
  assert.equal(data.length, 16_384, "the sample is still there for what comes after");
});
