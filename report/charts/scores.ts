import type { TopLevelSpec } from "vega-lite";
import type { Report } from "../../core/report.ts";
import { count } from "../words.ts";
import { dash, frame, sideColor, sideNames } from "./curves.ts";
import { configOf, paletteOf, type Theme } from "./theme.ts";
import { axisFormat, chartHeading, chartName, distinct, isDrawable } from "./titles.ts";

/** Shares of a class's rows in bins of equal width between `low` and `high`. */
export type ScorePanel = {
  readonly name: string;
  readonly rows: number;
  readonly candidate: readonly number[];
  readonly baseline: readonly number[];
};

const maxPanels = 4;

/** The classes that have rows, the largest first where there are more than fit; in the order of the classes. */
export function scorePanels(report: Report): readonly ScorePanel[] {
  const { scores } = report.curves;
  if (scores === null || scores === undefined || !isRange(scores.range)) return [];
  const names = distinct(scores.classes.map((name) => chartName(name, 24)));
  const all = scores.candidate.slice(0, names.length).map((counts, at) => ({
    name: names[at] ?? "",
    rows: sum(counts),
    candidate: shares(counts),
    baseline: shares(scores.baseline?.[at] ?? []),
  }));
  const filled = all.filter(({ rows }) => rows > 0);
  const kept = filled.toSorted((a, b) => b.rows - a.rows).slice(0, maxPanels);
  return filled.filter((panel) => kept.includes(panel));
}

function isRange([low, high]: readonly [number, number]): boolean {
  return isDrawable(low) && isDrawable(high) && high > low && Number.isFinite(1 / (high - low));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, n) => total + Math.max(0, n), 0);
}

function shares(counts: readonly number[]): readonly number[] {
  const total = sum(counts);
  return total === 0 ? [] : counts.map((n) => Math.max(0, n) / total);
}

/** What the horizontal axis of the score distributions shows. */
export function scoreAxis({ curves: { scores } }: Report): string {
  if (scores?.of === "true_class") return "score of the row's true class";
  return `score of ${chartName(scores?.classes[1] ?? "the positive class", 24)}`;
}

/** How the scores of each true class are spread: the candidate's as an area, the baseline's as a dashed line over it. */
export function scoresChart(report: Report, theme: Theme): TopLevelSpec {
  const colors = paletteOf(theme);
  const names = sideNames(report, null);
  const panels = scorePanels(report);
  const range = report.curves.scores?.range ?? [0, 1];
  const both = panels.some(({ baseline }) => baseline.length > 0) ? true : null;
  const color = sideColor(names, both, colors);
  return {
    title: chartHeading(report, "scores"),
    config: configOf(theme),
    autosize: frame(report, "scores", theme).autosize,
    spacing: 12,
    vconcat: panels.map(({ name, rows, candidate, baseline }, at) => ({
      width: 320,
      height: 90,
      data: {
        values: [...steps(names.baseline, baseline, range), ...steps(names.candidate, candidate, range)],
      },
      layer: [
        {
          transform: [{ filter: { field: "isCandidate", equal: true } }],
          mark: { type: "area" as const, color: colors.candidate, opacity: 0.22, interpolate: "step-after" as const },
          encoding: { x: xOf(range, at === panels.length - 1 ? scoreAxis(report) : null), y: yOf(name, rows) },
        },
        {
          mark: { type: "line" as const, strokeWidth: 1.5, interpolate: "step-after" as const },
          encoding: {
            x: xOf(range, at === panels.length - 1 ? scoreAxis(report) : null),
            y: yOf(name, rows),
            color: { ...color, legend: at === 0 ? color.legend : null },
            strokeDash: { ...dash(names, both), ...(at === 0 ? {} : { legend: null }) },
          },
        },
      ],
    })),
  };

  function steps(side: string, counts: readonly number[], [low, high]: readonly [number, number]) {
    const width = (high - low) / counts.length;
    const isCandidate = side === names.candidate;
    const points = counts.map((share, bin) => ({ side, isCandidate, x: low + bin * width, y: share * 100 }));
    const last = points.at(-1);
    return last === undefined ? [] : [...points, { ...last, x: high }];
  }
}

function xOf(range: readonly [number, number], title: string | null) {
  const scale = { domain: [...range], nice: false };
  return { field: "x", type: "quantitative" as const, title, scale, axis: { tickCount: 5, ...axisFormat(range) } };
}

function yOf(name: string, rows: number) {
  const title = [name, `% of ${count(rows)}`];
  return { field: "y", type: "quantitative" as const, title, scale: { zero: true }, axis: { tickCount: 3 } };
}
