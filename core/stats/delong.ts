import { sumOf } from "./sums.ts";

/** ROC AUC with each row's placement: the share of the other class that the row is on the right side of. */
export type Placements = {
  readonly auc: number;
  readonly positives: number;
  readonly negatives: number;
  readonly perRow: Float64Array;
};

/**
 * Area under the ROC curve and DeLong's placements with ties counted half, in one pass over the rows in ascending
 * order of score (mid-ranks after Sun and Xu 2014). `isPositive(row)` names the class. Null when a class is missing.
 */
export function placements(
  order: Uint32Array,
  scores: (row: number) => number,
  isPositive: (row: number) => boolean,
): Placements | null {
  const n = order.length;
  let positives = 0;
  for (const row of order) if (isPositive(row)) positives++;
  const negatives = n - positives;
  if (positives === 0 || negatives === 0) return null;

  const perRow = new Float64Array(n);
  let positivesBelow = 0;
  let negativesBelow = 0;
  // Twice the number of won pairs: an integer, exact up to 2^53, so the area does not depend on the order of rows.
  let wonTwice = 0;
  for (let start = 0; start < n; ) {
    const { end, tiedPositives } = tieGroup(order, scores, isPositive, start);
    const tiedNegatives = end - start - tiedPositives;
    const positivePlacement = (negativesBelow + tiedNegatives / 2) / negatives;
    const negativePlacement = (positives - positivesBelow - tiedPositives / 2) / positives;
    for (let at = start; at < end; at++) {
      const row = order[at] ?? 0;
      perRow[row] = isPositive(row) ? positivePlacement : negativePlacement;
    }
    wonTwice += tiedPositives * (2 * negativesBelow + tiedNegatives);
    positivesBelow += tiedPositives;
    negativesBelow += tiedNegatives;
    start = end;
  }
  return { auc: wonTwice / (2 * positives * negatives), positives, negatives, perRow };
}

/**
 * DeLong's standard error (DeLong, DeLong and Clarke-Pearson 1988) from per-row placements, or from the differences of
 * two models' placements on the same rows: S10/m + S01/n. Null when a class has fewer than two rows.
 */
export function delongStandardError(perRow: Float64Array, isPositive: (row: number) => boolean): number | null {
  const positives = sumOf(perRow.length, (row) => (isPositive(row) ? 1 : 0));
  const negatives = perRow.length - positives;
  if (positives < 2 || negatives < 2) return null;
  const share = (of: boolean, count: number): number => {
    const pick = (row: number, from: number): number => (isPositive(row) === of ? (perRow[row] ?? 0) - from : 0);
    const mean = sumOf(perRow.length, (row) => pick(row, 0)) / count;
    return sumOf(perRow.length, (row) => pick(row, mean) ** 2) / (count - 1) / count;
  };
  return Math.sqrt(share(true, positives) + share(false, negatives));
}

function tieGroup(
  order: Uint32Array,
  scores: (row: number) => number,
  isPositive: (row: number) => boolean,
  start: number,
): { end: number; tiedPositives: number } {
  const score = scores(order[start] ?? 0);
  let end = start;
  let tiedPositives = 0;
  while (end < order.length && scores(order[end] ?? 0) === score) {
    if (isPositive(order[end] ?? 0)) tiedPositives++;
    end++;
  }
  return { end, tiedPositives };
}
