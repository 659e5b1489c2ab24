import proto, { type onnx as Onnx } from "onnx-proto";

// A CommonJS package: values come through the default export, types by name.
const { onnx } = proto;
export const attribute = onnx.AttributeProto.AttributeType;

/** Tiny ONNX models, written here so that each test shows what its model computes. */
export const float = onnx.TensorProto.DataType.FLOAT;
export const int64 = onnx.TensorProto.DataType.INT64;
export const string = onnx.TensorProto.DataType.STRING;

export type Model = {
  readonly nodes: readonly Onnx.INodeProto[];
  readonly inputs: readonly Onnx.IValueInfoProto[];
  readonly outputs: readonly Onnx.IValueInfoProto[];
  readonly weights?: readonly Onnx.ITensorProto[];
  readonly domains?: readonly string[];
  readonly functions?: readonly Onnx.IFunctionProto[];
};

export function encode(model: Model): Uint8Array {
  const { nodes, inputs, outputs, weights = [], domains = ["ai.onnx.ml"], functions = [] } = model;
  return onnx.ModelProto.encode({
    irVersion: 8,
    opsetImport: [
      { domain: "", version: 15 },
      ...domains.map((domain) => ({ domain, version: domain === "ai.onnx.ml" ? 2 : 1 })),
    ],
    graph: { name: "test", node: [...nodes], input: [...inputs], output: [...outputs], initializer: [...weights] },
    functions: [...functions],
  }).finish();
}

/** A declared input or output; a text is a free dimension. */
export function value(name: string, type: number, shape: readonly (number | string)[]): Onnx.IValueInfoProto {
  const dim = shape.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: type, shape: { dim } } } };
}

export function floats(name: string, dims: readonly number[], data: readonly number[]): Onnx.ITensorProto {
  return { name, dataType: float, dims: [...dims], floatData: [...data] };
}

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  extra: Onnx.INodeProto = {},
): Onnx.INodeProto {
  return { opType, input: [...input], output: [...output], ...extra };
}

/** sigmoid(x · weights + bias): one probability per row, from the input `x`. */
export function logistic(
  weights: readonly number[],
  bias: number,
  names: { readonly input: string; readonly output: string; readonly rows?: number } = { input: "x", output: "p" },
): Uint8Array {
  return encode({
    nodes: [
      node("MatMul", [names.input, "w"], ["product"]),
      node("Add", ["product", "b"], ["logit"]),
      node("Sigmoid", ["logit"], [names.output]),
    ],
    inputs: [value(names.input, float, [names.rows ?? "n", weights.length])],
    outputs: [value(names.output, float, [names.rows ?? "n", 1])],
    weights: [floats("w", [weights.length, 1], weights), floats("b", [1], [bias])],
  });
}

/** softmax(x · W): `classes` probabilities per row from two columns. */
export function softmax(weights: readonly number[], classes: number): Uint8Array {
  return encode({
    nodes: [node("MatMul", ["x", "w"], ["logit"]), node("Softmax", ["logit"], ["p"])],
    inputs: [value("x", float, ["n", 2])],
    outputs: [value("p", float, ["n", classes])],
    weights: [floats("w", [2, classes], weights)],
  });
}

/** Looks a text up: the probability that belongs to it, else 0.5. */
export function lookUp(
  table: Readonly<Record<string, number>>,
  shape: readonly (number | string)[] = ["n", 1],
): Uint8Array {
  return encode({
    nodes: [
      node("LabelEncoder", ["word"], ["p"], {
        domain: "ai.onnx.ml",
        attribute: [
          { name: "keys_strings", type: attribute.STRINGS, strings: Object.keys(table).map((key) => Buffer.from(key)) },
          { name: "values_floats", type: attribute.FLOATS, floats: Object.values(table) },
          { name: "default_float", type: attribute.FLOAT, f: 0.5 },
        ],
      }),
    ],
    inputs: [value("word", string, shape)],
    outputs: [value("p", float, shape)],
  });
}

/** A tensor whose bytes are said to be in another file. */
export function external(name: string, dims: readonly number[], location: string): Onnx.ITensorProto {
  const where = [{ key: "location", value: location }];
  return {
    name,
    dataType: float,
    dims: [...dims],
    dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
    externalData: where,
  };
}

/** The same probabilities for every row of the two columns `x`. */
export function probabilities(row: readonly number[]): Uint8Array {
  return encode({
    nodes: [node("MatMul", ["x", "w"], ["zero"]), node("Add", ["zero", "b"], ["p"])],
    inputs: [value("x", float, ["n", 2])],
    outputs: [value("p", float, ["n", row.length])],
    weights: [
      floats(
        "w",
        [2, row.length],
        row.flatMap(() => [0, 0]),
      ),
      floats("b", [row.length], row),
    ],
  });
}

/** A branch whose graph holds this tensor. */
export function subgraph(tensor: Onnx.ITensorProto): Uint8Array {
  const branch = {
    name: "branch",
    node: [node("Identity", [tensor.name ?? ""], ["r"])],
    output: [value("r", float, [1])],
    initializer: [tensor],
  };
  return encode({
    nodes: [
      node("If", ["c"], ["p"], {
        attribute: [
          { name: "then_branch", type: attribute.GRAPH, g: branch },
          { name: "else_branch", type: attribute.GRAPH, g: branch },
        ],
      }),
    ],
    inputs: [value("c", onnx.TensorProto.DataType.BOOL, [])],
    outputs: [value("p", float, [1])],
  });
}

/** What scikit-learn's exporter gives by default: a sequence of maps instead of a tensor. */
export function zipMap(): Uint8Array {
  const map = { keyType: int64, valueType: { tensorType: { elemType: float } } };
  return encode({
    nodes: [
      node("ZipMap", ["x"], ["p"], {
        domain: "ai.onnx.ml",
        attribute: [{ name: "classlabels_int64s", type: attribute.INTS, ints: [0, 1] }],
      }),
    ],
    inputs: [value("x", float, ["n", 2])],
    outputs: [{ name: "p", type: { sequenceType: { elemType: { mapType: map } } } }],
  });
}

export const types = onnx.TensorProto.DataType;

/** sigmoid(x · weights) of an input of any type and shape, cast to float before; the output is cast to `to`. */
export function typedLogistic(
  weights: readonly number[],
  { from = float, shape = ["n", weights.length], to = float }: Typed = {},
): Uint8Array {
  const cast = (input: string, output: string, type: number): Onnx.INodeProto =>
    node("Cast", [input], [output], { attribute: [{ name: "to", type: attribute.INT, i: type }] });
  return encode({
    nodes: [
      cast("x", "cast", float),
      node("Reshape", ["cast", "flat"], ["rows"]),
      node("MatMul", ["rows", "w"], ["logit"]),
      node("Sigmoid", ["logit"], ["q"]),
      cast("q", "p", to),
    ],
    inputs: [value("x", from, shape)],
    outputs: [value("p", to, ["n", 1])],
    weights: [
      floats("w", [weights.length, 1], weights),
      { name: "flat", dataType: int64, dims: [2], int64Data: [-1, weights.length] },
    ],
  });
}

type Typed = {
  readonly from?: number;
  readonly shape?: readonly (number | string)[];
  readonly to?: number;
};

/** x · weights + bias: one number per row. */
export function linear(weights: readonly number[], bias: number): Uint8Array {
  return encode({
    nodes: [node("MatMul", ["x", "w"], ["product"]), node("Add", ["product", "b"], ["p"])],
    inputs: [value("x", float, ["n", weights.length])],
    outputs: [value("p", float, ["n", 1])],
    weights: [floats("w", [weights.length, 1], weights), floats("b", [1], [bias])],
  });
}

/** The square root of x · weights: NaN where that is negative. */
export function rootOf(weights: readonly number[]): Uint8Array {
  return encode({
    nodes: [node("MatMul", ["x", "w"], ["y"]), node("Sqrt", ["y"], ["p"])],
    inputs: [value("x", float, ["n", weights.length])],
    outputs: [value("p", float, ["n", 1])],
    weights: [floats("w", [weights.length, 1], weights)],
  });
}

/** Says a label: `negative` or `positive`, by whether the first column of x is above 0. */
export function labeler(negative: string, positive: string): Uint8Array {
  const texts = (name: string, text: string): Onnx.ITensorProto => ({
    name,
    dataType: string,
    dims: [1],
    stringData: [Buffer.from(text)],
  });
  return encode({
    nodes: [
      node("MatMul", ["x", "w"], ["first"]),
      node("Greater", ["first", "zero"], ["is"]),
      node("Where", ["is", "yes", "no"], ["p"]),
    ],
    inputs: [value("x", float, ["n", 2])],
    outputs: [value("p", string, ["n", 1])],
    weights: [floats("w", [2, 1], [1, 0]), floats("zero", [1], [0]), texts("yes", positive), texts("no", negative)],
  });
}

/** Whether the first column of x is above 0, as 0 or 1 of a type. */
export function decider(type: number): Uint8Array {
  return encode({
    nodes: [
      node("MatMul", ["x", "w"], ["first"]),
      node("Greater", ["first", "zero"], ["is"]),
      node("Cast", ["is"], ["p"], { attribute: [{ name: "to", type: attribute.INT, i: type }] }),
    ],
    inputs: [value("x", float, ["n", 2])],
    outputs: [value("p", type, ["n", 1])],
    weights: [floats("w", [2, 1], [1, 0]), floats("zero", [1], [0])],
  });
}

/** Applies a sigmoid to its input again and again, far longer than anyone waits. */
export function endless(): Uint8Array {
  const body = {
    name: "again",
    node: [node("Identity", ["goes"], ["goes on"]), node("Sigmoid", ["before"], ["after"])],
    input: [value("turn", int64, []), value("goes", types.BOOL, []), value("before", float, ["n", 2])],
    output: [value("goes on", types.BOOL, []), value("after", float, ["n", 2])],
  };
  return encode({
    nodes: [
      node("Loop", ["turns", "true", "x"], ["p"], {
        attribute: [{ name: "body", type: attribute.GRAPH, g: body }],
      }),
    ],
    inputs: [value("x", float, ["n", 2])],
    outputs: [value("p", float, ["n", 2])],
    weights: [
      { name: "turns", dataType: int64, dims: [], int64Data: [2 ** 50] },
      { name: "true", dataType: types.BOOL, dims: [], int32Data: [1] },
    ],
  });
}
