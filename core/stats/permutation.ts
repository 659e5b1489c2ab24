import { type RandomKey, randomWords } from "./random.ts";

/** p-values of "greater than 0", "less than 0" and "not 0"; `exact` if every rearrangement was counted. */
export type PermutationTest = {
  readonly greater: number;
  readonly less: number;
  readonly twoSided: number;
  readonly exact: boolean;
};

/** Up to so many differences all 2ⁿ signs are tried. */
const exactUpTo = 16;

/**
 * The sign-flip test of the mean of paired differences: under the null hypothesis each is as likely as its negative.
 * Exact up to 16 differences, else (1 + #) / (replicates + 1) of random signs (Phipson and Smyth 2010).
 */
export function signFlip(differences: Float64Array, key: RandomKey, replicates: number): PermutationTest {
  const observed = differences.reduce((sum, value) => sum + value, 0);
  // Sums that differ by rounding alone are equal.
  const slack = 1e-12 * differences.reduce((sum, value) => sum + Math.abs(value), 0);
  if (differences.length <= exactUpTo) {
    return {
      ...shares(
        subsetSums(differences).map((sum) => 2 * sum - observed),
        observed,
        slack,
        0,
      ),
      exact: true,
    };
  }
  const sums = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    sums[replicate] = 2 * randomSubset(differences, key, replicate).sum - observed;
  }
  return { ...shares(sums, observed, slack, 1), exact: false };
}

/**
 * One-sided bounds, each at `level`, of the center of symmetry that the sign-flip test does not reject: order statistics
 * of the means of subsets (Hartigan 1969, "Using subsample values as typical values"). Null where they are too few.
 */
export function signFlipBounds(
  differences: Float64Array,
  level: number,
  key: RandomKey,
  replicates: number,
): { readonly lower: number; readonly upper: number } | null {
  const means = subsetMeans(differences, key, replicates).sort();
  const place = Math.floor((1 - level) * (means.length + 1) + 1e-9);
  const lower = means[place - 1];
  const upper = means[means.length - place];
  return lower === undefined || upper === undefined ? null : { lower, upper };
}

/** Means of all subsets but the empty one, or of random ones. */
function subsetMeans(differences: Float64Array, key: RandomKey, replicates: number): Float64Array {
  if (differences.length <= exactUpTo) {
    const sizes = subsetSums(new Float64Array(differences.length).fill(1));
    return subsetSums(differences)
      .map((sum, subset) => sum / (sizes[subset] ?? 1))
      .subarray(1);
  }
  const means = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    const { sum, size } = randomSubset(differences, key, replicate);
    means[replicate] = sum / size;
  }
  // The empty subset, one in 2ⁿ, has no mean.
  return means.filter((mean) => !Number.isNaN(mean));
}

/** The sum of each of the 2ⁿ subsets, the empty one first. */
function subsetSums(values: Float64Array): Float64Array {
  const sums = new Float64Array(2 ** values.length);
  for (const [bit, value] of values.entries()) {
    const half = 2 ** bit;
    for (let subset = 0; subset < half; subset++) sums[half + subset] = (sums[subset] ?? 0) + value;
  }
  return sums;
}

/** A subset that each value is in with probability ½. */
function randomSubset(values: Float64Array, key: RandomKey, replicate: number): { sum: number; size: number } {
  const word = randomWords(key, replicate);
  let [sum, size, bits] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    bits = i % 32 === 0 ? word() : bits >>> 1;
    if ((bits & 1) === 0) continue;
    sum += values[i] ?? 0;
    size++;
  }
  return { sum, size };
}

/** Shares of the rearrangements at least as far out as the observed one; `own` counts the observed one itself. */
function shares(sums: Float64Array, observed: number, slack: number, own: 0 | 1): Omit<PermutationTest, "exact"> {
  let greater: number = own;
  let less: number = own;
  let farther: number = own;
  for (const sum of sums) {
    if (sum >= observed - slack) greater++;
    if (sum <= observed + slack) less++;
    if (Math.abs(sum) >= Math.abs(observed) - slack) farther++;
  }
  const all = sums.length + own;
  return { greater: greater / all, less: less / all, twoSided: farther / all };
}

/**
 * The exact permutation test of a difference of the means of two samples ("greater": a's mean is larger): all ways to
 * choose which values are a's. Null beyond a million ways, or if a sample is empty.
 */
export function exactTwoSample(a: readonly number[], b: readonly number[]): PermutationTest | null {
  const all = [...a, ...b];
  if (a.length === 0 || b.length === 0 || choose(all.length, a.length) > 1e6) return null;
  const total = all.reduce((sum, value) => sum + value, 0);
  const share = a.length / all.length;
  const sums = choiceSums(all, a.length).map((sum) => sum - share * total);
  const observed = a.reduce((sum, value) => sum + value, 0) - share * total;
  const slack = 1e-12 * all.reduce((sum, value) => sum + Math.abs(value), 0);
  return { ...shares(sums, observed, slack, 0), exact: true };
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) ways *= (n - i + 1) / i;
  return Math.round(ways);
}

/** The sums of all choices of `size` of the values. */
function choiceSums(values: readonly number[], size: number): Float64Array {
  const sums = new Float64Array(choose(values.length, size));
  let filled = 0;
  const extend = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      sums[filled++] = sum;
      return;
    }
    for (let i = from; i <= values.length - left; i++) extend(i + 1, left - 1, sum + (values[i] ?? 0));
  };
  extend(0, size, 0);
  return sums;
}
