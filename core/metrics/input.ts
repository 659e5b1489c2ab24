import type { Curves, Fairness, Metric, Report, Slice, Task } from "../report.ts";
import type { Scoring } from "./registry.ts";

/** Score or probability of the positive class, one per row. */
export type BinaryPredictions = { readonly kind: "binary"; readonly scores: Float64Array };
/** Scores or probabilities, row after row, `classes` of them each. */
export type MulticlassPredictions = {
  readonly kind: "multiclass";
  readonly probabilities: Float64Array;
  readonly classes: number;
};
/** The predicted number of a regression model, or the score by which a ranking model orders; one per row. */
export type ValuePredictions = { readonly kind: "value"; readonly values: Float64Array };
export type Predictions = BinaryPredictions | MulticlassPredictions | ValuePredictions;

/** Rows by the value of a column, of which fairness is measured: `codes[row]` is the place of its value in `values`. */
export type FairnessGroups = {
  readonly by: string;
  readonly codes: Int32Array;
  readonly values: readonly string[];
};

export type MeasureInput = {
  readonly task: Task;
  readonly metrics: readonly string[];
  /** Binary 0 or 1, multiclass the index of the class (Int32Array); regression the number, ranking the relevance (Float64Array). */
  readonly labels: Int32Array | Float64Array;
  /** Per row, finite and ≥ 0; null: every row counts 1. */
  readonly weights: Float64Array | null;
  /** Per row the number of its group, 0 … k − 1: the unit of resampling; a ranking task's query. Null: every row its own. */
  readonly groups: Int32Array | null;
  /** Empty for regression and ranking. */
  readonly classNames: readonly string[];
  readonly candidate: Predictions;
  readonly baseline: Predictions | null;
  /** What the predictions are: probabilities, any score (rank and threshold metrics only), or labels (0/1, one-hot). */
  readonly scoring: Scoring;
  /** Scores from here on are positive; binary only. */
  readonly threshold: number;
  readonly slices: readonly { readonly slice: Slice; readonly rows: Uint32Array }[];
  /** Columns between whose values differences are measured; each has its rows in `fairnessGroups`. */
  readonly fairness: readonly string[];
  readonly fairnessGroups: readonly FairnessGroups[];
  /** Two-sided level of the intervals, such as 0.95. */
  readonly level: number;
  /** One-sided levels of the gates, besides the customary ones. */
  readonly levels: readonly number[];
  /** Hex SHA-256 of what determines the numbers: keys the random generator. */
  readonly seed: string;
  /** A slice with fewer rows is insufficient; with fewer rows at all, values are shown but nothing is proven. */
  readonly minRows?: number;
};

export type Measured = {
  readonly metrics: Metric[];
  readonly behaviour: Report["behaviour"];
  readonly fairness: Fairness[];
  readonly curves: Curves;
};
