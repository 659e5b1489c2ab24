import { drawnArea, rocArea } from "../stats/delong.ts";
import type { Ranking } from "../stats/order.ts";
import type { RowWeights, Vertices } from "../stats/vertices.ts";

/** How a value changes with the weight of the positive and of the negative rows among the `g` highest scores. */
export type Slope = { readonly positives: Float64Array; readonly negatives: Float64Array };

/**
 * A metric that depends only on the order of the scores: a function of the ROC curve's corners that does not change
 * when all weights grow alike. NaN where it is not defined. `slope` is null where the value has kinks that matter.
 */
export type CornerMetric = {
  readonly value: (of: Vertices) => number;
  readonly slope: ((of: Vertices) => Slope) | null;
  /** The value depends on how common the positive rows are. */
  readonly prevalence: boolean;
  /** The value in one pass, for metrics that need no corners; what depends on them is computed from them. */
  readonly drawn?: (ranking: Ranking, draws: RowWeights) => number;
};

/** P(score⁺ > score⁻) + ½ P(equal). Its spread is DeLong's, so that it needs no slope. */
export const rocAuc: CornerMetric = {
  prevalence: false,
  value: (of) => rocArea(of) ?? Number.NaN,
  slope: null,
  drawn: drawnArea,
};

/** 2 ROC AUC − 1. */
export const giniArea: CornerMetric = {
  prevalence: false,
  value: (of) => 2 * rocAuc.value(of) - 1,
  slope: null,
  drawn: (ranking, draws) => 2 * drawnArea(ranking, draws) - 1,
};

/** Σ (R_k − R_k−1) P_k over distinct scores, without interpolation. NaN without positives. */
export const averagePrecision: CornerMetric = {
  prevalence: true,
  value({ groups, positives, negatives }) {
    let sum = 0;
    for (let g = 1; g <= groups; g++) {
      const up = positives[g] ?? 0;
      const gained = up - (positives[g - 1] ?? 0);
      if (gained > 0) sum += (gained * up) / (up + (negatives[g] ?? 0));
    }
    return sum / (positives[groups] ?? 0);
  },
  slope(of) {
    const { groups, positives, negatives } = of;
    const all = positives[groups] ?? 0;
    const slope = slopeOf(groups);
    for (let g = 1; g <= groups; g++) {
      const [up, across] = [positives[g] ?? 0, negatives[g] ?? 0];
      const size = up + across;
      if (size === 0) continue;
      const gained = up - (positives[g - 1] ?? 0);
      add(slope.positives, g, (up / size + (gained * across) / size ** 2) / all);
      add(slope.positives, g - 1, -up / size / all);
      add(slope.negatives, g, (-gained * up) / size ** 2 / all);
    }
    add(slope.positives, groups, -averagePrecision.value(of) / all);
    return slope;
  },
};

/**
 * Area under the precision-recall curve with straight lines between its points, from (0, 1) on, as scikit-learn's
 * `auc(recall, precision)`. It promises more than can be had between two points; average precision does not.
 */
export const prAuc: CornerMetric = {
  prevalence: true,
  value({ groups, positives, negatives }) {
    let sum = 0;
    let before = 1;
    for (let g = 1; g <= groups; g++) {
      const up = positives[g] ?? 0;
      const size = up + (negatives[g] ?? 0);
      const precision = size === 0 ? before : up / size;
      sum += ((up - (positives[g - 1] ?? 0)) * (precision + before)) / 2;
      before = precision;
    }
    return sum / (positives[groups] ?? 0);
  },
  slope(of) {
    const { groups, positives, negatives } = of;
    const all = positives[groups] ?? 0;
    const slope = slopeOf(groups);
    let before = 1;
    for (let g = 1; g <= groups; g++) {
      const [up, across] = [positives[g] ?? 0, negatives[g] ?? 0];
      const size = up + across;
      if (size === 0) continue;
      const precision = up / size;
      const wide = ((positives[Math.min(g + 1, groups)] ?? 0) - (positives[g - 1] ?? 0)) / 2;
      add(slope.positives, g, ((precision + before) / 2 + (wide * across) / size ** 2) / all);
      add(slope.positives, g - 1, -(precision + before) / 2 / all);
      add(slope.negatives, g, (-wide * up) / size ** 2 / all);
      before = precision;
    }
    add(slope.positives, groups, -prAuc.value(of) / all);
    return slope;
  },
};

/** Largest distance between the true and the false positive rate over all thresholds (Kolmogorov and Smirnov). */
export const ks: CornerMetric = {
  prevalence: false,
  value: (of) => Math.abs(gapAt(of, farthest(of))),
  slope(of) {
    // The threshold stays where the distance is largest: it moves nothing to first order.
    const { groups, positives, negatives } = of;
    const at = farthest(of);
    const sign = Math.sign(gapAt(of, at));
    const [all, others] = [positives[groups] ?? 0, negatives[groups] ?? 0];
    const slope = slopeOf(groups);
    add(slope.positives, at, sign / all);
    add(slope.positives, groups, (-sign * (positives[at] ?? 0)) / all ** 2);
    add(slope.negatives, at, -sign / others);
    add(slope.negatives, groups, (sign * (negatives[at] ?? 0)) / others ** 2);
    return slope;
  },
};

/** The largest recall of a threshold whose precision is high enough; 0 when there is none. */
export function recallAtPrecision(least: number): CornerMetric {
  return {
    prevalence: true,
    value: (of) => mostAtPrecision(of, least) / (of.positives[of.groups] ?? 0),
    slope: null,
  };
}

/** Positives of the loosest threshold whose precision is high enough. Nothing but the loop: see `walkDraws`. */
function mostAtPrecision({ groups, positives, negatives }: Vertices, least: number): number {
  let best = 0;
  for (let g = 1; g <= groups; g++) {
    const up = positives[g] ?? 0;
    if (up > 0 && up >= least * (up + (negatives[g] ?? 0)) * (1 - 1e-15)) best = up;
  }
  return best;
}

/**
 * Area under the ROC curve up to a false positive rate, between what chance gives (½) and the most there is (1)
 * (McClish 1989).
 */
export function partialRocAuc(limit: number): CornerMetric {
  const least = limit ** 2 / 2;
  const scale = 2 * (limit - least);
  return {
    prevalence: false,
    value: (of) => 0.5 + (partialArea(of, limit, null) - least) / scale,
    slope(of) {
      const slope = slopeOf(of.groups);
      partialArea(of, limit, slope);
      const { groups, positives, negatives } = of;
      // From rates to weights: y = positives / all, and the total is one of the weights.
      rescale(slope.positives, positives, groups, scale);
      rescale(slope.negatives, negatives, groups, scale);
      return slope;
    },
  };
}

/** The area under the corners (x, y) for x up to the limit; adds its derivatives by them to `slope`. */
function partialArea({ groups, positives, negatives }: Vertices, limit: number, slope: Slope | null): number {
  const [all, others] = [positives[groups] ?? 0, negatives[groups] ?? 0];
  if (!(all > 0 && others > 0)) return Number.NaN;
  let area = 0;
  let [x, y] = [0, 0];
  for (let g = 1; g <= groups; g++) {
    const nextX = (negatives[g] ?? 0) / others;
    const nextY = (positives[g] ?? 0) / all;
    if (nextX > limit) return area + lastPiece({ x, y, nextX, nextY, limit }, g, slope);
    area += ((nextX - x) * (nextY + y)) / 2;
    if (slope !== null) {
      add(slope.negatives, g, (nextY + y) / 2);
      add(slope.negatives, g - 1, -(nextY + y) / 2);
      add(slope.positives, g, (nextX - x) / 2);
      add(slope.positives, g - 1, (nextX - x) / 2);
    }
    [x, y] = [nextX, nextY];
  }
  return area;
}

type Piece = {
  readonly x: number;
  readonly y: number;
  readonly nextX: number;
  readonly nextY: number;
  readonly limit: number;
};

/** The part of a straight piece of the curve that lies left of the limit: with d = limit − x, d (y + slope·d / 2). */
function lastPiece({ x, y, nextX, nextY, limit }: Piece, g: number, slope: Slope | null): number {
  const [wide, high, d] = [nextX - x, nextY - y, limit - x];
  const share = d / wide;
  if (slope !== null) {
    add(slope.positives, g - 1, d - (d * share) / 2);
    add(slope.positives, g, (d * share) / 2);
    add(slope.negatives, g - 1, -y - high * share + (high * share ** 2) / 2);
    add(slope.negatives, g, (-high * share ** 2) / 2);
  }
  return d * (y + (high * share) / 2);
}

function rescale(slope: Float64Array, weights: Float64Array, groups: number, scale: number): void {
  const all = weights[groups] ?? 0;
  let ofTotal = 0;
  for (let g = 0; g <= groups; g++) {
    ofTotal += (slope[g] ?? 0) * (weights[g] ?? 0);
    slope[g] = (slope[g] ?? 0) / all / scale;
  }
  add(slope, groups, -ofTotal / all ** 2 / scale);
}

function farthest({ groups, positives, negatives }: Vertices): number {
  const [all, others] = [positives[groups] ?? 0, negatives[groups] ?? 0];
  let best = 0;
  let distance = -1;
  for (let g = 0; g <= groups; g++) {
    const gap = Math.abs((positives[g] ?? 0) * others - (negatives[g] ?? 0) * all);
    if (gap > distance) {
      best = g;
      distance = gap;
    }
  }
  return best;
}

function gapAt({ groups, positives, negatives }: Vertices, g: number): number {
  return (positives[g] ?? 0) / (positives[groups] ?? 0) - (negatives[g] ?? 0) / (negatives[groups] ?? 0);
}

function slopeOf(groups: number): Slope {
  return { positives: new Float64Array(groups + 1), negatives: new Float64Array(groups + 1) };
}

function add(to: Float64Array, at: number, value: number): void {
  to[at] = (to[at] ?? 0) + value;
}
