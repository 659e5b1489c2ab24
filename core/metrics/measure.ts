import type { Curves, Metric, Report, Slice, Task } from "../report.ts";
import { difference, insufficient, measurement, noDifference, tooFewRows } from "./compare.ts";
import { curvesOf } from "./curves.ts";
import { estimators } from "./estimators.ts";
import { type MetricSpec, metricFault, metricSpec } from "./registry.ts";
import { labelsAt, type Predictions, predictionsAt, type Side, sideOf } from "./side.ts";

export type { BinaryPredictions, MulticlassPredictions, Predictions } from "./side.ts";

export type MeasureInput = {
  readonly task: Extract<Task, "binary" | "multiclass">;
  readonly metrics: readonly string[];
  /** Binary 0 or 1; multiclass the index of the class. */
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  readonly candidate: Predictions;
  readonly baseline: Predictions | null;
  readonly slices: readonly { readonly slice: Slice; readonly rows: Uint32Array }[];
  /** Two-sided level of the intervals, such as 0.95. */
  readonly level: number;
  /** A slice with fewer rows is insufficient; with fewer rows at all, values are shown but nothing is proven. */
  readonly minRows?: number;
};

export type Measured = {
  readonly metrics: Metric[];
  readonly behaviour: Report["behaviour"];
  readonly curves: Curves;
};

/** Rows of the smaller class that a slice needs before a rank metric says something about it. */
const minRowsOfClass = 10;

/** The rows on which two models are compared. */
type Rows = { readonly slice: Slice | null; readonly candidate: Side; readonly baseline: Side | null };

/**
 * All numbers of a report: every metric over all rows, then slice by slice, with intervals and differences; how often
 * the models disagree; and the curves. Throws RangeError for input that the caller should have refused.
 */
export function measure(input: MeasureInput): Measured {
  check(input);
  const all = rowsOf(input, null);
  const minRows = input.minRows ?? 50;
  const specs = input.metrics.flatMap((id) => metricSpec(id) ?? []);
  const isEnough = (spec: MetricSpec, { candidate }: Rows): boolean =>
    candidate.n >= minRows && (!spec.needsBothClasses || smallestClass(candidate) >= minRowsOfClass);
  const metrics = specs.map((spec) => {
    const metric = metricOf(spec, all, input.level);
    // Tango's interval holds for any number of rows; the others rest on many, and on few claim far too much.
    return isEnough(spec, all) || spec.method === "tango" ? metric : withoutProof(metric, input.level);
  });
  for (const { slice, rows } of input.slices) {
    const part = rowsOf(input, { slice, rows });
    for (const spec of specs) {
      metrics.push(isEnough(spec, part) ? metricOf(spec, part, input.level) : insufficientOf(spec, part, input.level));
    }
  }
  return { metrics, behaviour: behaviourOf(all), curves: curvesOf(input.classNames, all.candidate, all.baseline) };
}

function rowsOf(input: MeasureInput, part: { slice: Slice; rows: Uint32Array } | null): Rows {
  const { labels, candidate, baseline } = input;
  if (part === null) {
    return {
      slice: null,
      candidate: sideOf(labels, candidate),
      baseline: baseline === null ? null : sideOf(labels, baseline),
    };
  }
  const own = labelsAt(labels, part.rows);
  return {
    slice: part.slice,
    candidate: sideOf(own, predictionsAt(candidate, part.rows)),
    baseline: baseline === null ? null : sideOf(own, predictionsAt(baseline, part.rows)),
  };
}

function metricOf(spec: MetricSpec, { slice, candidate, baseline }: Rows, level: number): Metric {
  const estimate = estimators[spec.id];
  if (estimate === undefined) throw new RangeError(`no estimator for ${spec.id}`);
  const own = estimate(candidate);
  const theirs = baseline === null ? null : estimate(baseline);
  return {
    id: spec.id,
    slice,
    definition: spec.definition,
    candidate: measurement(spec, candidate, own, level),
    baseline: baseline === null ? null : measurement(spec, baseline, theirs, level),
    delta: baseline === null ? null : difference(spec, candidate.labels, own, theirs, level),
  };
}

/** The metric's values without any claim about their difference. */
function withoutProof(metric: Metric, level: number): Metric {
  if (metric.delta === null) return metric;
  return { ...metric, delta: { ...noDifference(level), value: metric.delta.value, method: tooFewRows } };
}

function insufficientOf(spec: MetricSpec, { slice, candidate, baseline }: Rows, level: number): Metric {
  return {
    id: spec.id,
    slice,
    definition: spec.definition,
    candidate: insufficient(candidate.n),
    baseline: baseline === null ? null : insufficient(baseline.n),
    delta: baseline === null ? null : noDifference(level),
  };
}

function smallestClass(side: Side): number {
  return side.counts().labeled.reduce((least, count) => Math.min(least, count), Number.POSITIVE_INFINITY);
}

function behaviourOf({ candidate, baseline }: Rows): Report["behaviour"] {
  const { n, labels } = candidate;
  if (baseline === null || n === 0) return null;
  const own = candidate.predicted();
  const theirs = baseline.predicted();
  let disagreement = 0;
  let negativeFlips = 0;
  let positiveFlips = 0;
  for (let row = 0; row < n; row++) {
    if (own[row] === theirs[row]) continue;
    disagreement++;
    if (theirs[row] === labels[row]) negativeFlips++;
    if (own[row] === labels[row]) positiveFlips++;
  }
  return { disagreement: disagreement / n, negativeFlips: negativeFlips / n, positiveFlips: positiveFlips / n };
}

function check(input: MeasureInput): void {
  const { labels, task, level } = input;
  const classes = input.candidate.kind === "binary" ? 2 : input.candidate.classes;
  for (const id of input.metrics) {
    const fault = metricFault(task, id);
    if (fault !== null) throw new RangeError(fault);
  }
  for (const side of [input.candidate, input.baseline]) if (side !== null) checkPredictions(side, input, classes);
  if (input.classNames.length !== classes) throw new RangeError(`${classes} class names are needed`);
  if (!labels.every((label) => label >= 0 && label < classes))
    throw new RangeError("a label is not one of the classes");
  for (const { rows } of input.slices) {
    if (!rows.every((row) => row < labels.length)) throw new RangeError("a slice names a row that does not exist");
  }
  if (!(level > 0 && level < 1)) throw new RangeError(`a level between 0 and 1 is needed, not ${level}`);
}

function checkPredictions(of: Predictions, { labels, task }: MeasureInput, classes: number): void {
  if (of.kind !== task) throw new RangeError(`${of.kind} predictions for a ${task} task`);
  const values = of.kind === "binary" ? of.scores : of.probabilities;
  const perRow = of.kind === "binary" ? 1 : of.classes;
  if (perRow !== 1 && perRow !== classes) throw new RangeError("the two models have different classes");
  if (values.length !== labels.length * perRow) throw new RangeError("there are not as many predictions as labels");
  if (!values.every((value) => Number.isFinite(value))) throw new RangeError("a prediction is not a finite number");
}
