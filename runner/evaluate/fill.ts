import type { DuckDBDataChunk } from "@duckdb/node-api";
import { bytesOf, doublesOf, listsOf } from "../data/chunk.ts";
import { type Coder, createCoder } from "../data/coder.ts";
import { compact } from "../onnx/batches.ts";
import { toHalf } from "../onnx/float16.ts";
import type { InputType, Numbers, TensorData } from "../onnx/port.ts";

/** Rows of a chunk, by their places in it: `rows[from]` … `rows[from + count − 1]`. */
export type Taken = {
  readonly chunk: DuckDBDataChunk;
  readonly rows: Int32Array;
  readonly from: number;
  readonly count: number;
};

/** Fills the tensor of one input, row by row, and gives it away when it is full. */
export type Filler = {
  /** Writes the rows to the tensor's rows from `at` on. */
  readonly write: (taken: Taken, at: number) => void;
  /** The first rows of the tensor; the next one is begun. */
  readonly finish: (rows: number) => TensorData;
};

/** The database's type in which the values of a tensor are read. */
export function storageOf(type: InputType): string {
  switch (type) {
    case "float16":
    case "float32":
    case "float64":
      return "DOUBLE";
    case "int8":
      return "TINYINT";
    case "int16":
      return "SMALLINT";
    case "int32":
      return "INTEGER";
    case "int64":
      return "BIGINT";
    case "bool":
    case "uint8":
      return "UTINYINT";
    case "uint16":
      return "USMALLINT";
    case "uint32":
      return "UINTEGER";
    case "uint64":
      return "UBIGINT";
    case "string":
      return "VARCHAR";
  }
}

type Target = { readonly whole: Numbers; readonly cells: Cells; readonly step: number };
type Cells = Exclude<Numbers, BigInt64Array | BigUint64Array>;

/** A tensor of `length` elements, and its memory as cells that are copied one by one: two per element of eight bytes. */
function targetOf(type: Exclude<InputType, "string">, length: number): Target {
  const plain = (cells: Cells): Target => ({ whole: cells, cells, step: 1 });
  const pairs = (whole: Numbers): Target => ({ whole, cells: new Int32Array(whole.buffer), step: 2 });
  switch (type) {
    case "float64":
      return plain(new Float64Array(length));
    case "float32":
      return plain(new Float32Array(length));
    case "float16":
    case "uint16":
      return plain(new Uint16Array(length));
    case "int8":
      return plain(new Int8Array(length));
    case "int16":
      return plain(new Int16Array(length));
    case "int32":
      return plain(new Int32Array(length));
    case "uint32":
      return plain(new Uint32Array(length));
    case "bool":
    case "uint8":
      return plain(new Uint8Array(length));
    case "int64":
      return pairs(new BigInt64Array(length));
    case "uint64":
      return pairs(new BigUint64Array(length));
  }
}

const bytesPerCell = (cells: Cells, step: number): number => cells.BYTES_PER_ELEMENT * step;

/** A view of the database's memory with the cells of the target. */
function sourceOf({ cells }: Target, { buffer, byteOffset, byteLength }: Uint8Array): Cells {
  const length = byteLength / cells.BYTES_PER_ELEMENT;
  if (!(buffer instanceof ArrayBuffer)) throw new TypeError("the database shares no memory between threads");
  if (cells instanceof Int8Array) return new Int8Array(buffer, byteOffset, length);
  if (cells instanceof Uint8Array) return new Uint8Array(buffer, byteOffset, length);
  if (cells instanceof Int16Array) return new Int16Array(buffer, byteOffset, length);
  if (cells instanceof Uint16Array) return new Uint16Array(buffer, byteOffset, length);
  if (cells instanceof Uint32Array) return new Uint32Array(buffer, byteOffset, length);
  return new Int32Array(buffer, byteOffset, length);
}

const isFloat = (type: InputType): boolean => type.startsWith("float");

/** One column per element of a row. `columns` are places in the answer, of the type's storage and without NULL. */
export function numberFiller(type: Exclude<InputType, "string">, columns: readonly number[], capacity: number): Filler {
  const width = columns.length;
  let target = targetOf(type, capacity * width);
  const fillColumn = ({ chunk, rows, from, count }: Taken, column: number, first: number): void => {
    const { cells, step } = target;
    if (isFloat(type)) {
      scatterDoubles(type, doublesOf(chunk, column), { rows, from, count }, cells, first, width);
      return;
    }
    const source = sourceOf(target, bytesOf(chunk, column, bytesPerCell(cells, step)));
    for (let part = 0; part < step; part++)
      for (let at = 0, to = first * step + part; at < count; at++, to += width * step)
        cells[to] = source[(rows[from + at] ?? 0) * step + part] ?? 0;
  };
  return {
    write: (taken, at) => columns.forEach((column, index) => fillColumn(taken, column, at * width + index)),
    finish: (rows) => {
      const full = target.whole;
      target = targetOf(type, capacity * width);
      return rows === capacity ? full : full.slice(0, rows * width);
    },
  };
}

function scatterDoubles(
  type: InputType,
  source: Float64Array,
  { rows, from, count }: Omit<Taken, "chunk">,
  cells: Cells,
  first: number,
  stride: number,
): void {
  if (type === "float16") {
    for (let at = 0, to = first; at < count; at++, to += stride) cells[to] = toHalf(source[rows[from + at] ?? 0] ?? 0);
    return;
  }
  for (let at = 0, to = first; at < count; at++, to += stride) cells[to] = source[rows[from + at] ?? 0] ?? 0;
}

/** One column of lists, each of `width` elements of the type's storage, none of them NULL. */
export function listFiller(
  type: Exclude<InputType, "string">,
  column: number,
  width: number,
  capacity: number,
): Filler {
  let target = targetOf(type, capacity * width);
  return {
    write: ({ chunk, rows, from, count }, at) => {
      const { cells, step } = target;
      const bytes = isFloat(type) ? 8 : bytesPerCell(cells, step);
      const { entries, elements } = listsOf(chunk, column, bytes);
      const source = isFloat(type)
        ? new Float64Array(elements.buffer, elements.byteOffset, elements.byteLength / 8)
        : sourceOf(target, elements);
      const own = isFloat(type) ? 1 : step;
      for (let done = 0; done < count; done++) {
        const start = (entries[(rows[from + done] ?? 0) * 4] ?? 0) * own;
        const part = source.subarray(start, start + width * own);
        cells.set(type === "float16" ? part.map((value) => toHalf(value)) : part, (at + done) * width * step);
      }
    },
    finish: (rows) => {
      const full = target.whole;
      target = targetOf(type, capacity * width);
      return rows === capacity ? full : full.slice(0, rows * width);
    },
  };
}

/** Texts beyond this are begun anew: a column of free texts must not fill the memory. */
const maxTexts = 65_536;

/** One column of texts per element of a row. */
export function textFiller(columns: readonly number[], capacity: number): Filler {
  const width = columns.length;
  let coder: Coder = createCoder();
  let codes = new Int32Array(capacity * width);
  return {
    write: ({ chunk, rows, from, count }, at) => {
      for (const [index, column] of columns.entries()) {
        const source = coder.codesOf(chunk, column);
        for (let done = 0, to = at * width + index; done < count; done++, to += width)
          codes[to] = source[rows[from + done] ?? 0] ?? 0;
      }
    },
    finish: (rows) => {
      const own = rows === capacity ? codes : codes.slice(0, rows * width);
      // What a thread is sent grows with the rows and not with the dictionary.
      const full = coder.values.length > own.length ? compact(own, coder.values) : { codes: own, values: coder.values };
      codes = new Int32Array(capacity * width);
      if (coder.values.length > maxTexts) coder = createCoder();
      return full;
    },
  };
}
