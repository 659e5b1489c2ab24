import { type Ranking, rank } from "../stats/order.ts";
import { type Vertices, vertices } from "../stats/vertices.ts";
import { type BinKind, type Binned, type BinSums, binRows, byConfidence, sumBins } from "./bins.ts";
import { type Cells, type ClassTable, cellsOf, countCells, tableOf } from "./cells.ts";
import type { BinaryPredictions, MulticlassPredictions } from "./input.ts";
import { customaryThreshold } from "./registry.ts";
import { codesAt, numbersAt } from "./sample.ts";

/** Rows in bins, the bin of each row as rows count, and what the bins hold. */
export type BinnedRows = { readonly binned: Binned; readonly bins: Uint8Array; readonly sums: BinSums };

/** Predictions of classes. */
export type ClassPredictions = BinaryPredictions | MulticlassPredictions;

/**
 * One model's predictions on some rows, with what several metrics share; each part is computed when first asked for,
 * and a slice takes from all rows what does not depend on the others.
 */
export type Side = {
  readonly n: number;
  readonly classes: number;
  readonly labels: Int32Array;
  readonly weights: Float64Array | null;
  readonly kind: ClassPredictions["kind"];
  /** Predicted class of each row: the threshold and above is positive; the first of the largest probabilities. */
  predicted(): Int32Array;
  table(): ClassTable;
  /** What the model gives a class in each row. */
  scores(ofClass: number): Float64Array;
  /** Rows by ascending score of a class, with the rows of that class marked. */
  ranking(ofClass: number): Ranking;
  /** Corners of the ROC curve of a class against the rest. */
  corners(ofClass: number): Vertices;
  /** Rows in bins of their confidence: the probability of the positive class, or of the predicted one. */
  binned(kind: BinKind): BinnedRows;
  /** Numbers per row under a name, computed from all the rows' predictions, and once only if they are kept. */
  column(name: string, compute: (labels: Int32Array, predictions: ClassPredictions) => Float64Array): Float64Array;
};

type Basis = Pick<Side, "n" | "classes" | "labels" | "weights" | "kind" | "predicted" | "column"> & {
  readonly scoresOf: (ofClass: number) => Float64Array;
};

/** A model's side of a comparison over all rows of `labels`. */
export function sideOf(
  labels: Int32Array,
  predictions: ClassPredictions,
  of: {
    readonly weights?: Float64Array | null;
    readonly threshold?: number;
    /** Whether numbers per row stay for whoever asks for them again, at eight bytes each; otherwise they are computed again. */
    readonly keepsColumns?: boolean;
  } = {},
): Side {
  const columns: Kept<string, Float64Array> = of.keepsColumns === false ? computeAnew : keep();
  return complete({
    n: labels.length,
    classes: predictions.kind === "binary" ? 2 : predictions.classes,
    labels,
    weights: of.weights ?? null,
    kind: predictions.kind,
    predicted: once(() => classify(predictions, labels.length, of.threshold ?? customaryThreshold)),
    scoresOf: (ofClass) => scoresOf(predictions, ofClass),
    column: (name, compute) => columns(name, () => compute(labels, predictions)),
  });
}

/** The same model on some of the rows. */
export function sideAt(of: Side, rows: Uint32Array, labels: Int32Array, weights: Float64Array | null): Side {
  const columns = keep<string, Float64Array>();
  return complete({
    n: rows.length,
    classes: of.classes,
    labels,
    weights,
    kind: of.kind,
    predicted: once(() => codesAt(of.predicted(), rows)),
    scoresOf: (ofClass) => numbersAt(of.scores(ofClass), rows),
    column: (name, compute) => columns(name, () => numbersAt(of.column(name, compute), rows)),
  });
}

/** The same predictions where rows count otherwise; rankings and columns are shared. */
export function reweighted(of: Side, weights: Float64Array): Side {
  const corners = keep<number, Vertices>();
  const binned = keep<BinKind, BinnedRows>();
  return {
    ...of,
    weights,
    binned: (kind) => binned(kind, () => inBins(of.binned(kind).binned, weights)),
    table: once(() => ownTable(of.classes, of.labels, of.predicted(), weights)),
    corners: (ofClass) => corners(ofClass, () => vertices(of.ranking(ofClass), weights)),
  };
}

function complete({ scoresOf: compute, ...basis }: Basis): Side {
  const scores = keep<number, Float64Array>();
  const rankings = keep<number, Ranking>();
  const corners = keep<number, Vertices>();
  const binned = keep<BinKind, BinnedRows>();
  const side: Side = {
    ...basis,
    binned: (kind) => binned(kind, () => inBins(binsOf(side, kind), basis.weights)),
    table: once(() => ownTable(basis.classes, basis.labels, basis.predicted(), basis.weights)),
    scores: (ofClass) => scores(ofClass, () => compute(ofClass)),
    ranking: (ofClass) => rankings(ofClass, () => rank(side.scores(ofClass), basis.labels, ofClass)),
    corners: (ofClass) => corners(ofClass, () => vertices(side.ranking(ofClass), basis.weights)),
  };
  return side;
}

function binsOf(side: Side, kind: BinKind): Binned {
  const { labels, n } = side;
  const confidence = side.kind === "binary" ? side.scores(1) : side.column("confidence", topProbabilities);
  const targets = side.kind === "binary" ? null : side.predicted();
  const hits = new Uint8Array(n);
  for (let row = 0; row < n; row++) hits[row] = labels[row] === (targets === null ? 1 : targets[row]) ? 1 : 0;
  return binRows(kind, confidence, hits, () => (side.kind === "binary" ? side.ranking(1) : byConfidence(confidence)));
}

function inBins(binned: Binned, weights: Float64Array | null): BinnedRows {
  const bins = binned.binsUnder(weights);
  return { binned, bins, sums: sumBins(binned, bins, weights) };
}

function topProbabilities(labels: Int32Array, predictions: ClassPredictions): Float64Array {
  const top = new Float64Array(labels.length);
  if (predictions.kind === "binary") return predictions.scores;
  const { probabilities, classes } = predictions;
  for (let row = 0; row < top.length; row++) {
    let best = probabilities[row * classes] ?? 0;
    for (let at = row * classes + 1; at < (row + 1) * classes; at++) best = Math.max(best, probabilities[at] ?? 0);
    top[row] = best;
  }
  return top;
}

function ownTable(
  classes: number,
  labels: Int32Array,
  predicted: Int32Array,
  weights: Float64Array | null,
): ClassTable {
  const cells: Cells = cellsOf(classes, labels, predicted, null);
  return tableOf(cells, countCells(cells, weights).weights, "own");
}

function scoresOf(predictions: ClassPredictions, ofClass: number): Float64Array {
  if (predictions.kind === "binary") {
    return ofClass === 1 ? predictions.scores : predictions.scores.map((score) => 1 - score);
  }
  const { probabilities, classes } = predictions;
  const own = new Float64Array(probabilities.length / classes);
  for (let row = 0; row < own.length; row++) own[row] = probabilities[row * classes + ofClass] ?? 0;
  return own;
}

function classify(predictions: ClassPredictions, n: number, threshold: number): Int32Array {
  const predicted = new Int32Array(n);
  if (predictions.kind === "binary") {
    const { scores } = predictions;
    for (let row = 0; row < n; row++) predicted[row] = (scores[row] ?? 0) >= threshold ? 1 : 0;
    return predicted;
  }
  const { probabilities, classes } = predictions;
  for (let row = 0; row < n; row++) {
    let best = row * classes;
    for (let at = best + 1; at < (row + 1) * classes; at++) {
      if ((probabilities[at] ?? 0) > (probabilities[best] ?? 0)) best = at;
    }
    predicted[row] = best - row * classes;
  }
  return predicted;
}

/** What belongs to a key, computed when it is first asked for. */
export type Kept<K, V> = (key: K, compute: () => V) => V;

/** Computes what belongs to a key when it is first asked for. */
export function keep<K, V>(): Kept<K, V> {
  const kept = new Map<K, V>();
  return (key, compute) => {
    const found = kept.get(key);
    if (found !== undefined) return found;
    const value = compute();
    kept.set(key, value);
    return value;
  };
}

/** Keeps nothing: who asks again waits again. */
export function computeAnew<K, V>(_key: K, compute: () => V): V {
  return compute();
}

/** Computes a value when it is first asked for. */
export function once<T>(compute: () => T): () => T {
  let kept: { readonly value: T } | null = null;
  return () => {
    kept ??= { value: compute() };
    return kept.value;
  };
}
