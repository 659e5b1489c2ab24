import type { MeasureInput, Predictions } from "./input.ts";
import { metricFault } from "./registry.ts";

/** Throws RangeError for what the caller should have refused. */
export function checkInput(input: MeasureInput): void {
  const { labels, task, level, levels, scoring } = input;
  for (const id of input.metrics) {
    const fault = metricFault(task, id, scoring);
    if (fault !== null) throw new RangeError(fault);
  }
  const classes = input.candidate.kind === "multiclass" ? input.candidate.classes : 2;
  for (const side of [input.candidate, input.baseline]) if (side !== null) checkPredictions(side, input, classes);
  if (input.candidate.kind === "value") {
    if (!allFinite(labels)) throw new RangeError("a label is not a finite number");
  } else {
    if (input.classNames.length !== classes) throw new RangeError(`${classes} class names are needed`);
    if (!allBelow(labels, classes)) throw new RangeError("a label is not one of the classes");
  }
  checkRows(input);
  for (const each of [level, ...levels]) {
    if (!(each > 0 && each < 1)) throw new RangeError(`a level between 0 and 1 is needed, not ${each}`);
  }
}

function checkRows({ labels, weights, groups, slices, fairnessGroups }: MeasureInput): void {
  const n = labels.length;
  if (weights !== null) {
    if (weights.length !== n) throw new RangeError("there are not as many weights as labels");
    if (!allFinite(weights) || weights.some((weight) => weight < 0)) throw new RangeError("a weight is not at least 0");
    if (n > 0 && !weights.some((weight) => weight > 0)) throw new RangeError("all weights are 0");
  }
  if (groups !== null) {
    if (groups.length !== n) throw new RangeError("there are not as many groups as labels");
    if (!allBelow(groups, n)) throw new RangeError("groups are not numbered from 0 without gaps");
  }
  for (const { rows } of slices) {
    for (let at = 0; at < rows.length; at++) {
      if ((rows[at] ?? 0) >= n) throw new RangeError("a slice names a row that does not exist");
    }
  }
  for (const { by, codes, values } of fairnessGroups) {
    if (codes.length !== n) throw new RangeError(`there are not as many values of ${by} as labels`);
    if (!allBelow(codes, values.length)) throw new RangeError(`a row has a value of ${by} that is not listed`);
  }
}

function checkPredictions(of: Predictions, { labels, task }: MeasureInput, classes: number): void {
  const kind = task === "regression" || task === "ranking" ? "value" : task;
  if (of.kind !== kind) throw new RangeError(`${of.kind} predictions for a ${task} task`);
  const values = valuesOf(of);
  const perRow = of.kind === "multiclass" ? of.classes : 1;
  if (perRow !== 1 && perRow !== classes) throw new RangeError("the two models have different classes");
  if (values.length !== labels.length * perRow) throw new RangeError("there are not as many predictions as labels");
  if (!allFinite(values)) throw new RangeError("a prediction is not a finite number");
}

function valuesOf(of: Predictions): Float64Array {
  switch (of.kind) {
    case "binary":
      return of.scores;
    case "multiclass":
      return of.probabilities;
    case "value":
      return of.values;
    default:
      return of satisfies never;
  }
}

function allFinite(values: Float64Array | Int32Array): boolean {
  // x − x is 0 for finite numbers and NaN for the others, and NaN stays in a sum.
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += (values[at] ?? 0) - (values[at] ?? 0);
  return sum === 0;
}

function allBelow(codes: Int32Array | Float64Array, limit: number): boolean {
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? -1;
    if (!(code >= 0 && code < limit)) return false;
  }
  return true;
}
