import { rm } from "node:fs/promises";
import { BIGINT, DOUBLE, DuckDBDataChunk, DuckDBInstance, type DuckDBType, INTEGER } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { quoteName, quoteText } from "./sql.ts";

export type Predictions = {
  /** Row of the data file each prediction belongs to, counted from 1. */
  readonly rowNumbers: Uint32Array;
  readonly labels: Int32Array | Float64Array;
  readonly classNames: readonly string[];
  /** Rows × classes; one class is the score of the positive one. */
  readonly classes: number;
  readonly candidate: Float64Array;
  readonly baseline: Float64Array | null;
};

/** A column of the table: its cells of one chunk, in memory that is used again by the next. */
type Column = {
  readonly name: string;
  readonly type: DuckDBType;
  readonly cells: (from: number, rows: number) => ArrayBufferView<ArrayBuffer>;
};

const chunkRows = 2_048;

/**
 * Writes a Parquet table: row, label (index of the class, or the number), candidate, baseline; for several classes one column per class,
 * `candidate_<class>`. Without a baseline its columns are null.
 */
export async function writePredictions(file: string, predictions: Predictions): Promise<void> {
  const { classes, classNames, rowNumbers, labels, candidate, baseline } = predictions;
  const suffixes = classes === 1 ? [""] : classNames.map((name) => `_${name}`);
  const scoresOf = (side: string, scores: Float64Array): readonly Column[] =>
    suffixes.map((suffix, at) => scoreColumn(`${side}${suffix}`, scores, at, classes));
  const columns: readonly Column[] = [
    rowColumn(rowNumbers),
    labelColumn(labels),
    ...scoresOf("candidate", candidate),
    ...(baseline === null ? [] : scoresOf("baseline", baseline)),
  ];
  const absent = baseline === null ? suffixes.map((suffix) => `NULL::DOUBLE AS ${quoteName(`baseline${suffix}`)}`) : [];
  // A table of any length: what does not fit in this much memory waits beside the file it is written to.
  const spill = `${file}.spill`;
  const instance = await DuckDBInstance.create(":memory:", { memory_limit: "128MB", temp_directory: spill });
  const connection = await instance.connect();
  try {
    const declared = columns.map(({ name, type }) => `${quoteName(name)} ${String(type)}`).join(", ");
    await connection.run(`CREATE TABLE predictions (${declared})`);
    const appender = await connection.createAppender("predictions");
    const chunk = DuckDBDataChunk.create(
      columns.map(({ type }) => type),
      0,
    );
    for (let from = 0; from < rowNumbers.length; from += chunkRows) {
      const rows = Math.min(chunkRows, rowNumbers.length - from);
      chunk.reset();
      chunk.rowCount = rows;
      for (const [at, { cells }] of columns.entries()) {
        const { buffer, byteOffset, byteLength } = cells(from, rows);
        const vector = duckdb.data_chunk_get_vector(chunk.chunk, at);
        duckdb.copy_data_to_vector(vector, 0, buffer, byteOffset, byteLength);
      }
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    const selected = ["*", ...absent].join(", ");
    await connection.run(`COPY (SELECT ${selected} FROM predictions) TO ${quoteText(file)} (FORMAT parquet)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  }
}

function rowColumn(rowNumbers: Uint32Array): Column {
  // A whole number of eight bytes is two words, the lower one first.
  const words = new Uint32Array(chunkRows * 2);
  const cells = (from: number, rows: number): Uint32Array<ArrayBuffer> => {
    for (let row = 0; row < rows; row++) words[row * 2] = rowNumbers[from + row] ?? 0;
    return words.subarray(0, rows * 2);
  };
  return { name: "row", type: BIGINT, cells };
}

function labelColumn(labels: Int32Array | Float64Array): Column {
  const isClass = labels instanceof Int32Array;
  const own = isClass ? new Int32Array(chunkRows) : new Float64Array(chunkRows);
  const cells = (from: number, rows: number): ArrayBufferView<ArrayBuffer> => {
    own.set(labels.subarray(from, from + rows));
    return own.subarray(0, rows);
  };
  return { name: "label", type: isClass ? INTEGER : DOUBLE, cells };
}

function scoreColumn(name: string, scores: Float64Array, first: number, stride: number): Column {
  const own = new Float64Array(chunkRows);
  const cells = (from: number, rows: number): Float64Array<ArrayBuffer> => {
    for (let row = 0, at = from * stride + first; row < rows; row++, at += stride) own[row] = scores[at] ?? Number.NaN;
    return own.subarray(0, rows);
  };
  return { name, type: DOUBLE, cells };
}
