import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as check, nat, property, uint8Array } from "fast-check";
import { inspectModel } from "../../runner/onnx/inspect.ts";
import { attribute, encode, external, float, floats, logistic, node, softmax, subgraph, value } from "./onnx-models.ts";

test("the parameters of a model are the elements of its initializers, in subgraphs too", () => {
  assert.deepEqual(inspectModel(logistic([1, 2, 3], 0)), { ok: true, parameters: 4 });
  assert.deepEqual(inspectModel(softmax([1, 2, 3, 4, 5, 6], 3)), { ok: true, parameters: 6 });
  assert.deepEqual(inspectModel(subgraph(floats("inner", [1], [1]))), { ok: true, parameters: 2 });
});

test("external data is found wherever a tensor can be", () => {
  const hidden = external("hidden", [1], "x");
  const inputs = [value("x", float, ["n", 1])];
  const outputs = [value("p", float, ["n", 1])];
  const constant = node("Constant", [], ["p"], { attribute: [{ name: "value", type: attribute.TENSOR, t: hidden }] });
  const inFunction = { name: "F", domain: "own", output: ["p"], node: [constant] };
  const places = [
    encode({ nodes: [], inputs, outputs, weights: [hidden] }),
    encode({ nodes: [constant], inputs, outputs }),
    encode({
      nodes: [node("Constant", [], ["p"], { attribute: [{ name: "v", type: attribute.TENSORS, tensors: [hidden] }] })],
      inputs,
      outputs,
    }),
    encode({
      nodes: [
        node("Constant", [], ["p"], {
          attribute: [{ name: "v", type: attribute.SPARSE_TENSOR, sparseTensor: { values: hidden } }],
        }),
      ],
      inputs,
      outputs,
    }),
    encode({ nodes: [], inputs, outputs, functions: [inFunction] }),
    subgraph(hidden),
  ];
  for (const bytes of places) {
    const found = inspectModel(bytes);
    assert.ok(!found.ok && found.fault.reason === "model_unsafe");
    assert.match(found.fault.message, /"hidden"/);
  }
});

test("graphs nested without end are refused, not followed", () => {
  let graph: Buffer = Buffer.alloc(0);
  for (let depth = 0; depth < 5_000; depth += 1) graph = field(1, field(5, field(6, graph)));
  const found = inspectModel(Buffer.concat([field(8, Buffer.alloc(0)), field(7, graph)]));
  assert.ok(!found.ok);
  assert.match(found.fault.message, /nested too deeply/);
});

test("absurd dimensions give no parameter count", () => {
  const tensor = { name: "w", dataType: float, dims: [2 ** 50, 2 ** 50] };
  const bytes = encode({ nodes: [], inputs: [], outputs: [], weights: [tensor] });
  assert.deepEqual(inspectModel(bytes), { ok: true, parameters: null });
});

test("any bytes give an answer, never an exception", () => {
  check(
    property(uint8Array({ maxLength: 300 }), (bytes) => {
      inspectModel(bytes);
    }),
  );
});

test("a model with any one byte changed gives an answer", () => {
  const model = subgraph(floats("inner", [1], [1]));
  check(
    property(nat(model.length - 1), nat(255), (at, byte) => {
      const changed = Uint8Array.from(model);
      changed[at] = byte;
      inspectModel(changed);
    }),
  );
});

/** A length-delimited protobuf field. */
function field(number: number, bytes: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    if (rest < 0x80) {
      length.push(rest);
      break;
    }
    length.push((rest & 0x7f) | 0x80);
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
}
