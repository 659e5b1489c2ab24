import { AssayError } from "../../core/fault.ts";
import type { Slice } from "../../core/report.ts";
import { quoteName } from "./sql.ts";
import { firstLines, type Table } from "./table.ts";

export type SliceRows = { readonly slice: Slice; readonly rows: Uint32Array };

const maxValues = 50;

/** The rows of every slice: a column gives one slice per value, the 50 most frequent; anything else is a SQL predicate. */
export async function readSlices(
  table: Table,
  configured: readonly string[],
  say: (line: string) => void,
): Promise<readonly SliceRows[]> {
  const slices: SliceRows[] = [];
  for (const [index, text] of configured.entries()) {
    const isColumn = table.columns.some((column) => column.name === text);
    slices.push(...(isColumn ? await slicesOfColumn(table, text, say) : [await sliceOfPredicate(table, text, index)]));
  }
  return slices;
}

async function slicesOfColumn(
  table: Table,
  column: string,
  say: (line: string) => void,
): Promise<readonly SliceRows[]> {
  const values = await table.read(`CAST(${quoteName(column)} AS VARCHAR)`);
  const byValue = new Map<string, number[]>();
  values.forEach((value, row) => {
    // A missing value is no value of the column; those rows count in the whole only.
    if (typeof value !== "string") return;
    const found = byValue.get(value);
    if (found === undefined) byValue.set(value, [row]);
    else found.push(row);
  });
  if (byValue.size > maxValues)
    say(`column ${column} has ${byValue.size} values; the ${maxValues} most frequent ones become slices`);
  return [...byValue]
    .toSorted(([a, aRows], [b, bRows]) => bRows.length - aRows.length || (a < b ? -1 : 1))
    .slice(0, maxValues)
    .map(([value, found]) => ({ slice: { by: column, value }, rows: Uint32Array.from(found) }));
}

async function sliceOfPredicate(table: Table, where: string, index: number): Promise<SliceRows> {
  const rows = await table.select(where).catch((error: unknown) => {
    const message = `slice ${JSON.stringify(where)} is neither a column nor a SQL predicate: ${firstLines(error)}`;
    throw new AssayError({
      reason: "config_invalid",
      message,
      place: { file: table.file, path: `evaluate.slices[${index}]` },
    });
  });
  return { slice: { where }, rows };
}
