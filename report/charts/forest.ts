import type { TopLevelSpec } from "vega-lite";
import type { Report } from "../../core/report.ts";
import { label, levelWords } from "../metric-words.ts";
import { sliceFindings } from "../slice-findings.ts";
import { count } from "../words.ts";
import { type ForestRow, forestRows, forestSize, sliceRows, states } from "./forest-rows.ts";
import { configOf, type Palette, paletteOf, type Theme } from "./theme.ts";
import { axisFormat, chartHeading, chartName } from "./titles.ts";

const plotWidth = 260;

/** The change of each metric with its interval; metrics of very different sizes have axes of their own. */
export function forestChart(report: Report, theme: Theme): TopLevelSpec {
  const groups = byScale(forestRows(report));
  const level = levelWords(report);
  const of = report.baseline === null ? "value" : "change";
  const ownUnit = " in the metric's own unit";
  const panels = groups.map((rows, at): Panel => {
    const unit = rows[0]?.isPoints === true ? (report.baseline === null ? "" : " in percentage points") : ownUnit;
    return { rows, title: `${of}${unit}, ${level} interval`, isFirst: at === 0 };
  });
  const [shown, all] = [groups.flat().length, forestSize(report)];
  const note = shown < all ? `the first ${count(shown)} of ${count(all)} metrics` : null;
  return forest(report, "forest", theme, panels, note);
}

/** One metric in each slice, below all rows. */
export function slicesChart(report: Report, theme: Theme): TopLevelSpec {
  const found = sliceRows(report);
  const rows = found?.rows ?? [];
  const name = chartName(label(found?.metric ?? ""), 40);
  const unit = rows[0]?.isPoints === true ? " in percentage points" : "";
  const level = levelWords(report);
  const title = report.baseline === null ? `${name}, ${level} interval` : `change of ${name}${unit}, ${level} interval`;
  return forest(report, "slices", theme, [{ rows, title, isFirst: true }], sliceNote(report, rows, found?.all ?? 0));
}

/** Single intervals prove nothing when there are many: the color follows Holm's correction, which the chart says. */
function sliceNote(report: Report, rows: readonly ForestRow[], all: number): string | null {
  const shown = rows.filter(({ name }) => name !== "all rows").length;
  const some = shown < all ? [`${count(shown)} of ${count(all)} slices, the strongest evidence`] : [];
  const { tested } = sliceFindings(report);
  const holm = report.baseline === null || tested === 0 ? [] : [`slices: Holm over ${count(tested)} comparisons`];
  return some.length + holm.length === 0 ? null : [...some, ...holm].join("; ");
}

type Panel = { readonly rows: readonly ForestRow[]; readonly title: string; readonly isFirst: boolean };

function forest(
  report: Report,
  kind: "forest" | "slices",
  theme: Theme,
  panels: readonly Panel[],
  note: string | null,
): TopLevelSpec {
  const colors = paletteOf(theme);
  const heading = chartHeading(report, kind);
  const subtitle = note === null ? {} : { subtitle: note, subtitleColor: colors.faint };
  return {
    title: { text: heading, ...subtitle },
    config: configOf(theme),
    autosize: { type: "pad" },
    spacing: 16,
    vconcat: panels.map((panel) => panelSpec(panel, colors)),
  };
}

function panelSpec({ rows, title, isFirst }: Panel, colors: Palette) {
  const isChange = rows.some(({ state }) => state !== null);
  const ends = rows.flatMap(({ low, high }) => [low, high]);
  const scale = isChange ? { padding: 12 } : { padding: 12, zero: false };
  const x = { type: "quantitative" as const, title, scale, axis: { tickCount: 5, ...axisFormat(ends) } };
  const y = {
    field: "name",
    type: "nominal" as const,
    title: null,
    sort: null,
    axis: { labelLimit: 240, grid: false },
  };
  const range = [colors.better, colors.unproven, colors.worse];
  const legend = isChange && isFirst ? {} : null;
  const state = { field: "state", type: "nominal" as const, title: null, legend };
  const color = isChange ? { ...state, scale: { domain: [...states], range } } : { value: colors.candidate };
  const shape = isChange
    ? { ...state, scale: { domain: [...states], range: ["triangle-up", "circle", "triangle-down"] } }
    : { value: "circle" };
  const values = rows.map(({ name, value, low, high, words, ...row }) => ({
    name,
    value,
    low,
    high,
    words,
    state: row.state ?? "",
  }));
  const zero = {
    mark: { type: "rule" as const, color: colors.faint, strokeDash: [3, 3] },
    encoding: { x: { datum: 0, type: "quantitative" as const } },
  };
  return {
    width: plotWidth,
    height: { step: 26 },
    data: { values },
    layer: [
      ...(isChange ? [zero] : []),
      {
        mark: { type: "rule" as const, strokeWidth: 2 },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y, color },
      },
      {
        mark: { type: "point" as const, filled: true, size: 70, opacity: 1 },
        encoding: { x: { ...x, field: "value" }, y, color, shape },
      },
      {
        mark: { type: "text" as const, align: "left" as const, fontSize: 11, color: colors.ink },
        encoding: { x: { value: plotWidth + 10 }, y, text: { field: "words" } },
      },
    ],
  };
}

/** Rows that can share an axis: points with points, the rest with what is at most twenty times as large or as small. */
export function byScale(rows: readonly ForestRow[]): readonly (readonly ForestRow[])[] {
  const groups: { readonly isPoints: boolean; readonly size: number; readonly rows: ForestRow[] }[] = [];
  for (const row of rows) {
    const size = Math.max(Math.abs(row.low), Math.abs(row.high), Number.MIN_VALUE);
    const fits = (group: (typeof groups)[number]): boolean =>
      group.isPoints === row.isPoints &&
      (row.isPoints || (size / group.size <= sharedScale && group.size / size <= sharedScale));
    const group = groups.find(fits);
    if (group === undefined) groups.push({ isPoints: row.isPoints, size, rows: [row] });
    else group.rows.push(row);
  }
  return groups.map((group) => group.rows);
}

const sharedScale = 20;
