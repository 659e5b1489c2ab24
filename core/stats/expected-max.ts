/**
 * Expected best of k of the runs, drawn with replacement (Dodge et al. 2019, "Show your work"): too low for small
 * samples; see `expectedMax`.
 */
export function expectedMaxWithReplacement(values: readonly number[], k: number): number {
  const n = values.length;
  const ascending = values.toSorted((a, b) => a - b);
  return ascending.reduce((sum, value, i) => sum + value * (((i + 1) / n) ** k - (i / n) ** k), 0);
}

/**
 * Unbiased expected best of k of the runs, drawn without replacement: Σ v₍ᵢ₎ C(i − 1, k − 1) / C(n, k) (Tang et al. 2020,
 * "Showing your work doesn't always work"). NaN unless 1 ≤ k ≤ n.
 */
export function expectedMax(values: readonly number[], k: number): number {
  const n = values.length;
  if (!(k >= 1 && k <= n)) return Number.NaN;
  // C(i − 1, k − 1) / C(n, k) from i = n, where it is k / n, downwards.
  let weight = k / n;
  let sum = 0;
  for (const [fromEnd, value] of values.toSorted((a, b) => b - a).entries()) {
    sum += weight * value;
    const i = n - fromEnd;
    if (i === k) break;
    weight *= (i - k) / (i - 1);
  }
  return sum;
}
