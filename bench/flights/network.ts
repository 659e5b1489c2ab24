import type { Random } from "../random.ts";

/** One learned table: a row of `width` numbers for each of `entries` values. */
export type Table = { readonly entries: number; readonly width: number; readonly start: number };

/** A fully connected layer; weights input by input, then the biases. */
export type Layer = { readonly inputs: number; readonly outputs: number; readonly start: number };

/** Where everything learned lies in one flat array: tables, whose rows are put side by side with `extra` numbers, layers. */
export type Shape = {
  readonly tables: readonly Table[];
  readonly extra: number;
  readonly layers: readonly Layer[];
  readonly size: number;
};

export function shapeOf(
  tables: readonly Pick<Table, "entries" | "width">[],
  extra: number,
  hidden: readonly number[],
): Shape {
  let size = 0;
  const placed = tables.map((table) => {
    const start = size;
    size += table.entries * table.width;
    return { ...table, start };
  });
  let inputs = extra + tables.reduce((sum, { width }) => sum + width, 0);
  const layers = [...hidden, 1].map((outputs) => {
    const layer = { inputs, outputs, start: size };
    size += inputs * outputs + outputs;
    inputs = outputs;
    return layer;
  });
  return { tables: placed, extra, layers, size };
}

/** Random weights of He's deviation, √(2 / inputs); small numbers in the tables. */
export function initialWeights({ tables, layers, size }: Shape, random: Random): Float64Array {
  const weights = new Float64Array(size);
  const fill = (start: number, length: number, deviation: number): void => {
    for (let at = start; at < start + length; at += 1) weights[at] = deviation * random.normal();
  };
  for (const { start, entries, width } of tables) fill(start, entries * width, 0.1);
  for (const { start, inputs, outputs } of layers) fill(start, inputs * outputs, Math.sqrt(2 / inputs));
  return weights;
}

/** A network that computes one row at a time and keeps what its layers put out. */
export type Network = {
  readonly shape: Shape;
  readonly weights: Float64Array;
  readonly gradient: Float64Array;
  /** The input of every layer, and last the logit. */
  readonly values: readonly Float64Array[];
  readonly errors: readonly Float64Array[];
};

export function networkOf(shape: Shape, weights: Float64Array): Network {
  const sizes = [shape.layers[0]?.inputs ?? 0, ...shape.layers.map(({ outputs }) => outputs)];
  const arrays = (): readonly Float64Array[] => sizes.map((size) => new Float64Array(size));
  return { shape, weights, gradient: new Float64Array(shape.size), values: arrays(), errors: arrays() };
}

/** The probability for one row: the entry of each table, and the extra numbers. */
export function forward(network: Network, entries: Int32Array, extra: readonly number[]): number {
  const { shape, weights, values } = network;
  const input = values[0] ?? new Float64Array();
  let at = 0;
  shape.tables.forEach(({ start, width }, table) => {
    const from = start + (entries[table] ?? 0) * width;
    for (let k = 0; k < width; k += 1) input[at++] = weights[from + k] ?? 0;
  });
  for (const value of extra) input[at++] = value;
  shape.layers.forEach((layer, index) => {
    const last = index === shape.layers.length - 1;
    connect(layer, weights, values[index] ?? input, values[index + 1] ?? input, last);
  });
  return 1 / (1 + Math.exp(-(values.at(-1)?.[0] ?? 0)));
}

function connect(
  { inputs, outputs, start }: Layer,
  weights: Float64Array,
  from: Float64Array,
  to: Float64Array,
  last: boolean,
): void {
  const bias = start + inputs * outputs;
  for (let k = 0; k < outputs; k += 1) to[k] = weights[bias + k] ?? 0;
  for (let input = 0; input < inputs; input += 1) {
    const value = from[input] ?? 0;
    if (value === 0) continue;
    const row = start + input * outputs;
    for (let k = 0; k < outputs; k += 1) to[k] = (to[k] ?? 0) + value * (weights[row + k] ?? 0);
  }
  if (!last) for (let k = 0; k < outputs; k += 1) to[k] = Math.max(0, to[k] ?? 0);
}

/** Adds the row's gradient of the log loss, after `forward`; `error` is probability minus truth. */
export function backward(network: Network, entries: Int32Array, error: number): void {
  const { shape, gradient, errors } = network;
  const top = errors.at(-1);
  if (top !== undefined) top[0] = error;
  for (let index = shape.layers.length - 1; index >= 0; index -= 1) propagate(network, index);
  const input = errors[0] ?? new Float64Array();
  let at = 0;
  shape.tables.forEach(({ start, width }, table) => {
    const from = start + (entries[table] ?? 0) * width;
    for (let k = 0; k < width; k += 1) gradient[from + k] = (gradient[from + k] ?? 0) + (input[at++] ?? 0);
  });
}

function propagate({ shape, weights, gradient, values, errors }: Network, index: number): void {
  const { inputs, outputs, start } = shape.layers[index] ?? { inputs: 0, outputs: 0, start: 0 };
  const from = values[index] ?? new Float64Array();
  const error = errors[index + 1] ?? new Float64Array();
  const back = errors[index] ?? new Float64Array();
  const bias = start + inputs * outputs;
  for (let k = 0; k < outputs; k += 1) gradient[bias + k] = (gradient[bias + k] ?? 0) + (error[k] ?? 0);
  for (let input = 0; input < inputs; input += 1) {
    const value = from[input] ?? 0;
    // A rectified unit that is off passes no error; the first layer's inputs are not rectified.
    if (value === 0 && index > 0) {
      back[input] = 0;
      continue;
    }
    const row = start + input * outputs;
    let sum = 0;
    for (let k = 0; k < outputs; k += 1) {
      const wrong = error[k] ?? 0;
      sum += (weights[row + k] ?? 0) * wrong;
      gradient[row + k] = (gradient[row + k] ?? 0) + value * wrong;
    }
    back[input] = sum;
  }
}
