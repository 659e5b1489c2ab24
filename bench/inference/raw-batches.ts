import { DuckDBInstance } from "@duckdb/node-api";

/** Rows of the example data as the example model's inputs want them. */
export type RawBatch = {
  readonly rows: number;
  readonly calendar: BigInt64Array;
  readonly distance: Float32Array;
  readonly airports: string[];
};

/** Rows of the file that make the tensors; the raw runs use them again and again, so that they fit into memory. */
const most = 131_072;

export async function readRawBatches(file: string, size: number): Promise<readonly RawBatch[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const database = await instance.connect();
  const sql = `SELECT hour, weekday, month, distance, origin, destination FROM '${file.replaceAll("'", "''")}' LIMIT ${most}`;
  const rows = (await database.runAndReadAll(sql)).getRows();
  database.closeSync();
  instance.closeSync();
  return Array.from({ length: Math.max(1, Math.floor(rows.length / size)) }, (_, at) => {
    const own = rows.slice(at * size, (at + 1) * size);
    return {
      rows: own.length,
      calendar: BigInt64Array.from(own.flatMap((row) => row.slice(0, 3).map((value) => BigInt(Number(value))))),
      distance: Float32Array.from(own.map((row) => Number(row[3]))),
      airports: own.flatMap((row) => [String(row[4]), String(row[5])]),
    };
  });
}
