import type { TopLevelSpec } from "vega-lite";
import type { Report } from "../../core/report.ts";
import { label, levelWords } from "../metric-words.ts";
import type { History, HistoryPoint } from "./context.ts";
import { configOf, paletteOf, type Theme } from "./theme.ts";
import { axisFormat, chartHeading, chartName, distinct, isDrawable } from "./titles.ts";

export type { History, HistoryPoint } from "./context.ts";

export type HistoryRow = {
  readonly name: string;
  readonly value: number;
  /** Both equal to the value where there is no interval. */
  readonly low: number;
  readonly high: number;
  readonly hasInterval: boolean;
  readonly isCandidate: boolean;
};

/** Older versions than that are left out. */
const maxVersions = 24;

/** A metric over the versions of a model, the candidate last; empty without versions before it. */
export function historyRows(report: Report, history: History | undefined): readonly HistoryRow[] {
  const points = (history?.points ?? []).filter(isShown).slice(-maxVersions);
  if (history === undefined || points.length === 0) return [];
  const measured = report.metrics.find((metric) => metric.slice === null && metric.id === history.metric)?.candidate;
  const last = { value: measured?.value ?? Number.NaN, interval: measured?.interval ?? null };
  const names = distinct([...points.map(({ version }) => chartName(version, 16)), "candidate"]);
  const rows = [...points, ...(isShown(last) ? [last] : [])];
  return rows.map(({ value, interval }, at) => ({
    name: names[at] ?? "",
    value,
    low: Math.min(...(interval ?? [value])),
    high: Math.max(...(interval ?? [value])),
    hasInterval: interval !== null,
    isCandidate: at === points.length,
  }));
}

function isShown({ value, interval }: Pick<HistoryPoint, "value" | "interval">): boolean {
  return [value, ...(interval ?? [])].every(isDrawable);
}

/** The first and the last day of the versions shown, as `2026-01-02 to 2026-03-02`; null where a date is none. */
function period({ points }: History): string | null {
  const shown = points.filter(isShown).slice(-maxVersions);
  const days = [shown[0]?.at, shown.at(-1)?.at].map((at) => /^\d{4}-\d{2}-\d{2}(?=T|$)/.exec(at ?? "")?.[0]);
  return days.includes(undefined) ? null : days.join(" to ");
}

/** The metric of each version with its interval, and the candidate beside them. */
export function historyChart(report: Report, theme: Theme, history: History | undefined): TopLevelSpec {
  const rows = historyRows(report, history);
  const colors = paletteOf(theme);
  const color = { condition: { test: "datum.isCandidate", value: colors.candidate }, value: colors.baseline };
  const shape = { condition: { test: "datum.isCandidate", value: "circle" }, value: "diamond" };
  const x = {
    field: "name",
    type: "nominal" as const,
    sort: null,
    title: "version",
    axis: { labelAngle: -90, labelLimit: 110, grid: false },
  };
  const interval = rows.some(({ hasInterval }) => hasInterval) ? `, ${levelWords(report)} interval` : "";
  const title = `${chartName(label(history?.metric ?? ""), 30)}${interval}`;
  const y = {
    type: "quantitative" as const,
    title,
    scale: { zero: false, padding: 8 },
    axis: { tickCount: 6, ...axisFormat(rows.flatMap(({ low, high }) => [low, high])) },
  };
  const subtitle = history === undefined ? null : period(history);
  return {
    title: {
      text: chartHeading(report, "history"),
      ...(subtitle === null ? {} : { subtitle: `versions of ${subtitle}`, subtitleColor: colors.faint }),
    },
    config: configOf(theme),
    autosize: { type: "pad" },
    width: Math.max(240, rows.length * 22),
    height: 200,
    data: { values: [...rows] },
    layer: [
      {
        mark: { type: "line", color: colors.baseline, strokeWidth: 1.5, strokeDash: [5, 3] },
        encoding: { x, y: { ...y, field: "value" } },
      },
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
      },
      {
        mark: { type: "point", filled: true, size: 70, opacity: 1 },
        encoding: { x, y: { ...y, field: "value" }, color, shape },
      },
    ],
  };
}
