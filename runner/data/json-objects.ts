import type { DuckDBConnection } from "@duckdb/node-api";

/**
 * What keeps a JSON file from being rows; null where nothing does. The database reads values that are no objects as one
 * column named `json`, also where there is none at all.
 */
export async function findJsonProblem(
  connection: DuckDBConnection,
  reader: string,
  columns: readonly { readonly name: string; readonly type: string }[],
): Promise<string | null> {
  const [only, ...others] = columns;
  if (only?.name !== "json" || only.type !== "JSON" || others.length > 0) return null;
  const found = await connection.runAndReadAll(
    `SELECT row, json FROM (SELECT row_number() OVER () AS row, json FROM ${reader})
     WHERE coalesce(json_type(json), 'NULL') <> 'OBJECT' ORDER BY row LIMIT 5`,
  );
  const rows = found.getRows().map(([row, value]) => `row ${String(row)}: ${String(value).slice(0, 60)}`);
  const what = 'expected one object per row, such as {"column": value}';
  return rows.length === 0 ? `the file holds no rows; ${what}` : `${what} (${rows.join("; ")})`;
}

/** The database's message about JSON with the row that is meant: it counts the one after it. Other messages stay. */
export function correctJsonRow(message: string): string {
  return message.replace(
    /^Invalid Input Error: Malformed JSON in file ".*?", at byte (\d+) in (?:line|record\/value) (\d+): /s,
    (_, byte: string, row: string) => `malformed JSON in row ${Number(row) - 1}, at byte ${byte}: `,
  );
}
