import type { Curves } from "../report.ts";
import { tabulate } from "../stats/sums.ts";
import { calibration } from "./calibration.ts";
import { decimate, type Line } from "./decimate.ts";
import { scoreGroups } from "./ranking.ts";
import type { Side } from "./side.ts";

const maxPoints = 200;

/** A confusion matrix of more classes is not drawn. */
const maxConfusionClasses = 50;

/** The curves of a report. ROC and PR exist for binary tasks with both classes, calibration wherever there are rows. */
export function curvesOf(classNames: readonly string[], candidate: Side, baseline: Side | null): Curves {
  const sides = <T>(of: (side: Side) => T): { candidate: T; baseline: T | null } => {
    return { candidate: of(candidate), baseline: baseline === null ? null : of(baseline) };
  };
  const positives = candidate.counts().labeled[1] ?? 0;
  const ranked = candidate.predictions.kind === "binary" && positives > 0 && positives < candidate.n;
  const matrix = candidate.n > 0 && classNames.length <= maxConfusionClasses;
  return {
    roc: ranked ? sides((side) => decimate(rocLine(side), maxPoints)) : null,
    pr: ranked ? sides((side) => decimate(prLine(side), maxPoints)) : null,
    calibration: candidate.n === 0 ? null : sides((side) => [...calibration(side)]),
    confusion: matrix ? sides((side) => ({ classes: [...classNames], counts: confusion(side) })) : null,
  };
}

/** (false positive rate, true positive rate) from the strictest threshold to the loosest. */
function rocLine(side: Side): Line {
  const { starts, positivesAtOrAbove } = scoreGroups(side);
  const last = starts.length - 1;
  const positives = positivesAtOrAbove[0] ?? 0;
  const caught = (at: number): number => positivesAtOrAbove[last - at] ?? 0;
  return {
    x: tabulate(last + 1, (at) => (side.n - (starts[last - at] ?? 0) - caught(at)) / (side.n - positives)),
    y: tabulate(last + 1, (at) => caught(at) / positives),
  };
}

/** (recall, precision) from the strictest threshold to the loosest; it starts at the strictest one's precision. */
function prLine(side: Side): Line {
  const { starts, positivesAtOrAbove } = scoreGroups(side);
  const last = starts.length - 1;
  const positives = positivesAtOrAbove[0] ?? 0;
  const precision = (group: number): number => (positivesAtOrAbove[group] ?? 0) / (side.n - (starts[group] ?? 0));
  return {
    x: tabulate(last + 1, (at) => (positivesAtOrAbove[last - at] ?? 0) / positives),
    y: tabulate(last + 1, (at) => precision(Math.min(last - at, last - 1))),
  };
}

/** Rows by label (row) and predicted class (column). */
function confusion(side: Side): number[][] {
  const counts = Array.from({ length: side.classes }, () => Array.from({ length: side.classes }, () => 0));
  const predicted = side.predicted();
  for (let row = 0; row < side.n; row++) {
    const line = counts[side.labels[row] ?? 0];
    const column = predicted[row] ?? 0;
    if (line !== undefined) line[column] = (line[column] ?? 0) + 1;
  }
  return counts;
}
