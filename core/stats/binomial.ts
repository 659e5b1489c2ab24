import { betaFactor, betaQuantile, incompleteBeta } from "./beta.ts";

/** P(X ≥ k) of X ~ Binomial(n, p). */
export function binomialUpperTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  return k > n ? 0 : incompleteBeta(p, k, n - k + 1);
}

/** P(X ≤ k) of X ~ Binomial(n, p). */
export function binomialLowerTail(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : incompleteBeta(1 - p, n - k, k + 1);
}

/** P(X = k) of X ~ Binomial(n, p). */
export function binomialProbability(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0;
  if (p === 0 || p === 1) return k === n * p ? 1 : 0;
  return betaFactor({ x: p, rest: 1 - p, a: k + 1, b: n - k + 1 }) / ((n + 1) * p * (1 - p));
}

/** The exact two-sided interval of a proportion at `level` (Clopper and Pearson 1934). */
export function clopperPearson(successes: number, n: number, level: number): [number, number] {
  const tail = (1 - level) / 2;
  return [clopperPearsonBound(successes, n, 1 - tail, "lower"), clopperPearsonBound(successes, n, 1 - tail, "upper")];
}

/** The exact one-sided bound of a proportion at `level`. */
export function clopperPearsonBound(successes: number, n: number, level: number, side: "lower" | "upper"): number {
  if (side === "lower") return successes === 0 ? 0 : betaQuantile(1 - level, successes, n - successes + 1);
  return successes === n ? 1 : betaQuantile(level, successes + 1, n - successes);
}
