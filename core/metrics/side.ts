import { argsort } from "../stats/order.ts";
import { tabulate } from "../stats/sums.ts";

/** Probability of the positive class, one per row. */
export type BinaryPredictions = { readonly kind: "binary"; readonly scores: Float64Array };
/** Probabilities, row after row, `classes` of them each. */
export type MulticlassPredictions = {
  readonly kind: "multiclass";
  readonly probabilities: Float64Array;
  readonly classes: number;
};
export type Predictions = BinaryPredictions | MulticlassPredictions;

/** Rows of each class: labeled so, predicted so, and both. */
export type ClassCounts = {
  readonly n: number;
  readonly labeled: Float64Array;
  readonly predicted: Float64Array;
  readonly correct: Float64Array;
};

/** One model's predictions on some rows, with what several metrics share; each part is computed when first asked for. */
export type Side = {
  readonly n: number;
  readonly classes: number;
  readonly labels: Int32Array;
  readonly predictions: Predictions;
  /** Predicted class of each row: 0.5 and above is positive; the first of the largest probabilities. */
  predicted(): Int32Array;
  counts(): ClassCounts;
  /** Rows by ascending probability of a class; binary has its order under class 1. */
  order(ofClass: number): Uint32Array;
};

/** A model's side of a comparison over all rows of `labels`. */
export function sideOf(labels: Int32Array, predictions: Predictions): Side {
  const classes = predictions.kind === "binary" ? 2 : predictions.classes;
  const predicted = once(() => classify(labels.length, predictions));
  const orders = new Map<number, Uint32Array>();
  return {
    n: labels.length,
    classes,
    labels,
    predictions,
    predicted,
    counts: once(() => countClasses(labels, predicted(), classes)),
    order(ofClass) {
      const order = orders.get(ofClass) ?? argsort(column(predictions, ofClass));
      orders.set(ofClass, order);
      return order;
    },
  };
}

/** Probability that the model gives a class in a row. */
export function probability(predictions: Predictions, row: number, ofClass: number): number {
  if (predictions.kind === "multiclass") return predictions.probabilities[row * predictions.classes + ofClass] ?? 0;
  const positive = predictions.scores[row] ?? 0;
  return ofClass === 1 ? positive : 1 - positive;
}

/** The labels and predictions of a subset of the rows. */
export function labelsAt(labels: Int32Array, rows: Uint32Array): Int32Array {
  const own = new Int32Array(rows.length);
  for (let at = 0; at < rows.length; at++) own[at] = labels[rows[at] ?? 0] ?? 0;
  return own;
}

/** The predictions of a subset of the rows. */
export function predictionsAt(predictions: Predictions, rows: Uint32Array): Predictions {
  if (predictions.kind === "binary") {
    return { kind: "binary", scores: tabulate(rows.length, (at) => predictions.scores[rows[at] ?? 0] ?? 0) };
  }
  const { classes } = predictions;
  const probabilities = new Float64Array(rows.length * classes);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    probabilities.set(predictions.probabilities.subarray(row * classes, (row + 1) * classes), at * classes);
  }
  return { kind: "multiclass", probabilities, classes };
}

function column(predictions: Predictions, ofClass: number): Float64Array {
  if (predictions.kind === "binary") return predictions.scores;
  const rows = predictions.probabilities.length / predictions.classes;
  return tabulate(rows, (row) => probability(predictions, row, ofClass));
}

function classify(n: number, predictions: Predictions): Int32Array {
  const predicted = new Int32Array(n);
  for (let row = 0; row < n; row++) {
    predicted[row] =
      predictions.kind === "binary" ? ((predictions.scores[row] ?? 0) >= 0.5 ? 1 : 0) : top(predictions, row);
  }
  return predicted;
}

function top(predictions: MulticlassPredictions, row: number): number {
  let best = 0;
  for (let k = 1; k < predictions.classes; k++) {
    if (probability(predictions, row, k) > probability(predictions, row, best)) best = k;
  }
  return best;
}

function countClasses(labels: Int32Array, predicted: Int32Array, classes: number): ClassCounts {
  const counts = {
    n: labels.length,
    labeled: new Float64Array(classes),
    predicted: new Float64Array(classes),
    correct: new Float64Array(classes),
  };
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? 0;
    const guess = predicted[row] ?? 0;
    increment(counts.labeled, label);
    increment(counts.predicted, guess);
    if (label === guess) increment(counts.correct, label);
  }
  return counts;
}

function increment(counts: Float64Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}

function once<T>(compute: () => T): () => T {
  let kept: { readonly value: T } | null = null;
  return () => {
    kept ??= { value: compute() };
    return kept.value;
  };
}
