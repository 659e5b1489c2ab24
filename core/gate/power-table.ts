import { binomialLowerTail, binomialProbability, binomialUpperTail } from "../stats/binomial.ts";
import { cdf } from "../stats/normal.ts";
import { tangoZ } from "../stats/proportion.ts";
import type { Spread } from "./assumption.ts";

/** Two models on n rows: the share they decide differently, and how much better the candidate is (a share as well). */
export type Pair = { readonly n: number; readonly disagreement: number; readonly difference: number };

/** Improvements that a gate accepts, open at both ends; infinite where it has no limit. */
export type Region = { readonly low: number; readonly high: number };

/** Above this variance of the number of disagreeing rows the normal approximation is exact to all digits shown. */
const largestVariance = 10_000;

/**
 * Chance that Tango's score bounds, at the normal quantile z, lie inside the region: summed over every table of gained
 * and lost rows. `z` 0 gives the chance that the estimate itself lies inside.
 */
function chanceInside(pair: Pair, region: Region, z: number): number {
  const { n, disagreement } = pair;
  const variance = n * disagreement * (1 - disagreement);
  if (variance > largestVariance) return approximately(pair, region, z);
  const reach = 9 * Math.sqrt(variance) + 9;
  const [from, to] = [
    Math.max(0, Math.floor(n * disagreement - reach)),
    Math.min(n, Math.ceil(n * disagreement + reach)),
  ];
  let sum = 0;
  for (let disagreed = from; disagreed <= to; disagreed++) {
    const weight = binomialProbability(disagreed, n, disagreement);
    if (weight > 1e-15) sum += weight * chanceAmong(disagreed, pair, region, z);
  }
  return Math.min(1, sum);
}

/** The same given the number of rows that the models decide differently. */
function chanceAmong(disagreed: number, pair: Pair, { low, high }: Region, z: number): number {
  const { n, disagreement, difference } = pair;
  const share = disagreement === 0 ? 0.5 : Math.min(1, Math.max(0, (disagreement + difference) / (2 * disagreement)));
  const statistic = (gained: number, at: number): number => tangoZ({ gained, lost: disagreed - gained, n }, at);
  const least = low <= -1 ? 0 : first(disagreed, (gained) => statistic(gained, low) > z);
  const above = high >= 1 ? disagreed + 1 : first(disagreed, (gained) => statistic(gained, high) >= -z);
  if (least >= above) return 0;
  if (above > disagreed) return binomialUpperTail(least, disagreed, share);
  const below = binomialLowerTail(above - 1, disagreed, share);
  return Math.max(0, below - (least === 0 ? 0 : binomialLowerTail(least - 1, disagreed, share)));
}

/** The smallest number of gained rows that meets a condition which more of them never unmeet; one too many if none. */
function first(most: number, meets: (gained: number) => boolean): number {
  let [low, high] = [0, most + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (meets(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function approximately({ n, disagreement, difference }: Pair, region: Region, z: number): number {
  const standardError = Math.sqrt((disagreement - difference * difference) / n);
  return normalInside(difference, standardError, region, z);
}

/** The same for a difference that is normal with that standard error. */
function normalInside(difference: number, standardError: number, { low, high }: Region, z: number): number {
  const least = low + z * standardError;
  const most = high - z * standardError;
  if (!(most > least)) return 0;
  const upTo = (end: number): number => {
    if (end === Number.POSITIVE_INFINITY) return 1;
    return end === Number.NEGATIVE_INFINITY ? 0 : cdf((end - difference) / standardError);
  };
  return Math.max(0, upTo(most) - upTo(least));
}

/** Chance that the bounds at z lie inside the region. Models that differ by d disagree on at least the share d. */
export function chance(spread: Spread, n: number, improvement: number, region: Region, z: number): number {
  if (spread.kind === "normal") return normalInside(improvement, spread.standardErrorAt(n), region, z);
  const disagreement = Math.min(1, Math.max(spread.disagreement, Math.abs(improvement)));
  return chanceInside({ n, disagreement, difference: improvement }, region, z);
}
