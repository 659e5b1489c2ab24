import type { TopLevelSpec } from "vega-lite";
import type { Report } from "../../core/report.ts";
import type { ChartContext, LearningCurve } from "./context.ts";
import { dash, sideColor, sideNames } from "./curves.ts";
import { configOf, paletteOf, type Theme } from "./theme.ts";
import { axisFormat, chartHeading, chartName, isDrawable } from "./titles.ts";

export type LearningPoint = { readonly step: number; readonly value: number };

/** One number of the training over its steps. */
export type LearningPanel = {
  readonly name: string;
  readonly candidate: readonly LearningPoint[];
  readonly baseline: readonly LearningPoint[];
};

const maxPanels = 4;
const maxPoints = 200;

/** What the training said of itself, one panel per metric, because their scales differ; a single point is no curve. */
export function learningPanels({ learning = [], baselineLearning = [] }: ChartContext): readonly LearningPanel[] {
  const names = [...new Set(learning.flatMap((point) => Object.keys(point.metrics)))];
  return names
    .map((name) => ({
      name: chartName(name, 24),
      candidate: pointsOf(learning, name),
      baseline: pointsOf(baselineLearning, name),
    }))
    .filter(({ candidate }) => candidate.some(({ step }) => step !== candidate[0]?.step))
    .slice(0, maxPanels);
}

function pointsOf(curve: LearningCurve, name: string): readonly LearningPoint[] {
  const points = curve.flatMap(({ step, metrics }) => {
    const value = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
    return value !== undefined && isDrawable(value) && isDrawable(step) ? [{ step, value }] : [];
  });
  const every = Math.ceil(points.length / maxPoints);
  return points.filter((_, at) => at % every === 0 || at === points.length - 1);
}

/** Learning curves, the candidate's over the baseline's where that is known. */
export function learningChart(report: Report, theme: Theme, context: ChartContext): TopLevelSpec {
  const panels = learningPanels(context);
  const colors = paletteOf(theme);
  const names = sideNames(report, null);
  const both = panels.some(({ baseline }) => baseline.length > 0) ? true : null;
  const color = sideColor(names, both, colors);
  const of = (side: string, points: readonly LearningPoint[]) => points.map((point) => ({ ...point, side }));
  return {
    title: chartHeading(report, "learning"),
    config: configOf(theme),
    autosize: { type: "pad" },
    spacing: 14,
    vconcat: panels.map(({ name, candidate, baseline }, at) => ({
      width: 320,
      height: panels.length === 1 ? 220 : 110,
      data: { values: [...of(names.baseline, baseline), ...of(names.candidate, candidate)] },
      mark: { type: "line" as const, strokeWidth: 2 },
      encoding: {
        x: {
          field: "step",
          type: "quantitative" as const,
          title: at === panels.length - 1 ? "step" : null,
          axis: { tickCount: 6, ...axisFormat(candidate.map(({ step }) => step)) },
          scale: { nice: false, zero: false },
        },
        y: {
          field: "value",
          type: "quantitative" as const,
          title: name,
          axis: { tickCount: 4, ...axisFormat([...candidate, ...baseline].map(({ value }) => value)) },
          scale: { zero: false },
        },
        color: { ...color, legend: both === true && at === 0 ? color.legend : null },
        strokeDash: { ...dash(names, both), ...(both === true && at === 0 ? {} : { legend: null }) },
      },
    })),
  };
}
