import type { Predictions } from "../../core/metrics/measure.ts";
import type { Console } from "../cli/console.ts";
import { readColumns } from "../data/columns.ts";
import { readLabels } from "../data/labels.ts";
import { readSlices } from "../data/slices.ts";
import { dataFault, openTable, type Table } from "../data/table.ts";
import type { Scored } from "../evaluate/scored.ts";
import { codesOf } from "./codes.ts";
import { evaluateConfig } from "./evaluate-config.ts";
import type { CompareOptions } from "./options.ts";
import { selectScored } from "./select-scored.ts";
import { type Side, settleScores } from "./settle-scores.ts";

export type Reading = CompareOptions & { readonly interrupt: AbortSignal; readonly console: Console };

/**
 * The table as rows that can be measured. Throws data_unreadable, data_column_missing, data_invalid or
 * predictions_invalid, naming file, column and the first row numbers.
 */
export async function readScored(options: Reading): Promise<Scored> {
  const table = await open(options);
  try {
    const config = evaluateConfig(options);
    if (table.dropped > 0) options.console.say(`${table.dropped} row(s) without a label are left out`);
    const named = options.task === "binary" || options.task === "multiclass";
    const { labels, classNames } = named
      ? await readLabels(table, config)
      : { labels: await readNumbers(table, options.label), classNames: [] };
    const groups = options.group === null ? null : await codesOf(table, options.group);
    const sides = await readSides(table, options);
    const { file, task, scores, onNan } = options;
    const { rowNumbers } = table;
    const kept = settleScores({ file, task, scores, onNan, labels, rowNumbers }, sides);
    const [candidate, baseline] = sides.map((side) => predictionsOf(options, side));
    if (candidate === undefined) throw new Error("the candidate was not read");
    const scored: Scored = {
      task,
      classNames,
      labels,
      weights: options.weight === null ? null : await readWeights(table, options.weight),
      groups: groups?.codes ?? null,
      groupCount: groups?.values.length ?? rowNumbers.length,
      rowNumbers,
      candidate,
      baseline: baseline ?? null,
      scoring: scores ? "score" : "probability",
      slices: await readSlices(table, options.slices, options.console.say),
      fairnessGroups: await Promise.all(options.fairness.map(async (by) => ({ by, ...(await codesOf(table, by)) }))),
      dropped: table.dropped,
      unpredicted: 0,
      warnings: [],
    };
    return kept === null ? scored : selectScored(scored, kept);
  } finally {
    table.close();
  }
}

async function open(options: Reading): Promise<Table> {
  const named = [
    ...options.candidate.map((column) => ({ column, by: "--candidate" })),
    ...(options.baseline ?? []).map((column) => ({ column, by: "--baseline" })),
    ...(options.weight === null ? [] : [{ column: options.weight, by: "--weight" }]),
    ...(options.group === null ? [] : [{ column: options.group, by: "--group" }]),
    ...options.fairness.map((column) => ({ column, by: "--fairness" })),
  ];
  const texts = [...options.slices, ...options.fairness, ...(options.group === null ? [] : [options.group])];
  const { file, label, interrupt } = options;
  const numbers = new Set([...options.candidate, ...(options.baseline ?? []), options.weight]);
  return openTable({
    file,
    label,
    labelBy: "--label",
    needed: named,
    textColumns: texts.filter((column) => !numbers.has(column)),
    interrupt,
  });
}

async function readSides(table: Table, { candidate, baseline }: CompareOptions): Promise<readonly Side[]> {
  const wanted: Omit<Side, "values">[] = [{ flag: "candidate", columns: candidate }];
  if (baseline !== null) wanted.push({ flag: "baseline", columns: baseline });
  return Promise.all(
    wanted.map(async ({ flag, columns }) => {
      const parts = await Promise.all(columns.map((column) => readNumbers(table, column)));
      const values = new Float64Array(table.rowNumbers.length * columns.length);
      for (const [at, part] of parts.entries())
        for (let row = 0; row < part.length; row++) values[row * parts.length + at] = part[row] ?? Number.NaN;
      return { flag, columns, values };
    }),
  );
}

function predictionsOf({ task, candidate }: CompareOptions, { values }: Side): Predictions {
  switch (task) {
    case "binary":
      return { kind: "binary", scores: values };
    case "multiclass":
      return { kind: "multiclass", probabilities: values, classes: candidate.length };
    case "regression":
    case "ranking":
      return { kind: "value", values };
  }
}

async function readNumbers(table: Table, column: string): Promise<Float64Array> {
  const binding = { name: column, type: "float64", columns: [column], tail: [], rows: null } as const;
  const { numbers } = await readColumns(table, [binding]);
  return numbers.get(column) ?? new Float64Array(0);
}

async function readWeights(table: Table, column: string): Promise<Float64Array> {
  const weights = await readNumbers(table, column);
  const bad = [...weights.keys()].filter((row) => !((weights[row] ?? -1) >= 0 && Number.isFinite(weights[row])));
  if (bad.length > 0) {
    const shown = bad.slice(0, 5).map((row) => `row ${table.rowNumbers[row]}: ${weights[row]}`);
    const what = `${bad.length} weights are missing, negative or not finite (${shown.join("; ")})`;
    throw dataFault("data_invalid", table.file, `column ${JSON.stringify(column)}: ${what}`);
  }
  if (!weights.some((weight) => weight > 0))
    throw dataFault("data_invalid", table.file, `column ${JSON.stringify(column)}: every weight is 0`);
  return weights;
}
