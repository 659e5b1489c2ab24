import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { root } from "../../demo/world.ts";

const source = join(root, "node_modules/vega-datasets/data/flights-3m.parquet");

/** One row in this many is learned from; all others are held out. */
const trainingEvery = 50;

/** Rows to learn from: per row hour, weekday (0 is Sunday) and month (1 to 12), the distance in miles, both airports. */
export type Flights = {
  readonly rows: number;
  readonly calendar: Int32Array;
  readonly distance: Float64Array;
  readonly airports: readonly (readonly [origin: string, destination: string])[];
  /** 1: more than 15 minutes late. */
  readonly late: Int32Array;
};

const features = `hour(date) AS hour, dayofweek(date) AS weekday, month(date) AS month, distance, origin, destination,
  (delay > 15)::INTEGER AS late`;

/** The 60,000 of the 3,000,000 flights of vega-datasets that the example models learn from. */
export async function readTrainingFlights(): Promise<Flights> {
  return withDatabase(async (database) => {
    const sql = `SELECT ${features} FROM read_parquet('${quoted(source)}', file_row_number = true)
      WHERE file_row_number % ${trainingEvery} = 0 ORDER BY file_row_number`;
    const columns = (await database.runAndReadAll(sql)).getColumnsObject();
    const numbers = (name: string): readonly number[] => (columns[name] ?? []).map(Number);
    const texts = (name: string): readonly string[] => (columns[name] ?? []).map(String);
    const [hour, weekday, month] = [numbers("hour"), numbers("weekday"), numbers("month")];
    const [origin, destination] = [texts("origin"), texts("destination")];
    return {
      rows: hour.length,
      calendar: Int32Array.from(hour.flatMap((value, row) => [value, weekday[row] ?? 0, month[row] ?? 0])),
      distance: Float64Array.from(numbers("distance")),
      airports: origin.map((from, row) => [from, destination[row] ?? ""]),
      late: Int32Array.from(numbers("late")),
    };
  });
}

/** Writes held-out flights to a Parquet file, evenly over the file: about `rows` of them, or all. Gives their number. */
export async function writeHeldOut(file: string, rows: number | "all"): Promise<number> {
  return withDatabase(async (database) => {
    const held = `SELECT ${features}, row_number() OVER (ORDER BY file_row_number) AS place
      FROM read_parquet('${quoted(source)}', file_row_number = true) WHERE file_row_number % ${trainingEvery} <> 0`;
    const chosen = rows === "all" ? "" : `WHERE (place * ${rows}) // 2940000 <> ((place - 1) * ${rows}) // 2940000`;
    await database.run(
      `COPY (SELECT * EXCLUDE (place) FROM (${held}) ${chosen} ORDER BY place) TO '${quoted(file)}' (FORMAT parquet)`,
    );
    const counted = await database.runAndReadAll(`SELECT count(*) AS n FROM '${quoted(file)}'`);
    return Number(counted.getColumnsObject()["n"]?.[0] ?? 0);
  });
}

async function withDatabase<T>(work: (database: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:");
  const database = await instance.connect();
  try {
    return await work(database);
  } finally {
    database.closeSync();
    instance.closeSync();
  }
}

function quoted(path: string): string {
  return path.replaceAll("'", "''");
}
