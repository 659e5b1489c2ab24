import type { ModelConfig } from "../../core/config/schema.ts";
import { AssayError } from "../../core/fault.ts";
import type { OpenModel } from "../onnx/port.ts";

/** The configured output, and how many classes a row must have: 1 is the score of the positive class. */
export type OutputPlan = {
  readonly name: string;
  readonly kind: "probability" | "logit";
  readonly classes: number;
  readonly positive: number;
};

type Evaluate = ModelConfig["evaluate"];

/** Checks that every model declares the configured output, as a tensor. Throws model_output_differs. */
export function planOutput(evaluate: Evaluate, models: readonly OpenModel[], classes: number): OutputPlan {
  const { name, kind, positive } = evaluate.output;
  if (kind !== "probability" && kind !== "logit")
    throw new AssayError({
      reason: "config_invalid",
      message: `an output of kind ${kind} cannot be evaluated for a ${evaluate.task} task in this version; use probability or logit`,
      place: { path: "evaluate.output.kind" },
    });
  for (const model of models) checkOutput(model, name);
  return { name, kind, positive, classes: evaluate.task === "binary" ? 1 : classes };
}

function checkOutput(model: OpenModel, name: string): void {
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
  if (output.type !== "float32" && output.type !== "float64")
    throw differs(model, `the output ${JSON.stringify(name)} is ${output.type}; expected float32 or float64`);
}

/**
 * One batch of raw output as scores: per row one probability (binary) or one per class (multiclass). Logits go through
 * the logistic function or softmax. The batch holds at least `rows` rows. Throws model_output_differs on another shape.
 */
export function toProbabilities(
  model: OpenModel,
  plan: OutputPlan,
  output: { readonly shape: readonly number[]; readonly data: Float64Array },
  rows: number,
): Float64Array {
  const [batch, ...tail] = output.shape;
  const width = tail.reduce((product, dim) => product * dim, 1);
  const binary = plan.classes === 1;
  const expected = binary ? "[rows], [rows, 1] or [rows, 2]" : `[rows, ${plan.classes}]`;
  const fits = binary ? width === 1 || width === 2 : width === plan.classes;
  const shape = `[${output.shape.join(", ")}]`;
  if (batch === undefined || batch < rows || tail.length > 2 || !fits)
    throw differs(
      model,
      `the output ${JSON.stringify(plan.name)} has shape ${shape} for ${rows} rows; expected ${expected}`,
    );
  if (plan.positive >= width && width === 2)
    throw differs(model, `output.positive is ${plan.positive}, but the output has ${width} classes`);

  const scores = new Float64Array(rows * plan.classes);
  for (let row = 0; row < rows; row += 1) {
    const raw = output.data.subarray(row * width, (row + 1) * width);
    const values = plan.kind === "logit" ? fromLogits(raw) : raw;
    if (binary) scores[row] = values[width === 1 ? 0 : plan.positive] ?? Number.NaN;
    else scores.set(values, row * plan.classes);
  }
  return scores;
}

/** The logistic function of one number, the softmax of several. */
function fromLogits(logits: Float64Array): Float64Array {
  if (logits.length === 1) return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const highest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

const tolerance = 1e-6;

/** Clips rounding errors to 0 … 1 in place. Throws predictions_invalid that shows the first five rows that are neither. */
export function checkProbabilities(
  model: OpenModel,
  scores: Float64Array,
  classes: number,
  rowNumbers: Uint32Array,
): void {
  const bad: string[] = [];
  let total = 0;
  for (let at = 0; at < scores.length; at += 1) {
    const score = scores[at] ?? Number.NaN;
    if (score >= -tolerance && score <= 1 + tolerance) {
      scores[at] = Math.min(1, Math.max(0, score));
      continue;
    }
    total += 1;
    if (bad.length < 5) bad.push(`row ${rowNumbers[Math.floor(at / classes)]}: ${score}`);
  }
  if (total === 0) return;
  const what = `${total} of ${scores.length} predictions are not probabilities`;
  throw new AssayError({
    reason: "predictions_invalid",
    message: `${model.role}: ${what} (${bad.join("; ")}); for raw scores set output.kind to logit`,
    place: { file: model.file },
  });
}

function differs(model: OpenModel, message: string): AssayError {
  return new AssayError({
    reason: "model_output_differs",
    message: `${model.role}: ${message}`,
    place: { file: model.file },
  });
}
