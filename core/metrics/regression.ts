import { weightedMean } from "../stats/sums.ts";
import type { MaybeEstimate } from "./estimate.ts";

/** What a regression model predicts on n rows beside what is true. */
export type ValueSample = {
  readonly n: number;
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
  /** Per row, finite and ≥ 0; null: every row counts 1. */
  readonly weights: Float64Array | null;
};

/** A metric of predicted numbers: a mean has its loss per row, every other one the influence of the row. */
export type ValueMetric = (sample: ValueSample) => MaybeEstimate;

/** Mean (p − y)². */
export const mse = meanOf((y, p) => (p - y) ** 2);
/** Mean |p − y|. */
export const mae = meanOf((y, p) => Math.abs(p - y));
/** Mean p − y: above 0 the model predicts too much. */
export const bias = meanOf((y, p) => p - y);
/** Mean |p − y| / |y|; undefined when a row's truth is 0. */
export const mape = meanOf((y, p) => (y === 0 ? Number.NaN : Math.abs((p - y) / y)));
/** Mean 2|p − y| / (|p| + |y|), between 0 and 2; a row where both are 0 is predicted right and counts 0. */
export const smape = meanOf((y, p) => (y === p ? 0 : (2 * Math.abs(p - y)) / (Math.abs(p) + Math.abs(y))));
/** Mean (ln(1 + p) − ln(1 + y))²; undefined when a number is −1 or less. */
export const msle = meanOf((y, p) => (y > -1 && p > -1 ? (Math.log1p(p) - Math.log1p(y)) ** 2 : Number.NaN));

/** Mean pinball loss of predictions of the quantile (Koenker and Bassett 1978): q(y − p) above, (1 − q)(p − y) below. */
export function pinball(quantile: number): ValueMetric {
  return meanOf((y, p) => (y >= p ? quantile * (y - p) : (1 - quantile) * (p - y)));
}

/** Mean 2(y ln(y/p) − y + p); undefined when a truth is negative or a prediction is not above 0. */
export const poissonDeviance = meanOf((y, p) => {
  if (!(y >= 0 && p > 0)) return Number.NaN;
  return 2 * ((y === 0 ? 0 : y * Math.log(y / p)) - y + p);
});

/** Whether a row has no weight, so that nothing may depend on it. */
export function weightless({ weights }: ValueSample, row: number): boolean {
  return weights !== null && weights[row] === 0;
}

/** Whether any row counts. */
export function counts({ n, weights }: ValueSample): boolean {
  return n > 0 && (weights === null || weights.some((weight) => weight > 0));
}

/** A value with its numbers per row, or null where the value is no number: a row is undefined, or a sum too large. */
export function finite(value: number, perRow: Float64Array | null): MaybeEstimate {
  return Number.isFinite(value) ? { value, perRow } : null;
}

/** Numbers per row; a row without weight has 0, whatever it holds. */
export function perRowOf(sample: ValueSample, of: (truth: number, predicted: number) => number): Float64Array {
  const { n, truth, predicted } = sample;
  const values = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    if (!weightless(sample, row)) values[row] = of(truth[row] ?? 0, predicted[row] ?? 0);
  }
  return values;
}

/** Σw (a − mean a)(b − mean b) / Σw. */
export function covariance(a: Float64Array, b: Float64Array, weights: Float64Array | null): number {
  const [meanA, meanB] = [weightedMean(a, weights), weightedMean(b, weights)];
  const products = new Float64Array(a.length);
  for (let row = 0; row < a.length; row++) products[row] = ((a[row] ?? 0) - meanA) * ((b[row] ?? 0) - meanB);
  return weightedMean(products, weights);
}

/** Whether the rows that count all hold the same number; rounding would give their variance a tiny value. */
export function constant(sample: ValueSample, values: Float64Array): boolean {
  let first: number | undefined;
  for (let row = 0; row < values.length; row++) {
    if (weightless(sample, row)) continue;
    first ??= values[row];
    if (values[row] !== first) return false;
  }
  return true;
}

function meanOf(loss: (truth: number, predicted: number) => number): ValueMetric {
  return (sample) => {
    if (!counts(sample)) return null;
    const losses = perRowOf(sample, loss);
    return finite(weightedMean(losses, sample.weights), losses);
  };
}
