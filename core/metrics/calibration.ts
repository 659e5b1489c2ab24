import type { BinKind, BinSums } from "./bins.ts";
import { calibrationBins } from "./classification-specs.ts";
import type { MaybeEstimate } from "./estimate.ts";
import type { Side } from "./side.ts";

/** Rows whose confidence falls in one bin: their mean confidence and how often it came true. */
export type CalibrationBin = { readonly predicted: number; readonly observed: number; readonly n: number };

/** A metric of the bins. `slope` gives for a bin how the value changes with Σw(p − y) and with Σw of the bin. */
export type BinMetric = {
  readonly bins: BinKind;
  readonly value: (of: BinSums) => number;
  readonly slope: (of: BinSums, value: number) => { readonly gap: Float64Array; readonly weight: Float64Array };
};

/** Expected calibration error: Σ n_bin/n |mean confidence − observed rate| (Naeini 2015, Guo 2017). */
export const ece = meanGap("width");
/** The same with bins of equal mass; equal confidences share a bin, that of their middle. */
export const eceAdaptive = meanGap("mass");

/** √(Σ n_bin/n (mean confidence − observed rate)²). */
export const rmsce: BinMetric = {
  bins: "width",
  value: (of) => Math.sqrt(squaredGap(of)),
  slope(of, value) {
    const total = totalOf(of);
    const gaps = gapsOf(of);
    const scale = value === 0 ? 0 : 1 / (2 * value * total);
    return {
      gap: gaps.map((gap, bin) => share(2 * gap, of.weights[bin] ?? 0) * scale),
      weight: gaps.map((gap, bin) => -(share(gap, of.weights[bin] ?? 0) ** 2 + value ** 2) * scale),
    };
  },
};

/** The largest gap of a bin. */
export const mce: BinMetric = {
  bins: "width",
  value: (of) => (totalOf(of) > 0 ? Math.max(...gapsOf(of).map((gap, bin) => relative(gap, of, bin))) : Number.NaN),
  slope(of, value) {
    const gaps = gapsOf(of);
    const worst = gaps.findIndex((gap, bin) => relative(gap, of, bin) === value);
    const weight = of.weights[worst] ?? 0;
    return {
      gap: gaps.map((gap, bin) => (bin === worst ? Math.sign(gap) / weight : 0)),
      weight: gaps.map((_, bin) => (bin === worst ? -value / weight : 0)),
    };
  },
};

/** A metric of the bins, with the influence of each row: the bins and the signs of their gaps stay as they are. */
export function binEstimate(side: Side, metric: BinMetric): MaybeEstimate {
  const { binned, bins, sums } = side.binned(metric.bins);
  const value = metric.value(sums);
  if (Number.isNaN(value)) return null;
  const { gap, weight } = metric.slope(sums, value);
  const total = totalOf(sums);
  const { confidence, hits } = binned;
  const perRow = new Float64Array(side.n);
  for (let row = 0; row < perRow.length; row++) {
    const bin = bins[row] ?? 0;
    perRow[row] = total * ((gap[bin] ?? 0) * ((confidence[row] ?? 0) - (hits[row] ?? 0)) + (weight[bin] ?? 0));
  }
  return { value, perRow };
}

/**
 * The non-empty bins of equal width, [a, b) and the last one closed. Binary: the probability of the positive class
 * against being positive. Multiclass: the probability of the predicted class against being right.
 */
export function calibration(side: Side): readonly CalibrationBin[] {
  const { bins, sums } = side.binned("width");
  const { weights, confidence, hits } = sums;
  const rows = new Float64Array(calibrationBins);
  for (let row = 0; row < bins.length; row++) rows[bins[row] ?? 0] = (rows[bins[row] ?? 0] ?? 0) + 1;
  return [...weights].flatMap((weight, bin) => {
    if (weight === 0) return [];
    return [{ predicted: (confidence[bin] ?? 0) / weight, observed: (hits[bin] ?? 0) / weight, n: rows[bin] ?? 0 }];
  });
}

function meanGap(bins: BinKind): BinMetric {
  return {
    bins,
    value(of) {
      let sum = 0;
      for (const gap of gapsOf(of)) sum += Math.abs(gap);
      return sum / totalOf(of);
    },
    slope(of, value) {
      const total = totalOf(of);
      const gaps = gapsOf(of);
      return { gap: gaps.map((gap) => Math.sign(gap) / total), weight: gaps.map(() => -value / total) };
    },
  };
}

function gapsOf({ confidence, hits }: BinSums): Float64Array {
  return confidence.map((sum, bin) => sum - (hits[bin] ?? 0));
}

function squaredGap(of: BinSums): number {
  let sum = 0;
  for (const [bin, gap] of gapsOf(of).entries()) sum += gap * share(gap, of.weights[bin] ?? 0);
  return sum / totalOf(of);
}

function relative(gap: number, of: BinSums, bin: number): number {
  return Math.abs(share(gap, of.weights[bin] ?? 0));
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function totalOf({ weights }: BinSums): number {
  let total = 0;
  for (const weight of weights) total += weight;
  return total;
}
