import { type AssayError } from "../../core/fault.ts";
import { isNumeric } from "./numeric.ts";
import { dataFault, findRows, type Source, typeOf } from "./source.ts";
import { quoteName } from "./sql.ts";

/** What must not be in the data: a condition in SQL, and what to say about the first rows that meet it. */
export type Demand = {
  /** Never NULL. */
  readonly violated: string;
  /** The rows' text to show, in SQL. */
  readonly text: string;
  readonly explain: (rows: readonly { readonly row: number; readonly text: string | null }[]) => AssayError;
};

/** The demand on rows that meet a condition in SQL; the others may break it. */
export function demandWhere(condition: string, demand: Demand): Demand {
  return { ...demand, violated: `(${condition} AND ${demand.violated})` };
}

const shownRows = 5;

/** Throws the fault of the first demand that some row does not meet. */
export async function explainViolation(source: Source, demands: readonly Demand[]): Promise<void> {
  for (const { violated, text, explain } of demands) {
    const rows = await findRows(source, violated, text, shownRows);
    if (rows.length > 0) throw explain(rows);
  }
}

/** A column of numbers as a DOUBLE in SQL, with the demand that it holds some. Throws data_invalid for other types. */
export function numberOf(
  source: Source,
  column: string,
): { readonly value: string; readonly demands: readonly Demand[] } {
  const name = quoteName(column);
  const type = typeOf(source, column);
  if (isNumeric(type) || type === "BOOLEAN") return { value: `CAST(${name} AS DOUBLE)`, demands: [] };
  if (type !== "VARCHAR" && type !== "JSON" && !type.startsWith("ENUM("))
    throw noNumbers(source, column, `, not ${type}`);
  const text = `CAST(${name} AS VARCHAR)`;
  const value = `TRY_CAST(${text} AS DOUBLE)`;
  const demand: Demand = {
    violated: `(${name} IS NOT NULL AND ${value} IS NULL)`,
    text,
    explain: (rows) => noNumbers(source, column, ` (${rows.map(shownText).join("; ")})`),
  };
  return { value, demands: [demand] };
}

export function shownText({ row, text }: { readonly row: number; readonly text: string | null }): string {
  return `row ${row}: ${JSON.stringify(text?.slice(0, 60) ?? null)}`;
}

function noNumbers({ file }: Source, column: string, what: string): AssayError {
  return dataFault("data_invalid", file, `column ${JSON.stringify(column)} must hold numbers${what}`);
}
