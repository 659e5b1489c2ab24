/** Rows per block. Fixed, so that a sum does not depend on how many workers share the rows. */
export const blockRows = 4096;

/**
 * Σ term(i) for i in [0, n): Neumaier's compensated sum inside each block of 4,096 rows, and again over the blocks
 * (Neumaier 1974, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen").
 */
export function sumOf(n: number, term: (index: number) => number): number {
  let sum = 0;
  let lost = 0;
  for (let start = 0; start < n; start += blockRows) {
    const block = sumBlock(start, Math.min(start + blockRows, n), term);
    const next = sum + block;
    lost += Math.abs(sum) >= Math.abs(block) ? sum - next + block : block - next + sum;
    sum = next;
  }
  return sum + lost;
}

function sumBlock(start: number, end: number, term: (index: number) => number): number {
  let sum = 0;
  let lost = 0;
  for (let i = start; i < end; i++) {
    const value = term(i);
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** An array of term(0) … term(n − 1). */
export function tabulate(n: number, term: (index: number) => number): Float64Array {
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) values[i] = term(i);
  return values;
}

/** Mean of the values; the caller has made sure that there are some. */
export function meanOf(values: Float64Array): number {
  return sumOf(values.length, (i) => values[i] ?? 0) / values.length;
}

/** Standard error of the mean, with n − 1; null for fewer than two values. */
export function standardErrorOfMean(values: Float64Array): number | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = meanOf(values);
  const squares = sumOf(n, (i) => ((values[i] ?? 0) - mean) ** 2);
  return Math.sqrt(squares / (n - 1) / n);
}
