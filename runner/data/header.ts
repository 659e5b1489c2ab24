import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteText } from "./sql.ts";

/**
 * The names in the first line of a CSV or TSV file as they are written there; empty where the file is, null where it
 * cannot be told. The database itself renames columns of one name.
 */
export async function readHeader(connection: DuckDBConnection, file: string): Promise<readonly string[] | null> {
  const path = quoteText(file);
  const found = await connection
    .runAndReadAll(
      `SELECT * FROM read_csv(${path}, header = false, all_varchar = true, skip = 0, comment = '') LIMIT 1`,
    )
    .catch(() => null);
  if (found === null) return null;
  return (found.getRows()[0] ?? []).map((name) => (typeof name === "string" ? name : ""));
}

/** Whether the database takes two names for one: it sees no difference between capital and small letters. */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
