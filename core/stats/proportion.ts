import { quantile } from "./normal.ts";

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
