import type { Curves } from "../report.ts";
import { calibration } from "./calibration.ts";
import { decimate, type Line } from "./decimate.ts";
import type { Scoring } from "./registry.ts";
import type { Side } from "./side.ts";

const maxPoints = 200;

/** A confusion matrix of more classes is not drawn. */
const maxConfusionClasses = 50;

/** The curves of a task without classes. */
export const noCurves: Curves = { roc: null, pr: null, calibration: null, confusion: null };

/**
 * The curves of a report. ROC and PR exist for binary tasks with both classes and scores, calibration wherever there
 * are rows with probabilities.
 */
export function curvesOf(
  classNames: readonly string[],
  candidate: Side,
  baseline: Side | null,
  scoring: Scoring,
): Curves {
  const sides = <T>(of: (side: Side) => T): { candidate: T; baseline: T | null } => {
    return { candidate: of(candidate), baseline: baseline === null ? null : of(baseline) };
  };
  const ranked = candidate.kind === "binary" && scoring !== "label" && hasBothClasses(candidate);
  const matrix = candidate.n > 0 && classNames.length <= maxConfusionClasses;
  const calibrated = candidate.n > 0 && scoring === "probability";
  return {
    roc: ranked ? sides((side) => decimate(rocLine(side), maxPoints)) : null,
    pr: ranked ? sides((side) => decimate(prLine(side), maxPoints)) : null,
    calibration: calibrated ? sides((side) => [...calibration(side)]) : null,
    confusion: matrix ? sides((side) => ({ classes: [...classNames], counts: confusion(side) })) : null,
  };
}

function hasBothClasses(side: Side): boolean {
  const { positives, negatives, groups } = side.corners(1);
  return (positives[groups] ?? 0) > 0 && (negatives[groups] ?? 0) > 0;
}

/** (false positive rate, true positive rate) from the strictest threshold to the loosest. */
function rocLine(side: Side): Line {
  const { positives, negatives, groups } = side.corners(1);
  return { x: shares(negatives, negatives[groups] ?? 0), y: shares(positives, positives[groups] ?? 0) };
}

/** (recall, precision) from the strictest threshold to the loosest; it starts at the strictest one's precision. */
function prLine(side: Side): Line {
  const { positives, negatives, groups } = side.corners(1);
  const y = new Float64Array(groups + 1);
  for (let g = 1; g <= groups; g++) {
    const up = positives[g] ?? 0;
    const size = up + (negatives[g] ?? 0);
    y[g] = size === 0 ? (y[g - 1] ?? 0) : up / size;
  }
  y[0] = y[1] ?? 0;
  return { x: shares(positives, positives[groups] ?? 0), y };
}

function shares(of: Float64Array, all: number): Float64Array {
  const result = new Float64Array(of.length);
  for (let at = 0; at < result.length; at++) result[at] = (of[at] ?? 0) / all;
  return result;
}

/** Rows by label (row) and predicted class (column). */
function confusion(side: Side): number[][] {
  const { classes, labels, n } = side;
  const counts = new Float64Array(classes * classes);
  const predicted = side.predicted();
  for (let row = 0; row < n; row++) {
    const at = (labels[row] ?? 0) * classes + (predicted[row] ?? 0);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return Array.from({ length: classes }, (_, k) => [...counts.subarray(k * classes, (k + 1) * classes)]);
}
