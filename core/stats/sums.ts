/** Rows per block. Fixed, so that a sum does not depend on how many workers share the rows. */
export const blockRows = 4096;

/** A sum and the rounding error that was taken out of it; the two are added at the very end. */
type Compensated = { sum: number; lost: number };

/**
 * Σ term(i) for i in [0, n), compensated inside each block of 4,096 rows, and again over the blocks (Neumaier 1974,
 * "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen").
 */
export function sumOf(n: number, term: (index: number) => number): number {
  return sumBlocks(n, (start, end, into) => {
    for (let i = start; i < end; i++) into[i - start] = term(i);
  });
}

/** Σ of the values, compensated like `sumOf`. */
export function sum(values: Float64Array): number {
  return sumBlocks(values.length, (start, end, into) => into.set(values.subarray(start, end)));
}

/**
 * The sum of n terms that `fill` computes block by block into the start of `into`: one call per 4,096 rows, so that
 * the loop over the rows is the caller's own and its types are known.
 */
export function sumBlocks(n: number, fill: (start: number, end: number, into: Float64Array) => void): number {
  const block = new Float64Array(Math.min(n, blockRows));
  const total: Compensated = { sum: 0, lost: 0 };
  for (let start = 0; start < n; start += blockRows) {
    const end = Math.min(start + blockRows, n);
    fill(start, end, block);
    addBlock(total, block, end - start);
  }
  return total.sum + total.lost;
}

/** Adds the block's sum and its rounding error, both exact to twice the precision of a double (Knuth's two-sum). */
function addBlock(total: Compensated, block: Float64Array, size: number): void {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < size; i++) {
    const value = block[i] ?? 0;
    const next = sum + value;
    const added = next - sum;
    lost += sum - (next - added) + (value - added);
    sum = next;
  }
  const next = total.sum + sum;
  const added = next - total.sum;
  total.lost += total.sum - (next - added) + (sum - added) + lost;
  total.sum = next;
}

/** An array of term(0) … term(n − 1). */
export function tabulate(n: number, term: (index: number) => number): Float64Array {
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) values[i] = term(i);
  return values;
}

/** a − b, element by element. */
export function subtract(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < result.length; i++) result[i] = (a[i] ?? 0) - (b[i] ?? 0);
  return result;
}

/** Mean of the values; the caller has made sure that there are some. */
export function meanOf(values: Float64Array): number {
  return sum(values) / values.length;
}

/** Σwv / Σw; without weights the mean. */
export function weightedMean(values: Float64Array, weights: Float64Array | null): number {
  if (weights === null) return meanOf(values);
  const products = sumBlocks(values.length, (start, end, into) => {
    for (let i = start; i < end; i++) into[i - start] = (weights[i] ?? 0) * (values[i] ?? 0);
  });
  return products / sum(weights);
}

/** Numbers per row, or the differences of two models' numbers on the same rows. */
export type PerRow = { readonly own: Float64Array; readonly theirs: Float64Array | null };
