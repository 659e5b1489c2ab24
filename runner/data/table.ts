import type { DuckDBValue } from "@duckdb/node-api";
import { type ColumnType, dataFault, firstLines, openSource, type Source, type SourceOptions } from "./source.ts";
import { quoteName } from "./sql.ts";

export { dataFault, firstLines } from "./source.ts";

/** A whole data file in memory: the rows that have a label, in the order of the file. */
export type Table = {
  readonly file: string;
  readonly columns: readonly ColumnType[];
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

export type TableOptions = SourceOptions & {
  readonly label: string;
  /** Who names the label column, for messages; the configuration unless said. */
  readonly labelBy?: string;
};

// A column of our own, beside the file's.
const rowNumber = quoteName("assay: row");

/**
 * Reads a Parquet, CSV or JSON file as a whole. Throws data_unreadable, data_column_missing or data_invalid, naming file
 * and column.
 */
export async function openTable(options: TableOptions): Promise<Table> {
  const { file, label, labelBy = "evaluate.label" } = options;
  const needed = [{ column: label, by: labelBy }, ...options.needed];
  const source = await openSource({ ...options, textColumns: [label, ...options.textColumns], needed });
  try {
    await source
      .run(`CREATE TABLE kept AS SELECT row_number() OVER () AS ${rowNumber}, * FROM ${source.reader}`)
      .catch((error: unknown): never => {
        throw dataFault("data_unreadable", file, firstLines(error));
      });
    const [total] = await readColumn(source, "SELECT count(*) FROM kept");
    await source.run(`DELETE FROM kept WHERE ${quoteName(label)} IS NULL`);
    const numbers = await readColumn(source, `SELECT ${rowNumber} FROM kept ORDER BY ${rowNumber}`);
    if (numbers.length === 0)
      throw dataFault("data_invalid", file, `there is no row with a value in ${JSON.stringify(label)}`);
    const rowNumbers = Uint32Array.from(numbers, Number);
    return {
      file,
      columns: source.columns,
      rowNumbers,
      dropped: Number(total) - rowNumbers.length,
      read: (expression) => readColumn(source, `SELECT ${expression} FROM kept ORDER BY ${rowNumber}`),
      select: (condition, limit) => selectRows(source, rowNumbers, condition, limit),
      close: source.close,
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

async function readColumn(source: Source, sql: string): Promise<readonly DuckDBValue[]> {
  return (await source.read(sql))[0] ?? [];
}

async function selectRows(
  source: Source,
  rowNumbers: Uint32Array,
  condition: string,
  limit = rowNumbers.length,
): Promise<Uint32Array> {
  // The line break keeps a trailing comment from swallowing the parenthesis.
  const sql = `SELECT ${rowNumber} FROM kept WHERE (${condition}\n) ORDER BY ${rowNumber} LIMIT ${limit}`;
  // A condition could close its parenthesis and go on with statements of its own.
  if ((await source.statements(sql)) !== 1) throw new Error("expected one condition");
  const found = await readColumn(source, sql);
  // Both lists ascend: one pass finds where each selected row is.
  let at = 0;
  return Uint32Array.from(found, (number) => {
    while (rowNumbers[at] !== Number(number)) at += 1;
    return at;
  });
}
