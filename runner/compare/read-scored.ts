import type { Console } from "../cli/console.ts";
import { collectNumbers } from "../data/collect.ts";
import { type Demand, numberOf } from "../data/demands.ts";
import { type InputTaker, readRows } from "../data/read-rows.ts";
import type { SelectList } from "../data/select-list.ts";
import { openSource, type Source } from "../data/source.ts";
import type { Scored } from "../evaluate/scored.ts";
import type { SettledSide } from "../evaluate/settle.ts";
import { settleRows } from "../evaluate/settle-rows.ts";
import { evaluateConfig } from "./evaluate-config.ts";
import type { CompareOptions } from "./options.ts";

export type Reading = CompareOptions & { readonly interrupt: AbortSignal; readonly console: Console };

/**
 * The table as rows that can be measured. Throws data_unreadable, data_column_missing, data_invalid or
 * predictions_invalid, naming file, column and the first row numbers.
 */
export async function readScored(options: Reading): Promise<Scored> {
  const { file, task, scores, onNan, candidate, baseline } = options;
  const source = await open(options);
  try {
    const columns = planColumns(source, [...candidate, ...(baseline ?? [])]);
    const evaluate = evaluateConfig(options);
    const { say } = options.console;
    const rows = await readRows({ source, evaluate, inputs: columns.inputs, say, naming: "flags" });
    if (rows.dropped > 0) say(`${rows.dropped} row(s) without a label are left out`);
    const isProbability = task === "multiclass" || (task === "binary" && !scores);
    const sideOf = (flag: "candidate" | "baseline", names: readonly string[]): SettledSide => ({
      role: `--${flag}, ${listed(names)}`,
      file,
      values: columns.valuesOf(names, rows.rowNumbers.length),
    });
    return settleRows({
      task,
      kind: isProbability ? "probability" : task === "binary" ? "score" : "value",
      width: candidate.length,
      onNan,
      rows,
      candidate: sideOf("candidate", candidate),
      baseline: baseline === null ? null : sideOf("baseline", baseline),
      naming: "flags",
    });
  } finally {
    source.close();
  }
}

async function open(options: Reading): Promise<Source> {
  const { file, task, label, weight, group, slices, fairness, interrupt } = options;
  const predictions = [
    ...options.candidate.map((column) => ({ column, by: "--candidate" })),
    ...(options.baseline ?? []).map((column) => ({ column, by: "--baseline" })),
  ];
  const needed = [
    { column: label, by: "--label" },
    ...predictions,
    ...(weight === null ? [] : [{ column: weight, by: "--weight" }]),
    ...(group === null ? [] : [{ column: group, by: "--group" }]),
    ...fairness.map((column) => ({ column, by: "--fairness" })),
  ];
  const numbers = new Set([...predictions.map(({ column }) => column), weight]);
  const isClassifier = task === "binary" || task === "multiclass";
  const texts = [...slices, ...fairness, ...(group === null ? [] : [group]), ...(isClassifier ? [label] : [])];
  return openSource({ file, textColumns: texts.filter((column) => !numbers.has(column)), needed, interrupt });
}

/** The columns of predictions, taken as numbers while the rows are read: NaN where there is none. */
function planColumns(source: Source, names: readonly string[]) {
  const columns = new Map(names.map((name) => [name, numberOf(source, name)]));
  const collectors = new Map<string, ReturnType<typeof collectNumbers>>();
  const taker: InputTaker = {
    take: async (chunk, rows) => {
      for (const collector of collectors.values()) collector.take(chunk, rows);
    },
    end: async () => {},
  };
  return {
    inputs: (list: SelectList): { readonly taker: InputTaker; readonly demands: readonly Demand[] } => {
      for (const [name, { value }] of columns)
        collectors.set(name, collectNumbers(list.add(`coalesce(${value}, 'nan'::DOUBLE)`)));
      return { taker, demands: [...columns.values()].flatMap(({ demands }) => demands) };
    },
    /** Rows × columns, on memory of its own. */
    valuesOf: (wanted: readonly string[], rows: number): Float64Array => {
      const width = wanted.length;
      const values = new Float64Array(rows * width);
      for (const [at, name] of wanted.entries()) {
        const own = collectors.get(name)?.result();
        for (let row = 0; row < rows; row++) values[row * width + at] = own?.[row] ?? Number.NaN;
      }
      return values;
    },
  };
}

function listed(columns: readonly string[]): string {
  const names = columns.slice(0, 8).map((name) => JSON.stringify(name));
  return `${names.length === 1 ? "column" : "columns"} ${names.join(", ")}${columns.length > 8 ? ", …" : ""}`;
}
