import { AssayError } from "../../core/fault.ts";
import type { Slice } from "../../core/report.ts";
import { changingFunctions } from "./changing.ts";
import { type Codes, type Collector, collectCodes, collectMembers } from "./collect.ts";
import type { Naming } from "./naming.ts";
import type { SelectList } from "./select-list.ts";
import { firstLines, type Source } from "./source.ts";
import { quoteName } from "./sql.ts";

export type SliceRows = { readonly slice: Slice; readonly rows: Uint32Array };

/** A slice of the configuration while rows are read: a column, or a predicate. */
export type PlannedSlice =
  | { readonly kind: "column"; readonly by: string; readonly collector: Collector<Codes> }
  | { readonly kind: "predicate"; readonly where: string; readonly collector: Collector<Uint32Array> };

const maxValues = 50;

/** Adds what the slices read. Throws config_invalid for a text that is neither a column nor one predicate. */
export async function planSlices(
  source: Source,
  configured: readonly string[],
  list: SelectList,
  naming: Naming,
): Promise<readonly PlannedSlice[]> {
  if (configured.length > 0) await makeEmptyTable(source);
  const planned: PlannedSlice[] = [];
  for (const [index, text] of configured.entries()) {
    if (source.columns.some((column) => column.name === text)) {
      const place = list.add(`CAST(${quoteName(text)} AS VARCHAR)`);
      planned.push({ kind: "column", by: text, collector: collectCodes(place) });
      continue;
    }
    await checkPredicate(source, text).catch((error: unknown) => {
      throw notAPredicate({ file: source.file, index, naming }, text, error);
    });
    const changing = await changingFunctions(source, text);
    if (changing.length > 0) throw notTheSame({ file: source.file, index, naming }, text, changing);
    const place = list.add(membership(text));
    planned.push({ kind: "predicate", where: text, collector: collectMembers(place) });
  }
  return planned;
}

const emptyTable = quoteName("assay: columns");

/** Predicates are checked on a table of the same columns and no rows: to bind the file again can mean to read it. */
async function makeEmptyTable({ columns, run }: Source): Promise<void> {
  const list = columns.map(({ name, type }) => `${quoteName(name)} ${type}`).join(", ");
  await run(`CREATE OR REPLACE TEMP TABLE ${emptyTable} (${list})`);
}

async function checkPredicate({ statements, read }: Source, where: string): Promise<void> {
  // The line break keeps a trailing comment from swallowing the parenthesis.
  const sql = `SELECT 1 FROM ${emptyTable} WHERE (${where}\n)`;
  // A condition could close its parenthesis and go on with statements of its own.
  if ((await statements(sql)) !== 1) throw new Error("expected one condition");
  await read(sql);
  // As one of the columns that are read: what is more than a condition is no expression.
  await read(`SELECT ${membership(where)} FROM ${emptyTable}`);
}

/** Whether a row is in the slice: NULL is not. */
function membership(where: string): string {
  return `coalesce(CAST((${where}\n) AS BOOLEAN), false)`;
}

/** Blames the predicate that fails by itself, for instance in a cast, when reading all of them failed. */
export async function blamePredicate(
  source: Source,
  configured: readonly string[],
  naming: Naming,
  failure: unknown,
): Promise<void> {
  const columns = source.columns.map(({ name }) => `count(${quoteName(name)})`).join(", ");
  const isReadable = await source.read(`SELECT ${columns} FROM ${source.reader}`).then(
    () => true,
    () => false,
  );
  if (!isReadable) return;
  for (const [index, text] of configured.entries()) {
    if (source.columns.some((column) => column.name === text)) continue;
    await source.read(`SELECT count(*) FROM ${source.reader} WHERE (${text}\n)`).catch(() => {
      throw notAPredicate({ file: source.file, index, naming }, text, failure);
    });
  }
}

type SlicePlace = { readonly file: string; readonly index: number; readonly naming: Naming };

function notAPredicate(at: SlicePlace, where: string, error: unknown): AssayError {
  return sliceFault(at, where, `is neither a column nor a SQL predicate: ${firstLines(error)}`);
}

function notTheSame(at: SlicePlace, where: string, functions: readonly string[]): AssayError {
  return sliceFault(at, where, `does not select the same rows every time: it asks for ${functions.join(", ")}`);
}

function sliceFault({ file, index, naming }: SlicePlace, where: string, what: string): AssayError {
  const isFlag = naming === "flags";
  const place = isFlag ? { file } : { file, path: `evaluate.slices[${index}]` };
  const message = `${isFlag ? "--slice" : "slice"} ${JSON.stringify(where)} ${what}`;
  return new AssayError({ reason: "config_invalid", message, place });
}

/** The rows of every slice: a column gives one slice per value, the 50 most frequent, those of equal size by name. */
export function slicesOf(planned: readonly PlannedSlice[], say: (line: string) => void): readonly SliceRows[] {
  return planned.flatMap((slice) => {
    switch (slice.kind) {
      case "predicate":
        return [{ slice: { where: slice.where }, rows: slice.collector.result() }];
      case "column":
        return slicesOfColumn(slice.by, slice.collector.result(), say);
    }
  });
}

function slicesOfColumn(by: string, { codes, values }: Codes, say: (line: string) => void): readonly SliceRows[] {
  const sizes = new Uint32Array(values.length);
  // A missing value is no value of the column; those rows count in the whole only.
  for (const code of codes) if (code >= 0) sizes[code] = (sizes[code] ?? 0) + 1;
  const found = [...values.keys()].filter((code) => (sizes[code] ?? 0) > 0);
  if (found.length > maxValues)
    say(`column ${by} has ${found.length} values; the ${maxValues} most frequent ones become slices`);
  const size = (code: number): number => sizes[code] ?? 0;
  const chosen = found
    .toSorted((a, b) => size(b) - size(a) || ((values[a] ?? "") < (values[b] ?? "") ? -1 : 1))
    .slice(0, maxValues);
  const rows = new Map(chosen.map((code) => [code, { rows: new Uint32Array(size(code)), length: 0 }]));
  for (let row = 0; row < codes.length; row++) {
    const own = rows.get(codes[row] ?? -1);
    if (own !== undefined) own.rows[own.length++] = row;
  }
  return [...rows].map(([code, own]) => ({ slice: { by, value: values[code] ?? "" }, rows: own.rows }));
}
