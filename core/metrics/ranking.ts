import { placements } from "../stats/delong.ts";
import { meanOf, sumOf } from "../stats/sums.ts";
import type { MaybeEstimate } from "./estimate.ts";
import { probability, type Side } from "./side.ts";

/** P(score⁺ > score⁻) + ½ P(equal); per row DeLong's placements. Undefined with one class. */
export function rocAuc(side: Side): MaybeEstimate {
  const found = placementsOf(side, 1);
  return found === null ? null : { value: found.auc, perRow: found.perRow };
}

/** Mean of the classes' one-against-the-rest ROC AUC; undefined when a class has no rows. */
export function rocAucOvr(side: Side): MaybeEstimate {
  const perRow = new Float64Array(side.n);
  const values = new Float64Array(side.classes);
  for (let k = 0; k < side.classes; k++) {
    const found = placementsOf(side, k);
    if (found === null) return null;
    values[k] = found.auc;
    for (let row = 0; row < side.n; row++) {
      const size = side.labels[row] === k ? found.positives : found.negatives;
      const influence = (side.n / size) * ((found.perRow[row] ?? 0) - found.auc);
      perRow[row] = (perRow[row] ?? 0) + influence / side.classes;
    }
  }
  return { value: meanOf(values), perRow };
}

function placementsOf(side: Side, ofClass: number): ReturnType<typeof placements> {
  const score = (row: number): number => probability(side.predictions, row, ofClass);
  return placements(side.order(ofClass), score, (row) => side.labels[row] === ofClass);
}

/**
 * Σ (R_k − R_k−1) P_k over distinct scores, without interpolation. With H(s) = P(positive, score ≥ s) and
 * G(s) = P(score ≥ s) it is ∫ H/G dH / π, whose influence function is
 * (1/π) [ y (P(x) − AP) + y ∫_{s≤x} dH/G − ∫_{s≤x} H/G² dH ]. Undefined without positives.
 */
export function averagePrecision(side: Side): MaybeEstimate {
  return averagePrecisionOf(side, 1);
}

/** Mean of the classes' one-against-the-rest average precision; undefined when a class has no rows. */
export function averagePrecisionMacro(side: Side): MaybeEstimate {
  const perRow = new Float64Array(side.n);
  const values = new Float64Array(side.classes);
  for (let k = 0; k < side.classes; k++) {
    const found = averagePrecisionOf(side, k);
    if (found === null) return null;
    values[k] = found.value;
    for (let row = 0; row < side.n; row++) perRow[row] = (perRow[row] ?? 0) + (found.perRow[row] ?? 0) / side.classes;
  }
  return { value: meanOf(values), perRow };
}

function averagePrecisionOf(side: Side, ofClass: number): { value: number; perRow: Float64Array } | null {
  const { starts, positivesAtOrAbove } = scoreGroups(side, ofClass);
  const groups = starts.length - 1;
  const positives = positivesAtOrAbove[0] ?? 0;
  if (positives === 0) return null;
  const size = (group: number): number => side.n - (starts[group] ?? 0);
  const tied = (group: number): number => (positivesAtOrAbove[group] ?? 0) - (positivesAtOrAbove[group + 1] ?? 0);
  const precision = (group: number): number => (positivesAtOrAbove[group] ?? 0) / size(group);
  const value = sumOf(groups, (group) => tied(group) * precision(group)) / positives;

  const prevalence = positives / side.n;
  const order = side.order(ofClass);
  const perRow = new Float64Array(side.n);
  let gain = 0;
  let loss = 0;
  for (let group = 0; group < groups; group++) {
    gain += tied(group) / size(group);
    loss += (tied(group) * precision(group)) / size(group);
    for (let at = starts[group] ?? 0; at < (starts[group + 1] ?? 0); at++) {
      const row = order[at] ?? 0;
      const own = side.labels[row] === ofClass ? precision(group) - value + gain : 0;
      perRow[row] = (own - loss) / prevalence;
    }
  }
  return { value, perRow };
}

/**
 * The distinct scores of a class in ascending order: where each one's rows start in `side.order(ofClass)`, and how many
 * rows of the class have that score or a higher one. Both end with the total and 0.
 */
export type ScoreGroups = { readonly starts: Uint32Array; readonly positivesAtOrAbove: Uint32Array };

/** Groups the rows by the score of a class; a binary model has one, class 1. */
export function scoreGroups(side: Side, ofClass = 1): ScoreGroups {
  const order = side.order(ofClass);
  const starts = new Uint32Array(side.n + 1);
  let groups = 0;
  let previous = Number.NaN;
  for (let at = 0; at < side.n; at++) {
    const score = probability(side.predictions, order[at] ?? 0, ofClass);
    if (score !== previous) starts[groups++] = at;
    previous = score;
  }
  starts[groups] = side.n;
  const positivesAtOrAbove = new Uint32Array(groups + 1);
  let positives = 0;
  for (let group = groups - 1; group >= 0; group--) {
    for (let at = starts[group] ?? 0; at < (starts[group + 1] ?? 0); at++) {
      if (side.labels[order[at] ?? 0] === ofClass) positives++;
    }
    positivesAtOrAbove[group] = positives;
  }
  return { starts: starts.subarray(0, groups + 1), positivesAtOrAbove };
}
