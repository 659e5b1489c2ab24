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

const x = value("x", float, ["n", 1]);
const tooLarge: readonly (readonly [name: string, model: Parameters<typeof encode>[0], says: RegExp])[] = [
  [
    "a tensor of more elements than its bytes hold",
    { nodes: [], inputs: [], outputs: [], weights: [floats("w", [1_000, 1_000], [1])] },
    /tensor "w" has the shape \[1000, 1000\], more than its \d+ bytes can hold/,
  ],
  [
    "a product beyond all numbers",
    { nodes: [], inputs: [], outputs: [], weights: [{ name: "w", dataType: float, dims: [2 ** 50, 2 ** 50] }] },
    /tensor "w" has the shape/,
  ],
  [
    "a negative dimension of a tensor",
    { nodes: [], inputs: [], outputs: [], weights: [floats("w", [-1, -1], [1])] },
    /\[-1, -1\]/,
  ],
  [
    "a tensor in an attribute",
    {
      nodes: [
        node("Constant", [], ["p"], {
          attribute: [{ name: "value", type: attribute.TENSOR, t: floats("inner", [2 ** 31], []) }],
        }),
      ],
      inputs: [],
      outputs: [],
    },
    /"inner" has the shape/,
  ],
  [
    "a sparse tensor that is huge when it is filled",
    {
      nodes: [
        node("Constant", [], ["p"], {
          attribute: [
            {
              name: "v",
              type: attribute.SPARSE_TENSOR,
              sparseTensor: { values: floats("v", [1], [1]), dims: [2 ** 20, 2 ** 20] },
            },
          ],
        }),
      ],
      inputs: [],
      outputs: [],
    },
    /a sparse tensor has the shape \[1048576, 1048576\]/,
  ],
  [
    "an input of more elements than anyone means",
    { nodes: [], inputs: [value("x", float, ["n", 2 ** 29])], outputs: [] },
    /"x" has the fixed shape \[536870912\], more than 268435456 elements/,
  ],
  [
    "an output with a negative dimension",
    { nodes: [], inputs: [x], outputs: [value("p", float, [-1, 1])] },
    /"p" has the fixed shape \[-1, 1\]; a dimension that is free has a name/,
  ],
];

for (const [name, model, says] of tooLarge)
  test(`an absurd shape is refused: ${name}`, () => {
    const found = inspectModel(encode(model));
    assert.ok(!found.ok);
    assert.equal(found.fault.reason, "model_unsafe");
    assert.match(found.fault.message, says);
  });

test("small types take the room that they need: four bits, or raw bytes", () => {
  const nibbles = { name: "w", dataType: 22, dims: [4], rawData: new Uint8Array(2) };
  const halves = { name: "h", dataType: 10, dims: [3], rawData: new Uint8Array(6) };
  const bytes = encode({ nodes: [], inputs: [x], outputs: [], weights: [nibbles, halves] });
  assert.deepEqual(inspectModel(bytes), { ok: true, parameters: 7 });
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
