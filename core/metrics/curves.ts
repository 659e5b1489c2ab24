import type { Curves } from "../report.ts";
import { calibration } from "./calibration.ts";
import { decimate, type Point } from "./decimate.ts";
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
  return {
    roc: ranked ? sides((side) => decimate(rocPoints(side), maxPoints)) : null,
    pr: ranked ? sides((side) => decimate(prPoints(side), maxPoints)) : null,
    calibration: candidate.n === 0 ? null : sides((side) => [...calibration(side)]),
    confusion:
      candidate.n === 0 || classNames.length > maxConfusionClasses
        ? null
        : sides((side) => ({ classes: [...classNames], counts: confusion(side) })),
  };
}

/** (false positive rate, true positive rate) from the strictest threshold to the loosest. */
function rocPoints(side: Side): readonly Point[] {
  const groups = scoreGroups(side).toReversed();
  const positives = groups.at(-1)?.positivesAtOrAbove ?? 0;
  const negatives = side.n - positives;
  const at = groups.map(({ rowsAtOrAbove, positivesAtOrAbove }): Point => {
    return [(rowsAtOrAbove - positivesAtOrAbove) / negatives, positivesAtOrAbove / positives];
  });
  return [[0, 0], ...at];
}

/** (recall, precision) from the strictest threshold to the loosest; it starts at the strictest one's precision. */
function prPoints(side: Side): readonly Point[] {
  const groups = scoreGroups(side).toReversed();
  const positives = groups.at(-1)?.positivesAtOrAbove ?? 0;
  const at = groups.map(({ rowsAtOrAbove, positivesAtOrAbove }): Point => {
    return [positivesAtOrAbove / positives, positivesAtOrAbove / rowsAtOrAbove];
  });
  return [[0, at[0]?.[1] ?? 0], ...at];
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
