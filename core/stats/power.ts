import { binomialProbability, binomialUpperTail } from "./binomial.ts";
import { cdf, quantile } from "./normal.ts";
import { tangoZ } from "./proportion.ts";

/**
 * What the power of a gate of non-inferiority of 0/1 outcomes depends on: `disagreement` is the share of rows that exactly
 * one model has right, `alpha` one-sided, `difference` the true one (candidate − baseline, 0 unless said otherwise).
 */
export type PairedGate = {
  readonly rows: number;
  readonly disagreement: number;
  readonly margin: number;
  readonly alpha: number;
  readonly difference?: number;
};

/** Above so many expected disagreements the normal approximation is as good as the sum. */
const countedUpTo = 20_000;

/**
 * Probability that Tango's gate passes: summed over how many rows disagree, and how many of them the candidate gains.
 * 0 without rows; the normal approximation where the sum would be long.
 */
export function powerOfNonInferiority(of: PairedGate): number {
  const { rows, disagreement, margin, alpha, difference = 0 } = of;
  if (rows <= 0) return 0;
  const z = quantile(1 - alpha);
  const passes = (gained: number, lost: number): boolean => tangoZ({ gained, lost, n: rows }, -margin) > z;
  if (disagreement <= 0) return passes(0, 0) ? 1 : 0;
  if (rows * disagreement > countedUpTo) return normalPower(of);
  const gainedShare = Math.min(1, Math.max(0, (1 + difference / disagreement) / 2));
  // Further out than ten standard deviations is less than 1e-20.
  const reach = 10 * Math.sqrt(rows * disagreement * (1 - disagreement)) + 10;
  const from = Math.max(0, Math.floor(rows * disagreement - reach));
  const to = Math.min(rows, Math.ceil(rows * disagreement + reach));
  let power = 0;
  for (let discordant = from; discordant <= to; discordant++) {
    const share = binomialProbability(discordant, rows, disagreement);
    if (share < 1e-16) continue;
    const least = leastPassing(discordant, (gained) => passes(gained, discordant - gained));
    power += share * binomialUpperTail(least, discordant, gainedShare);
  }
  return Math.min(1, power);
}

/** The least number of gained rows with which the gate passes; one more than there are if it never does. */
function leastPassing(discordant: number, passes: (gained: number) => boolean): number {
  let [from, to] = [0, discordant + 1];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (passes(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The same by the normal approximation: Φ((m + Δ) √(n / V) − z), with V = ψ − Δ². */
export function normalPower({ rows, disagreement, margin, alpha, difference = 0 }: PairedGate): number {
  const variance = disagreement - difference ** 2;
  const away = margin + difference;
  if (variance <= 0) return away > 0 ? 1 : 0;
  return cdf(away * Math.sqrt(rows / variance) - quantile(1 - alpha));
}

/**
 * Rows with which a gate passes with probability `power`, by the normal approximation: (z₁₋α + z_power)² V / (m + Δ)²,
 * rounded up. Infinity where the true difference is at the margin or beyond.
 */
export function rowsForNonInferiority(of: Omit<PairedGate, "rows"> & { readonly power: number }): number {
  const { disagreement, margin, alpha, power, difference = 0 } = of;
  return rowsFor({ variance: disagreement - difference ** 2, distance: margin + difference, alpha, power });
}

/** The same of any difference, from the variance of one row's part in it: n times its squared standard error. */
export function rowsFor(of: {
  readonly variance: number;
  /** Between the difference and the margin. */
  readonly distance: number;
  readonly alpha: number;
  readonly power: number;
}): number {
  if (!(of.distance > 0)) return Number.POSITIVE_INFINITY;
  return Math.ceil(((quantile(1 - of.alpha) + quantile(of.power)) ** 2 * of.variance) / of.distance ** 2);
}

/** The smallest margin that an equally good model passes with probability `power`, under Tango's gate; at most 1. */
export function smallestMargin(of: Omit<PairedGate, "margin" | "difference"> & { readonly power: number }): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (powerOfNonInferiority({ ...of, margin: middle }) < of.power) low = middle;
    else high = middle;
  }
  return high;
}

/** The same by the normal approximation: (z₁₋α + z_power) √(ψ / n). */
export function normalSmallestMargin(
  of: Omit<PairedGate, "margin" | "difference"> & { readonly power: number },
): number {
  return (quantile(1 - of.alpha) + quantile(of.power)) * Math.sqrt(of.disagreement / of.rows);
}

/**
 * The least true difference that McNemar's two-sided test at α shows with probability `power`: Δ √n = z₁₋α/₂ √ψ +
 * z_power √(ψ − Δ²) (Connor 1987, Biometrics 43:207). Infinity where it would be more than the disagreement.
 */
export function minimumDetectableDifference(of: {
  readonly rows: number;
  readonly disagreement: number;
  readonly alpha: number;
  readonly power: number;
}): number {
  const { rows, disagreement } = of;
  const reach = quantile(1 - of.alpha / 2) * Math.sqrt(disagreement);
  const z = quantile(of.power);
  const scale = rows + z * z;
  const root = Math.sqrt(Math.max(0, rows * reach ** 2 - scale * (reach ** 2 - z * z * disagreement)));
  const difference = (Math.sqrt(rows) * reach + Math.sign(z) * root) / scale;
  return difference <= disagreement ? difference : Number.POSITIVE_INFINITY;
}

/**
 * Paired runs that show P(A better than B) = `gamma` over one half: ((z₁₋α + z₁₋β) / (√6 (γ − ½)))², rounded up
 * (Noether 1987; Bouthillier et al. 2021).
 */
export function pairedRuns(gamma: number, alpha: number, beta: number): number {
  return Math.ceil(((quantile(1 - alpha) + quantile(1 - beta)) / (Math.sqrt(6) * (gamma - 0.5))) ** 2);
}
