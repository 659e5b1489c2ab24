import { quantile } from "../stats/normal.ts";
import type { Estimate } from "./bounds.ts";

/** Chance of passing, if the estimate were the truth, that the advice on rows aims at. */
const power = 0.8;

/** More rows than this are no advice. */
const mostRows = 100_000_000;

/**
 * Rows beyond the present ones with which a condition at that distance from the estimate would be proven with 80 %
 * chance: n (z_α + z_β)² V / distance² − n. Two-sided conditions need half of β on each side. Null when the estimate
 * itself does not meet the condition, or when rows do not tell.
 */
export function extraRows(of: Estimate, distance: number, level: number, sides: 1 | 2): number | null {
  if (!(distance > 0) || of.n === 0) return null;
  const z = quantile(level);
  const standardError = of.standardError ?? (z > 0 ? (of.upper - of.lower) / (2 * z) : null);
  if (standardError === null) return null;
  const zPower = quantile(sides === 1 ? power : (1 + power) / 2);
  const needed = of.n * ((z + zPower) * (standardError / distance)) ** 2;
  // Without any disagreement Tango's bound is −z² / (n + z²): the rows that bring it inside.
  const rows = of.isTango && standardError === 0 ? (z * z * (1 - distance)) / distance + 1 : needed;
  return advisable(rows - of.n);
}

/** Rows beyond the present ones that bring the half width of the interval down to ε. */
export function rowsForPrecision(of: Estimate, precision: number): number | null {
  if (of.n === 0) return null;
  return advisable(of.n * ((of.upper - of.lower) / 2 / precision) ** 2 - of.n);
}

function advisable(rows: number): number | null {
  const extra = Math.max(1, Math.ceil(rows));
  return extra <= mostRows ? extra : null;
}
