import type { Predictions } from "../../core/metrics/measure.ts";
import type { Slice, Task } from "../../core/report.ts";

/** The rows of one slice, as indices into the rows. */
export type SliceRows = { readonly slice: Slice; readonly rows: Uint32Array };

/**
 * Rows with the truth and what both models predicted: all that measuring needs, whether it came from models, from a table
 * of predictions, or from the parts of several machines.
 */
export type Scored = {
  readonly task: Task;
  readonly classNames: readonly string[];
  /** Class indices, or numbers for regression and ranking. */
  readonly labels: Int32Array | Float64Array;
  readonly weights: Float64Array | null;
  /** Per row the number of its group, 0 … groupCount − 1. */
  readonly groups: Int32Array | null;
  readonly groupCount: number;
  /** Row of the data file that each row is, counted from 1. */
  readonly rowNumbers: Uint32Array;
  readonly candidate: Predictions;
  readonly baseline: Predictions | null;
  readonly scoring: "probability" | "score" | "label";
  readonly slices: readonly SliceRows[];
  readonly fairnessGroups: readonly {
    readonly by: string;
    readonly codes: Int32Array;
    readonly values: readonly string[];
  }[];
  /** Rows without a label. */
  readonly dropped: number;
  /** Rows left out because a model predicted no finite number there. */
  readonly unpredicted: number;
  readonly warnings: readonly string[];
};
