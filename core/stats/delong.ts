import { classMomentsOf, type Moments } from "./moments.ts";
import type { Ranking } from "./order.ts";
import { type PerRow, sum, sumBlocks } from "./sums.ts";
import type { RowWeights, Vertices } from "./vertices.ts";

/** ROC AUC with each row's placement: the share of the other class that the row is on the right side of. */
export type Placements = { readonly auc: number; readonly perRow: Float64Array };

/**
 * Area under the ROC curve, Σ over tie groups of w⁺ (w⁻ below + ½ w⁻ tied) / (W⁺ W⁻). Without weights the numerator is
 * an integer, exact up to 2^53, so that the area does not depend on the order of rows. Null when a class is missing.
 */
export function rocArea({ groups, positives, negatives }: Vertices): number | null {
  const all = positives[groups] ?? 0;
  const others = negatives[groups] ?? 0;
  if (!(all > 0 && others > 0)) return null;
  let wonTwice = 0;
  let [up, across] = [0, 0];
  for (let group = 1; group <= groups; group++) {
    const nextUp = positives[group] ?? 0;
    const nextAcross = negatives[group] ?? 0;
    wonTwice += (nextUp - up) * (2 * others - nextAcross - across);
    [up, across] = [nextUp, nextAcross];
  }
  return wonTwice / (2 * all * others);
}

/**
 * The same area when rows count as drawn, in one pass that keeps no corners: what a bootstrap does thousands of times.
 * NaN when a class is missing.
 */
export function drawnArea({ rows, marks }: Ranking, draws: RowWeights): number {
  let [up, all, lastUp, lastAll, wonTwice] = [0, 0, 0, 0, 0];
  for (let at = marks.length - 1; at >= 0; at--) {
    const mark = marks[at] ?? 0;
    const weight = draws[rows[at] ?? 0] ?? 0;
    up += weight * (mark >> 1);
    all += weight;
    if ((mark & 1) === 1) {
      // The negative rows of this score lose to all positive ones above it, and half to those that are tied.
      wonTwice += (all - up - (lastAll - lastUp)) * (up + lastUp);
      lastUp = up;
      lastAll = all;
    }
  }
  return wonTwice / (2 * up * (all - up));
}

/**
 * ROC AUC and DeLong's placements with ties counted half, from the corners of the ranking's ROC curve (mid-ranks after
 * Sun and Xu 2014). Null when a class is missing.
 */
export function placements(ranking: Ranking, corners: Vertices): Placements | null {
  const auc = rocArea(corners);
  if (auc === null) return null;
  return { auc, perRow: place(ranking, corners) };
}

/** Walks down the ranking with the two placements of the current score, one of each class, at hand. */
function place({ rows, marks }: Ranking, { groups, positives, negatives }: Vertices): Float64Array {
  const all = positives[groups] ?? 0;
  const others = negatives[groups] ?? 0;
  const perRow = new Float64Array(rows.length);
  // By class: looked up, because a branch on the class is as good as random.
  const ofClass = new Float64Array(2);
  let group = 0;
  let isNext = 1;
  for (let at = rows.length - 1; at >= 0; at--) {
    if (isNext === 1) {
      group++;
      ofClass[0] = ((positives[group] ?? 0) + (positives[group - 1] ?? 0)) / 2 / all;
      ofClass[1] = (others - ((negatives[group] ?? 0) + (negatives[group - 1] ?? 0)) / 2) / others;
    }
    const mark = marks[at] ?? 0;
    perRow[rows[at] ?? 0] = ofClass[mark >> 1] ?? 0;
    isNext = mark & 1;
  }
  return perRow;
}

/**
 * DeLong's standard error (DeLong, DeLong and Clarke-Pearson 1988) from per-row placements, or from the differences of
 * two models' placements on the same rows: S10/m + S01/n, with weights Σw²(v − mean)²/W² in each class. `labels` are 1
 * for positive rows and 0 for the others. Null when a class has fewer than two rows.
 */
export function delongStandardError(of: PerRow, labels: Int32Array, weights: Float64Array | null): number | null {
  return byClass(of, labels, weights, () => 1);
}

/**
 * Standard error of Σwv / Σw when as many rows are drawn of each class as there are: each class's own, times the square
 * of its share. Null when a class has fewer than two rows.
 */
export function stratifiedStandardError(of: PerRow, labels: Int32Array, weights: Float64Array | null): number | null {
  return byClass(of, labels, weights, (share) => share * share);
}

function byClass(
  of: PerRow,
  labels: Int32Array,
  weights: Float64Array | null,
  factor: (share: number) => number,
): number | null {
  const n = labels.length;
  if (weights === null) {
    const { positive, negative } = classMomentsOf(of, labels);
    if (positive.n < 2 || negative.n < 2) return null;
    const variance = ({ n: rows, squares }: Moments): number => (factor(rows / n) * squares) / (rows - 1) / rows;
    return Math.sqrt(variance(positive) + variance(negative));
  }
  const [positive, negative] = countClasses(labels, weights);
  if (positive < 2 || negative < 2) return null;
  const total = sum(weights);
  const up = weighedSum(n, weights, labels, null);
  const across = total - up;
  const mean = weighedSum(n, weights, labels, of) / up;
  const others = (weighedSum(n, weights, null, of) - mean * up) / across;
  const ofPositive = (factor(up / total) * positive) / (positive - 1) / up ** 2;
  const ofNegative = (factor(across / total) * negative) / (negative - 1) / across ** 2;
  const { own, theirs } = of;
  const variance = sumBlocks(n, (start, end, into) => {
    for (let row = start; row < end; row++) {
      const label = labels[row] ?? 0;
      const value = (own[row] ?? 0) - (theirs === null ? 0 : (theirs[row] ?? 0));
      const off = (value - (others + label * (mean - others))) * (weights[row] ?? 0);
      into[row - start] = off * off * (ofNegative + label * (ofPositive - ofNegative));
    }
  });
  return Math.sqrt(variance);
}

/** Rows of weight above 0 in each class: positive, negative. */
function countClasses(labels: Int32Array, weights: Float64Array): readonly [number, number] {
  let [positive, all] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    const counts = (weights[row] ?? 0) > 0 ? 1 : 0;
    positive += counts * (labels[row] ?? 0);
    all += counts;
  }
  return [positive, all - positive];
}

/** Σ w·label·value, without what is null. */
function weighedSum(n: number, weights: Float64Array, labels: Int32Array | null, of: PerRow | null): number {
  const own = of?.own ?? null;
  const theirs = of?.theirs ?? null;
  return sumBlocks(n, (start, end, into) => {
    for (let row = start; row < end; row++) {
      const value = own === null ? 1 : (own[row] ?? 0) - (theirs === null ? 0 : (theirs[row] ?? 0));
      into[row - start] = value * (weights[row] ?? 0) * (labels === null ? 1 : (labels[row] ?? 0));
    }
  });
}
