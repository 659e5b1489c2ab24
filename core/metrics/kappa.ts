import { sumOf, tabulate } from "../stats/sums.ts";
import type { ClassTable } from "./cells.ts";
import type { Counted, TableMetric } from "./classification.ts";

type Distance = (label: number, predicted: number) => number;

/** Cohen's kappa (1960): agreement beyond chance. Undefined when both sides are constant and equal. */
export const kappa: TableMetric = (table) => kappaOf(table, (label, guess) => (label === guess ? 0 : 1));
/** Kappa with disagreement counted by the distance of the classes, which are in order (Cohen 1968). */
export const kappaLinear: TableMetric = (table) => kappaOf(table, (label, guess) => Math.abs(label - guess));
/** Kappa with disagreement counted by the square of the distance. */
export const kappaQuadratic: TableMetric = (table) => kappaOf(table, (label, guess) => (label - guess) ** 2);

/** 1 − observed / expected disagreement. */
function kappaOf({ n, classes, labeled, predicted, cells }: ClassTable, distance: Distance): Counted | null {
  if (n === 0) return null;
  const observed =
    sumOf(cells.weights.length, (cell) => {
      return (cells.weights[cell] ?? 0) * distance(cells.labels[cell] ?? 0, cells.predicted[cell] ?? 0);
    }) / n;
  // Mean distance of a label to the classes predicted anywhere, and of a prediction to the labels.
  const fromLabel = tabulate(classes, (k) => sumOf(classes, (j) => ((predicted[j] ?? 0) / n) * distance(k, j)));
  const fromGuess = tabulate(classes, (k) => sumOf(classes, (j) => ((labeled[j] ?? 0) / n) * distance(j, k)));
  const expected = sumOf(classes, (k) => ((labeled[k] ?? 0) / n) * (fromLabel[k] ?? 0));
  if (!(expected > 1e-12)) return null;
  return {
    value: 1 - observed / expected,
    influence: (label, guess) => {
      const chance = (fromLabel[label] ?? 0) + (fromGuess[guess] ?? 0) - 2 * expected;
      return -(distance(label, guess) - observed) / expected + (observed / expected ** 2) * chance;
    },
  };
}
