import { sum, weightedMean } from "../stats/sums.ts";
import type { MaybeEstimate } from "./estimate.ts";
import { finite, type ValueSample } from "./regression.ts";
import { correlated, tieGroups } from "./regression-correlation.ts";

/**
 * Kendall's τ_b of prediction and truth (Kendall 1945): Σ w_i w_j sgn(y_i − y_j) sgn(p_i − p_j) over the pairs, divided
 * by √ of the weight of the pairs untied in y and of those untied in p. O(n log n): a tree over the ranks of p holds
 * the weight of the rows with smaller y (Knight 1966 counts the same by merging). Undefined when a side is constant.
 */
export function kendallTauB(sample: ValueSample): MaybeEstimate {
  if (!correlated(sample)) return null;
  const { n, weights } = sample;
  const total = weights === null ? n : sum(weights);
  const agreeing = agreements(sample);
  const untied = [unequal(sample, sample.truth, total), unequal(sample, sample.predicted, total)] as const;
  const shares = [weightedMean(untied[0], weights) / total, weightedMean(untied[1], weights) / total] as const;
  const scale = Math.sqrt(shares[0] * shares[1]);
  const share = weightedMean(agreeing, weights) / total;
  const value = Math.max(-1, Math.min(1, share / scale));
  // A mean over pairs moves by twice what the row's own pairs differ from it (Hájek's projection).
  const perRow = agreeing.map((own, row) => {
    const tied = (untied[0][row] ?? 0) / total / shares[0] + (untied[1][row] ?? 0) / total / shares[1] - 2;
    return (2 * (own / total - share)) / scale - value * tied;
  });
  return finite(value, perRow);
}

/** Per row, the weight of the rows that it is ordered alike with, minus the weight of those ordered otherwise. */
function agreements({ n, truth, predicted, weights }: ValueSample): Float64Array {
  const ranks = denseRanks(predicted);
  const { order, starts } = tieGroups(truth);
  const result = new Float64Array(n);
  const groups = Array.from({ length: starts.length - 1 }, (_, group) => group);
  const sweep = (along: readonly number[], sign: number): void => {
    const tree = new Float64Array(n + 1);
    let seen = 0;
    for (const group of along) {
      const rows = order.subarray(starts[group], starts[group + 1]);
      for (const row of rows) {
        const rank = ranks[row] ?? 0;
        const below = prefix(tree, rank - 1);
        const above = seen - prefix(tree, rank);
        result[row] = (result[row] ?? 0) + sign * (below - above);
      }
      for (const row of rows) {
        const weight = weights === null ? 1 : (weights[row] ?? 0);
        add(tree, ranks[row] ?? 0, weight);
        seen += weight;
      }
    }
  };
  sweep(groups, 1);
  sweep(groups.toReversed(), -1);
  return result;
}

/** Per row, the weight of the rows with another number. */
function unequal({ n, weights }: ValueSample, values: Float64Array, total: number): Float64Array {
  const { order, starts } = tieGroups(values);
  const result = new Float64Array(n);
  for (let group = 0; group + 1 < starts.length; group++) {
    const rows = order.subarray(starts[group], starts[group + 1]);
    let tied = 0;
    for (const row of rows) tied += weights === null ? 1 : (weights[row] ?? 0);
    for (const row of rows) result[row] = total - tied;
  }
  return result;
}

/** The place of each number among the distinct ones, from 1. */
function denseRanks(values: Float64Array): Uint32Array {
  const { order, starts } = tieGroups(values);
  const ranks = new Uint32Array(values.length);
  for (let group = 0; group + 1 < starts.length; group++) {
    for (const row of order.subarray(starts[group], starts[group + 1])) ranks[row] = group + 1;
  }
  return ranks;
}

/** Σ of the first `end` places of a Fenwick tree (1994). */
function prefix(tree: Float64Array, end: number): number {
  let total = 0;
  for (let at = end; at > 0; at -= at & -at) total += tree[at] ?? 0;
  return total;
}

function add(tree: Float64Array, place: number, weight: number): void {
  for (let at = place; at < tree.length; at += at & -at) tree[at] = (tree[at] ?? 0) + weight;
}
