import type { TopLevelSpec } from "vega-lite";
import type { Curves, Report } from "../../core/report.ts";
import { valueWords } from "../metric-words.ts";
import { configOf, type Palette, paletteOf, type Theme } from "./theme.ts";
import { type ChartKind, chartHeading, chartName } from "./titles.ts";

type Points = NonNullable<Curves["roc"]>;
const size = { width: 320, height: 240 } as const;

/** True positive rate over false positive rate, with the diagonal of a model that knows nothing. */
export function rocChart(report: Report, theme: Theme): TopLevelSpec {
  const axes = { x: "false positive rate", y: "true positive rate" };
  const diagonal = [point("", 0, 0), point("", 1, 1)];
  return curve(report, "roc", theme, report.curves.roc, axes, "roc_auc", diagonal);
}

/** Precision over recall. */
export function prChart(report: Report, theme: Theme): TopLevelSpec {
  return curve(report, "pr", theme, report.curves.pr, { x: "recall", y: "precision" }, "average_precision", []);
}

type Point = { readonly side: string; readonly x: number; readonly y: number; readonly order: number };

function point(side: string, x: number, y: number, order = 0): Point {
  return { side, x, y, order };
}

function curve(
  report: Report,
  kind: ChartKind,
  theme: Theme,
  points: Points | null,
  axes: { readonly x: string; readonly y: string },
  metric: string,
  reference: readonly Point[],
): TopLevelSpec {
  const colors = paletteOf(theme);
  const names = sideNames(report, metric);
  const of = (side: string, list: readonly (readonly [number, number])[]) =>
    unitPoints(list).map(([x, y], order) => point(side, x, y, order));
  const lines = [...of(names.baseline, points?.baseline ?? []), ...of(names.candidate, points?.candidate ?? [])];
  return {
    ...frame(report, kind, theme),
    ...size,
    layer: [
      referenceLine(reference, colors),
      {
        data: { values: lines },
        mark: { type: "line", strokeWidth: 2, strokeJoin: "round" },
        encoding: {
          x: axis("x", axes.x),
          y: axis("y", axes.y),
          order: { field: "order", type: "quantitative" },
          color: sideColor(names, points?.baseline ?? null, colors),
          strokeDash: dash(names, points?.baseline ?? null),
        },
      },
    ],
  };
}

/** Bins of fewer rows say little: one row alone puts a bin at 0 or 1. They stay points and leave the line. */
const rowsOfLine = 10;

/** Observed rate over predicted probability; the area of a point is its number of rows. */
export function calibrationChart(report: Report, theme: Theme): TopLevelSpec {
  const colors = paletteOf(theme);
  const names = sideNames(report, "ece");
  const { calibration } = report.curves;
  const of = (side: string, bins: readonly { predicted: number; observed: number; n: number }[]) =>
    unitBins(bins).map((bin, order) => ({ ...point(side, bin.predicted, bin.observed, order), n: bin.n }));
  const values = [
    ...of(names.baseline, calibration?.baseline ?? []),
    ...of(names.candidate, calibration?.candidate ?? []),
  ];
  const encoding = {
    x: axis("x", `predicted probability, line: bins with at least ${rowsOfLine} rows`),
    y: axis("y", "observed rate"),
    color: sideColor(names, calibration?.baseline ?? null, colors),
  };
  return {
    ...frame(report, "calibration", theme),
    ...size,
    layer: [
      referenceLine([point("", 0, 0), point("", 1, 1)], colors),
      {
        data: { values: values.filter((bin) => bin.n >= rowsOfLine) },
        mark: { type: "line", strokeWidth: 1.5 },
        encoding: {
          ...encoding,
          order: { field: "order", type: "quantitative" },
          strokeDash: dash(names, calibration?.baseline ?? null),
        },
      },
      {
        data: { values },
        mark: { type: "point", filled: true, opacity: 0.75 },
        encoding: {
          ...encoding,
          shape: {
            field: "side",
            type: "nominal",
            title: null,
            scale: {
              domain: (calibration?.baseline ?? null) === null ? [names.candidate] : [names.candidate, names.baseline],
              range: ["circle", "diamond"],
            },
          },
          size: { field: "n", type: "quantitative", legend: null, scale: { range: [12, 180], domainMin: 0 } },
        },
      },
    ],
  };
}

/** Rates lie between 0 and 1; a report that says otherwise loses the point, not the chart. */
export function unitPoints(points: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  return points.filter((point) => point.every((value) => value >= 0 && value <= 1));
}

export function unitBins(bins: readonly Bin[]): readonly Bin[] {
  return bins.filter(({ predicted, observed, n }) => n > 0 && unitPoints([[predicted, observed]]).length > 0);
}

type Bin = NonNullable<Curves["calibration"]>["candidate"][number];

/** Title, data-free parts and look that every chart shares. */
export function frame(report: Report, kind: ChartKind, theme: Theme) {
  return { title: chartHeading(report, kind), config: configOf(theme), autosize: { type: "pad" as const } };
}

const shortNames: Readonly<Record<string, string>> = { roc_auc: "AUC", average_precision: "AP", ece: "ECE" };

export type Names = { readonly candidate: string; readonly baseline: string };

/** `candidate, AUC 0.881`: the legend carries the number the curve stands for. */
export function sideNames(report: Report, metric: string | null): Names {
  const found = report.metrics.find((one) => one.slice === null && one.id === metric);
  const short = shortNames[metric ?? ""] ?? metric;
  const given = chartName(report.baseline?.version ?? "", 20);
  const version = given === "" || given === "candidate" ? "baseline" : given;
  if (metric === null || found === undefined) return { candidate: "candidate", baseline: version };
  return {
    candidate: `candidate, ${short} ${valueWords(metric, found.candidate)}`,
    baseline: found.baseline === null ? version : `${version}, ${short} ${valueWords(metric, found.baseline)}`,
  };
}

function axis(channel: "x" | "y", title: string) {
  const scale = { domain: [0, 1], nice: false };
  return {
    field: channel,
    type: "quantitative" as const,
    title,
    scale,
    axis: { values: [0, 0.25, 0.5, 0.75, 1], format: ".2~f" },
  };
}

export function sideColor(names: Names, baseline: unknown, colors: Palette) {
  const both = baseline !== null;
  const domain = both ? [names.candidate, names.baseline] : [names.candidate];
  const range = both ? [colors.candidate, colors.baseline] : [colors.candidate];
  return {
    field: "side",
    type: "nominal" as const,
    title: null,
    scale: { domain, range },
    legend: { symbolType: "stroke" },
  };
}

/** A dashed baseline: color is never the only difference. */
export function dash(names: Names, baseline: unknown) {
  const domain = baseline === null ? [names.candidate] : [names.candidate, names.baseline];
  const range =
    baseline === null
      ? [[1, 0]]
      : [
          [1, 0],
          [5, 3],
        ];
  return { field: "side", type: "nominal" as const, title: null, scale: { domain, range } };
}

function referenceLine(values: readonly Point[], colors: Palette) {
  return {
    data: { values: [...values] },
    mark: { type: "line" as const, color: colors.unproven, strokeDash: [2, 3], strokeWidth: 1 },
    encoding: { x: { field: "x", type: "quantitative" as const }, y: { field: "y", type: "quantitative" as const } },
  };
}
