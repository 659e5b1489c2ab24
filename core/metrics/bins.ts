import { type Ranking, rank } from "../stats/order.ts";
import type { RowWeights } from "../stats/vertices.ts";
import { calibrationBins } from "./classification-specs.ts";

/** Bins of equal width, [a, b) and the last one closed; or of equal mass, where equal confidences share a bin. */
export type BinKind = "width" | "mass";

/** What each bin holds: Σw, Σw·confidence and Σw of the rows where it came true. */
export type BinSums = {
  readonly weights: Float64Array;
  readonly confidence: Float64Array;
  readonly hits: Float64Array;
};

/** How sure the model is in each row, whether it was right, and which bin the row falls in. */
export type Binned = {
  readonly confidence: Float64Array;
  readonly hits: Uint8Array;
  /** The bin of each row under some weights. */
  readonly binsUnder: (weights: RowWeights | null) => Uint8Array;
};

/** Rows in bins of their confidence. */
export function binRows(kind: BinKind, confidence: Float64Array, hits: Uint8Array, ranking: () => Ranking): Binned {
  if (kind === "width") {
    const bins = equalWidth(confidence);
    return { confidence, hits, binsUnder: () => bins };
  }
  const order = ranking();
  return { confidence, hits, binsUnder: (weights) => equalMass(order, weights) };
}

/** The rows by confidence, where no other ranking of them is at hand. */
export function byConfidence(confidence: Float64Array): Ranking {
  return rank(confidence, new Int32Array(confidence.length), 1);
}

/** What each bin holds; sums are compensated. */
export function sumBins({ confidence, hits }: Binned, bins: Uint8Array, weights: RowWeights | null): BinSums {
  const sums = { weights: new Float64Array(calibrationBins), hits: new Float64Array(calibrationBins) };
  const own = new Float64Array(calibrationBins);
  const lost = new Float64Array(calibrationBins);
  for (let row = 0; row < bins.length; row++) {
    const bin = bins[row] ?? 0;
    const weight = weights === null ? 1 : (weights[row] ?? 0);
    sums.weights[bin] = (sums.weights[bin] ?? 0) + weight;
    sums.hits[bin] = (sums.hits[bin] ?? 0) + weight * (hits[row] ?? 0);
    const value = weight * (confidence[row] ?? 0);
    const before = own[bin] ?? 0;
    const next = before + value;
    const added = next - before;
    lost[bin] = (lost[bin] ?? 0) + (before - (next - added) + (value - added));
    own[bin] = next;
  }
  return { ...sums, confidence: own.map((sum, bin) => sum + (lost[bin] ?? 0)) };
}

function equalWidth(confidence: Float64Array): Uint8Array {
  const bins = new Uint8Array(confidence.length);
  for (let row = 0; row < bins.length; row++) {
    const bin = Math.floor((confidence[row] ?? 0) * calibrationBins);
    bins[row] = bin < 0 ? 0 : bin >= calibrationBins ? calibrationBins - 1 : bin;
  }
  return bins;
}

function equalMass({ rows, marks }: Ranking, weights: RowWeights | null): Uint8Array {
  const n = rows.length;
  const bins = new Uint8Array(n);
  let total = 0;
  for (let row = 0; row < n; row++) total += weights === null ? 1 : (weights[row] ?? 0);
  let below = 0;
  for (let start = 0; start < n; ) {
    let [end, tied] = [start, 0];
    do {
      tied += weights === null ? 1 : (weights[rows[end] ?? 0] ?? 0);
      end++;
    } while (end < n && ((marks[end] ?? 0) & 1) === 0);
    const bin = Math.min(calibrationBins - 1, Math.floor((calibrationBins * (below + tied / 2)) / total));
    for (let at = start; at < end; at++) bins[rows[at] ?? 0] = bin;
    below += tied;
    start = end;
  }
  return bins;
}
