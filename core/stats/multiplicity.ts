/**
 * Adjusted p-values in the order of the given ones: those of at most α are the rejections of Holm's step-down procedure
 * at the familywise level α, whatever the dependence of the tests (Holm 1979, Scandinavian Journal of Statistics 6:65).
 */
export function holmAdjusted(pValues: readonly number[]): readonly number[] {
  const adjusted = pValues.map(() => 1);
  let largest = 0;
  for (const [rank, { p, at }] of ascending(pValues).entries()) {
    // A larger p-value is never adjusted to less than a smaller one.
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[at] = largest;
  }
  return adjusted;
}

/**
 * Adjusted p-values of Benjamini and Hochberg's step-up procedure: of those at most q, a share of at most q is false on
 * average if the tests are independent or positively dependent (1995, Journal of the Royal Statistical Society B 57:289).
 */
export function bhAdjusted(pValues: readonly number[]): readonly number[] {
  return stepUp(pValues, pValues.length);
}

/** The same under any dependence, larger by Σ 1/i (Benjamini and Yekutieli 2001, Annals of Statistics 29:1165). */
export function byAdjusted(pValues: readonly number[]): readonly number[] {
  let harmonic = 0;
  for (let i = 1; i <= pValues.length; i++) harmonic += 1 / i;
  return stepUp(pValues, pValues.length * harmonic);
}

/** The least of factor · p₍ᵢ₎ / i over this rank and all later ones. */
function stepUp(pValues: readonly number[], factor: number): readonly number[] {
  const adjusted = pValues.map(() => 1);
  let smallest = 1;
  for (const [fromEnd, { p, at }] of ascending(pValues).toReversed().entries()) {
    smallest = Math.min(smallest, (p * factor) / (pValues.length - fromEnd));
    adjusted[at] = smallest;
  }
  return adjusted;
}

function ascending(pValues: readonly number[]): readonly { readonly p: number; readonly at: number }[] {
  return pValues.map((p, at) => ({ p, at })).toSorted((a, b) => a.p - b.p);
}
