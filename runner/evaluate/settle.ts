import { AssayError, type Reason } from "../../core/fault.ts";
import type { Task } from "../../core/report.ts";
import { largestNumber } from "../data/facts.ts";
import { type Naming, settingName } from "../data/naming.ts";

/** What predictions that are no finite number mean. */
export type OnNan = "error" | "drop-pair" | "worst";

/** One model's predictions, `width` per row. They are changed in place. */
export type SettledSide = {
  /** How messages begin: the model, or the flag and its columns. */
  readonly role: string;
  readonly file: string;
  readonly values: Float64Array;
};

export type Settling = {
  readonly task: Task;
  /** A score is any number, the greater the more positive. */
  readonly kind: "probability" | "logit" | "label" | "score" | "value";
  readonly width: number;
  readonly onNan: OnNan;
  readonly labels: Int32Array | Float64Array;
  readonly rowNumbers: Uint32Array;
  /** Who says how: for messages. */
  readonly naming: Naming;
};

/** Probabilities may miss 0 … 1 by rounding, and those of a row may miss the sum 1, which float32 shows first. */
const tolerance = 1e-6;
const sumTolerance = 1e-3;

/**
 * Makes predictions what the task allows: those that are no finite number are settled as configured, rounding errors
 * clipped. Gives the rows that stay, or null where all do. Throws predictions_invalid with the first row numbers.
 */
export function settlePredictions(input: Settling, sides: readonly SettledSide[]): Uint32Array | null {
  const rows = input.rowNumbers.length;
  let gone: Uint8Array | null = null;
  for (const side of sides) {
    const missing = rowsWhere(input, side, (value) => !Number.isFinite(value));
    if (missing.length === 0) continue;
    switch (input.onNan) {
      case "error":
        throw notFinite(input, side, missing);
      case "worst":
        putWorst(input, side, missing);
        break;
      case "drop-pair":
        gone ??= new Uint8Array(rows);
        for (const row of missing) gone[row] = 1;
    }
  }
  if (input.kind === "probability" || input.kind === "logit")
    for (const side of sides) demandProbabilities(input, side, gone);
  if (input.task === "regression") for (const side of sides) demandSquares(input, side);
  if (gone === null) return null;
  const kept = Uint32Array.from({ length: rows }, (_, row) => row).filter((row) => gone[row] === 0);
  if (kept.length > 0) return kept;
  throw refusal(sides[0], "no row is left for which every model predicts a finite number", "predictions_invalid");
}

/**
 * What costs most: a probability or a label that is certain and wrong; of scores and in a ranking the end of the order
 * that is wrong, beyond every score that was predicted. A squared error has no largest value, so a regression has no worst.
 */
function putWorst({ task, labels, width, kind }: Settling, { values }: SettledSide, rows: readonly number[]): void {
  const isPerClass = width > 1;
  const [first, last] = task === "ranking" || kind === "score" ? beyond(values) : [0, 1];
  for (const row of rows) {
    const label = labels[row] ?? 0;
    if (isPerClass) for (let at = 0; at < width; at++) values[row * width + at] = at === (label + 1) % width ? 1 : 0;
    else if (task === "multiclass" && kind === "label") values[row] = label === 0 ? 1 : 0;
    else values[row] = label > 0 ? first : last;
  }
}

/** A number below and one above all finite ones. */
function beyond(values: Float64Array): readonly [number, number] {
  let [lowest, highest] = [0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return [Math.max(2 * lowest - 1, -Number.MAX_VALUE), Math.min(2 * highest + 1, Number.MAX_VALUE)];
}

function demandProbabilities(input: Settling, side: SettledSide, gone: Uint8Array | null): void {
  const { width } = input;
  const { values } = side;
  const stays = (row: number): boolean => gone?.[row] !== 1;
  let isExact = true;
  let isInside = true;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (value < 0 || value > 1) isExact = false;
    if (value < -tolerance || value > 1 + tolerance) isInside = false;
  }
  if (!isInside) {
    const outside = rowsWhere(input, side, (value) => value < -tolerance || value > 1 + tolerance).filter(stays);
    if (outside.length > 0) {
      const what = `${outside.length} of ${values.length / width} predictions are not probabilities`;
      const advice = input.naming === "flags" ? flagAdvice(input) : "; for raw scores set output.kind to logit";
      throw refusal(side, `${what} (${shown(input, side, outside)})${advice}`);
    }
  }
  if (!isExact) for (let at = 0; at < values.length; at++) values[at] = Math.min(1, Math.max(0, values[at] ?? 0));
  if (width === 1) return;
  const wrong: number[] = [];
  for (let row = 0; row * width < values.length; row++) {
    let sum = 0;
    for (let at = row * width; at < (row + 1) * width; at++) sum += values[at] ?? 0;
    if (!(Math.abs(sum - 1) <= sumTolerance) && stays(row)) wrong.push(row);
  }
  if (wrong.length === 0) return;
  const what = `the probabilities of ${wrong.length} of ${values.length / width} rows do not sum to 1`;
  throw refusal(side, `${what} (${shown(input, side, wrong)})`);
}

/** Errors that large have no square, and so no number of the report would be one. */
function demandSquares(input: Settling, side: SettledSide): void {
  const large = rowsWhere(input, side, (value) => Number.isFinite(value) && Math.abs(value) > largestNumber);
  if (large.length === 0) return;
  const what = `${large.length} of ${side.values.length} predictions are larger than ${largestNumber}`;
  throw refusal(side, `${what} (${shown(input, side, large)})`);
}

/** Several columns are no scores: there is no flag for raw ones. */
function flagAdvice({ task }: Settling): string {
  return task === "binary" ? "; for scores that are no probabilities give --scores" : "";
}

function rowsWhere({ width }: Settling, { values }: SettledSide, holds: (value: number) => boolean): readonly number[] {
  const rows: number[] = [];
  for (let at = 0; at < values.length; at++) {
    if (!holds(values[at] ?? Number.NaN)) continue;
    const row = Math.floor(at / width);
    if (rows.at(-1) !== row) rows.push(row);
  }
  return rows;
}

function notFinite(input: Settling, side: SettledSide, rows: readonly number[]): AssayError {
  const kind = input.naming === "flags" ? "that is missing or no finite number" : "that is no finite number";
  const what = `${rows.length} of ${input.rowNumbers.length} rows have a prediction ${kind}`;
  const worst = input.task === "regression" ? "" : ", worst counts them as wrong";
  const advice = `${settingName(input.naming, "on_nan")}: drop-pair leaves such rows out for both models${worst}`;
  return refusal(side, `${what} (${shown(input, side, rows)}); ${advice}`);
}

function shown({ rowNumbers, width, naming }: Settling, { values }: SettledSide, rows: readonly number[]): string {
  return rows
    .slice(0, 5)
    .map((row) => {
      const own = [...values.subarray(row * width, (row + 1) * width)];
      // A cell of a table without a number; a model says NaN.
      const cells = own.slice(0, 8).map((value) => (naming === "flags" && Number.isNaN(value) ? "none" : value));
      return `row ${rowNumbers[row]}: ${cells.join(", ")}${own.length > 8 ? ", …" : ""}`;
    })
    .join("; ");
}

function refusal(side: SettledSide | undefined, message: string, reason: Reason = "predictions_invalid"): AssayError {
  const { role = "candidate", file } = side ?? {};
  return new AssayError({ reason, message: `${role}: ${message}`, ...(file === undefined ? {} : { place: { file } }) });
}
