import type { GateSpec } from "../../core/gate/judge.ts";
import { gateLevels } from "../../core/gate/levels.ts";
import { type Measured, measure } from "../../core/metrics/measure.ts";
import type { Scored } from "./scored.ts";

export type MeasureOptions = {
  readonly metrics: readonly string[];
  /** Their levels are the ones at which bounds are measured, besides the customary ones. */
  readonly gates: readonly GateSpec[];
  /** Binary: a score at or above it is positive. */
  readonly threshold: number;
  /** Two-sided level of the intervals. */
  readonly level: number;
  /** A slice with fewer rows is insufficient. */
  readonly minRows: number;
  /** Hex SHA-256 of what determines the numbers. */
  readonly seed: string;
};

/** Every number of a report that comes from predictions, wherever these came from. */
export function measureScored(scored: Scored, options: MeasureOptions): Measured {
  const { task, classNames, labels, weights, groups, candidate, baseline, scoring, slices, fairnessGroups } = scored;
  const { metrics, gates, threshold, level, minRows, seed } = options;
  return measure({
    task,
    metrics,
    labels,
    weights,
    groups,
    classNames,
    candidate,
    baseline,
    scoring,
    threshold,
    slices,
    fairness: fairnessGroups.map(({ by }) => by),
    fairnessGroups,
    level,
    levels: gateLevels(gates),
    seed,
    minRows,
  });
}
