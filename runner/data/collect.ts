import type { DuckDBDataChunk } from "@duckdb/node-api";
import { bytesOf, doublesOf } from "./chunk.ts";
import { createCoder } from "./coder.ts";

/** Takes one column of chunk after chunk: the values of the given rows of the chunk, appended to those before. */
export type Collector<T> = {
  readonly take: (chunk: DuckDBDataChunk, rows: Int32Array) => void;
  readonly result: () => T;
};

/** Rows by the value of a column: `codes[row]` is the place of its value in `values`, −1 where there is none. */
export type Codes = { readonly codes: Int32Array; readonly values: readonly string[] };

const firstCapacity = 16_384;

type Numbers = Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** `array` with room for `length`, its values kept. */
export function withRoom<T extends Numbers>(array: T, length: number): T;
export function withRoom(array: Numbers, length: number): Numbers {
  if (length <= array.length) return array;
  const capacity = Math.max(firstCapacity, array.length * 2, length);
  if (array instanceof Int32Array) {
    const grown = new Int32Array(capacity);
    grown.set(array);
    return grown;
  }
  const grown = array instanceof Uint32Array ? new Uint32Array(capacity) : new Float64Array(capacity);
  grown.set(array);
  return grown;
}

/** A column of type DOUBLE. */
export function collectNumbers(column: number): Collector<Float64Array> {
  let [values, length] = [new Float64Array(0), 0];
  return {
    take: (chunk, rows) => {
      values = withRoom(values, length + rows.length);
      const source = doublesOf(chunk, column);
      for (let at = 0; at < rows.length; at++) values[length + at] = source[rows[at] ?? 0] ?? Number.NaN;
      length += rows.length;
    },
    result: () => values.subarray(0, length),
  };
}

/** A column of type VARCHAR as numbers of its texts. */
export function collectCodes(column: number): Collector<Codes> {
  const coder = createCoder();
  let [codes, length] = [new Int32Array(0), 0];
  return {
    take: (chunk, rows) => {
      codes = withRoom(codes, length + rows.length);
      const source = coder.codesOf(chunk, column);
      for (let at = 0; at < rows.length; at++) codes[length + at] = source[rows[at] ?? 0] ?? -1;
      length += rows.length;
    },
    result: () => ({ codes: codes.subarray(0, length), values: coder.values }),
  };
}

/** Where a column of type BOOLEAN is true, counted over all rows that were taken. */
export function collectMembers(column: number): Collector<Uint32Array> {
  let [members, length, seen] = [new Uint32Array(0), 0, 0];
  return {
    take: (chunk, rows) => {
      members = withRoom(members, length + rows.length);
      const flags = bytesOf(chunk, column, 1);
      for (let at = 0; at < rows.length; at++) if (flags[rows[at] ?? 0] === 1) members[length++] = seen + at;
      seen += rows.length;
    },
    result: () => members.slice(0, length),
  };
}
