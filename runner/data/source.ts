import { extname } from "node:path";
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { AssayError, type Fault } from "../../core/fault.ts";
import { nearest } from "../../core/nearest.ts";
import { demandFile } from "../files.ts";
import { readHeader, sameName } from "./header.ts";
import { correctJsonRow, findJsonProblem } from "./json-objects.ts";
import { repeatedly } from "./repeatedly.ts";
import { chunksOf } from "./row-stream.ts";
import { quoteName, quoteText } from "./sql.ts";

export type ColumnType = { readonly name: string; readonly type: string };

/** A data file that is open for reading, and nothing else is: no other file, no network. */
export type Source = {
  readonly file: string;
  readonly columns: readonly ColumnType[];
  /** The file as SQL reads it. */
  readonly reader: string;
  /** Runs a statement. */
  readonly run: (sql: string) => Promise<void>;
  /** All columns of a small answer. */
  readonly read: (sql: string) => Promise<readonly (readonly DuckDBValue[])[]>;
  /** The rows in the order of the file, a few thousand at a time, read as fast as they are taken. */
  readonly stream: (sql: string) => Promise<RowStream>;
  /** The number of statements in a text. */
  readonly statements: (sql: string) => Promise<number>;
  readonly close: () => void;
};

export type RowStream = {
  /** Names of the columns. */
  readonly columns: readonly string[];
  readonly chunks: AsyncGenerator<DuckDBDataChunk, void, undefined>;
};

export type SourceOptions = {
  readonly file: string;
  /** Columns that are taken as they are written: a CSV's `007` stays `007`, its `yes` stays `yes`. */
  readonly textColumns: readonly string[];
  /** Columns that must exist, with who names them. */
  readonly needed: readonly { readonly column: string; readonly by: string }[];
  readonly interrupt: AbortSignal;
};

/**
 * Opens a Parquet, CSV or JSON file. The database reaches this file only, whatever a slice's predicate says. Throws
 * data_unreadable or data_column_missing, naming file and column.
 */
export async function openSource(options: SourceOptions): Promise<Source> {
  const { file, textColumns } = options;
  await demandFile(file, "data_unreadable", "the evaluation data");
  if (/[*?[\]]/.test(file))
    throw dataFault("data_unreadable", file, "the path holds one of * ? [ ], which stand for many files");
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: "",
  });
  const connection = await instance.connect();
  const stop = repeatedly(() => connection.interrupt());
  options.interrupt.addEventListener("abort", stop.begin);
  // What an interrupt stopped is often followed by a query that looks for the cause: none begins after it.
  const ready = (): DuckDBConnection => {
    options.interrupt.throwIfAborted();
    return connection;
  };
  const close = (): void => {
    options.interrupt.removeEventListener("abort", stop.begin);
    stop.end();
    connection.closeSync();
    instance.closeSync();
  };
  try {
    await connection.run(`SET allowed_paths = [${quoteText(file)}]`);
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
    const described = await describe(connection, readerOf(file, null)).catch((error: unknown): never => {
      throw dataFault("data_unreadable", file, firstLines(error));
    });
    const [only, ...others] = described;
    if (isSeparated(file) && only !== undefined && others.length === 0)
      await demandEvenRows(connection, file, only.name);
    const header = isSeparated(file) ? await readHeader(connection, file) : null;
    const problem = isJson(file) ? await findJsonProblem(connection, readerOf(file, null), described) : null;
    if (problem !== null) throw dataFault("data_unreadable", file, problem);
    checkColumns(file, described, header, options.needed);
    const texts = described.filter(({ name }) => textColumns.includes(name)).map(({ name }) => name);
    const isText = (name: string): boolean => isSeparated(file) && texts.includes(name);
    const columns = described.map(({ name, type }) => ({ name, type: isText(name) ? "VARCHAR" : type }));
    return {
      file,
      columns,
      reader: readerOf(file, columns),
      run: async (sql) => void (await ready().run(sql)),
      read: async (sql) => (await ready().runAndReadAll(sql)).getColumns(),
      stream: async (sql) => {
        const result = await ready().stream(sql);
        return { columns: result.columnNames(), chunks: chunksOf(result) };
      },
      statements: async (sql) => (await connection.extractStatements(sql)).count,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function extensionOf(file: string): string {
  return extname(file.toLowerCase().replace(/\.(gz|zst)$/, ""));
}

function isSeparated(file: string): boolean {
  return [".csv", ".tsv"].includes(extensionOf(file));
}

function isJson(file: string): boolean {
  return [".json", ".jsonl", ".ndjson"].includes(extensionOf(file));
}

/** The file as SQL reads it; without columns, what their types are is found out from all rows. */
function readerOf(file: string, columns: readonly ColumnType[] | null): string {
  const path = quoteText(file);
  const extension = extensionOf(file);
  switch (extension) {
    case ".parquet":
      return `read_parquet(${path})`;
    case ".json":
    case ".jsonl":
    case ".ndjson":
      return `read_json(${path}, sample_size = -1)`;
    case ".csv":
    case ".tsv": {
      // No line is passed over, be it as a comment: else lines that differ from the others would be lost without a word.
      // Types from all rows, once: a column that is a number in the first thousand lines only is no number.
      if (columns === null) return `read_csv(${path}, sample_size = -1, skip = 0, comment = '')`;
      const types = columns.map(({ name, type }) => `${quoteText(name)}: ${quoteText(type)}`).join(", ");
      return `read_csv(${path}, skip = 0, comment = '', types = {${types}})`;
    }
    default:
      throw dataFault(
        "data_unreadable",
        file,
        `${extension || "no extension"} is not a known format; expected .parquet, .csv, .tsv, .json, .jsonl or .ndjson`,
      );
  }
}

async function describe(connection: DuckDBConnection, reader: string): Promise<readonly ColumnType[]> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${reader}`);
  return described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
}

function checkColumns(
  file: string,
  columns: readonly ColumnType[],
  header: readonly string[] | null,
  needed: SourceOptions["needed"],
): void {
  if (header?.every((name) => name.trim() === "") === true)
    throw dataFault("data_unreadable", file, "the file is empty; expected a line with the names of the columns");
  const names = columns.map((column) => column.name);
  for (const { column, by } of needed) {
    // The database gives the second of two such columns another name, so what is meant would be a guess.
    const alike = (header ?? []).flatMap((name, at) => (sameName(name, column) ? [at + 1] : []));
    if (alike.length > 1) {
      const places = `columns ${alike.join(", ")}`;
      const what = `${JSON.stringify(column)}, which ${by} names, stands ${alike.length} times in the header`;
      throw dataFault(
        "data_invalid",
        file,
        `${what} (${places}), capital and small letters alike; give each a name of its own`,
      );
    }
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

/**
 * Where rows differ in length, the database finds no separator, and the first line is the name of an only column. Reading
 * strictly then tells the line. Throws data_unreadable.
 */
async function demandEvenRows(connection: DuckDBConnection, file: string, header: string): Promise<void> {
  const separator = [",", ";", "\t", "|"].find((character) => header.includes(character));
  if (separator === undefined) return;
  const names = header.split(separator);
  const columns = names.map((_, at) => `'c${at}': 'VARCHAR'`).join(", ");
  const options = `delim = ${quoteText(separator)}, header = true, auto_detect = false, columns = {${columns}}`;
  await connection
    .runAndReadAll(`SELECT count(c${names.length - 1}) FROM read_csv(${quoteText(file)}, ${options})`)
    .catch((error: unknown): never => {
      throw dataFault("data_unreadable", file, firstLines(error));
    });
}

/** The type of a column; a text where the file has no such column. */
export function typeOf({ columns }: Pick<Source, "columns">, name: string): string {
  return columns.find((column) => column.name === name)?.type ?? "something else";
}

/** Rows of the file that meet a condition, with a text of each, at most `limit`: for messages. */
export async function findRows(
  source: Source,
  condition: string,
  text: string,
  limit: number,
): Promise<readonly { readonly row: number; readonly text: string | null }[]> {
  const place = quoteName("assay: row");
  const [rows = [], texts = []] = await source.read(
    `SELECT ${place}, ${text} FROM (SELECT row_number() OVER () AS ${place}, * FROM ${source.reader})
     WHERE (${condition}) ORDER BY ${place} LIMIT ${limit}`,
  );
  return rows.map((row, at) => {
    const found = texts[at];
    return { row: Number(row), text: typeof found === "string" ? found : null };
  });
}

export function dataFault(reason: Fault["reason"], file: string, message: string): AssayError {
  return new AssayError({ reason, message, place: { file } });
}

/** DuckDB's message without the advice that follows it, at most three lines. */
export function firstLines(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [useful] = message.split("\n\n");
  // What follows is every dialect that a CSV file might have had.
  const [told = ""] = (useful ?? message).split("The search space used was");
  if (told.includes("detect the CSV parsing dialect"))
    return "no separator and no quoting fit the lines of this CSV file";
  return correctJsonRow(told.split("\n").slice(0, 3).join(" ").trim()).slice(0, 600);
}
