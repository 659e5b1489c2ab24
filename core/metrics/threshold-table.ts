import type { Curves } from "../report.ts";
import type { Scoring } from "./registry.ts";
import type { Side } from "./side.ts";

type ThresholdTable = NonNullable<Curves["thresholds"]>;
/** Rows, or their weight: true positives, false positives, true negatives, false negatives. */
type Outcome = [number, number, number, number];

const maxThresholds = 200;

/**
 * What up to 200 thresholds make of all rows of a binary task, counted and not sampled, the configured one among them;
 * null where predictions are labels, or there is no row. A score at or above a threshold is positive.
 */
export function thresholdTable(
  candidate: Side,
  baseline: Side | null,
  { scoring, threshold }: { readonly scoring: Scoring; readonly threshold: number },
): ThresholdTable | null {
  if (candidate.kind !== "binary" || scoring === "label" || candidate.n === 0) return null;
  const at = thresholdsFor(baseline === null ? [candidate] : [candidate, baseline], scoring, threshold);
  const sides = (weights: Float64Array | null): ThresholdTable["rows"] => ({
    candidate: outcomes(candidate, at, weights),
    baseline: baseline === null ? null : outcomes(baseline, at, weights),
  });
  return {
    configured: threshold,
    at: [...at],
    rows: sides(null),
    ...(candidate.weights === null ? {} : { weights: sides(candidate.weights) }),
  };
}

/**
 * Hundredths for probabilities, and where a model gives most of its scores: every hundredth of the rows of each, rounded
 * to what a person would type.
 */
function thresholdsFor(sides: readonly Side[], scoring: Scoring, configured: number): readonly number[] {
  const isProbability = scoring === "probability";
  const grid = isProbability ? Array.from({ length: 99 }, (_, k) => (k + 1) / 100) : [];
  const each = Math.floor((maxThresholds - 1 - grid.length) / sides.length);
  const common = sides.flatMap((side) => quantiles(side, each).map(isProbability ? roundedShare : roundedScore));
  const all = new Set([configured, ...grid, ...common.filter((at) => !isProbability || (at > 0 && at < 1))]);
  return [...all].toSorted((a, b) => a - b);
}

function quantiles(side: Side, count: number): readonly number[] {
  const { rows } = side.ranking(1);
  const scores = side.scores(1);
  return Array.from({ length: count }, (_, k) => scores[rows[Math.floor(((k + 0.5) * side.n) / count)] ?? 0] ?? 0);
}

/** Two digits that count, of the share or of what is missing to 1: 0.0034, 0.35, 0.9987. */
function roundedShare(share: number): number {
  const size = Math.min(share, 1 - share);
  return size <= 0 ? 0 : Number(share.toFixed(Math.min(9, 1 - Math.floor(Math.log10(size)))));
}

function roundedScore(score: number): number {
  return Number(score.toPrecision(4));
}

/** One walk through the ranked rows: all below a threshold are predicted negative. */
function outcomes(side: Side, thresholds: readonly number[], weights: Float64Array | null): Outcome[] {
  const { rows, marks } = side.ranking(1);
  const scores = side.scores(1);
  const below = { positives: 0, negatives: 0 };
  let place = 0;
  const walkTo = (end: number): void => {
    for (; place < end; place++) {
      const weight = weights === null ? 1 : (weights[rows[place] ?? 0] ?? 0);
      if (((marks[place] ?? 0) & 2) === 0) below.negatives += weight;
      else below.positives += weight;
    }
  };
  const found = thresholds.map((threshold) => {
    walkTo(firstAtOrAbove(threshold, rows, scores));
    return { ...below };
  });
  walkTo(rows.length);
  const { positives, negatives } = below;
  // What is left of sums of weights may be a rounding error below 0.
  const left = (all: number, part: number): number => Math.max(0, all - part);
  return found.map((of) => [left(positives, of.positives), left(negatives, of.negatives), of.negatives, of.positives]);
}

function firstAtOrAbove(threshold: number, rows: Uint32Array, scores: Float64Array): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((scores[rows[middle] ?? 0] ?? 0) < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}
