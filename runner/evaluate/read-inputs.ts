import type { DuckDBDataChunk } from "@duckdb/node-api";
import { type Demand, numberOf, shownText } from "../data/demands.ts";
import { holdsAll, isNumeric, listType } from "../data/numeric.ts";
import type { SelectList } from "../data/select-list.ts";
import { dataFault, type Source, typeOf } from "../data/source.ts";
import { quoteName } from "../data/sql.ts";
import type { Batch } from "../onnx/batches.ts";
import type { InputType } from "../onnx/port.ts";
import { type Filler, listFiller, numberFiller, storageOf, textFiller } from "./fill.ts";
import type { Binding } from "./inputs.ts";

/** Makes blocks of input tensors out of chunks of rows. */
export type BlockReader = {
  /** Rows in a full block. */
  readonly capacity: number;
  readonly demands: readonly Demand[];
  /** Takes rows of the chunk from `rows[from]` on until the block is full; gives how many. */
  readonly take: (chunk: DuckDBDataChunk, rows: Int32Array, from: number) => number;
  /** The block when it is full, or all there is of it; null where there is none. */
  readonly finish: (isLast: boolean) => Batch | null;
};

/** Adds what the bindings read to the list. Throws data_invalid for columns that hold no numbers. */
export function planInputs(
  source: Source,
  bindings: readonly Binding[],
  list: SelectList,
  capacity: number,
): BlockReader {
  const planned = bindings.map((binding) => planInput(source, binding, list, capacity));
  let filled = 0;
  return {
    capacity,
    demands: planned.flatMap(({ demands }) => demands),
    take: (chunk, rows, from) => {
      const count = Math.min(capacity - filled, rows.length - from);
      for (const { filler } of planned) filler.write({ chunk, rows, from, count }, filled);
      filled += count;
      return count;
    },
    finish: (isLast) => {
      if (filled === 0 || (filled < capacity && !isLast)) return null;
      const rows = filled;
      filled = 0;
      const inputs = planned.map(({ binding: { name, type, tail }, filler }) => ({
        name,
        type,
        shape: [rows, ...tail],
        data: filler.finish(rows),
      }));
      return { rows, inputs };
    },
  };
}

type PlannedInput = { readonly binding: Binding; readonly filler: Filler; readonly demands: readonly Demand[] };

function planInput(source: Source, binding: Binding, list: SelectList, capacity: number): PlannedInput {
  const { type, columns, isList, width } = binding;
  if (type === "string") {
    const places = columns.map((column) => list.add(`coalesce(CAST(${quoteName(column)} AS VARCHAR), '')`));
    return { binding, filler: textFiller(places, capacity), demands: [] };
  }
  if (isList) {
    const { value, demands } = listOf(source, columns[0] ?? "", type, width);
    return { binding, filler: listFiller(type, list.add(value), width, capacity), demands };
  }
  const read = columns.map((column) =>
    type.startsWith("float") ? floatOf(source, column) : wholeOf(source, column, type),
  );
  const places = read.map(({ value }) => list.add(value));
  return { binding, filler: numberFiller(type, places, capacity), demands: read.flatMap(({ demands }) => demands) };
}

type Read = { readonly value: string; readonly demands: readonly Demand[] };

/** A missing value is NaN. */
function floatOf(source: Source, column: string): Read {
  const { value, demands } = numberOf(source, column);
  return { value: `coalesce(${value}, 'nan'::DOUBLE)`, demands };
}

/** A whole number in the range of the type; nothing stands for a missing one. */
function wholeOf(source: Source, column: string, type: InputType): Read {
  const { value, demands } = numberOf(source, column);
  const name = quoteName(column);
  const columnType = typeOf(source, column);
  const isNumber = isNumeric(columnType) || columnType === "BOOLEAN";
  const whole = `TRY_CAST(${isNumber ? name : `CAST(${name} AS VARCHAR)`} AS ${storageOf(type)})`;
  const isFlag = type === "bool" ? ` OR ${whole} > 1` : "";
  const demand: Demand = {
    violated: holdsAll(storageOf(type), columnType)
      ? `(${name} IS NULL${type === "bool" ? ` OR coalesce(${name} > 1, false)` : ""})`
      : `coalesce(${whole} IS NULL OR CAST(${whole} AS DOUBLE) <> ${value}${isFlag}, true)`,
    text: `CAST(${name} AS VARCHAR)`,
    explain: (rows) => {
      const shown = rows.map(({ row, text }) => `row ${row}: ${text?.slice(0, 60) ?? "a missing value"}`).join("; ");
      return dataFault(
        "data_invalid",
        source.file,
        `column ${JSON.stringify(column)} must hold ${type} for the model (${shown})`,
      );
    },
  };
  return { value: `coalesce(${whole}, 0)`, demands: [...demands, demand] };
}

/** A list of as many numbers as the tensor has per row. */
function listOf(source: Source, column: string, type: InputType, width: number): Read {
  const name = quoteName(column);
  const element = listType(typeOf(source, column))?.element ?? "";
  const fault = (what: string) =>
    dataFault(
      "data_invalid",
      source.file,
      `column ${JSON.stringify(column)} must hold lists of ${width} numbers${what}`,
    );
  if (!isNumeric(element) && element !== "BOOLEAN") throw fault(`, not ${typeOf(source, column)}`);
  const numbers = `CAST(${name} AS DOUBLE[])`;
  const value = type.startsWith("float") ? numbers : `TRY_CAST(${name} AS ${storageOf(type)}[])`;
  const inexact = type.startsWith("float")
    ? ""
    : ` OR ${value} IS NULL OR CAST(${value} AS DOUBLE[]) IS DISTINCT FROM ${numbers}`;
  const flags = type === "bool" ? ` OR list_max(${value}) > 1` : "";
  const demand: Demand = {
    violated: `coalesce(len(${numbers}) <> ${width} OR list_aggregate(${numbers}, 'count') <> ${width}${inexact}${flags}, true)`,
    text: `CAST(${name} AS VARCHAR)`,
    explain: (rows) => fault(` of type ${type}, none missing (${rows.map(shownText).join("; ")})`),
  };
  return { value, demands: [demand] };
}
