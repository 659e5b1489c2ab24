import { AssayError } from "../../core/fault.ts";
import type { Task } from "../../core/report.ts";
import type { OnNan } from "./options.ts";

/** One model's predictions as they stand in the table: rows × columns, NaN where there is none. Changed in place. */
export type Side = {
  readonly flag: "candidate" | "baseline";
  readonly columns: readonly string[];
  readonly values: Float64Array;
};

export type SettleInput = {
  readonly file: string;
  readonly task: Task;
  /** Whether binary predictions are any score rather than a probability. */
  readonly scores: boolean;
  readonly onNan: OnNan;
  readonly labels: Int32Array | Float64Array;
  /** Row of the file that each row is, counted from 1. */
  readonly rowNumbers: Uint32Array;
};

/** Probabilities may miss 0 … 1 by rounding, and those of a row may miss the sum 1, which float32 shows first. */
const tolerance = 1e-6;
const sumTolerance = 1e-3;

/**
 * Makes the predictions what the task allows: missing ones settled as asked, rounding errors clipped. Gives the rows that
 * stay, or null where all do. Throws predictions_invalid with columns and first row numbers.
 */
export function settleScores(input: SettleInput, sides: readonly Side[]): Uint32Array | null {
  const unpredicted = new Set<number>();
  for (const side of sides) {
    const rows = rowsWhere(side, (value) => !Number.isFinite(value));
    if (rows.length === 0) continue;
    if (input.onNan === "error") {
      const what = `${rows.length} rows have a prediction that is missing or no finite number`;
      const advice = "--on-nan drop-pair leaves such rows out for both models, --on-nan worst counts them as wrong";
      throw invalid(input, side, what, rows, input.task === "regression" ? (advice.split(",")[0] ?? "") : advice);
    }
    if (input.onNan === "worst") for (const row of rows) putWorst(input, side, row);
    else for (const row of rows) unpredicted.add(row);
  }
  const isProbability = input.task === "multiclass" || (input.task === "binary" && !input.scores);
  if (isProbability) for (const side of sides) demandProbabilities(input, side, unpredicted);
  if (unpredicted.size === 0) return null;
  return Uint32Array.from(input.rowNumbers.keys()).filter((row) => !unpredicted.has(row));
}

/** The prediction that costs most: certain and wrong; for scores and rankings, the end of the order that is wrong. */
function putWorst({ task, scores, labels }: SettleInput, { columns, values }: Side, row: number): void {
  const label = labels[row] ?? 0;
  const width = columns.length;
  switch (task) {
    case "binary": {
      const [lowest, highest] = scores ? range(values) : [0, 1];
      values[row] = label === 1 ? lowest : highest;
      return;
    }
    case "multiclass": {
      const wrong = (label + 1) % width;
      for (let at = 0; at < width; at++) values[row * width + at] = at === wrong ? 1 : 0;
      return;
    }
    case "ranking":
      values[row] = range(values)[0];
      return;
    case "regression":
      throw new RangeError("a regression task has no worst prediction");
  }
}

function range(values: Float64Array): readonly [number, number] {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return lowest > highest ? [0, 0] : [lowest, highest];
}

function demandProbabilities(input: SettleInput, side: Side, passedOver: ReadonlySet<number>): void {
  const { values, columns } = side;
  const outside = rowsWhere(side, (value) => value < -tolerance || value > 1 + tolerance);
  if (outside.length > 0) {
    const advice = input.task === "binary" ? "for scores that are no probabilities give --scores" : "";
    throw invalid(input, side, `${outside.length} rows have a prediction outside 0 … 1`, outside, advice);
  }
  for (let at = 0; at < values.length; at++) values[at] = Math.min(1, Math.max(0, values[at] ?? Number.NaN));
  const width = columns.length;
  if (width === 1) return;
  const wrong: number[] = [];
  for (let row = 0; row < values.length / width; row++) {
    let sum = 0;
    for (let at = 0; at < width; at++) sum += values[row * width + at] ?? 0;
    if (Math.abs(sum - 1) > sumTolerance && !passedOver.has(row)) wrong.push(row);
  }
  if (wrong.length > 0)
    throw invalid(input, side, `${wrong.length} rows have probabilities that do not sum to 1`, wrong, "");
}

function rowsWhere({ values, columns }: Side, holds: (value: number) => boolean): readonly number[] {
  const width = columns.length;
  const rows: number[] = [];
  for (let at = 0; at < values.length; at++) {
    const row = Math.floor(at / width);
    if (holds(values[at] ?? Number.NaN) && rows.at(-1) !== row) rows.push(row);
  }
  return rows;
}

function invalid(input: SettleInput, side: Side, what: string, rows: readonly number[], advice: string): AssayError {
  const width = side.columns.length;
  const shown = rows.slice(0, 5).map((row) => {
    const values = side.values.subarray(row * width, (row + 1) * width);
    const cells = [...values.subarray(0, 8)].map((value) => (Number.isNaN(value) ? "none" : String(value)));
    return `row ${input.rowNumbers[row]}: ${cells.join(", ")}${width > 8 ? ", …" : ""}`;
  });
  const names = side.columns.slice(0, 8).map((name) => JSON.stringify(name));
  const columns = `${names.length === 1 ? "column" : "columns"} ${names.join(", ")}${width > 8 ? ", …" : ""}`;
  return new AssayError({
    reason: "predictions_invalid",
    message: `--${side.flag}, ${columns}: ${what} (${shown.join("; ")})${advice === "" ? "" : `; ${advice}`}`,
    place: { file: input.file },
  });
}
