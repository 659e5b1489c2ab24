import type { InputTensor, TensorData } from "./port.ts";

/** Rows that a model predicts at once. */
export type Batch = { readonly rows: number; readonly inputs: readonly InputTensor[] };

/**
 * The numbers of rows of batches of `size` rows. What does not fill the larger of both is cut at `tail` rows: so every
 * batch but these has `size` rows, and these are the last ones of the data as they would be if all were cut at `tail` rows.
 */
export function cutsOf(rows: number, size: number, tail: number): readonly number[] {
  const whole = rows - (rows % Math.max(size, tail));
  const cuts: number[] = [];
  for (let from = 0; from < rows; from += cuts.at(-1) ?? 0)
    cuts.push(from < whole ? size : Math.min(tail, rows - from));
  return cuts;
}

/** The batches of a block, on its memory. */
export function* cutBlock(inputs: readonly InputTensor[], cuts: readonly number[]): Generator<Batch, void> {
  let from = 0;
  for (const rows of cuts) {
    const to = from + rows;
    yield { rows, inputs: cuts.length === 1 ? inputs : inputs.map((input) => partOf(input, from, to, viewOf)) };
    from = to;
  }
}

/** Some rows of a batch, in memory of their own. */
export function rowsOf(batch: Batch, from: number, to: number): Batch {
  return {
    rows: to - from,
    inputs: batch.inputs.map((input) => partOf(input, from, to, cellsOf)),
  };
}

function partOf(input: InputTensor, from: number, to: number, cells: typeof cellsOf): InputTensor {
  const tail = input.shape.slice(1);
  const width = tail.reduce((product, dim) => product * dim, 1);
  return { ...input, shape: [to - from, ...tail], data: cells(input.data, from * width, to * width) };
}

/** The batch with its last row repeated up to `size` rows, for models that insist on a number. */
export function padBatch(batch: Batch, size: number): Batch {
  if (batch.rows === size) return batch;
  return {
    rows: size,
    inputs: batch.inputs.map((input) => {
      const width = input.shape.slice(1).reduce((product, dim) => product * dim, 1);
      return { ...input, shape: [size, ...input.shape.slice(1)], data: padded(input.data, width, size * width) };
    }),
  };
}

function cellsOf(data: TensorData, from: number, to: number): TensorData {
  if (ArrayBuffer.isView(data)) return data.slice(from, to);
  if ("codes" in data) return compact(data.codes.slice(from, to), data.values);
  return data.slice(from, to);
}

function viewOf(data: TensorData, from: number, to: number): TensorData {
  if (ArrayBuffer.isView(data)) return data.subarray(from, to);
  if ("codes" in data) return { codes: data.codes.subarray(from, to), values: data.values };
  return data.slice(from, to);
}

/** Only the texts that occur: what a thread is sent grows with the batch and not with the dictionary. */
export function compact(codes: Int32Array<ArrayBuffer>, values: readonly string[]): TensorData {
  const places = new Map<number, number>();
  const used: string[] = [];
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    let place = places.get(code);
    if (place === undefined) {
      place = used.push(values[code] ?? "") - 1;
      places.set(code, place);
    }
    codes[at] = place;
  }
  return { codes, values: used };
}

function padded(data: TensorData, width: number, length: number): TensorData {
  if (ArrayBuffer.isView(data)) {
    const last = data.slice(data.length - width);
    const grown = growTo(data, length);
    for (let at = data.length; at < length; at += width) put(grown, last, at);
    return grown;
  }
  if ("codes" in data) {
    const codes = padded(data.codes, width, length);
    return codes instanceof Int32Array ? { codes, values: data.values } : data;
  }
  const last = data.slice(data.length - width);
  return Array.from({ length }, (_, at) => data[at] ?? last[at % width] ?? "");
}

type NumberData = Exclude<Extract<TensorData, ArrayBufferView>, never>;

function growTo(data: NumberData, length: number): NumberData {
  const bytes = new Uint8Array(length * data.BYTES_PER_ELEMENT);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return sameKind(data, bytes.buffer);
}

function put(target: NumberData, cells: NumberData, at: number): void {
  const { BYTES_PER_ELEMENT: size } = target;
  new Uint8Array(target.buffer).set(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength), at * size);
}

function sameKind(data: NumberData, buffer: ArrayBuffer): NumberData {
  if (data instanceof Float32Array) return new Float32Array(buffer);
  if (data instanceof Float64Array) return new Float64Array(buffer);
  if (data instanceof Int8Array) return new Int8Array(buffer);
  if (data instanceof Int16Array) return new Int16Array(buffer);
  if (data instanceof Int32Array) return new Int32Array(buffer);
  if (data instanceof BigInt64Array) return new BigInt64Array(buffer);
  if (data instanceof Uint8Array) return new Uint8Array(buffer);
  if (data instanceof Uint16Array) return new Uint16Array(buffer);
  if (data instanceof Uint32Array) return new Uint32Array(buffer);
  return new BigUint64Array(buffer);
}
