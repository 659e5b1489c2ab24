import type { Report } from "../../core/report.ts";
import { clip, oneLine } from "../escape.ts";

/** Every kind of chart, in the order in which a reader gets them. */
export const allChartKinds = [
  "roc",
  "calibration",
  "pr",
  "scores",
  "forest",
  "slices",
  "confusion",
  "learning",
  "history",
] as const;
export type ChartKind = (typeof allChartKinds)[number];

const titles: Readonly<Record<ChartKind, string>> = {
  roc: "ROC curve",
  calibration: "Calibration",
  pr: "Precision and recall",
  scores: "Scores by class",
  forest: "Change of each metric",
  slices: "Change by slice",
  confusion: "Confusion matrix",
  learning: "Learning curve",
  history: "History over versions",
};

/** What a chart shows; without a baseline there are values to show, and no changes. */
export function chartTitle(report: Report, kind: ChartKind): string {
  if (report.baseline === null && kind === "forest") return "Metrics with intervals";
  if (report.baseline === null && kind === "slices") return "Values by slice";
  return titles[kind];
}

/** Alternative text: what the chart is, and what is compared in it. */
export function chartAlt(report: Report, kind: ChartKind): string {
  const version = report.baseline?.version ?? "the baseline";
  const alone = report.baseline === null || kind === "learning" || kind === "history";
  return `${chartTitle(report, kind)} of ${report.model}${alone ? "" : `, candidate against ${version}`}`;
}

/** The title inside the picture. */
export function chartHeading(report: Report, kind: ChartKind): string {
  return `${chartName(report.model, 30)}: ${chartTitle(report, kind)}`;
}

/** A name as a chart shows it: one line of plain text that XML allows, clipped. */
export function chartName(name: string, limit: number): string {
  return clip(
    oneLine(
      name
        .slice(0, 8 * limit)
        .toWellFormed()
        .replace(/[\uFFFE\uFFFF]/g, ""),
    ).trim(),
    limit,
  );
}

/** Names that were clipped to the same text stay apart: `phase = a…`, `phase = a… (2)`. */
export function distinct(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let more = 2; seen.has(unique); more++) unique = `${name} (${more})`;
    seen.add(unique);
    return unique;
  });
}

/** Axis labels of very large or very small numbers are written with powers of ten; others as the axis likes. */
export function axisFormat(values: readonly number[]): { readonly format?: string } {
  const size = Math.max(0, ...values.map(Math.abs));
  return size === 0 || (size >= 1e-4 && size < 1e6) ? {} : { format: ".4~g" };
}

/** Whether a number can be drawn: schemas allow any finite one, and arithmetic on the largest overflows. */
export function isDrawable(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) < 1e100;
}
