import { sumOf, weightedMean } from "../stats/sums.ts";
import { logLossEpsilon } from "./classification-specs.ts";
import type { MaybeEstimate } from "./estimate.ts";
import type { ClassPredictions, Side } from "./side.ts";

/** −mean ln p of the true class, p clipped to [ε, 1 − ε]. */
export function logLoss(side: Side, epsilon: number = logLossEpsilon): MaybeEstimate {
  return meanOfLosses(side, logLosses(side, epsilon));
}

/** Binary: mean (p − y)². Multiclass: mean Σ (p_k − y_k)² over the classes. */
export function brier(side: Side): MaybeEstimate {
  return meanOfLosses(side, brierLosses(side));
}

/** 1 − log loss / log loss of the prevalence: 0 is a model that knows only how common the classes are. */
export function logLossSkill(side: Side): MaybeEstimate {
  const shares = classShares(side);
  const reference = -sumOf(shares.length, (k) => entropy(shares[k] ?? 0));
  return skill(side, logLosses(side, logLossEpsilon), reference, (label) => -Math.log(shares[label] ?? 1) - reference);
}

/** 1 − Brier score / Brier score of the prevalence (Murphy 1973); binary and multiclass as in `brier`. */
export function brierSkill(side: Side): MaybeEstimate {
  const shares = classShares(side);
  const scale = side.kind === "binary" ? 0.5 : 1;
  const squares = sumOf(shares.length, (k) => (shares[k] ?? 0) ** 2);
  const influence = (label: number): number => -2 * scale * ((shares[label] ?? 0) - squares);
  return skill(side, brierLosses(side), scale * (1 - squares), influence);
}

/** The log loss of each row. */
export function logLosses(side: Side, epsilon: number): Float64Array {
  return side.column(`log_loss;${epsilon}`, (labels, predictions) => {
    const losses = new Float64Array(labels.length);
    const most = 1 - epsilon;
    for (let row = 0; row < losses.length; row++) {
      const p = probabilityOf(predictions, row, labels[row] ?? 0);
      losses[row] = -Math.log(p < epsilon ? epsilon : p > most ? most : p);
    }
    return losses;
  });
}

/** The Brier score of each row. */
export function brierLosses(side: Side): Float64Array {
  return side.column("brier", (labels, predictions) => {
    const losses = new Float64Array(labels.length);
    if (predictions.kind === "binary") {
      const { scores } = predictions;
      for (let row = 0; row < losses.length; row++) losses[row] = ((scores[row] ?? 0) - (labels[row] ?? 0)) ** 2;
      return losses;
    }
    const { probabilities, classes } = predictions;
    for (let row = 0; row < losses.length; row++) {
      let loss = 0;
      for (let k = 0; k < classes; k++) {
        loss += ((probabilities[row * classes + k] ?? 0) - (k === labels[row] ? 1 : 0)) ** 2;
      }
      losses[row] = loss;
    }
    return losses;
  });
}

/** 1 where the true class is among the k largest probabilities, ties in favor of the first classes; otherwise 0. */
export function topHits(side: Side, k: number): Float64Array {
  return side.column(`top;${k}`, (labels, predictions) => {
    const hits = new Float64Array(labels.length);
    if (predictions.kind === "binary") return hits;
    const { probabilities, classes } = predictions;
    for (let row = 0; row < hits.length; row++) {
      const label = labels[row] ?? 0;
      const own = probabilities[row * classes + label] ?? 0;
      let before = 0;
      for (let other = 0; other < classes; other++) {
        const p = probabilities[row * classes + other] ?? 0;
        if (p > own || (p === own && other < label)) before++;
      }
      hits[row] = before < k ? 1 : 0;
    }
    return hits;
  });
}

/** Share of the rows whose true class is among the k most probable. */
export function topAccuracy(side: Side, k: number): MaybeEstimate {
  return meanOfLosses(side, topHits(side, k));
}

function meanOfLosses(side: Side, losses: Float64Array): MaybeEstimate {
  if (side.n === 0) return null;
  return { value: weightedMean(losses, side.weights), perRow: losses };
}

/** 1 − L / R: a row moves L by its loss, and R by its class. */
function skill(side: Side, losses: Float64Array, reference: number, moved: (label: number) => number): MaybeEstimate {
  if (side.n === 0 || !(reference > 1e-12)) return null;
  const loss = weightedMean(losses, side.weights);
  const byLabel = Float64Array.from({ length: side.classes }, (_, k) => moved(k));
  const perRow = new Float64Array(side.n);
  for (let row = 0; row < perRow.length; row++) {
    const own = (losses[row] ?? 0) - loss;
    perRow[row] = -own / reference + (loss / reference ** 2) * (byLabel[side.labels[row] ?? 0] ?? 0);
  }
  return { value: 1 - loss / reference, perRow };
}

function classShares(side: Side): Float64Array {
  const { labeled, n } = side.table();
  return labeled.map((weight) => weight / n);
}

function entropy(share: number): number {
  return share > 0 ? share * Math.log(share) : 0;
}

function probabilityOf(predictions: ClassPredictions, row: number, ofClass: number): number {
  if (predictions.kind === "multiclass") return predictions.probabilities[row * predictions.classes + ofClass] ?? 0;
  const positive = predictions.scores[row] ?? 0;
  return ofClass === 1 ? positive : 1 - positive;
}
