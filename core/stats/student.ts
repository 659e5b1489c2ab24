import { betaDistribution } from "./beta.ts";
import { quantile } from "./normal.ts";

/** P(T ≤ t) of Student's t distribution; the degrees of freedom need not be whole. */
export function studentCdf(t: number, df: number): number {
  const tail = upperTail(Math.abs(t), df);
  return t < 0 ? tail : 1 - tail;
}

/** Two-sided p-value of a t statistic. */
export function studentTwoSided(t: number, df: number): number {
  return 2 * upperTail(Math.abs(t), df);
}

/** P(T > t) for t ≥ 0 (Abramowitz and Stegun 26.7.1), with all its digits however small. */
function upperTail(t: number, df: number): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? Number.NaN : 0;
  const total = df + t * t;
  return betaDistribution({ x: df / total, rest: (t * t) / total, a: df / 2, b: 0.5 }) / 2;
}

/** t with P(T ≤ t) = p, for 0 < p < 1. */
export function studentQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability between 0 and 1 is needed, not ${p}`);
  if (p === 0.5) return 0;
  return p < 0.5 ? -upperQuantile(p, df) : upperQuantile(1 - p, df);
}

/** The quantiles of the degrees of freedom that were asked for last: all metrics of the same rows ask for the same few. */
const latest = { df: Number.NaN, byTail: new Map<number, number>() };

function upperQuantile(tail: number, df: number): number {
  if (latest.df !== df) {
    latest.df = df;
    latest.byTail.clear();
  }
  const known = latest.byTail.get(tail);
  if (known !== undefined) return known;
  const found = findUpperQuantile(tail, df);
  latest.byTail.set(tail, found);
  return found;
}

/** t with P(T > t) = tail, for 0 < tail < 0.5: above the normal quantile, found by doubling and bisection. */
function findUpperQuantile(tail: number, df: number): number {
  let low = 0;
  let high = Math.max(1, quantile(1 - tail));
  while (upperTail(high, df) > tail) {
    low = high;
    high *= 2;
  }
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (upperTail(middle, df) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
