import { quantile } from "./normal.ts";

/** One-sided bounds, each at the level asked for. */
export type Bounds = { readonly lower: number; readonly upper: number };

/** Up to so many values the null distribution of the signed-rank sum is counted. */
const exactUpTo = 50;

/**
 * The median of the means of all pairs, each value with itself included: a center that one wild value does not move
 * (Hodges and Lehmann 1963). O(n²) memory; NaN of nothing.
 */
export function hodgesLehmann(values: Float64Array): number {
  const means = walshAverages(values);
  const middle = Math.floor(means.length / 2);
  const upper = means[middle] ?? Number.NaN;
  return means.length % 2 === 1 ? upper : ((means[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Bounds of the center of a symmetric distribution that Wilcoxon's signed-rank test does not reject, one-sided at
 * `level` each (Lehmann 1975, Nonparametrics, section 4.3): exact up to 50 values, the normal approximation with its
 * continuity correction above. Null where the values are too few for the level.
 */
export function signedRankBounds(values: Float64Array, level: number): Bounds | null {
  const place = values.length <= exactUpTo ? exactPlace(values.length, level) : normalPlace(values.length, level);
  if (place < 1) return null;
  const means = walshAverages(values);
  const lower = means[place - 1];
  const upper = means[means.length - place];
  return lower === undefined || upper === undefined ? null : { lower, upper };
}

/** Means of all pairs i ≤ j, ascending. */
function walshAverages(values: Float64Array): Float64Array {
  const n = values.length;
  const means = new Float64Array((n * (n + 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) means[at++] = ((values[i] ?? 0) + (values[j] ?? 0)) / 2;
  return means.sort();
}

/** How many values w of the signed-rank sum have P(W ≤ w) ≤ 1 − level. */
function exactPlace(n: number, level: number): number {
  const most = (n * (n + 1)) / 2;
  const ways = new Float64Array(most + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = most; sum >= rank; sum--) ways[sum] = (ways[sum] ?? 0) + (ways[sum - rank] ?? 0);
  }
  const limit = (1 - level) * 2 ** n * (1 + 1e-12);
  let place = 0;
  for (let cumulated = ways[0] ?? 0; cumulated <= limit && place <= most; cumulated += ways[place] ?? 0) place++;
  return place;
}

function normalPlace(n: number, level: number): number {
  const mean = (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
  return Math.floor(mean - quantile(level) * deviation + 0.5);
}
