import { argsort } from "../stats/order.ts";
import { sum, weightedMean } from "../stats/sums.ts";
import type { MaybeEstimate } from "./estimate.ts";
import { constant, counts, covariance, finite, type ValueSample } from "./regression.ts";

/** Pearson's correlation of prediction and truth; undefined when one of them is constant. */
export function pearson(sample: ValueSample): MaybeEstimate {
  if (!correlated(sample)) return null;
  const { truth, predicted, weights } = sample;
  const spreads = [covariance(truth, truth, weights), covariance(predicted, predicted, weights)] as const;
  const scale = Math.sqrt(spreads[0]) * Math.sqrt(spreads[1]);
  const value = clamp(covariance(truth, predicted, weights) / scale);
  const [y, p] = [standardized(truth, spreads[0], weights), standardized(predicted, spreads[1], weights)];
  // Devlin, Gnanadesikan and Kettenring 1975: z₁z₂ − ρ(z₁² + z₂²) / 2.
  const influence = y.map((own, row) => own * (p[row] ?? 0) - (value / 2) * (own ** 2 + (p[row] ?? 0) ** 2));
  return finite(value, influence);
}

/**
 * Spearman's correlation: Pearson's of the mid-ranks. The influence is the one of Croux and Dehon (2010, Statistical
 * Methods and Applications 19:497) with the margins' spread left free, which ties change: a row moves the correlation
 * by its own ranks and by the ranks of all the others.
 */
export function spearman(sample: ValueSample): MaybeEstimate {
  if (!correlated(sample)) return null;
  const { weights } = sample;
  const [y, p] = [ranked(sample, sample.truth), ranked(sample, sample.predicted)];
  const [varianceY, varianceP] = [covariance(y.ranks, y.ranks, weights), covariance(p.ranks, p.ranks, weights)];
  const scale = Math.sqrt(varianceY * varianceP);
  const value = clamp(covariance(y.ranks, p.ranks, weights) / scale);
  const movedY = moved(product(y.ranks, y.ranks), [y.above(y.ranks), y.above(y.ranks)], weights);
  const movedP = moved(product(p.ranks, p.ranks), [p.above(p.ranks), p.above(p.ranks)], weights);
  const both = moved(product(y.ranks, p.ranks), [y.above(p.ranks), p.above(y.ranks)], weights);
  const influence = both.map((own, row) => {
    return own / scale - (value / 2) * ((movedY[row] ?? 0) / varianceY + (movedP[row] ?? 0) / varianceP);
  });
  return finite(value, influence);
}

/** Whether two numbers per row can be correlated: there are rows, and neither is constant. */
export function correlated(sample: ValueSample): boolean {
  return counts(sample) && !constant(sample, sample.truth) && !constant(sample, sample.predicted);
}

/** Values in ascending order as groups of equal ones; row after row of a group in `order`, `starts` has the end too. */
export function tieGroups(values: Float64Array): { readonly order: Uint32Array; readonly starts: readonly number[] } {
  const order = argsort(values);
  const starts: number[] = [];
  for (let at = 0; at < order.length; at++) {
    if (at === 0 || values[order[at] ?? 0] !== values[order[at - 1] ?? 0]) starts.push(at);
  }
  return { order, starts: [...starts, order.length] };
}

type Ranks = {
  /** Share of the weight below the row, and half of the tied. */
  readonly ranks: Float64Array;
  /** Per row, the mean over all rows of their number where the row is below them, and half of it where tied. */
  readonly above: (of: Float64Array) => Float64Array;
};

function ranked({ n, weights }: ValueSample, values: Float64Array): Ranks {
  const { order, starts } = tieGroups(values);
  const total = weights === null ? n : sum(weights);
  const weightOf = (row: number): number => (weights === null ? 1 : (weights[row] ?? 0));
  /** Σ of a number over the rows of earlier groups and half of the own one, over the total weight. */
  const cumulate = (groups: readonly number[], number: (row: number) => number): Float64Array => {
    const result = new Float64Array(n);
    let before = 0;
    for (const group of groups) {
      const rows = order.subarray(starts[group], starts[group + 1]);
      let own = 0;
      for (const row of rows) own += number(row);
      for (const row of rows) result[row] = (before + own / 2) / total;
      before += own;
    }
    return result;
  };
  const ascending = Array.from({ length: starts.length - 1 }, (_, group) => group);
  return {
    ranks: cumulate(ascending, weightOf),
    above: (of) => cumulate(ascending.toReversed(), (row) => weightOf(row) * (of[row] ?? 0)),
  };
}

/** Influence on the mean of a product of ranks: the own product, and what the row adds to the ranks of the others. */
function moved(
  own: Float64Array,
  [first, second]: readonly [Float64Array, Float64Array],
  weights: Float64Array | null,
): Float64Array {
  const mean = weightedMean(own, weights);
  return own.map((value, row) => value + (first[row] ?? 0) + (second[row] ?? 0) - 3 * mean);
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, row) => value * (b[row] ?? 0));
}

function standardized(values: Float64Array, variance: number, weights: Float64Array | null): Float64Array {
  const mean = weightedMean(values, weights);
  const spread = Math.sqrt(variance);
  return values.map((value) => (value - mean) / spread);
}

/** Rounding must not lead out of [−1, 1]. */
function clamp(value: number): number {
  return value > 1 ? 1 : value < -1 ? -1 : value;
}
