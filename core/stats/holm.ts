/**
 * Adjusted p-values in the order of the given ones: those of at most α are the rejections of Holm's step-down procedure
 * at the familywise level α, whatever the dependence of the tests (Holm 1979, Scandinavian Journal of Statistics 6:65).
 */
export function holmAdjusted(pValues: readonly number[]): readonly number[] {
  const ascending = pValues.map((p, at) => ({ p, at })).toSorted((a, b) => a.p - b.p);
  const adjusted = pValues.map(() => 1);
  let largest = 0;
  for (const [rank, { p, at }] of ascending.entries()) {
    // A larger p-value is never adjusted to less than a smaller one.
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[at] = largest;
  }
  return adjusted;
}
