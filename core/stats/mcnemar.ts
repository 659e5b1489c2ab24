import { binomialLowerTail, binomialProbability } from "./binomial.ts";
import { twoSided } from "./normal.ts";

/** McNemar's test: two-sided p-values, and the chi-square statistics with one degree of freedom behind two of them. */
export type McNemar = {
  readonly exact: number;
  readonly midP: number;
  readonly chi2: number;
  readonly chi2Corrected: number;
  readonly p: number;
  readonly pCorrected: number;
};

/**
 * McNemar's test of the discordant pairs (1947): exact, mid-p (Fagerland, Lydersen and Laake 2013, BMC Medical Research
 * Methodology 13:91), chi-square, and with Edwards's correction. Without a discordant pair nothing speaks against equality.
 */
export function mcnemar(gained: number, lost: number): McNemar {
  const n = gained + lost;
  if (n === 0) return { exact: 1, midP: 1, chi2: 0, chi2Corrected: 0, p: 1, pCorrected: 1 };
  const smaller = Math.min(gained, lost);
  const twoTails = 2 * binomialLowerTail(smaller, n, 0.5);
  const exact = Math.min(1, twoTails);
  const midP =
    gained === lost ? 1 - binomialProbability(smaller, n, 0.5) : twoTails - binomialProbability(smaller, n, 0.5);
  const distance = Math.abs(gained - lost);
  const chi2 = (distance * distance) / n;
  const chi2Corrected = Math.max(0, distance - 1) ** 2 / n;
  return {
    exact,
    midP,
    chi2,
    chi2Corrected,
    p: twoSided(Math.sqrt(chi2)),
    pCorrected: twoSided(Math.sqrt(chi2Corrected)),
  };
}
