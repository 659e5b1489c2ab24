import type { ModelConfig } from "../../core/config/schema.ts";
import { AssayError } from "../../core/fault.ts";
import { type InputType, inputTypes, type OpenModel, type ValueInfo } from "../onnx/port.ts";

/** How one input of a model is filled: which columns, read as what, and how the tensor looks for n rows. */
export type Binding = {
  readonly name: string;
  readonly type: InputType;
  readonly columns: readonly string[];
  /** The one column holds lists; their elements are a row of the tensor, flattened. */
  readonly isList: boolean;
  /** Dimensions after the first. */
  readonly tail: readonly number[];
  /** Elements per row: the product of `tail`. */
  readonly width: number;
  /** The model accepts only this many rows at once; null: any number. */
  readonly rows: number | null;
};

type Inputs = ModelConfig["evaluate"]["inputs"];

/** Columns that hold lists of numbers, with the length of their first list. */
export type ListColumns = ReadonlyMap<string, number>;

/** Matches the names of configured and declared inputs. Throws model_inputs_differ that names both. */
export function checkInputNames(model: OpenModel, configured: Inputs): void {
  const names = model.description.inputs.map((input) => input.name);
  const wanted = Object.keys(configured);
  const absent = wanted.filter((name) => !names.includes(name));
  const extra = names.filter((name) => !wanted.includes(name));
  if (absent.length > 0 || extra.length > 0)
    throw differs(model, `the model's inputs are ${list(names)}, the configuration names ${list(wanted)}`);
}

/** The columns of an input. */
export function columnsOf(configured: string | readonly string[]): readonly string[] {
  return typeof configured === "string" ? [configured] : configured;
}

/** The columns that a model reads as texts. */
export function textColumns(model: OpenModel, configured: Inputs): readonly string[] {
  const texts = model.description.inputs.filter((input) => input.kind === "tensor" && input.type === "string");
  return texts.flatMap((input) => columnsOf(configured[input.name] ?? []));
}

/** How every input of a model is filled. Throws model_inputs_differ where the columns do not fit its shape. */
export function bindInputs(model: OpenModel, configured: Inputs, lists: ListColumns): readonly Binding[] {
  checkInputNames(model, configured);
  return model.description.inputs.map((input) => bind(model, input, columnsOf(configured[input.name] ?? []), lists));
}

function bind(model: OpenModel, input: ValueInfo, columns: readonly string[], lists: ListColumns): Binding {
  const name = JSON.stringify(input.name);
  if (input.kind === "other") throw differs(model, `the input ${name} is not a tensor`);
  const type = inputTypes.find((candidate) => candidate === input.type);
  if (type === undefined)
    throw differs(model, `the input ${name} is of type ${input.type}; expected one of ${inputTypes.join(", ")}`);
  // No shape at all: one row of columns per row of data, as the common exporters declare it.
  const [first, ...tail] = input.shape.length === 0 ? ["rows", "columns"] : input.shape;
  const rows = typeof first === "number" ? first : null;
  const listed = columns.find((column) => lists.has(column));
  const misfit = (what: string): AssayError =>
    differs(model, `the input ${name} has shape [${input.shape.join(", ")}], the configuration gives it ${what}`);
  if (listed !== undefined && type === "string") throw misfit(`the lists of column ${JSON.stringify(listed)}`);
  if (listed !== undefined && columns.length > 1)
    throw misfit(
      `${count(columns)}, of which ${JSON.stringify(listed)} holds lists: a column of lists fills one alone`,
    );
  const filled = listed === undefined ? tailOfColumns(tail, columns.length) : tailOfLists(tail, lists.get(listed) ?? 0);
  if (filled === null || rows === 0)
    throw misfit(
      listed === undefined
        ? `${count(columns)}: ${list(columns)}`
        : `lists of ${lists.get(listed)} elements: ${JSON.stringify(listed)}`,
    );
  const width = filled.reduce((product, dim) => product * dim, 1);
  return { name: input.name, type, columns, isList: listed !== undefined, tail: filled, width, rows };
}

/** Columns form the last axis; those between are 1. */
function tailOfColumns(tail: readonly (number | string)[], columns: number): readonly number[] | null {
  const width = tail.at(-1);
  const fits = tail.length === 0 ? columns === 1 : typeof width !== "number" || width === columns;
  const flat = tail.slice(0, -1).every((dim) => typeof dim !== "number" || dim === 1);
  return fits && flat ? tail.map((_, index) => (index === tail.length - 1 ? columns : 1)) : null;
}

/** The elements of a list fill all axes after the first; one of them may be free. */
function tailOfLists(tail: readonly (number | string)[], length: number): readonly number[] | null {
  const fixed = tail.reduce<number>((product, dim) => (typeof dim === "number" ? product * dim : product), 1);
  const free = tail.filter((dim) => typeof dim !== "number").length;
  const rest = length / fixed;
  const fits = length > 0 && tail.length > 0 && Number.isInteger(rest) && (free === 1 || (free === 0 && rest === 1));
  return fits ? tail.map((dim) => (typeof dim === "number" ? dim : rest)) : null;
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
