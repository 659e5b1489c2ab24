import { quantile, survival } from "./normal.ts";

/** A table of paired right and wrong: `gained` rows only the candidate has right, `lost` rows only the baseline has. */
export type PairedCounts = { readonly gained: number; readonly lost: number; readonly n: number };

/** Wilson's score interval of a proportion (Wilson 1927); two-sided at `level`. */
export function wilsonInterval(successes: number, n: number, level: number): [number, number] {
  const z2 = quantile((1 + level) / 2) ** 2;
  const center = (successes + z2 / 2) / (n + z2);
  const half = Math.sqrt(z2 * (successes * (1 - successes / n) + z2 / 4)) / (n + z2);
  return [successes === 0 ? 0 : Math.max(0, center - half), successes === n ? 1 : Math.min(1, center + half)];
}

/**
 * Tango's score statistic of a difference of paired proportions against `difference` (Tango 1998, Statistics in
 * Medicine 17:891): standard normal when the true difference is that one. At 0 it is McNemar's.
 */
export function tangoZ(of: PairedCounts, difference: number): number {
  const { gained, lost, n } = of;
  const a = 2 * n;
  const b = -gained - lost + (2 * n - gained + lost) * difference;
  const c = -lost * difference * (1 - difference);
  const q = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
  const variance = n * (2 * q + difference * (1 - difference));
  const distance = gained - lost - n * difference;
  if (variance <= 0) return distance === 0 ? 0 : Math.sign(distance) * Number.MAX_VALUE;
  return distance / Math.sqrt(variance);
}

/** Bounds of the difference of paired proportions whose Tango statistic is within ±z. */
export function tangoBounds(of: PairedCounts, z: number): [number, number] {
  const estimate = (of.gained - of.lost) / of.n;
  return [solve(of, z, -1, estimate), solve(of, -z, estimate, 1)];
}

/** Tango's two-sided interval at `level`. */
export function tangoInterval(of: PairedCounts, level: number): [number, number] {
  return tangoBounds(of, quantile((1 + level) / 2));
}

/** Difference in [low, high] where the statistic, which falls as the difference grows, passes `target`. */
function solve(of: PairedCounts, target: number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let step = 0; step < 100; step++) {
    const middle = (from + to) / 2;
    if (middle === from || middle === to) break;
    if (tangoZ(of, middle) > target) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** Wald's standard error of the difference of paired proportions. */
export function pairedStandardError(of: PairedCounts): number {
  const { gained, lost, n } = of;
  return Math.sqrt(Math.max(0, gained + lost - (gained - lost) ** 2 / n)) / n;
}

/** The counts behind a reported difference and its Wald standard error: the two determine the table. */
export function pairedCounts(difference: number, standardError: number, n: number): PairedCounts {
  const net = Math.round(n * difference);
  const sum = Math.round(n * n * standardError * standardError + (net * net) / n);
  const gained = Math.max(0, Math.round((sum + net) / 2));
  return { gained, lost: Math.max(0, gained - net), n };
}

/**
 * One-sided p-value against "the candidate is worse by `margin` or more": small where the difference is above −margin
 * (Tango 1998). A gate of non-inferiority passes at α where it is less than α.
 */
export function tangoPValue(of: PairedCounts, margin: number): number {
  return survival(tangoZ(of, -margin));
}

/** Wald's interval of the difference of paired proportions: too narrow for few rows, for comparison with others. */
export function waldInterval(of: PairedCounts, level: number): [number, number] {
  return around((of.gained - of.lost) / of.n, quantile((1 + level) / 2) * pairedStandardError(of));
}

/** Wald's interval after half a row more in each of the four cells (Agresti and Min 2005, Statistics in Medicine 24:729). */
export function agrestiMinInterval(of: PairedCounts, level: number): [number, number] {
  return waldInterval({ gained: of.gained + 0.5, lost: of.lost + 0.5, n: of.n + 2 }, level);
}

/** The interval of Bonett and Price with Laplace's estimates (2012, Journal of Educational and Behavioral Statistics 37:479). */
export function bonettPriceInterval(of: PairedCounts, level: number): [number, number] {
  return waldInterval({ gained: of.gained + 1, lost: of.lost + 1, n: of.n + 2 }, level);
}

/**
 * Newcombe's interval of the difference from Wilson's of the two shares and their correlation (1998, Statistics in
 * Medicine 17:2635, method 10); `bothRight` rows both models have right.
 */
export function newcombeInterval(of: PairedCounts & { readonly bothRight: number }, level: number): [number, number] {
  const { gained, lost, bothRight, n } = of;
  const own = bothRight + gained;
  const theirs = bothRight + lost;
  const [ownLow, ownHigh] = wilsonInterval(own, n, level);
  const [theirLow, theirHigh] = wilsonInterval(theirs, n, level);
  const cross = bothRight * (n - own - lost) - gained * lost;
  const scale = Math.sqrt(own * (n - own) * theirs * (n - theirs));
  const correlation = scale === 0 ? 0 : (cross > 0 ? Math.max(cross - n / 2, 0) : cross) / scale;
  const [p, q] = [own / n, theirs / n];
  const reach = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a - 2 * correlation * a * b + b * b));
  return [p - q - reach(p - ownLow, theirHigh - q), p - q + reach(ownHigh - p, q - theirLow)];
}

function around(center: number, half: number): [number, number] {
  return [Math.max(-1, center - half), Math.min(1, center + half)];
}
