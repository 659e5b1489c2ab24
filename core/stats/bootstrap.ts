import { cdf, quantile } from "./normal.ts";
import { poissonDraw } from "./poisson.ts";
import { integers, multinomialCounts, poissonCounts, poissonShares, type RandomKey, uniforms } from "./random.ts";
import { sumOf } from "./sums.ts";

/** What is drawn again: `units` rows, groups or queries. Within a stratum as many are drawn as there are. */
export type Resampling = {
  readonly units: number;
  readonly replicates: number;
  readonly key: RandomKey;
  readonly strata: Uint8Array | null;
};

/** From so many units on, independent Poisson(1) counts stand for draws with replacement. */
const poissonFrom = 200;

/**
 * The statistic of every replicate, ascending; those that are NaN are left out. The counts are multinomial below 200
 * units and Poisson(1) from there on (Hanley and MacGibbon 2006, "Creating non-parametric bootstrap samples using
 * Poisson frequencies"); with strata they are multinomial in each (Davison and Hinkley 1997, section 3.2).
 */
export function bootstrap(of: Resampling, statistic: (counts: Uint8Array) => number): Float64Array {
  const counts = new Uint8Array(of.units);
  const draw = drawing(of);
  const values = new Float64Array(of.replicates);
  let defined = 0;
  for (let replicate = 0; replicate < of.replicates; replicate++) {
    draw(replicate, counts);
    const value = statistic(counts);
    if (!Number.isNaN(value)) values[defined++] = value;
  }
  return values.slice(0, defined).sort();
}

function drawing({ units, key, strata }: Resampling): (replicate: number, counts: Uint8Array) => void {
  const few = units < poissonFrom;
  if (strata === null) return (replicate, counts) => (few ? multinomialCounts : poissonCounts)(key, replicate, counts);
  const members = membersOf(strata);
  return (replicate, counts) => {
    if (few) counts.fill(0);
    else poissonCounts(key, replicate, counts);
    const below = integers(key, replicate);
    let rest = few ? 0 : sumOfCounts(counts);
    for (const rows of members.slice(1)) {
      const drawn = few ? 0 : sumOfCounts(counts, rows);
      rest -= drawn;
      settle({ rows, drawn }, counts, below);
    }
    settle({ rows: members[0] ?? new Uint32Array(0), drawn: rest }, counts, below);
  };
}

/** Draws of the rows, or of all. */
function sumOfCounts(counts: Uint8Array, rows?: Uint32Array): number {
  let sum = 0;
  if (rows === undefined) for (let unit = 0; unit < counts.length; unit++) sum += counts[unit] ?? 0;
  else for (let at = 0; at < rows.length; at++) sum += counts[rows[at] ?? 0] ?? 0;
  return sum;
}

/** Unit numbers of every stratum that has any, the largest first: its draws are what the others leave of the sum. */
function membersOf(strata: Uint8Array): readonly Uint32Array[] {
  const sizes = new Uint32Array(256);
  for (const stratum of strata) sizes[stratum] = (sizes[stratum] ?? 0) + 1;
  const members = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(256);
  for (const [unit, stratum] of strata.entries()) {
    const at = filled[stratum] ?? 0;
    const rows = members[stratum];
    if (rows !== undefined) rows[at] = unit;
    filled[stratum] = at + 1;
  }
  return members.filter((rows) => rows.length > 0).toSorted((a, b) => b.length - a.length);
}

/**
 * Makes the draws of a stratum as many as its members. Given their sum, Poisson counts are multinomial; one uniform
 * draw more, or one of the draws taken back at random, leaves them multinomial with a sum of one more or less.
 */
function settle(
  stratum: { readonly rows: Uint32Array; readonly drawn: number },
  counts: Uint8Array,
  below: (limit: number) => number,
): void {
  const { rows } = stratum;
  let { drawn } = stratum;
  while (drawn < rows.length) {
    const unit = rows[below(rows.length)] ?? 0;
    counts[unit] = (counts[unit] ?? 0) + 1;
    drawn++;
  }
  const largest = poissonShares.length - 1;
  while (drawn > rows.length) {
    // One number chooses the unit and decides whether one of its draws is taken, in proportion to their count.
    const chosen = below(rows.length * largest);
    const unit = rows[Math.floor(chosen / largest)] ?? 0;
    const count = counts[unit] ?? 0;
    if (chosen % largest >= count) continue;
    counts[unit] = count - 1;
    drawn--;
  }
}

/** The cells of a contingency table, each with the number of its rows. */
export type CellResampling = { readonly counts: Float64Array; readonly replicates: number; readonly key: RandomKey };

/**
 * The Poisson bootstrap of a table of counts, at a cost that does not depend on the number of rows: every cell is drawn
 * from Poisson(its count), which is what Poisson(1) counts of its rows add up to. Ascending, NaN left out. The array
 * given to `statistic` is used again.
 */
export function cellBootstrap(of: CellResampling, statistic: (cells: Float64Array) => number): Float64Array {
  const cells = new Float64Array(of.counts.length);
  const values = new Float64Array(of.replicates);
  let defined = 0;
  for (let replicate = 0; replicate < of.replicates; replicate++) {
    const uniform = uniforms(of.key, replicate);
    for (const [cell, mean] of of.counts.entries()) cells[cell] = poissonDraw(mean, uniform);
    const value = statistic(cells);
    if (!Number.isNaN(value)) values[defined++] = value;
  }
  return values.slice(0, defined).sort();
}

/** a = Σφ³ / (6 (Σφ²)^1.5) of the influence values φ (Efron 1987, formula 7.3); NaN where all are 0. */
export function acceleration(influence: Float64Array): number {
  const n = influence.length;
  const squares = sumOf(n, (i) => (influence[i] ?? 0) ** 2);
  const cubes = sumOf(n, (i) => (influence[i] ?? 0) ** 3);
  return cubes / (6 * squares ** 1.5);
}

/**
 * Two-sided BCa interval (Efron 1987, "Better bootstrap confidence intervals") of ascending replicates; replicates
 * equal to the estimate count half below it. Null where it is not defined; then percentiles are left.
 */
export function bcaInterval(
  replicates: Float64Array,
  estimate: number,
  acceleration: number,
  level: number,
): [number, number] | null {
  const lower = bcaBound(replicates, estimate, acceleration, (1 + level) / 2, "lower");
  const upper = bcaBound(replicates, estimate, acceleration, (1 + level) / 2, "upper");
  return lower === null || upper === null ? null : [lower, upper];
}

/**
 * One-sided BCa bound at `level`. Null where the replicates are all the same, all on one side of the estimate, or too
 * few to hold the percentile asked for, and where the acceleration is NaN or turns the percentile around.
 */
export function bcaBound(
  replicates: Float64Array,
  estimate: number,
  acceleration: number,
  level: number,
  side: "lower" | "upper",
): number | null {
  const n = replicates.length;
  if (n < 2 || replicates[0] === replicates[n - 1]) return null;
  const share = (countBelow(replicates, estimate) + countUpTo(replicates, estimate)) / (2 * n);
  if (!(share > 0 && share < 1)) return null;
  const bias = quantile(share);
  const shifted = bias + quantile(side === "lower" ? 1 - level : level);
  const scale = 1 - acceleration * shifted;
  if (!(scale > 0)) return null;
  const p = cdf(bias + shifted / scale);
  // Half a replicate beyond the bound is the least that places it.
  return Math.min(p, 1 - p) * n < 0.5 ? null : percentile(replicates, p);
}

/** Two-sided percentile interval of ascending replicates; null if there are none. */
export function percentileInterval(replicates: Float64Array, level: number): [number, number] | null {
  const tail = (1 - level) / 2;
  return replicates.length === 0 ? null : [percentile(replicates, tail), percentile(replicates, 1 - tail)];
}

/** One-sided percentile bound at `level` of ascending replicates; null if there are none. */
export function percentileBound(replicates: Float64Array, level: number, side: "lower" | "upper"): number | null {
  return replicates.length === 0 ? null : percentile(replicates, side === "lower" ? 1 - level : level);
}

/** Between the two nearest order statistics, at (n − 1) p (Hyndman and Fan 1996, type 7). */
function percentile(ascending: Float64Array, p: number): number {
  const at = (ascending.length - 1) * p;
  const low = ascending[Math.floor(at)] ?? Number.NaN;
  const high = ascending[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** How many ascending values are less than `limit`. */
function countBelow(ascending: Float64Array, limit: number): number {
  return firstAt(ascending, (value) => value >= limit);
}

/** How many ascending values are at most `limit`. */
function countUpTo(ascending: Float64Array, limit: number): number {
  return firstAt(ascending, (value) => value > limit);
}

function firstAt(ascending: Float64Array, reached: (value: number) => boolean): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (reached(ascending[middle] ?? Number.POSITIVE_INFINITY)) to = middle;
    else from = middle + 1;
  }
  return from;
}
