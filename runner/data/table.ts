import { extname } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { AssayError, type Fault } from "../../core/fault.ts";
import { nearest } from "../../core/nearest.ts";
import { demandFile } from "../files.ts";
import { quoteName, quoteText } from "./sql.ts";

/** The evaluation data in memory: the rows that have a label, in the order of the file. */
export type Table = {
  readonly file: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** For each row its number in the file, counted from 1, ascending. */
  readonly rowNumbers: Uint32Array;
  /** Rows without a label. */
  readonly dropped: number;
  /** One expression for every row, in order. */
  readonly read: (expression: string) => Promise<readonly DuckDBValue[]>;
  /** The rows for which a condition holds, as indices into the rows. */
  readonly select: (condition: string, limit?: number) => Promise<Uint32Array>;
  readonly close: () => void;
};

export type TableOptions = {
  readonly file: string;
  readonly label: string;
  /** Columns that are taken as they are written: a CSV's `007` stays `007`, its `yes` stays `yes`. */
  readonly textColumns: readonly string[];
  /** Other columns that must exist, with who names them. */
  readonly needed: readonly { readonly column: string; readonly by: string }[];
  readonly interrupt: AbortSignal;
};

// A column of our own, beside the file's.
const rowNumber = quoteName("assay: row");

/**
 * Reads a Parquet, CSV or JSON file. Afterwards the database reaches no file and no network, whatever a slice's predicate
 * says. Throws data_unreadable, data_column_missing or data_invalid, naming file and column.
 */
export async function openTable(options: TableOptions): Promise<Table> {
  const { file, label } = options;
  await demandFile(file, "data_unreadable", "the evaluation data");
  if (/[*?[\]]/.test(file))
    throw dataFault("data_unreadable", file, "the path holds one of * ? [ ], which stand for many files");
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: "",
  });
  const connection = await instance.connect();
  const stop = (): void => connection.interrupt();
  options.interrupt.addEventListener("abort", stop);
  const close = (): void => {
    options.interrupt.removeEventListener("abort", stop);
    connection.closeSync();
    instance.closeSync();
  };
  const unreadable = (error: unknown): never => {
    throw dataFault("data_unreadable", file, firstLines(error));
  };
  try {
    const first = readerOf(file, []);
    const columns = await describeColumns(connection, first).catch(unreadable);
    checkColumns(file, columns, [{ column: label, by: "evaluate.label" }, ...options.needed]);
    const texts = columns.filter(({ name }) => name === label || options.textColumns.includes(name));
    const reader = readerOf(
      file,
      texts.map(({ name }) => name),
    );
    await connection
      .run(`CREATE TABLE kept AS SELECT row_number() OVER () AS ${rowNumber}, * FROM ${reader}`)
      .catch(unreadable);
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
    const [total] = await readColumn(connection, "SELECT count(*) FROM kept");
    await connection.run(`DELETE FROM kept WHERE ${quoteName(label)} IS NULL`);
    const numbers = await readColumn(connection, `SELECT ${rowNumber} FROM kept ORDER BY ${rowNumber}`);
    if (numbers.length === 0)
      throw dataFault("data_invalid", file, `there is no row with a value in ${JSON.stringify(label)}`);
    const rowNumbers = Uint32Array.from(numbers, Number);
    return {
      file,
      columns,
      rowNumbers,
      dropped: Number(total) - rowNumbers.length,
      read: (expression) => readColumn(connection, `SELECT ${expression} FROM kept ORDER BY ${rowNumber}`),
      select: (condition, limit) => selectRows(connection, rowNumbers, condition, limit),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function readerOf(file: string, textColumns: readonly string[]): string {
  const path = quoteText(file);
  const extension = extname(file.toLowerCase().replace(/\.(gz|zst)$/, ""));
  switch (extension) {
    case ".parquet":
      return `read_parquet(${path})`;
    case ".json":
    case ".jsonl":
    case ".ndjson":
      return `read_json(${path}, sample_size = -1)`;
    case ".csv":
    case ".tsv": {
      const types = textColumns.map((column) => `${quoteText(column)}: 'VARCHAR'`).join(", ");
      // Types from all rows: a column that is a number in the first thousand lines only is no number.
      return `read_csv(${path}, sample_size = -1${types === "" ? "" : `, types = {${types}}`})`;
    }
    default:
      throw dataFault(
        "data_unreadable",
        file,
        `${extension || "no extension"} is not a known format; expected .parquet, .csv, .tsv, .json, .jsonl or .ndjson`,
      );
  }
}

async function readColumn(connection: DuckDBConnection, sql: string): Promise<readonly DuckDBValue[]> {
  return (await connection.runAndReadAll(sql)).getColumns()[0] ?? [];
}

async function selectRows(
  connection: DuckDBConnection,
  rowNumbers: Uint32Array,
  condition: string,
  limit = rowNumbers.length,
): Promise<Uint32Array> {
  // The line break keeps a trailing comment from swallowing the parenthesis.
  const sql = `SELECT ${rowNumber} FROM kept WHERE (${condition}\n) ORDER BY ${rowNumber} LIMIT ${limit}`;
  // A condition could close its parenthesis and go on with statements of its own.
  if ((await connection.extractStatements(sql)).count !== 1) throw new Error("expected one condition");
  const found = await readColumn(connection, sql);
  // Both lists ascend: one pass finds where each selected row is.
  let at = 0;
  return Uint32Array.from(found, (number) => {
    while (rowNumbers[at] !== Number(number)) at += 1;
    return at;
  });
}

async function describeColumns(connection: DuckDBConnection, reader: string): Promise<Table["columns"]> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${reader}`);
  return described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
}

function checkColumns(file: string, columns: Table["columns"], needed: TableOptions["needed"]): void {
  const names = columns.map((column) => column.name);
  for (const { column, by } of needed) {
    if (names.includes(column)) continue;
    const guess = nearest(column, names);
    const hint =
      guess === null ? `the columns are ${names.slice(0, 30).join(", ")}` : `did you mean ${JSON.stringify(guess)}?`;
    throw dataFault(
      "data_column_missing",
      file,
      `there is no column ${JSON.stringify(column)}, which ${by} names: ${hint}`,
    );
  }
}

export function dataFault(reason: Fault["reason"], file: string, message: string): AssayError {
  return new AssayError({ reason, message, place: { file } });
}

/** DuckDB's message without the advice that follows it, at most three lines. */
export function firstLines(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [useful] = message.split("\n\n");
  return (useful ?? message).split("\n").slice(0, 3).join(" ").slice(0, 600);
}
