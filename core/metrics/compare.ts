import type { Difference, Measurement } from "../report.ts";
import { delongStandardError } from "../stats/delong.ts";
import { quantile, twoSided } from "../stats/normal.ts";
import { pairedStandardError, tangoInterval, tangoZ, wilsonInterval } from "../stats/proportion.ts";
import { standardErrorOfMean, tabulate } from "../stats/sums.ts";
import type { Estimate, MaybeEstimate } from "./estimate.ts";
import type { MetricSpec } from "./registry.ts";
import type { Side } from "./side.ts";

/** One model's number with its two-sided interval. */
export function measurement(spec: MetricSpec, side: Side, estimate: MaybeEstimate, level: number): Measurement {
  if (estimate === null) return { value: null, status: "undefined", n: side.n, interval: null };
  return { value: estimate.value, status: "ok", n: side.n, interval: singleInterval(spec, side, estimate, level) };
}

/** The number that is not given because the rows are too few. */
export function insufficient(n: number): Measurement {
  return { value: null, status: "insufficient", n, interval: null };
}

/** `method` of a difference that was not tested because there are too few rows for it. */
export const tooFewRows = "too-few-rows";

/** A difference of which nothing can be said. */
export function noDifference(level: number): Difference {
  return { value: null, interval: null, level, method: "none", standardError: null, z: null, p: null };
}

/** Candidate minus baseline on the same rows, tested with the metric's own method. */
export function difference(
  spec: MetricSpec,
  labels: Int32Array,
  candidate: MaybeEstimate,
  baseline: MaybeEstimate,
  level: number,
): Difference {
  if (candidate === null || baseline === null) return noDifference(level);
  const value = candidate.value - baseline.value;
  const unknown = { ...noDifference(level), value };
  if (spec.method === "none" || candidate.perRow === null || baseline.perRow === null) return unknown;
  if (spec.method === "tango") return pairedProportions(candidate.perRow, baseline.perRow, level);

  const [own, theirs] = [candidate.perRow, baseline.perRow];
  const differences = tabulate(own.length, (row) => (own[row] ?? 0) - (theirs[row] ?? 0));
  const standardError = spread(spec, labels, differences);
  if (standardError === null) return unknown;
  if (standardError === 0 && !agree(spec, labels, candidate.perRow, value)) return unknown;
  const z = standardError === 0 ? 0 : value / standardError;
  const half = quantile((1 + level) / 2) * standardError;
  const range = spec.max - spec.min;
  const interval: [number, number] = [Math.max(-range, value - half), Math.min(range, value + half)];
  return { value, interval, level, method: spec.method, standardError, z, p: twoSided(z) };
}

/**
 * A standard error of 0 is believed only when the models agree row by row although their rows differ. Two perfect
 * models also have 0, but there it means that the rows cannot show a spread.
 */
function agree(spec: MetricSpec, labels: Int32Array, perRow: Float64Array, value: number): boolean {
  return value === 0 && (spread(spec, labels, perRow) ?? 0) > 0;
}

function pairedProportions(candidate: Float64Array, baseline: Float64Array, level: number): Difference {
  let gained = 0;
  let lost = 0;
  for (let row = 0; row < candidate.length; row++) {
    const change = (candidate[row] ?? 0) - (baseline[row] ?? 0);
    if (change > 0) gained++;
    if (change < 0) lost++;
  }
  const counts = { gained, lost, n: candidate.length };
  const z = gained === lost ? 0 : tangoZ(counts, 0);
  return {
    value: (gained - lost) / counts.n,
    interval: tangoInterval(counts, level),
    level,
    method: "tango",
    standardError: pairedStandardError(counts),
    z,
    p: twoSided(z),
  };
}

function spread(spec: MetricSpec, labels: Int32Array, perRow: Float64Array): number | null {
  if (spec.method === "delong") return delongStandardError(perRow, (row) => labels[row] === 1);
  return standardErrorOfMean(perRow);
}

function singleInterval(spec: MetricSpec, side: Side, estimate: Estimate, level: number): [number, number] | null {
  const counted = proportion(spec, side);
  if (counted !== null) return wilsonInterval(counted.successes, counted.of, level);
  if (estimate.perRow === null) return null;
  const standardError = spread(spec, side.labels, estimate.perRow);
  if (standardError === null || standardError === 0) return null;
  const z = quantile((1 + level) / 2);
  const { value } = estimate;
  if (spec.min === 0 && spec.max === 1) return logitInterval(value, standardError, z);
  return [Math.max(spec.min, value - z * standardError), Math.min(spec.max, value + z * standardError)];
}

/** Metrics that are a plain share of some rows have Wilson's interval, which is honest near 0 and 1. */
function proportion(spec: MetricSpec, side: Side): { successes: number; of: number } | null {
  const { n, labeled, predicted, correct } = side.counts();
  const share = (k: number, of: Float64Array): { successes: number; of: number } => {
    return { successes: correct[k] ?? 0, of: of[k] ?? 0 };
  };
  if (spec.id === "accuracy") return { successes: correct.reduce((sum, count) => sum + count, 0), of: n };
  if (spec.id === "precision") return share(1, predicted);
  if (spec.id === "recall") return share(1, labeled);
  if (spec.id === "specificity") return share(0, labeled);
  return null;
}

/** The interval of the value's logit, turned back: it stays inside (0, 1). */
function logitInterval(value: number, standardError: number, z: number): [number, number] | null {
  if (!(value > 0 && value < 1)) return null;
  const center = Math.log(value / (1 - value));
  const half = (z * standardError) / (value * (1 - value));
  return [1 / (1 + Math.exp(-(center - half))), 1 / (1 + Math.exp(-(center + half)))];
}
