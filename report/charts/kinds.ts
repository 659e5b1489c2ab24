import type { Report } from "../../core/report.ts";
import type { ChartContext } from "./context.ts";
import { unitBins, unitPoints } from "./curves.ts";
import { forestRows, sliceRows } from "./forest-rows.ts";
import { historyRows } from "./history.ts";
import { learningPanels } from "./learning.ts";
import { scorePanels } from "./scores.ts";
import { allChartKinds, type ChartKind } from "./titles.ts";

/** More classes than that make a confusion matrix nobody reads. */
const maxClasses = 20;

/** The charts that a report (with what is known besides) can fill, in the order of `allChartKinds`. */
export function chartKinds(report: Report, context: ChartContext = {}): readonly ChartKind[] {
  return allChartKinds.filter((kind) => isFilled(report, kind, context));
}

function isFilled(report: Report, kind: ChartKind, context: ChartContext): boolean {
  const { roc, pr, calibration, confusion } = report.curves;
  const classes = confusion?.candidate.classes.length ?? 0;
  switch (kind) {
    case "roc":
      return unitPoints(roc?.candidate ?? []).length > 1;
    case "pr":
      return unitPoints(pr?.candidate ?? []).length > 1;
    case "calibration":
      return unitBins(calibration?.candidate ?? []).length > 0;
    case "confusion":
      return classes > 1 && classes <= maxClasses;
    case "scores":
      return scorePanels(report).length > 0;
    case "forest":
      return forestRows(report).length > 0;
    case "slices":
      return (sliceRows(report)?.rows.length ?? 0) > 1;
    case "learning":
      return learningPanels(context).length > 0;
    case "history":
      return historyRows(report, context.history).length > 1;
  }
}
