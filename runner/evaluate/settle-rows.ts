import type { Predictions } from "../../core/metrics/measure.ts";
import type { Naming } from "../data/naming.ts";
import type { Rows } from "../data/read-rows.ts";
import type { Scored } from "./scored.ts";
import { selectScored } from "./select-scored.ts";
import { type SettledSide, type Settling, settlePredictions } from "./settle.ts";

export type RowsWithPredictions = Pick<Settling, "task" | "kind" | "width" | "onNan"> & {
  readonly rows: Rows;
  /** Changed in place. */
  readonly candidate: SettledSide;
  readonly baseline: SettledSide | null;
  readonly naming: Naming;
};

/** Rows that can be measured: predictions are settled, and rows that nothing can be said of are left out. Throws predictions_invalid. */
export function settleRows(input: RowsWithPredictions): Scored {
  const { task, kind, width, onNan, rows, candidate, baseline, naming } = input;
  const { labels, rowNumbers } = rows;
  const sides = baseline === null ? [candidate] : [candidate, baseline];
  const kept = settlePredictions({ task, kind, width, onNan, labels, rowNumbers, naming }, sides);
  const predictionsOf = ({ values }: SettledSide): Predictions => {
    if (kind === "value") return { kind: "value", values };
    if (task === "binary") return { kind: "binary", scores: values };
    const classes = rows.classNames.length;
    return { kind: "multiclass", classes, probabilities: kind === "label" ? oneHot(values, classes) : values };
  };
  const scored: Scored = {
    task,
    ...rows,
    candidate: predictionsOf(candidate),
    baseline: baseline === null ? null : predictionsOf(baseline),
    scoring: kind === "label" || kind === "score" ? kind : "probability",
    unpredicted: 0,
  };
  return kept === null ? scored : selectScored(scored, kept);
}

/** Certain of the label; a row without one is nowhere, and is left out afterwards. */
function oneHot(labels: Float64Array, classes: number): Float64Array {
  const probabilities = new Float64Array(labels.length * classes);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? Number.NaN;
    if (label >= 0) probabilities[row * classes + label] = 1;
  }
  return probabilities;
}
