import { betaDistribution } from "./beta.ts";
import { binomialLowerTail, binomialUpperTail } from "./binomial.ts";

/** x₍⌈pn⌉₎ of ascending values, the nearest rank; NaN of nothing. */
export function nearestRank(ascending: Float64Array, p: number): number {
  // 0.07 · 100 is a little more than 7 as a double.
  const rank = Math.max(1, Math.ceil(p * ascending.length - 1e-9));
  return ascending[rank - 1] ?? Number.NaN;
}

/**
 * One-sided bound of the p-quantile at `level`: the innermost order statistic that is on its side with that probability,
 * whatever the distribution (David and Nagaraja 2003, Order Statistics, section 7.1). Null where none is: 100 values have
 * no 95 % upper bound of the 99th percentile.
 */
export function quantileBound(
  ascending: Float64Array,
  p: number,
  level: number,
  side: "lower" | "upper",
): number | null {
  const n = ascending.length;
  // As a double 1 − 0.05 is not 0.95: a level is met if it is but for rounding.
  const wanted = level - 1e-12;
  if (side === "upper") {
    const rank = firstRank(n, (at) => binomialLowerTail(at - 1, n, p) >= wanted);
    return ascending[rank - 1] ?? null;
  }
  const rank = firstRank(n, (at) => binomialUpperTail(at, n, p) < wanted) - 1;
  return ascending[rank - 1] ?? null;
}

/** Two-sided interval of the p-quantile at `level`: a bound on each side, with the error split; null where none exists. */
export function quantileInterval(
  ascending: Float64Array,
  p: number,
  level: number,
): { readonly lower: number | null; readonly upper: number | null } {
  return {
    lower: quantileBound(ascending, p, (1 + level) / 2, "lower"),
    upper: quantileBound(ascending, p, (1 + level) / 2, "upper"),
  };
}

/** The first rank of 1 … n from which the condition holds; n + 1 if it never does. */
function firstRank(n: number, holds: (rank: number) => boolean): number {
  let [from, to] = [1, n + 1];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * Queries that MLPerf's early stopping asks for: the smallest h + t with I_p(h, t + 1) ≤ 1 − confidence, for a percentile
 * p and t overruns (MLPerf inference rules, "Early stopping").
 */
export function minimumQueries(percentile: number, overruns: number, confidence: number): number {
  const enough = (within: number): boolean =>
    betaDistribution({ x: percentile, rest: 1 - percentile, a: within, b: overruns + 1 }) <= 1 - confidence;
  let high = 1;
  while (!enough(high)) high *= 2;
  return firstRank(high, enough) + overruns;
}

/**
 * MLPerf's estimate of a percentile from ascending latencies: the slowest after the t − 1 slowest are dropped, with the
 * largest t whose `minimumQueries` are there. Null if even one overrun asks for more.
 */
export function earlyStoppingEstimate(ascending: Float64Array, percentile: number, confidence: number): number | null {
  const n = ascending.length;
  const overruns = firstRank(n, (t) => minimumQueries(percentile, t, confidence) > n) - 1;
  return overruns < 1 ? null : (ascending[n - overruns] ?? null);
}
