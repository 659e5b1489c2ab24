import type { ModelConfig } from "../../core/config/schema.ts";
import { AssayError } from "../../core/fault.ts";
import {
  type InputTensor,
  type InputType,
  inputTypes,
  type OpenModel,
  type TensorData,
  type ValueInfo,
} from "../onnx/port.ts";

/** How one input of a model is filled: which columns, read as what, and how the tensor looks for n rows. */
export type Binding = {
  readonly name: string;
  readonly type: InputType;
  readonly columns: readonly string[];
  /** Dimensions after the first. */
  readonly tail: readonly number[];
  /** The model accepts only this many rows at once; null: any number. */
  readonly rows: number | null;
};

/** Columns as the data holds them: text where the model reads strings, numbers (missing: NaN) otherwise. */
export type Columns = {
  readonly numbers: ReadonlyMap<string, Float64Array>;
  readonly texts: ReadonlyMap<string, readonly string[]>;
};

/** Matches the configured inputs with the declared ones. Throws model_inputs_differ that names both. */
export function bindInputs(model: OpenModel, configured: ModelConfig["evaluate"]["inputs"]): readonly Binding[] {
  const declared = model.description.inputs;
  const names = declared.map((input) => input.name);
  const wanted = Object.keys(configured);
  const absent = wanted.filter((name) => !names.includes(name));
  const extra = names.filter((name) => !wanted.includes(name));
  if (absent.length > 0 || extra.length > 0)
    throw differs(model, `the model's inputs are ${list(names)}, the configuration names ${list(wanted)}`);
  return declared.map((input) => bind(model, input, configured[input.name] ?? []));
}

function bind(model: OpenModel, input: ValueInfo, configured: string | readonly string[]): Binding {
  const columns = typeof configured === "string" ? [configured] : configured;
  const name = JSON.stringify(input.name);
  if (input.kind === "other") throw differs(model, `the input ${name} is not a tensor`);
  const type = inputTypes.find((candidate) => candidate === input.type);
  if (type === undefined)
    throw differs(model, `the input ${name} is of type ${input.type}; expected one of ${inputTypes.join(", ")}`);
  // No shape at all: one row of columns per row of data, as the common exporters declare it.
  const [first, ...tail] = input.shape.length === 0 ? ["rows", "columns"] : input.shape;
  const rows = typeof first === "number" ? first : null;
  const width = tail.at(-1);
  const fits = tail.length === 0 ? columns.length === 1 : typeof width !== "number" || width === columns.length;
  const flat = tail.slice(0, -1).every((dim) => typeof dim !== "number" || dim === 1);
  if (!fits || !flat || rows === 0) {
    const shape = `[${input.shape.join(", ")}]`;
    throw differs(
      model,
      `the input ${name} has shape ${shape}, the configuration gives it ${count(columns)}: ${list(columns)}`,
    );
  }
  return {
    name: input.name,
    type,
    columns,
    tail: tail.map((_, index) => (index === tail.length - 1 ? columns.length : 1)),
    rows,
  };
}

/** The tensor for rows `from` to `to`; past the last row the last one is repeated, for models of a fixed batch size. */
export function fillInput(binding: Binding, columns: Columns, from: number, to: number): InputTensor {
  const { name, type, tail } = binding;
  const shape = [to - from, ...tail];
  return {
    name,
    type,
    shape,
    data: type === "string" ? fillTexts(binding, columns, from, to) : fillNumbers(binding, columns, from, to),
  };
}

function fillTexts(binding: Binding, { texts }: Columns, from: number, to: number): readonly string[] {
  const sources = binding.columns.map((column) => demand(texts.get(column), column));
  const data: string[] = [];
  for (let row = from; row < to; row += 1)
    for (const source of sources) data.push(source[Math.min(row, source.length - 1)] ?? "");
  return data;
}

function fillNumbers(binding: Binding, { numbers }: Columns, from: number, to: number): TensorData {
  const sources = binding.columns.map((column) => demand(numbers.get(column), column));
  const width = sources.length;
  const values = new Float64Array((to - from) * width);
  sources.forEach((source, index) => {
    for (let row = from; row < to; row += 1)
      values[(row - from) * width + index] = source[Math.min(row, source.length - 1)] ?? Number.NaN;
  });
  return convert(binding, values);
}

function convert({ type, columns }: Binding, values: Float64Array): TensorData {
  switch (type) {
    case "float64":
      return values;
    case "float32":
      return Float32Array.from(values);
    case "int32":
      return Int32Array.from(values);
    case "int64":
      return BigInt64Array.from(values, (value) => BigInt(value));
    case "bool":
      return Uint8Array.from(values);
    case "string":
      throw new Error(`numbers for the text columns ${columns.join(", ")}`);
  }
}

function demand<T>(source: T | undefined, column: string): T {
  if (source === undefined) throw new Error(`column ${column} was not read`);
  return source;
}

function differs(model: OpenModel, message: string): AssayError {
  return new AssayError({
    reason: "model_inputs_differ",
    message: `${model.role}: ${message}`,
    place: { file: model.file },
  });
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => JSON.stringify(name)).join(", ");
}

function count(columns: readonly string[]): string {
  return columns.length === 1 ? "one column" : `${columns.length} columns`;
}
