import type { ModelConfig } from "../../core/config/schema.ts";
import { AssayError } from "../../core/fault.ts";
import type { OpenModel, OutputTensor } from "../onnx/port.ts";

/** The configured output, and how many numbers a row of it comes to. */
export type OutputPlan = {
  readonly name: string;
  readonly kind: "probability" | "logit" | "label" | "value";
  /** One per class where a model of several classes gives probabilities, else 1. */
  readonly width: number;
  readonly positive: number;
};

type Evaluate = ModelConfig["evaluate"];

/** Checks that every model declares the configured output, as a tensor that can be read. Throws model_output_differs. */
export function planOutput(evaluate: Evaluate, models: readonly OpenModel[]): OutputPlan {
  const { name, kind, positive } = evaluate.output;
  const isClassifier = evaluate.task === "binary" || evaluate.task === "multiclass";
  if (isClassifier === (kind === "value"))
    throw new AssayError({
      reason: "config_invalid",
      message: `the output of a ${evaluate.task} model is ${isClassifier ? "a probability, a logit or a label" : "a value"}, not a ${kind}`,
      place: { path: "evaluate.output.kind" },
    });
  for (const model of models) checkOutput(model, name, kind);
  const isPerClass = evaluate.task === "multiclass" && kind !== "label";
  return { name, kind, positive, width: isPerClass ? (evaluate.classes?.length ?? 0) : 1 };
}

const labelTypes = ["string", "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"];
const floatTypes = ["float16", "float32", "float64"];

function checkOutput(model: OpenModel, name: string, kind: OutputPlan["kind"]): void {
  const declared = model.description.outputs;
  const output = declared.find((candidate) => candidate.name === name);
  if (output === undefined) {
    const names = declared.map((candidate) => JSON.stringify(candidate.name)).join(", ");
    throw differs(model, `the model's outputs are ${names}, the configuration names ${JSON.stringify(name)}`);
  }
  if (output.kind === "other")
    throw differs(
      model,
      `the output ${JSON.stringify(name)} is a sequence or map, not a tensor; export without ZipMap (skl2onnx: options={"zipmap": False})`,
    );
  const isLabel = labelTypes.includes(output.type);
  // A regression may be of whole numbers, and a label may be written as a float.
  const fits =
    floatTypes.includes(output.type) ||
    (isLabel && (kind === "label" || (kind === "value" && output.type !== "string")));
  if (fits) return;
  const hint = isLabel ? "; labels are evaluated with output.kind label" : "";
  const expected = kind === "label" ? "text, bool or a number" : floatTypes.join(", ");
  throw differs(model, `the output ${JSON.stringify(name)} is ${output.type}; expected ${expected}${hint}`);
}

/**
 * One batch of raw output as numbers, `plan.width` per row: probabilities, of which logits become some by the logistic
 * function or softmax; values; labels as they are. `codeOf` numbers texts. The batch holds at least `rows` rows. Throws
 * model_output_differs on another shape.
 */
export function readOutput(
  model: OpenModel,
  plan: OutputPlan,
  output: OutputTensor,
  rows: number,
  codeOf: (text: string) => number,
): Float64Array {
  const width = widthOf(model, plan, output, rows);
  const { data } = output;
  if (!(data instanceof Float64Array)) return Float64Array.from(data.slice(0, rows), codeOf);
  switch (plan.kind) {
    case "label":
    case "value":
      return data.subarray(0, rows);
    case "probability":
      if (plan.width > 1 || width === 1) return data.subarray(0, rows * plan.width);
      return columnOf(data, width, plan.positive, rows);
    case "logit": {
      const raw = data.subarray(0, rows * width);
      if (width === 1) return raw.map((logit) => 1 / (1 + Math.exp(-logit)));
      softmax(raw, width);
      return plan.width > 1 ? raw : columnOf(raw, width, plan.positive, rows);
    }
  }
}

/** Numbers per row of the output, when its shape is one that can be read. */
function widthOf(model: OpenModel, plan: OutputPlan, { shape }: OutputTensor, rows: number): number {
  const [batch, ...tail] = shape;
  const width = tail.reduce((product, dim) => product * dim, 1);
  const isBinary = plan.width === 1 && (plan.kind === "probability" || plan.kind === "logit");
  const expected = isBinary
    ? "[rows], [rows, 1] or [rows, 2]"
    : plan.width === 1
      ? "[rows] or [rows, 1]"
      : `[rows, ${plan.width}]`;
  const fits = isBinary ? width === 1 || width === 2 : width === plan.width;
  if (batch === undefined || batch < rows || tail.length > 2 || !fits)
    throw differs(
      model,
      `the output ${JSON.stringify(plan.name)} has shape [${shape.join(", ")}] for ${rows} rows; expected ${expected}`,
    );
  if (isBinary && width === 2 && plan.positive >= width)
    throw differs(model, `output.positive is ${plan.positive}, but the output has ${width} classes`);
  return width;
}

function columnOf(data: Float64Array, width: number, column: number, rows: number): Float64Array {
  const values = new Float64Array(rows);
  for (let row = 0, at = column; row < rows; row++, at += width) values[row] = data[at] ?? Number.NaN;
  return values;
}

/** In place, row by row; the highest logit is taken off first, so that nothing overflows. */
function softmax(logits: Float64Array, width: number): void {
  for (let from = 0; from < logits.length; from += width) {
    let highest = Number.NEGATIVE_INFINITY;
    for (let at = from; at < from + width; at++) highest = Math.max(highest, logits[at] ?? Number.NaN);
    let sum = 0;
    for (let at = from; at < from + width; at++) {
      const power = Math.exp((logits[at] ?? Number.NaN) - highest);
      logits[at] = power;
      sum += power;
    }
    for (let at = from; at < from + width; at++) logits[at] = (logits[at] ?? Number.NaN) / sum;
  }
}

export function differs(model: OpenModel, message: string): AssayError {
  return new AssayError({
    reason: "model_output_differs",
    message: `${model.role}: ${message}`,
    place: { file: model.file },
  });
}
