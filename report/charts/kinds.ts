import type { Report } from "../../core/report.ts";
import type { ModelView } from "../../core/view.ts";
import { overallMetrics } from "../findings.ts";

export type ChartKind = "roc" | "calibration" | "pr" | "forest" | "confusion" | "learning";
export type Theme = "light" | "dark";
export type LearningCurve = ModelView["learningCurve"];

/** The charts that a report (and a training, where there was one) can fill. */
export function chartKinds(report: Report, learning: LearningCurve = []): readonly ChartKind[] {
  const { roc, calibration, pr, confusion } = report.curves;
  const kinds: readonly (readonly [ChartKind, boolean])[] = [
    ["roc", roc !== null && roc.candidate.length > 1],
    ["calibration", calibration !== null && calibration.candidate.length > 0],
    ["pr", pr !== null && pr.candidate.length > 1],
    ["forest", overallMetrics(report).some((metric) => (metric.delta?.interval ?? null) !== null)],
    [
      "confusion",
      confusion !== null && confusion.candidate.classes.length > 1 && confusion.candidate.classes.length <= 20,
    ],
    ["learning", learning.length > 1],
  ];
  return kinds.filter(([, filled]) => filled).map(([kind]) => kind);
}

const titles: Readonly<Record<ChartKind, string>> = {
  roc: "ROC curve",
  calibration: "Calibration",
  pr: "Precision and recall",
  forest: "Change of each metric",
  confusion: "Confusion matrix",
  learning: "Learning curve",
};

export function chartTitle(kind: ChartKind): string {
  return titles[kind];
}

/** Alternative text: what the chart is, and what is compared in it. */
export function chartAlt(report: Report, kind: ChartKind): string {
  const version = report.baseline?.version ?? "the baseline";
  const against = report.baseline === null || kind === "learning" ? "" : `, candidate against ${version}`;
  return `${titles[kind]} of ${report.model}${against}`;
}
