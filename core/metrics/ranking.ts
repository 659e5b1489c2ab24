import { placements } from "../stats/delong.ts";
import { meanOf } from "../stats/sums.ts";
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
  const groups = scoreGroups(side);
  const positives = groups.at(0)?.positivesAtOrAbove ?? 0;
  if (positives === 0) return null;
  const value = meanPrecision(groups, positives);
  const prevalence = positives / side.n;
  const order = side.order(1);
  const perRow = new Float64Array(side.n);
  let gain = 0;
  let loss = 0;
  let at = 0;
  for (const { rows, positives: tied, positivesAtOrAbove, rowsAtOrAbove } of groups) {
    const precision = positivesAtOrAbove / rowsAtOrAbove;
    gain += tied / rowsAtOrAbove;
    loss += (tied * precision) / rowsAtOrAbove;
    for (const end = at + rows; at < end; at++) {
      const row = order[at] ?? 0;
      const own = side.labels[row] === 1 ? precision - value + gain : 0;
      perRow[row] = (own - loss) / prevalence;
    }
  }
  return { value, perRow };
}

/** Rows of equal score, ascending, with what lies at or above the score. */
export type ScoreGroup = {
  readonly rows: number;
  readonly positives: number;
  readonly rowsAtOrAbove: number;
  readonly positivesAtOrAbove: number;
};

/** The distinct scores of a binary model in ascending order. */
export function scoreGroups(side: Side): readonly ScoreGroup[] {
  const order = side.order(1);
  const sizes: { rows: number; positives: number }[] = [];
  let previous = Number.NaN;
  let totalPositives = 0;
  for (const row of order) {
    const score = probability(side.predictions, row, 1);
    if (score !== previous) sizes.push({ rows: 0, positives: 0 });
    previous = score;
    const group = sizes.at(-1);
    if (group === undefined) continue;
    group.rows += 1;
    if (side.labels[row] === 1) {
      group.positives += 1;
      totalPositives += 1;
    }
  }
  let rowsAtOrAbove = side.n;
  let positivesAtOrAbove = totalPositives;
  return sizes.map((group) => {
    const at = { ...group, rowsAtOrAbove, positivesAtOrAbove };
    rowsAtOrAbove -= group.rows;
    positivesAtOrAbove -= group.positives;
    return at;
  });
}

function meanPrecision(groups: readonly ScoreGroup[], positives: number): number {
  let sum = 0;
  for (const group of groups) sum += (group.positives * group.positivesAtOrAbove) / group.rowsAtOrAbove;
  return sum / positives;
}
