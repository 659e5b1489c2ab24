import { randomUUID } from "node:crypto";
import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { ModelConfig } from "../../core/config/schema.ts";
import { bytesOf, isValid, validityOf } from "./chunk.ts";
import { withRoom } from "./collect.ts";
import { type Demand, demandWhere, explainViolation } from "./demands.ts";
import { type Facts, planFacts } from "./facts.ts";
import type { Naming } from "./naming.ts";
import { createSelectList, type SelectList } from "./select-list.ts";
import { blamePredicate } from "./slices.ts";
import { dataFault, firstLines, type Source } from "./source.ts";
import { quoteName } from "./sql.ts";

/** Takes the inputs of labeled rows, chunk after chunk; the promise is when it wants the next ones. */
export type InputTaker = {
  readonly take: (chunk: DuckDBDataChunk, rows: Int32Array) => Promise<void>;
  /** There are no more. */
  readonly end: () => Promise<void>;
};

export type RowsOptions = {
  readonly source: Source;
  readonly evaluate: ModelConfig["evaluate"];
  /** Adds what the models read, and says who takes it; null: only what is measured is read. */
  readonly inputs: ((list: SelectList) => { readonly taker: InputTaker; readonly demands: readonly Demand[] }) | null;
  readonly say: (line: string) => void;
  /** Who named what is read, for messages; the configuration unless said. */
  readonly naming?: Naming;
};

/** All about the labeled rows but what the models make of them, in the order of the file. */
export type Rows = Facts & {
  /** Row of the data file that each row is, counted from 1. */
  readonly rowNumbers: Uint32Array;
  /** Rows without a label. */
  readonly dropped: number;
};

/**
 * Reads the data once, from front to back, a few thousand rows in memory at a time. Throws data_unreadable, data_invalid
 * or config_invalid, naming file, column and the first row numbers.
 */
export async function readRows(options: RowsOptions): Promise<Rows> {
  const { source, evaluate, say, naming = "configuration" } = options;
  const list = createSelectList();
  const facts = await planFacts(source, evaluate, list, naming);
  const inputs = options.inputs?.(list) ?? null;
  const onLabeled = (inputs?.demands ?? []).map((demand) => demandWhere(facts.present, demand));
  const demands = [...facts.demands, ...onLabeled];
  const violated = demands.length === 0 ? null : list.add(demands.map((demand) => demand.violated).join(" OR "));
  const labeledRows = createRowFinder(facts.label);
  const numbers = createRowNumbers();
  for await (const chunk of openStream(source, list, { slices: evaluate.slices, naming })) {
    const rows = labeledRows(chunk);
    numbers.take(chunk.rowCount, rows);
    if (violated !== null && bytesOf(chunk, violated, 1).some((flag) => flag !== 0))
      await explainViolation(source, demands);
    for (const collector of facts.collectors) collector.take(chunk, rows);
    facts.checkSoon();
    if (rows.length > 0) await inputs?.taker.take(chunk, rows);
  }
  await inputs?.taker.end();
  const { rowNumbers, total } = numbers.result();
  if (rowNumbers.length === 0)
    throw dataFault("data_invalid", source.file, `there is no row with a value in ${JSON.stringify(evaluate.label)}`);
  return { ...facts.result(rowNumbers, say), rowNumbers, dropped: total - rowNumbers.length };
}

/** The number of rows that have a label. */
export async function countRows(source: Source, evaluate: ModelConfig["evaluate"]): Promise<number> {
  const { present } = await planFacts(source, { ...evaluate, slices: [], fairness: [] }, createSelectList());
  const counted = await source
    .read(`SELECT count(*) FROM ${source.reader} WHERE ${present}`)
    .catch((error: unknown): never => {
      throw dataFault("data_unreadable", source.file, firstLines(error));
    });
  return Number(counted[0]?.[0] ?? 0);
}

/** A predicate cannot know these names, so it cannot put columns of its own among ours. */
async function* openStream(
  source: Source,
  { expressions }: SelectList,
  { slices, naming }: { readonly slices: readonly string[]; readonly naming: Naming },
): AsyncGenerator<DuckDBDataChunk, void> {
  const secret = randomUUID();
  const named = expressions.map((expression, at) => `${expression} AS ${quoteName(`${secret} ${at}`)}`);
  const sql = `SELECT ${named.join(", ")} FROM ${source.reader}`;
  try {
    const result = await source.stream(sql);
    if (result.columns.length !== named.length || result.columns.some((name, at) => name !== `${secret} ${at}`))
      throw new Error("a slice's predicate is more than one condition");
    yield* result.chunks;
  } catch (error) {
    await blamePredicate(source, slices, naming, error);
    throw dataFault("data_unreadable", source.file, firstLines(error));
  }
}

/** Finds the places in a chunk of the rows that have a label. */
function createRowFinder(label: number): (chunk: DuckDBDataChunk) => Int32Array {
  let everyRow = new Int32Array(0);
  return (chunk) => {
    const { rowCount } = chunk;
    if (everyRow.length < rowCount) everyRow = Int32Array.from({ length: rowCount }, (_, row) => row);
    const validity = validityOf(chunk, label);
    if (validity === null) return everyRow.subarray(0, rowCount);
    const rows = new Int32Array(rowCount);
    let length = 0;
    for (let row = 0; row < rowCount; row++) if (isValid(validity, row)) rows[length++] = row;
    return rows.subarray(0, length);
  };
}

function createRowNumbers() {
  let [numbers, length, total] = [new Uint32Array(0), 0, 0];
  return {
    take: (rowCount: number, rows: Int32Array): void => {
      numbers = withRoom(numbers, length + rows.length);
      for (let at = 0; at < rows.length; at++) numbers[length + at] = total + (rows[at] ?? 0) + 1;
      length += rows.length;
      total += rowCount;
    },
    result: () => ({ rowNumbers: numbers.subarray(0, length), total }),
  };
}
