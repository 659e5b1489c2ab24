import type { Bounds, Difference } from "../report.ts";
import { acceleration, bcaBound, bcaInterval, percentileBound } from "../stats/bootstrap.ts";
import { quantile, twoSided } from "../stats/normal.ts";
import { standardErrorOfMean } from "../stats/spread.ts";
import type { Levels, Spread } from "./contest.ts";
import type { Sample } from "./sample.ts";

/** Ascending replicates of both models and of their difference, each without those where it is not defined. */
export type Bootstrapped = {
  readonly candidate: Float64Array;
  readonly baseline: Float64Array | null;
  readonly difference: Float64Array | null;
  /**
   * Replicates of a part of the units are as much too wide as √(all / part): their spread is multiplied by this, and
   * only the spread is used. 1 for replicates of all units.
   */
  readonly scale: number;
};

/** The replicates of two models that were drawn together, in the order of the draws. */
export function bootstrapped(candidate: Float64Array, baseline: Float64Array | null, scale: number): Bootstrapped {
  const difference = baseline?.map((value, at) => (candidate[at] ?? Number.NaN) - value) ?? null;
  return {
    candidate: ascending(candidate),
    baseline: baseline === null ? null : ascending(baseline),
    difference: difference === null ? null : ascending(difference),
    scale,
  };
}

/** Skewness of what the units move, for BCa intervals; 0 where it is not known: then only the bias is corrected. */
export function skewness(of: Spread, sample: Sample): number {
  if (of.perRow === null) return 0;
  const value = acceleration(unitSums(of.perRow(), sample));
  return Number.isNaN(value) ? 0 : value;
}

/** Standard deviation of the replicates. */
export function spreadOf(replicates: Float64Array): number {
  return (standardErrorOfMean(replicates) ?? 0) * Math.sqrt(replicates.length);
}

/** What replicates do not tell: the largest possible difference, how the units are drawn, and their skewness. */
export type Circumstances = { readonly range: number; readonly clustered: boolean; readonly skewness: () => number };

/** A difference with the interval of its replicates: BCa, or percentiles where that is not defined. */
export function bootstrappedDifference(
  value: number,
  { candidate: own, difference: replicates, scale }: Bootstrapped,
  levels: Levels,
  { range, clustered, skewness: skewnessOf }: Circumstances,
): Difference | null {
  if (replicates === null || replicates.length < 2) return null;
  const standardError = spreadOf(replicates) * scale;
  // Replicates that never differ are believed where the candidate's own ones do: then the models agree.
  if (standardError === 0)
    return value === 0 && spreads(own) ? certain(levels, methodOf("percentile", clustered)) : null;
  const z = value / standardError;
  const within = ([low, high]: readonly [number, number]): [number, number] => {
    return [Math.max(-range, low), Math.min(range, high)];
  };
  if (scale !== 1) {
    const bound = (p: number): [number, number] => {
      return within([value - quantile(p) * standardError, value + quantile(p) * standardError]);
    };
    return assemble({ value, standardError, z, p: twoSided(z), method: "subsampled-bootstrap" }, levels, bound);
  }
  const skew = skewnessOf();
  const isBca = bcaInterval(replicates, value, skew, levels.level) !== null;
  const bound = (p: number): [number, number] => {
    const side = (which: "lower" | "upper"): number => {
      const found = isBca ? bcaBound(replicates, value, skew, p, which) : null;
      return found ?? percentileBound(replicates, p, which) ?? value;
    };
    return within([side("lower"), side("upper")]);
  };
  const method = methodOf(isBca ? "bca" : "percentile", clustered);
  return assemble({ value, standardError, z, p: shareBeyond(replicates), method }, levels, bound);
}

type Tested = Pick<Difference, "value" | "standardError" | "z" | "p" | "method">;

function assemble(tested: Tested, { level, oneSided }: Levels, bound: (p: number) => [number, number]): Difference {
  const bounds = oneSided.map((each): Bounds => {
    const [lower, upper] = bound(each);
    return { level: each, lower, upper };
  });
  return { ...tested, interval: bound((1 + level) / 2), level, bounds };
}

function spreads(replicates: Float64Array): boolean {
  return replicates.length > 1 && replicates[0] !== replicates.at(-1);
}

function certain(levels: Levels, method: string): Difference {
  return assemble({ value: 0, standardError: 0, z: 0, p: 1, method }, levels, () => [0, 0]);
}

function methodOf(kind: "bca" | "percentile", clustered: boolean): string {
  return clustered ? "cluster-bootstrap" : `bootstrap-${kind}`;
}

/** Two-sided p: twice the smaller share of replicates on one side of 0, with the (1 + #) / (B + 1) that is never 0. */
function shareBeyond(replicates: Float64Array): number {
  let [below, above] = [0, 0];
  for (const value of replicates) {
    if (value <= 0) below++;
    if (value >= 0) above++;
  }
  return Math.min(1, (2 * (1 + Math.min(below, above))) / (replicates.length + 1));
}

/** Σwφ of each unit. */
function unitSums(perRow: Float64Array, { weights, groups }: Sample): Float64Array {
  if (weights === null && groups === null) return perRow;
  const sums = new Float64Array(groups?.count ?? perRow.length);
  for (let row = 0; row < perRow.length; row++) {
    const unit = groups === null ? row : (groups.ofRow[row] ?? 0);
    sums[unit] = (sums[unit] ?? 0) + (weights === null ? 1 : (weights[row] ?? 0)) * (perRow[row] ?? 0);
  }
  return sums;
}

function ascending(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort();
}
