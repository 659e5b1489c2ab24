import type { ScoreHistogram } from "../report.ts";
import type { BinaryPredictions, MulticlassPredictions, Predictions } from "./input.ts";
import type { Scoring } from "./registry.ts";

/** Bins of equal width over the range, whatever the data. */
export const scoreBins = 50;

/** Histograms of more classes are not drawn. */
const maxClasses = 10;

export type ScoreInput = {
  readonly classNames: readonly string[];
  /** Class indices; numbers (a Float64Array) have no classes. */
  readonly labels: Int32Array | Float64Array;
  readonly candidate: Predictions;
  readonly baseline: Predictions | null;
  readonly scoring: Scoring;
};

/**
 * How the scores of each true class are spread: of the positive class for two classes, of the true class for more.
 * Probabilities are counted over 0 … 1, other scores over what both models give. Rows are counted, whatever they weigh.
 * Null where there are no scores or too many classes.
 */
export function scoreHistogram(input: ScoreInput): ScoreHistogram | null {
  const { classNames, labels, candidate, baseline, scoring } = input;
  const none = scoring === "label" || labels.length === 0 || classNames.length < 2 || classNames.length > maxClasses;
  if (none || candidate.kind === "value" || !(labels instanceof Int32Array)) return null;
  const before = baseline === null || baseline.kind === "value" ? null : scoresOf(baseline, labels);
  const after = scoresOf(candidate, labels);
  const range = scoring === "probability" ? ([0, 1] as const) : rangeOf(before === null ? [after] : [after, before]);
  if (range === null) return null;
  const count = (scores: Float64Array) => countBins(scores, labels, classNames.length, range);
  return {
    of: candidate.kind === "binary" ? "positive_class" : "true_class",
    range: [...range],
    classes: [...classNames],
    candidate: count(after),
    baseline: before === null ? null : count(before),
  };
}

function scoresOf(predictions: BinaryPredictions | MulticlassPredictions, labels: Int32Array): Float64Array {
  if (predictions.kind === "binary") return predictions.scores;
  const { probabilities, classes } = predictions;
  return Float64Array.from(labels, (label, row) => probabilities[row * classes + label] ?? Number.NaN);
}

/** The smallest and the largest score; null where they are equal or further apart than a number can say. */
function rangeOf(all: readonly Float64Array[]): readonly [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (const scores of all) {
    for (let row = 0; row < scores.length; row++) {
      const score = scores[row] ?? 0;
      if (score < low) low = score;
      if (score > high) high = score;
    }
  }
  return high > low && Number.isFinite(high - low) ? [low, high] : null;
}

function countBins(
  scores: Float64Array,
  labels: Int32Array,
  classes: number,
  [low, high]: readonly [number, number],
): number[][] {
  const counts = new Float64Array(classes * scoreBins);
  const scale = scoreBins / (high - low);
  for (let row = 0; row < scores.length; row++) {
    const bin = Math.min(scoreBins - 1, Math.max(0, Math.floor(((scores[row] ?? 0) - low) * scale)));
    const at = (labels[row] ?? 0) * scoreBins + bin;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return Array.from({ length: classes }, (_, k) => [...counts.subarray(k * scoreBins, (k + 1) * scoreBins)]);
}
