import { metricSpec } from "../../core/metrics/registry.ts";
import { type Metric, type Report, sliceName } from "../../core/report.ts";
import { changeOf, headlineMetric, overallMetrics } from "../findings.ts";
import { deltaInterval, deltaWords, label, valueInterval, valueWords } from "../metric-words.ts";
import { sliceFindings } from "../slice-findings.ts";
import { chartName, distinct, isDrawable } from "./titles.ts";

/** What the data prove about a change. */
export const states = ["provably better", "not proven", "provably worse"] as const;
export type State = (typeof states)[number];

/** A value with its interval; changes in points are in percentage points. */
export type ForestRow = {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Null for a value that is no change. */
  readonly state: State | null;
  /** The number for people, and its interval. */
  readonly words: string;
  readonly range: string;
  readonly isPoints: boolean;
};

/** More rows than that are no longer one chart, and resvg takes most of its time for their names. */
const maxRows = 15;

/** The change of each metric over all rows, or its value where there is no baseline; the first of them, where many. */
export function forestRows(report: Report): readonly ForestRow[] {
  return named(allForestRows(report).slice(0, maxRows), 60);
}

/** How many metrics have an interval, and so a place in the forest. */
export function forestSize(report: Report): number {
  return allForestRows(report).length;
}

function allForestRows(report: Report): readonly ForestRow[] {
  return overallMetrics(report).flatMap((metric) => {
    const change = changeOf(metric);
    const better =
      metricSpec(metric.id)?.higherIsBetter === false && change?.direction !== "unknown" ? " (lower is better)" : "";
    const name = `${chartName(label(metric.id), 24)}${better}`;
    return rowOf(report, metric, name, change?.proven === true ? change.direction : "unknown") ?? [];
  });
}

export type SliceRows = {
  readonly metric: string;
  readonly rows: readonly ForestRow[];
  /** Slices with an interval, of which the chart may show fewer. */
  readonly all: number;
};

/**
 * One metric in each slice, all rows first: the headline metric, or where it was not measured in slices the first that was.
 * Of too many slices those with the strongest evidence of a change remain, in their order. Null: nothing to show.
 */
export function sliceRows(report: Report): SliceRows | null {
  const inSlices = report.metrics.filter(({ slice }) => slice !== null);
  const [first] = inSlices;
  if (first === undefined) return null;
  const { survivors } = sliceFindings(report);
  const headline = headlineMetric(report)?.id ?? first.id;
  for (const id of headline === first.id ? [headline] : [headline, first.id]) {
    const found = inSlices.flatMap((metric) => {
      if (metric.id !== id) return [];
      const change = changeOf(metric);
      const direction = change !== null && survivors.has(metric) ? change.direction : "unknown";
      const row = rowOf(report, metric, sliceName(metric.slice), direction);
      return row === null ? [] : [{ row, evidence: change?.evidence ?? 0 }];
    });
    if (found.length < 2) continue;
    const least = found.map(({ evidence }) => evidence).toSorted((a, b) => b - a)[maxRows - 1] ?? 0;
    const strongest = found.filter(({ evidence }) => evidence >= least).slice(0, maxRows);
    const overall = overallMetrics(report).find((metric) => metric.id === id);
    const change = overall === undefined ? null : changeOf(overall);
    const direction = change?.proven === true ? change.direction : "unknown";
    const whole = overall === undefined ? null : rowOf(report, overall, "all rows", direction);
    const rows = [...(whole === null ? [] : [whole]), ...strongest.map(({ row }) => row)];
    return { metric: id, rows: named(rows, 30), all: found.length };
  }
  return null;
}

function rowOf(report: Report, metric: Metric, name: string, proven: string): ForestRow | null {
  const isPoints = metricSpec(metric.id)?.unit === "pp";
  if (report.baseline === null) {
    const { value, interval } = metric.candidate;
    const words = { name, state: null, words: valueWords(metric.id, metric.candidate), range: valueInterval(metric) };
    return extent(value, interval, 1, { ...words, isPoints });
  }
  const state: State = proven === "better" || proven === "worse" ? `provably ${proven}` : "not proven";
  const words = { name, state, words: deltaWords(metric), range: deltaInterval(metric) };
  return extent(metric.delta?.value ?? null, metric.delta?.interval ?? null, isPoints ? 100 : 1, {
    ...words,
    isPoints,
  });
}

function extent(
  value: number | null,
  interval: readonly [number, number] | null,
  factor: number,
  of: Omit<ForestRow, "value" | "low" | "high">,
): ForestRow | null {
  if (value === null || interval === null || ![value, ...interval].every(isDrawable)) return null;
  const [low, high] = [Math.min(...interval), Math.max(...interval)];
  return { ...of, value: value * factor, low: low * factor, high: high * factor };
}

function named(rows: readonly ForestRow[], limit: number): readonly ForestRow[] {
  const names = distinct(rows.map(({ name }) => chartName(name, limit)));
  return rows.map((row, at) => ({ ...row, name: names[at] ?? "" }));
}
