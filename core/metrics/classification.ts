import { sumOf } from "../stats/sums.ts";
import type { ClassTable } from "./cells.ts";

/** A metric of classes: its value, and the influence on it of a row with that label and prediction. */
export type Counted = { readonly value: number; readonly influence: (label: number, predicted: number) => number };

/** A metric of the table of classes; null where it is not defined. */
export type TableMetric = (table: ClassTable) => Counted | null;

/** Share of rows whose class is predicted right. */
export function accuracy({ n, correct }: ClassTable): Counted | null {
  if (n === 0) return null;
  const value = sumOf(correct.length, (k) => correct[k] ?? 0) / n;
  return { value, influence: (label, guess) => (label === guess ? 1 : 0) - value };
}

/** TP / (TP + FP) of the positive class. */
export const precision: TableMetric = (table) => precisionOf(table, 1);
/** TP / (TP + FN) of the positive class. */
export const recall: TableMetric = (table) => recallOf(table, 1);
/** TN / (TN + FP): the recall of the negative class. */
export const specificity: TableMetric = (table) => recallOf(table, 0);
/** TN / (TN + FN): the precision of the negative class. */
export const npv: TableMetric = (table) => precisionOf(table, 0);
/** FP / (TN + FP). */
export const falsePositiveRate: TableMetric = (table) => complement(recallOf(table, 0));
/** FN / (TP + FN). */
export const falseNegativeRate: TableMetric = (table) => complement(recallOf(table, 1));
/** 2TP / (2TP + FP + FN) of the positive class. */
export const f1: TableMetric = (table) => f1Of(table, 1);
/** (1 + β²)TP / ((1 + β²)TP + β²FN + FP) of the positive class (van Rijsbergen 1979). */
export const fBeta = (beta: number): TableMetric => {
  return (table) => overlap(table, 1, { hit: 1 + beta ** 2, missed: beta ** 2, wrong: 1 });
};
/** TP / (TP + FP + FN) of the positive class. */
export const jaccard: TableMetric = (table) => overlap(table, 1, { hit: 1, missed: 1, wrong: 1 });

/** Share of rows that are predicted positive. */
export function selectionRate({ n, predicted }: ClassTable): Counted | null {
  if (n === 0) return null;
  const value = (predicted[1] ?? 0) / n;
  return { value, influence: (_label, guess) => (guess === 1 ? 1 : 0) - value };
}

/** Recall + specificity − 1 (Youden 1950). */
export function informedness(table: ClassTable): Counted | null {
  const [positive, negative] = [recallOf(table, 1), recallOf(table, 0)];
  if (positive === null || negative === null) return null;
  return {
    value: positive.value + negative.value - 1,
    influence: (label, guess) => positive.influence(label, guess) + negative.influence(label, guess),
  };
}

/** Mean of the classes' F1 (not the F1 of mean precision and recall); classes that occur nowhere do not count. */
export const f1Macro: TableMetric = (table) => macro(table, f1Of);
/** Mean of the classes' precision; undefined when a class with labels is never predicted. */
export const precisionMacro: TableMetric = (table) => macro(table, precisionOf);
/** Mean of the classes' recall; undefined when a class that no row has is predicted. */
export const recallMacro: TableMetric = (table) => macro(table, recallOf);

/** The classes' F1, each counted by its share of the labels. */
export const f1Weighted: TableMetric = (table) => bySupport(table, f1Of);
/** The classes' precision by their share of the labels; undefined when a class with labels is never predicted. */
export const precisionWeighted: TableMetric = (table) => bySupport(table, precisionOf);
/** The classes' recall by their share of the labels: the accuracy. */
export const recallWeighted: TableMetric = (table) => bySupport(table, recallOf);

/** Mean recall of the classes that have labels. */
export function balancedAccuracy(table: ClassTable): Counted | null {
  return meanOverClasses(table, labeledClasses(table), recallOf);
}

/** Matthews' correlation coefficient; for several classes Gorodkin's R_K (2004). Undefined when a side is constant. */
export function mcc({ n, classes, labeled, predicted, correct }: ClassTable): Counted | null {
  if (n === 0) return null;
  const share = (of: Float64Array, k: number): number => (of[k] ?? 0) / n;
  const over = (term: (k: number) => number): number => sumOf(classes, term);
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
  return { value, influence };
}

function complement(of: Counted | null): Counted | null {
  if (of === null) return null;
  return { value: 1 - of.value, influence: (label, guess) => -of.influence(label, guess) };
}

function precisionOf({ n, predicted, correct }: ClassTable, of: number): Counted | null {
  const total = predicted[of] ?? 0;
  if (total === 0) return null;
  const value = (correct[of] ?? 0) / total;
  return {
    value,
    influence: (label, guess) => (guess === of ? (n / total) * ((label === of ? 1 : 0) - value) : 0),
  };
}

function recallOf({ n, labeled, correct }: ClassTable, of: number): Counted | null {
  const total = labeled[of] ?? 0;
  if (total === 0) return null;
  const value = (correct[of] ?? 0) / total;
  return {
    value,
    influence: (label, guess) => (label === of ? (n / total) * ((guess === of ? 1 : 0) - value) : 0),
  };
}

const f1Of = (table: ClassTable, of: number): Counted | null => overlap(table, of, { hit: 2, missed: 1, wrong: 1 });

/**
 * a / (a + b) with a = hit·TP and b = missed·FN + wrong·FP. A TP has the influence n·hit·b / (a + b)², a missed row
 * −n·missed·a / (a + b)², a wrong one −n·wrong·a / (a + b)².
 */
function overlap(
  { n, labeled, predicted, correct }: ClassTable,
  of: number,
  weight: { readonly hit: number; readonly missed: number; readonly wrong: number },
): Counted | null {
  const both = correct[of] ?? 0;
  const a = weight.hit * both;
  const b = weight.missed * ((labeled[of] ?? 0) - both) + weight.wrong * ((predicted[of] ?? 0) - both);
  const total = a + b;
  if (total === 0) return null;
  return {
    value: a / total,
    influence: (label, guess) => {
      if (label === of && guess === of) return (n * weight.hit * b) / total ** 2;
      if (label === of) return (-n * weight.missed * a) / total ** 2;
      return guess === of ? (-n * weight.wrong * a) / total ** 2 : 0;
    },
  };
}

type ClassMetric = (table: ClassTable, of: number) => Counted | null;

function macro(table: ClassTable, metric: ClassMetric): Counted | null {
  const occurs = (k: number): boolean => (table.labeled[k] ?? 0) + (table.predicted[k] ?? 0) > 0;
  return meanOverClasses(table, [...table.labeled.keys()].filter(occurs), metric);
}

function labeledClasses({ labeled }: ClassTable): readonly number[] {
  return [...labeled.keys()].filter((k) => (labeled[k] ?? 0) > 0);
}

/** Each class's metric; null when there are none, or when one of them is not defined. */
function partsOf(table: ClassTable, classes: readonly number[], metric: ClassMetric): Map<number, Counted> | null {
  const parts = new Map<number, Counted>();
  for (const k of classes) {
    const part = metric(table, k);
    if (part === null) return null;
    parts.set(k, part);
  }
  return parts.size === 0 ? null : parts;
}

function meanOverClasses(table: ClassTable, classes: readonly number[], metric: ClassMetric): Counted | null {
  const parts = partsOf(table, classes, metric);
  if (parts === null) return null;
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

function bySupport(table: ClassTable, metric: ClassMetric): Counted | null {
  const { n, labeled } = table;
  const parts = partsOf(table, labeledClasses(table), metric);
  if (parts === null) return null;
  const list = [...parts];
  const share = (k: number): number => (labeled[k] ?? 0) / n;
  const value = sumOf(list.length, (at) => share(list[at]?.[0] ?? 0) * (list[at]?.[1].value ?? 0));
  return {
    value,
    // The last part is the row's own move of the shares.
    influence: (label, guess) => {
      const own = share(label) * (parts.get(label)?.influence(label, guess) ?? 0);
      const other = label === guess ? 0 : share(guess) * (parts.get(guess)?.influence(label, guess) ?? 0);
      return own + other + (parts.get(label)?.value ?? 0) - value;
    },
  };
}
