import { quoteName } from "./sql.ts";
import { dataFault, type Table } from "./table.ts";

/** Columns of a table as numbers or texts, by name. */
export type Columns = {
  readonly numbers: ReadonlyMap<string, Float64Array>;
  readonly texts: ReadonlyMap<string, readonly string[]>;
};

/** Columns to read, and as what. */
export type ColumnsWanted = { readonly type: string; readonly columns: readonly string[] };

/**
 * Reads the columns that the models take: numbers with NaN for missing values, texts with "" for them. Throws data_invalid
 * with the first rows of a column that holds no numbers, or missing values or fractions where a model reads integers.
 */
export async function readColumns(table: Table, bindings: readonly ColumnsWanted[]): Promise<Columns> {
  const numbers = new Map<string, Float64Array>();
  const texts = new Map<string, readonly string[]>();
  for (const { type, columns } of bindings) {
    for (const column of columns) {
      if (type === "string") {
        if (!texts.has(column)) texts.set(column, await readTexts(table, column));
        continue;
      }
      const values = numbers.get(column) ?? (await readNumbers(table, column));
      numbers.set(column, values);
      if (type === "int32" || type === "int64" || type === "bool") demandIntegers(table, column, type, values);
    }
  }
  return { numbers, texts };
}

async function readTexts(table: Table, column: string): Promise<readonly string[]> {
  const values = await table.read(`CAST(${quoteName(column)} AS VARCHAR)`);
  return values.map((value) => (typeof value === "string" ? value : ""));
}

async function readNumbers(table: Table, column: string): Promise<Float64Array> {
  const name = quoteName(column);
  const wrong = (what: string): Error =>
    dataFault("data_invalid", table.file, `column ${JSON.stringify(column)} must hold numbers${what}`);
  // Fails as a whole where the type has no cast to a number, such as a date.
  const values = await table
    .read(`TRY_CAST(${name} AS DOUBLE)`)
    .catch(() => Promise.reject(wrong(`, not ${typeOf(table, column)}`)));
  const bad = await table.select(`${name} IS NOT NULL AND TRY_CAST(${name} AS DOUBLE) IS NULL`, 5);
  if (bad.length === 0) return Float64Array.from(values, (value) => (typeof value === "number" ? value : Number.NaN));
  const texts = await readTexts(table, column);
  const rows = [...bad].map((at) => `row ${table.rowNumbers[at]}: ${JSON.stringify(texts[at]?.slice(0, 60))}`);
  throw wrong(` (${rows.join("; ")})`);
}

function demandIntegers(table: Table, column: string, type: "int32" | "int64" | "bool", values: Float64Array): void {
  const limit = { int64: Number.MAX_SAFE_INTEGER, int32: 2 ** 31 - 1, bool: 1 }[type];
  const fits = (value: number): boolean =>
    Number.isInteger(value) && Math.abs(value) <= limit && (type !== "bool" || value >= 0);
  const bad = values.findIndex((value) => !fits(value));
  if (bad < 0) return;
  const value = Number.isNaN(values[bad]) ? "a missing value" : String(values[bad]);
  const message = `column ${JSON.stringify(column)} must hold ${type} for the model (row ${table.rowNumbers[bad]}: ${value})`;
  throw dataFault("data_invalid", table.file, message);
}

function typeOf(table: Table, column: string): string {
  return table.columns.find((candidate) => candidate.name === column)?.type ?? "something else";
}
