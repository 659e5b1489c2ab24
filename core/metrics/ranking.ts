import { placements } from "../stats/delong.ts";
import { meanOf, sum } from "../stats/sums.ts";
import { toRows, type Vertices } from "../stats/vertices.ts";
import { averagePrecision, type CornerMetric, type Slope } from "./corner-metrics.ts";
import type { Estimate, MaybeEstimate } from "./estimate.ts";
import type { Side } from "./side.ts";

/** P(score⁺ > score⁻) + ½ P(equal); per row DeLong's placements. Undefined with one class. */
export function rocAuc(side: Side): MaybeEstimate {
  const found = placements(side.ranking(1), side.corners(1));
  return found === null ? null : { value: found.auc, perRow: found.perRow };
}

/** 2 ROC AUC − 1. */
export function gini(side: Side): MaybeEstimate {
  const found = rocAuc(side);
  if (found?.perRow === undefined || found.perRow === null) return null;
  return { value: 2 * found.value - 1, perRow: found.perRow.map((placement) => 2 * placement) };
}

/** A metric of the ROC curve's corners, with the influence of each row where the metric has a slope. */
export function cornerEstimate(side: Side, metric: CornerMetric, ofClass = 1): MaybeEstimate {
  const corners = side.corners(ofClass);
  const value = metric.value(corners);
  if (Number.isNaN(value)) return null;
  if (metric.slope === null) return { value, perRow: null };
  const { positives, negatives } = influences(corners, metric.slope(corners));
  return { value, perRow: toRows(side.ranking(ofClass), positives, negatives) };
}

/** A row's weight counts into every corner from its score on: the sum of their slopes, times the weight of all rows. */
function influences({ groups, positives, negatives }: Vertices, slope: Slope): Slope {
  const total = (positives[groups] ?? 0) + (negatives[groups] ?? 0);
  let [up, across] = [0, 0];
  for (let g = groups; g >= 1; g--) {
    up += slope.positives[g] ?? 0;
    across += slope.negatives[g] ?? 0;
    slope.positives[g] = total * up;
    slope.negatives[g] = total * across;
  }
  return slope;
}

/** Mean of the classes' one-against-the-rest ROC AUC; undefined when a class has no rows. */
export function rocAucOvr(side: Side): MaybeEstimate {
  return meanOverClasses(side, aucInfluence);
}

/** Mean of the classes' one-against-the-rest average precision; undefined when a class has no rows. */
export function averagePrecisionMacro(side: Side): MaybeEstimate {
  return meanOverClasses(side, (of, k) => {
    const found = cornerEstimate(of, averagePrecision, k);
    return found?.perRow == null ? null : { value: found.value, perRow: found.perRow };
  });
}

/** The one-against-the-rest ROC AUCs, each counted by the share of its class. */
export function rocAucOvrWeighted(side: Side): MaybeEstimate {
  const shares = Float64Array.from({ length: side.classes }, (_, k) => weightOfClass(side, k) / totalOf(side));
  const perRow = new Float64Array(side.n);
  const values = new Float64Array(side.classes);
  for (let k = 0; k < side.classes; k++) {
    const found = aucInfluence(side, k);
    if (found === null) return null;
    values[k] = found.value;
    for (let row = 0; row < side.n; row++) {
      perRow[row] = (perRow[row] ?? 0) + (shares[k] ?? 0) * (found.perRow[row] ?? 0);
    }
  }
  const value = sum(values.map((each, k) => each * (shares[k] ?? 0)));
  for (let row = 0; row < side.n; row++) {
    perRow[row] = (perRow[row] ?? 0) + (values[side.labels[row] ?? 0] ?? 0) - value;
  }
  return { value, perRow };
}

type Known = Estimate & { readonly perRow: Float64Array };

function meanOverClasses(side: Side, metric: (side: Side, ofClass: number) => Known | null): MaybeEstimate {
  const perRow = new Float64Array(side.n);
  const values = new Float64Array(side.classes);
  for (let k = 0; k < side.classes; k++) {
    const found = metric(side, k);
    if (found === null) return null;
    values[k] = found.value;
    for (let row = 0; row < side.n; row++) perRow[row] = (perRow[row] ?? 0) + (found.perRow[row] ?? 0) / side.classes;
  }
  return { value: meanOf(values), perRow };
}

/** ROC AUC of a class against the rest, with the influence of each row. */
function aucInfluence(side: Side, ofClass: number): Known | null {
  const corners = side.corners(ofClass);
  const found = placements(side.ranking(ofClass), corners);
  if (found === null) return null;
  const own = corners.positives[corners.groups] ?? 0;
  const others = corners.negatives[corners.groups] ?? 0;
  const { auc, perRow } = found;
  for (let row = 0; row < perRow.length; row++) {
    const size = side.labels[row] === ofClass ? own : others;
    perRow[row] = ((own + others) / size) * ((perRow[row] ?? 0) - auc);
  }
  return { value: auc, perRow };
}

function weightOfClass(side: Side, k: number): number {
  const { positives, groups } = side.corners(k);
  return positives[groups] ?? 0;
}

function totalOf({ n, weights }: Side): number {
  return weights === null ? n : sum(weights);
}
