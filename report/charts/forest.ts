import type { TopLevelSpec } from "vega-lite";
import { metricSpec } from "../../core/metrics/registry.ts";
import type { Metric, Report } from "../../core/report.ts";
import { clip, oneLine } from "../escape.ts";
import { changeOf, overallMetrics } from "../findings.ts";
import { deltaWords, label, levelWords } from "../metric-words.ts";
import { chartHeading } from "./curves.ts";
import type { Theme } from "./kinds.ts";
import { configOf, type Palette, paletteOf } from "./theme.ts";

const plotWidth = 260;
const states = ["provably better", "not proven", "provably worse"] as const;

/** The change of each metric with its interval; metrics in points and plain numbers have an axis of their own. */
export function forestChart(report: Report, theme: Theme): TopLevelSpec {
  const metrics = overallMetrics(report)
    .filter((metric) => (metric.delta?.interval ?? null) !== null)
    .slice(0, 20);
  const points = metrics.filter((metric) => metricSpec(metric.id)?.unit === "pp");
  const plain = metrics.filter((metric) => !points.includes(metric));
  const colors = paletteOf(theme);
  const level = levelWords(report);
  const panels = [
    ...(points.length === 0
      ? []
      : [panel(points, `change in percentage points, ${level} interval`, 100, colors, true)]),
    ...(plain.length === 0 ? [] : [panel(plain, `change, ${level} interval`, 1, colors, points.length === 0)]),
  ];
  return {
    title: chartHeading(report.model, "forest"),
    config: configOf(theme),
    autosize: { type: "pad" },
    spacing: 16,
    vconcat: panels,
  };
}

function row(metric: Metric, factor: number) {
  const change = changeOf(metric);
  const [low, high] = metric.delta?.interval ?? [0, 0];
  const proven = change !== null && change.proven && (change.direction === "better" || change.direction === "worse");
  const better = metricSpec(metric.id)?.higherIsBetter === false ? " (lower is better)" : "";
  return {
    name: `${clip(oneLine(label(metric.id)), 24)}${better}`,
    value: (change?.value ?? 0) * factor,
    low: low * factor,
    high: high * factor,
    state: proven ? `provably ${change.direction}` : "not proven",
    words: deltaWords(metric),
  };
}

function panel(metrics: readonly Metric[], title: string, factor: number, colors: Palette, legend: boolean) {
  const x = { type: "quantitative" as const, title, scale: { padding: 12 }, axis: { tickCount: 5 } };
  const y = {
    field: "name",
    type: "nominal" as const,
    title: null,
    sort: null,
    axis: { labelLimit: 220, grid: false },
  };
  const values = metrics.map((metric) => row(metric, factor));
  const color = {
    field: "state",
    type: "nominal" as const,
    title: null,
    scale: { domain: [...states], range: [colors.better, colors.unproven, colors.worse] },
    legend: legend ? {} : null,
  };
  return {
    width: plotWidth,
    height: { step: 26 },
    data: { values },
    layer: [
      {
        mark: { type: "rule" as const, color: colors.faint, strokeDash: [3, 3] },
        encoding: { x: { datum: 0, type: "quantitative" as const } },
      },
      {
        mark: { type: "rule" as const, strokeWidth: 2 },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y, color },
      },
      {
        mark: { type: "point" as const, filled: true, size: 60, opacity: 1 },
        encoding: { x: { ...x, field: "value" }, y, color },
      },
      {
        mark: { type: "text" as const, align: "left" as const, fontSize: 11, color: colors.ink },
        encoding: { x: { value: plotWidth + 10 }, y, text: { field: "words" } },
      },
    ],
  };
}
