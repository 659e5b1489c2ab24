import onnxProto from "onnx-proto";
import {
  floats,
  index,
  int,
  ints,
  type Node,
  node,
  strings,
  type Tensor,
} from "../../fixtures/repos/birdstrikes/models/damage/onnx-nodes.ts";
import type { Trained } from "./learn.ts";

const { ModelProto, TensorProto, ValueInfoProto } = onnxProto.onnx;

/** The model's inputs and the columns of the data that fill them, in order; its output is `late` [batch, 1]. */
export const flightInputs = {
  calendar: ["hour", "weekday", "month"],
  distance: ["distance"],
  airports: ["origin", "destination"],
} as const;

/** The trained model as ONNX bytes: raw columns in, the probability of being late out. */
export function exportOnnx(trained: Trained): Uint8Array {
  const look = exportLookUps(trained);
  const layers = exportLayers(trained);
  return ModelProto.encode(
    ModelProto.create({
      irVersion: 8,
      producerName: "assay-bench",
      opsetImport: [
        { domain: "", version: 17 },
        { domain: "ai.onnx.ml", version: 2 },
      ],
      graph: {
        name: "flights",
        input: [matrix("calendar", "INT64", 3), matrix("distance", "FLOAT", 1), matrix("airports", "STRING", 2)],
        output: [matrix("late", "FLOAT", 1)],
        initializer: [...look.constants, ...layers.constants],
        node: [...look.nodes, ...layers.nodes],
      },
    }),
  ).finish();
}

/** Hour, weekday, month and both airports looked up in their tables, next to the scaled distance: `values0`. */
function exportLookUps({ network, airports, distance }: Trained): { nodes: Node[]; constants: Tensor[] } {
  const nodes = [
    node("ai.onnx.ml.LabelEncoder", ["airports"], "airport_entries", [
      strings("keys_strings", airports),
      ints(
        "values_int64s",
        airports.map((_, at) => at + 1),
      ),
      int("default_int64", 0),
    ]),
    node("Sub", ["distance", "distance_mean"], "distance_centered"),
    node("Div", ["distance_centered", "distance_deviation"], "distance_scaled"),
  ];
  const constants = [
    floats("distance_mean", [], [distance.mean]),
    floats("distance_deviation", [], [distance.deviation]),
  ];
  const parts: string[] = [];
  network.shape.tables.forEach(({ entries, width, start }, at) => {
    const from = at < 3 ? "calendar" : "airport_entries";
    const learned = network.weights.subarray(start, start + entries * width);
    constants.push(index(`column${at}`, at < 3 ? at : at - 3), floats(`table${at}`, [entries, width], learned));
    nodes.push(node("Gather", [from, `column${at}`], `entry${at}`, [int("axis", 1)]));
    nodes.push(node("Gather", [`table${at}`, `entry${at}`], `part${at}`, [int("axis", 0)]));
    parts.push(`part${at}`);
  });
  nodes.push(node("Concat", [...parts, "distance_scaled"], "values0", [int("axis", 1)]));
  return { nodes, constants };
}

function exportLayers({ network }: Trained): { nodes: Node[]; constants: Tensor[] } {
  const nodes: Node[] = [];
  const constants: Tensor[] = [];
  network.shape.layers.forEach(({ inputs, outputs, start }, at) => {
    const bias = start + inputs * outputs;
    constants.push(
      floats(`weights${at}`, [inputs, outputs], network.weights.subarray(start, bias)),
      floats(`bias${at}`, [outputs], network.weights.subarray(bias, bias + outputs)),
    );
    const last = at === network.shape.layers.length - 1;
    nodes.push(
      node("Gemm", [`values${at}`, `weights${at}`, `bias${at}`], `sum${at}`),
      node(last ? "Sigmoid" : "Relu", [`sum${at}`], last ? "late" : `values${at + 1}`),
    );
  });
  return { nodes, constants };
}

function matrix(name: string, type: "FLOAT" | "INT64" | "STRING", width: number): onnxProto.onnx.IValueInfoProto {
  const dim = [{ dimParam: "batch" }, { dimValue: width }];
  return ValueInfoProto.create({
    name,
    type: { tensorType: { elemType: TensorProto.DataType[type], shape: { dim } } },
  });
}
