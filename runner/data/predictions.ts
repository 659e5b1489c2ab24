import { BIGINT, DOUBLE, DuckDBDataChunk, DuckDBInstance, type DuckDBType, INTEGER } from "@duckdb/node-api";
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

const chunkRows = 2_048;

/**
 * Writes a Parquet table: row, label (index of the class, or the number), candidate, baseline; for several classes one column per class,
 * `candidate_<class>`. Without a baseline its columns are null.
 */
export async function writePredictions(file: string, predictions: Predictions): Promise<void> {
  const { classes, classNames, rowNumbers, labels } = predictions;
  const suffixes = classes === 1 ? [""] : classNames.map((name) => `_${name}`);
  const sides = ["candidate", "baseline"] as const;
  const names = ["row", "label", ...sides.flatMap((side) => suffixes.map((suffix) => `${side}${suffix}`))];
  const labelType = labels instanceof Int32Array ? INTEGER : DOUBLE;
  const types: DuckDBType[] = [BIGINT, labelType, ...sides.flatMap(() => suffixes.map(() => DOUBLE))];
  const instance = await DuckDBInstance.create(":memory:", { temp_directory: "" });
  const connection = await instance.connect();
  try {
    const columns = names.map((name, index) => `${quoteName(name)} ${String(types[index])}`).join(", ");
    await connection.run(`CREATE TABLE predictions (${columns})`);
    const appender = await connection.createAppender("predictions");
    for (let from = 0; from < rowNumbers.length; from += chunkRows) {
      const rows = Array.from({ length: Math.min(chunkRows, rowNumbers.length - from) }, (_, index) => from + index);
      const scores = sides.flatMap((side) =>
        suffixes.map((_, index) => rows.map((row) => predictions[side]?.[row * classes + index] ?? null)),
      );
      const chunk = DuckDBDataChunk.create(types, rows.length);
      chunk.setColumns([
        rows.map((row) => BigInt(rowNumbers[row] ?? 0)),
        rows.map((row) => labels[row] ?? null),
        ...scores,
      ]);
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    await connection.run(`COPY predictions TO ${quoteText(file)} (FORMAT parquet)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
