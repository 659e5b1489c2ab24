import type { Source } from "./source.ts";
import { quoteText } from "./sql.ts";

// Without parentheses these stand in a syntax tree as columns.
const clocks: readonly string[] = ["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"];

/**
 * The functions in a condition that answer differently another time, such as `random` or `now`: the same data would give
 * other numbers. Empty where there are none.
 */
export async function changingFunctions(
  { columns, read }: Pick<Source, "columns" | "read">,
  where: string,
): Promise<readonly string[]> {
  const [trees = []] = await read(`SELECT json_serialize_sql(${quoteText(`SELECT 1 WHERE (${where}\n)`)})`);
  const tree: unknown = JSON.parse(String(trees[0]));
  const named = new Set(columns.map(({ name }) => name.toLowerCase()));
  const asked = namesIn(tree, "column_names").filter((name) => clocks.includes(name) && !named.has(name));
  const called = [...new Set(namesIn(tree, "function_name"))];
  if (called.length === 0) return asked;
  const list = called.map(quoteText).join(", ");
  const [changing = []] = await read(
    `SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT' AND function_name IN (${list})`,
  );
  return [...asked, ...changing.map(String)].toSorted();
}

/** Every name that a syntax tree holds under a key, in small letters. */
function namesIn(tree: unknown, under: "function_name" | "column_names"): readonly string[] {
  if (Array.isArray(tree)) return tree.flatMap((part) => namesIn(part, under));
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => {
    if (key !== under) return namesIn(value, under);
    return [value].flat().flatMap((name) => (typeof name === "string" ? [name.toLowerCase()] : []));
  });
}
