import type { MaybeEstimate } from "./estimate.ts";
import { calibrationBins } from "./registry.ts";
import { probability, type Side } from "./side.ts";

/** Rows whose confidence falls in one bin: their mean confidence and how often it came true. */
export type CalibrationBin = { readonly predicted: number; readonly observed: number; readonly n: number };

/**
 * The non-empty bins of equal width, [a, b) and the last one closed. Binary: the probability of the positive class
 * against being positive. Multiclass: the probability of the predicted class against being right.
 */
export function calibration(side: Side): readonly CalibrationBin[] {
  const confidence = new Float64Array(calibrationBins);
  const hits = new Float64Array(calibrationBins);
  const sizes = new Float64Array(calibrationBins);
  const predicted = side.predicted();
  for (let row = 0; row < side.n; row++) {
    const target = side.predictions.kind === "binary" ? 1 : (predicted[row] ?? 0);
    const p = probability(side.predictions, row, target);
    const bin = Math.min(calibrationBins - 1, Math.max(0, Math.floor(p * calibrationBins)));
    confidence[bin] = (confidence[bin] ?? 0) + p;
    hits[bin] = (hits[bin] ?? 0) + (side.labels[row] === target ? 1 : 0);
    sizes[bin] = (sizes[bin] ?? 0) + 1;
  }
  return [...sizes.keys()].flatMap((bin) => {
    const n = sizes[bin] ?? 0;
    return n === 0 ? [] : [{ predicted: (confidence[bin] ?? 0) / n, observed: (hits[bin] ?? 0) / n, n }];
  });
}

/**
 * Expected calibration error: Σ n_bin/n |mean confidence − observed rate|. It has no interval: it is biased upward and
 * has no derivative where a bin is well calibrated, so a normal approximation would promise what it cannot keep.
 */
export function ece(side: Side): MaybeEstimate {
  if (side.n === 0) return null;
  let sum = 0;
  for (const { predicted, observed, n } of calibration(side)) sum += n * Math.abs(predicted - observed);
  return { value: sum / side.n, perRow: null };
}
