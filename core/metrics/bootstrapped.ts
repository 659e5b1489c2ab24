import type { Bounds, Difference } from "../report.ts";
import { acceleration, bcaBound, bcaInterval, percentileBound } from "../stats/bootstrap.ts";
import { quantile, twoSided } from "../stats/normal.ts";
import { studentQuantile, studentTwoSided } from "../stats/student.ts";
import { sumOf } from "../stats/sums.ts";
import type { Levels, Spread } from "./contest.ts";
import { type Sample, unitsOf } from "./sample.ts";

/**
 * Ascending replicates of both models and of their difference, each without those where it is not defined; empty where
 * more than one in twenty is not: what is left then tells of the draws that happen to define it.
 */
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

/**
 * By how much a resampled standard error is widened: √(1 + 1/units + 2 (Σφ⁴ / (Σφ²)² − 3/n)) over what the n rows or
 * groups move. A bootstrap divides by the number of units and not by one less. Student's t knows how badly a few normal
 * numbers tell their spread; rows that are seldom moved tell it worse, by about what one more of them each way would
 * add, which for shares is Bonett and Price's term (docs/decisions/0015).
 */
export function widening(of: Spread, sample: Sample, units: number): number {
  const usual = 1 + 1 / units;
  if (of.perRow === null) return Math.sqrt(usual);
  const moved = unitSums(of.perRow(), sample);
  const squares = sumOf(moved.length, (at) => (moved[at] ?? 0) ** 2);
  const fourths = sumOf(moved.length, (at) => (moved[at] ?? 0) ** 4);
  const seldom = squares > 0 ? fourths / squares ** 2 - 3 / unitsOf(sample) : 0;
  return Math.sqrt(usual + 2 * Math.max(0, seldom));
}

/** Standard deviation of ascending replicates; the ends go together, so that turning them around changes no bit. */
export function spreadOf(replicates: Float64Array): number {
  const n = replicates.length;
  if (n < 2) return 0;
  const pairs = (term: (value: number) => number): number => {
    return sumOf(Math.floor(n / 2), (at) => term(replicates[at] ?? 0) + term(replicates[n - 1 - at] ?? 0));
  };
  const middle = n % 2 === 1 ? (replicates[(n - 1) / 2] ?? 0) : null;
  const mean = (pairs((value) => value) + (middle ?? 0)) / n;
  const squares = pairs((value) => (value - mean) ** 2) + (middle === null ? 0 : (middle - mean) ** 2);
  return Math.sqrt(squares / (n - 1));
}

/** How bounds follow from replicates: BCa, or Student's t with the widened standard error of the replicates. */
export type BootstrapLaw =
  | { readonly kind: "bca"; readonly skewness: () => number }
  | {
      readonly kind: "student";
      readonly method: string;
      readonly degrees: number;
      readonly widening: () => number;
      /** No standard error below this one, of the influences, which allows for what no draw can show. */
      readonly least: number;
    };

/** A difference with the interval of its replicates within ±`range`. Null where they are too few or all the same. */
export function bootstrappedDifference(
  value: number,
  { candidate: own, difference: replicates, scale }: Bootstrapped,
  levels: Levels,
  { range, law }: { readonly range: number; readonly law: BootstrapLaw },
): Difference | null {
  if (replicates === null || replicates.length < 2) return null;
  const standardError = spreadOf(replicates) * scale;
  const within = ([low, high]: readonly [number, number]): [number, number] => {
    return [Math.max(-range, low), Math.min(range, high)];
  };
  if (scale !== 1 && standardError > 0) {
    const z = value / standardError;
    const tested = { value, standardError, z, p: twoSided(z), method: "subsampled-bootstrap" };
    return assemble(tested, levels, (p) => within(around(value, quantile(p) * standardError)));
  }
  if (law.kind === "student") {
    const { degrees, method, least } = law;
    // Where one class weighs nothing no unit counts, and nothing is widened without limit.
    const widened = Math.max(least, standardError === 0 ? 0 : standardError * law.widening());
    if (widened === 0) return value === 0 && spreads(own) ? certain(levels, method) : null;
    const z = value / widened;
    const tested = { value, standardError: widened, z, p: studentTwoSided(z, degrees), method };
    return assemble(tested, levels, (p) => within(around(value, studentQuantile(p, degrees) * widened)));
  }
  // Replicates that never differ are believed where the candidate's own ones do: then the models agree.
  if (standardError === 0) return value === 0 && spreads(own) ? certain(levels, "bootstrap-percentile") : null;
  const skew = law.skewness();
  const isBca = bcaInterval(replicates, value, skew, levels.level) !== null;
  const bound = (p: number): [number, number] => {
    const side = (which: "lower" | "upper"): number => {
      const found = isBca ? bcaBound(replicates, value, skew, p, which) : null;
      return found ?? percentileBound(replicates, p, which) ?? value;
    };
    return within([side("lower"), side("upper")]);
  };
  const method = isBca ? "bootstrap-bca" : "bootstrap-percentile";
  const z = value / standardError;
  return assemble({ value, standardError, z, p: shareBeyond(replicates), method }, levels, bound);
}

function around(value: number, half: number): [number, number] {
  return [value - half, value + half];
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

/** Share of the replicates that may lack a value. */
const mostUndefined = 0.05;

function ascending(values: Float64Array): Float64Array {
  const defined = values.filter((value) => !Number.isNaN(value)).sort();
  return defined.length < (1 - mostUndefined) * values.length ? new Float64Array() : defined;
}
