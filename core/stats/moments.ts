import { blockRows, type PerRow } from "./sums.ts";

/** Number, mean and Σ(v − mean)² of some values. */
export type Moments = { readonly n: number; readonly mean: number; readonly squares: number };

/** Moments of the numbers per row, or of their differences, in one pass over blocks of 4,096 rows. */
export function momentsOf({ own, theirs }: PerRow): Moments {
  const block = new Float64Array(Math.min(own.length, blockRows));
  let all: Moments = { n: 0, mean: 0, squares: 0 };
  for (let start = 0; start < own.length; start += blockRows) {
    const size = Math.min(blockRows, own.length - start);
    fill(block, own, theirs, start, size);
    all = merge(all, blockMoments(block, size));
  }
  return all;
}

/** The same for the rows of label 1 and for those of label 0. */
export function classMomentsOf(
  { own, theirs }: PerRow,
  labels: Int32Array,
): { readonly positive: Moments; readonly negative: Moments } {
  const block = new Float64Array(Math.min(own.length, blockRows));
  const ones = new Float64Array(block.length);
  let positive: Moments = { n: 0, mean: 0, squares: 0 };
  let negative = positive;
  for (let start = 0; start < own.length; start += blockRows) {
    const size = Math.min(blockRows, own.length - start);
    fill(block, own, theirs, start, size);
    // The two classes' numbers go to the two ends of the block, so that neither needs a branch afterwards.
    const first = partition(block, ones, labels, start, size);
    negative = merge(negative, blockMoments(block.subarray(0, first), first));
    positive = merge(positive, blockMoments(block.subarray(first), size - first));
  }
  return { positive, negative };
}

function fill(into: Float64Array, own: Float64Array, theirs: Float64Array | null, start: number, size: number): void {
  if (theirs === null) {
    for (let at = 0; at < size; at++) into[at] = own[start + at] ?? 0;
    return;
  }
  for (let at = 0; at < size; at++) into[at] = (own[start + at] ?? 0) - (theirs[start + at] ?? 0);
}

/** Puts the numbers of label 0 before those of label 1, both in row order; gives how many the former are. */
function partition(
  block: Float64Array,
  positive: Float64Array,
  labels: Int32Array,
  start: number,
  size: number,
): number {
  let [zeros, ones] = [0, 0];
  for (let at = 0; at < size; at++) {
    const value = block[at] ?? 0;
    const label = labels[start + at] ?? 0;
    // Written to both, kept by the one whose place moves on: no branch, because classes are as good as random.
    block[zeros] = value;
    positive[ones] = value;
    ones += label;
    zeros += 1 - label;
  }
  block.set(positive.subarray(0, ones), zeros);
  return zeros;
}

function blockMoments(block: Float64Array, size: number): Moments {
  if (size === 0) return { n: 0, mean: 0, squares: 0 };
  let sum = 0;
  let lost = 0;
  for (let at = 0; at < size; at++) {
    const value = block[at] ?? 0;
    const next = sum + value;
    const added = next - sum;
    lost += sum - (next - added) + (value - added);
    sum = next;
  }
  const mean = (sum + lost) / size;
  let squares = 0;
  for (let at = 0; at < size; at++) {
    const off = (block[at] ?? 0) - mean;
    squares += off * off;
  }
  return { n: size, mean, squares };
}

/** Moments of two sets together (Chan, Golub and LeVeque 1983). */
function merge(a: Moments, b: Moments): Moments {
  const n = a.n + b.n;
  if (n === 0) return a;
  const apart = b.mean - a.mean;
  return {
    n,
    mean: a.mean + (apart * b.n) / n,
    squares: a.squares + b.squares + (apart * apart * a.n * b.n) / n,
  };
}
