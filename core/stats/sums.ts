/** Rows per block. Fixed, so that a sum does not depend on how many workers share the rows. */
export const blockRows = 4096;

/**
 * Σ term(i) for i in [0, n): Neumaier's compensated sum inside each block of 4,096 rows, and again over the blocks
 * (Neumaier 1974, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen").
 */
export function sumOf(n: number, term: (index: number) => number): number {
  const blocks = new Accumulator();
  for (let start = 0; start < n; start += blockRows) {
    const block = new Accumulator();
    const end = Math.min(start + blockRows, n);
    for (let i = start; i < end; i++) block.add(term(i));
    blocks.add(block.total());
  }
  return blocks.total();
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

/** A running sum that keeps the rounding error apart. */
class Accumulator {
  private sum = 0;
  private lost = 0;

  add(value: number): void {
    const next = this.sum + value;
    this.lost += Math.abs(this.sum) >= Math.abs(value) ? this.sum - next + value : value - next + this.sum;
    this.sum = next;
  }

  total(): number {
    return this.sum + this.lost;
  }
}
