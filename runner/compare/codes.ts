import { quoteName } from "../data/sql.ts";
import { dataFault, type Table } from "../data/table.ts";

/** Rows by the value of a column: `codes[row]` is the place of its value in `values`, in the order of the file. */
export type Codes = { readonly codes: Int32Array; readonly values: readonly string[] };

/** Numbers the values of a column. Throws data_invalid with the first rows that have none. */
export async function codesOf(table: Table, column: string): Promise<Codes> {
  const texts = await table.read(`CAST(${quoteName(column)} AS VARCHAR)`);
  const places = new Map<string, number>();
  const missing: number[] = [];
  const codes = Int32Array.from(texts, (text, row) => {
    if (typeof text !== "string") {
      missing.push(row);
      return -1;
    }
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, places.size);
    return places.size - 1;
  });
  if (missing.length === 0) return { codes, values: [...places.keys()] };
  const shown = missing.slice(0, 5).map((row) => table.rowNumbers[row]);
  const what = `${missing.length} rows have no value (rows ${shown.join(", ")})`;
  throw dataFault("data_invalid", table.file, `column ${JSON.stringify(column)}: ${what}`);
}
