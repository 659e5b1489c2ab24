import { sumOf, tabulate } from "../stats/sums.ts";
import type { MaybeEstimate } from "./estimate.ts";
import type { ClassCounts, Side } from "./side.ts";

/** A metric of class counts: its value, and the influence on it of a row with that label and prediction. */
type Counted = { readonly value: number; readonly influence: (label: number, predicted: number) => number };

/** Share of rows whose class is predicted right; per row 1 or 0. */
export function accuracy(side: Side): MaybeEstimate {
  if (side.n === 0) return null;
  const predicted = side.predicted();
  const perRow = tabulate(side.n, (row) => (side.labels[row] === predicted[row] ? 1 : 0));
  return { value: sumOf(side.n, (row) => perRow[row] ?? 0) / side.n, perRow };
}

/** TP / (TP + FP) of the positive class. */
export const precision = (side: Side): MaybeEstimate => perRow(side, precisionOf(side.counts(), 1));
/** TP / (TP + FN) of the positive class. */
export const recall = (side: Side): MaybeEstimate => perRow(side, recallOf(side.counts(), 1));
/** TN / (TN + FP): the recall of the negative class. */
export const specificity = (side: Side): MaybeEstimate => perRow(side, recallOf(side.counts(), 0));
/** 2TP / (2TP + FP + FN) of the positive class. */
export const f1 = (side: Side): MaybeEstimate => perRow(side, f1Of(side.counts(), 1));

/** Mean of the classes' F1 (not the F1 of mean precision and recall); classes that occur nowhere do not count. */
export const f1Macro = (side: Side): MaybeEstimate => perRow(side, macro(side.counts(), f1Of));
/** Mean of the classes' precision; undefined when a class with labels is never predicted. */
export const precisionMacro = (side: Side): MaybeEstimate => perRow(side, macro(side.counts(), precisionOf));
/** Mean of the classes' recall; undefined when a class that no row has is predicted. */
export const recallMacro = (side: Side): MaybeEstimate => perRow(side, macro(side.counts(), recallOf));

/** Mean recall of the classes that have labels. */
export function balancedAccuracy(side: Side): MaybeEstimate {
  const counts = side.counts();
  const present = classesWhere(counts, (k) => (counts.labeled[k] ?? 0) > 0);
  return perRow(side, meanOverClasses(counts, present, recallOf));
}

/** Matthews' correlation coefficient; for several classes Gorodkin's R_K (2004). Undefined when a side is constant. */
export function mcc(side: Side): MaybeEstimate {
  const { n, labeled, predicted, correct } = side.counts();
  if (n === 0) return null;
  const share = (of: Float64Array, k: number): number => (of[k] ?? 0) / n;
  const over = (term: (k: number) => number): number => sumOf(side.classes, term);
  const right = over((k) => share(correct, k));
  const chance = over((k) => share(labeled, k) * share(predicted, k));
  const labelSpread = 1 - over((k) => share(labeled, k) ** 2);
  const predictedSpread = 1 - over((k) => share(predicted, k) ** 2);
  const scale = Math.sqrt(labelSpread * predictedSpread);
  if (!(labelSpread > 1e-12 && predictedSpread > 1e-12)) return null;
  const covariance = right - chance;
  const value = Math.max(-1, Math.min(1, covariance / scale));
  const influence = (label: number, guess: number): number => {
    const moved = (label === guess ? 1 : 0) - right - (share(labeled, guess) + share(predicted, label) - 2 * chance);
    const labelMoved = -2 * (share(labeled, label) - 1 + labelSpread);
    const predictedMoved = -2 * (share(predicted, guess) - 1 + predictedSpread);
    return moved / scale - (value / 2) * (labelMoved / labelSpread + predictedMoved / predictedSpread);
  };
  return perRow(side, { value, influence });
}

function precisionOf({ n, predicted, correct }: ClassCounts, of: number): Counted | null {
  const total = predicted[of] ?? 0;
  if (total === 0) return null;
  const value = (correct[of] ?? 0) / total;
  return {
    value,
    influence: (label, guess) => (guess === of ? (n / total) * ((label === of ? 1 : 0) - value) : 0),
  };
}

function recallOf({ n, labeled, correct }: ClassCounts, of: number): Counted | null {
  const total = labeled[of] ?? 0;
  if (total === 0) return null;
  const value = (correct[of] ?? 0) / total;
  return {
    value,
    influence: (label, guess) => (label === of ? (n / total) * ((guess === of ? 1 : 0) - value) : 0),
  };
}

/** F1 = 2a / (2a + b) with a = TP, b = FP + FN; influence n (2b·[hit] − 2a·[miss]) / (2a + b)². */
function f1Of({ n, labeled, predicted, correct }: ClassCounts, of: number): Counted | null {
  const a = correct[of] ?? 0;
  const b = (labeled[of] ?? 0) + (predicted[of] ?? 0) - 2 * a;
  const total = 2 * a + b;
  if (total === 0) return null;
  return {
    value: (2 * a) / total,
    influence: (label, guess) => {
      if (label === of && guess === of) return (n * 2 * b) / total ** 2;
      return label === of || guess === of ? (-n * 2 * a) / total ** 2 : 0;
    },
  };
}

function macro(counts: ClassCounts, metric: (counts: ClassCounts, of: number) => Counted | null): Counted | null {
  const occurs = (k: number): boolean => (counts.labeled[k] ?? 0) + (counts.predicted[k] ?? 0) > 0;
  return meanOverClasses(counts, classesWhere(counts, occurs), metric);
}

function classesWhere(counts: ClassCounts, keep: (k: number) => boolean): readonly number[] {
  return [...counts.labeled.keys()].filter((k) => keep(k));
}

function meanOverClasses(
  counts: ClassCounts,
  classes: readonly number[],
  metric: (counts: ClassCounts, of: number) => Counted | null,
): Counted | null {
  const parts = new Map<number, Counted>();
  for (const k of classes) {
    const part = metric(counts, k);
    if (part === null) return null;
    parts.set(k, part);
  }
  if (parts.size === 0) return null;
  const list = [...parts.values()];
  return {
    value: sumOf(list.length, (at) => list[at]?.value ?? 0) / parts.size,
    // A row moves only the classes it is labeled or predicted as.
    influence: (label, guess) => {
      const own = parts.get(label)?.influence(label, guess) ?? 0;
      const other = label === guess ? 0 : (parts.get(guess)?.influence(label, guess) ?? 0);
      return (own + other) / parts.size;
    },
  };
}

function perRow(side: Side, counted: Counted | null): MaybeEstimate {
  if (counted === null) return null;
  const predicted = side.predicted();
  const influence = tabulate(side.n, (row) => counted.influence(side.labels[row] ?? 0, predicted[row] ?? 0));
  return { value: counted.value, perRow: influence };
}
