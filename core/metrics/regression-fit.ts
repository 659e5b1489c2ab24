import { argsort } from "../stats/order.ts";
import { sum, weightedMean } from "../stats/sums.ts";
import type { MaybeEstimate } from "./estimate.ts";
import { constant, counts, finite, perRowOf, type ValueSample, weightless } from "./regression.ts";

/** √ of the mean (p − y)²; influence (e² − MSE) / 2 RMSE. */
export function rmse(sample: ValueSample): MaybeEstimate {
  if (!counts(sample)) return null;
  const squares = perRowOf(sample, (y, p) => (p - y) ** 2);
  const mse = weightedMean(squares, sample.weights);
  const value = Math.sqrt(mse);
  return finite(value, value === 0 ? new Float64Array(sample.n) : squares.map((own) => (own - mse) / (2 * value)));
}

/** Σ|p − y| / Σ|y|; undefined when every truth is 0. */
export function wape(sample: ValueSample): MaybeEstimate {
  if (!counts(sample)) return null;
  const errors = perRowOf(sample, (y, p) => Math.abs(p - y));
  const sizes = perRowOf(sample, (y) => Math.abs(y));
  const size = weightedMean(sizes, sample.weights);
  if (size === 0) return null;
  const value = weightedMean(errors, sample.weights) / size;
  const influence = errors.map((own, row) => (own - value * (sizes[row] ?? 0)) / size);
  return finite(value, influence);
}

/** 1 − Σ(p − y)² / Σ(y − mean y)²; undefined when the truth is the same in every row. */
export function r2(sample: ValueSample): MaybeEstimate {
  if (!counts(sample) || constant(sample, sample.truth)) return null;
  return share(
    sample,
    perRowOf(sample, (y, p) => (p - y) ** 2),
  );
}

/** 1 − variance of p − y / variance of y: R² that forgives a constant offset; undefined when the truth is constant. */
export function explainedVariance(sample: ValueSample): MaybeEstimate {
  if (!counts(sample) || constant(sample, sample.truth)) return null;
  const errors = perRowOf(sample, (y, p) => p - y);
  const mean = weightedMean(errors, sample.weights);
  return share(
    sample,
    errors.map((own) => (own - mean) ** 2),
  );
}

/**
 * Median of |p − y|: the mean of the two middle ones where half of the weight lies on each side. It has no influence
 * without an estimate of the density at the median.
 */
export function medae(sample: ValueSample): MaybeEstimate {
  if (!counts(sample)) return null;
  const { n, weights } = sample;
  const errors = perRowOf(sample, (y, p) => Math.abs(p - y));
  const half = (weights === null ? n : sum(weights)) / 2;
  let below = 0;
  let lower: number | null = null;
  for (const row of argsort(errors)) {
    if (weightless(sample, row)) continue;
    const own = errors[row] ?? 0;
    if (lower !== null) return finite((lower + own) / 2, null);
    below += weights === null ? 1 : (weights[row] ?? 0);
    if (below > half) return finite(own, null);
    if (below === half) lower = own;
  }
  return lower === null ? null : finite(lower, null);
}

/** The largest |p − y|. Of the largest error no interval is known: resampling never draws a larger one. */
export function maxError(sample: ValueSample): MaybeEstimate {
  if (!counts(sample)) return null;
  let value = 0;
  for (const own of perRowOf(sample, (y, p) => Math.abs(p - y))) value = own > value ? own : value;
  return finite(value, null);
}

/** 1 − L / V with V the variance of the truth; influence −(l − L) / V + L((y − mean y)² − V) / V². */
function share(sample: ValueSample, losses: Float64Array): MaybeEstimate {
  const { truth, weights } = sample;
  const loss = weightedMean(losses, weights);
  const mean = weightedMean(truth, weights);
  const spreads = perRowOf(sample, (y) => (y - mean) ** 2);
  const variance = weightedMean(spreads, weights);
  if (!(variance > 0)) return null;
  const perRow = losses.map((own, row) => {
    return -(own - loss) / variance + (loss / variance) * ((spreads[row] ?? 0) / variance - 1);
  });
  return finite(1 - loss / variance, perRow);
}
