import type { TopLevelSpec } from "vega-lite";
import type { Report } from "../../core/report.ts";
import { count } from "../words.ts";
import { frame } from "./curves.ts";
import { paletteOf, type Theme } from "./theme.ts";
import { chartHeading, chartName, distinct } from "./titles.ts";

/** Rows by true and predicted class; the shade is the share of the true class, the second number the change. */
export function confusionChart(report: Report, theme: Theme): TopLevelSpec {
  const colors = paletteOf(theme);
  const cells = confusionCells(report);
  const classes = [...new Set(cells.map((cell) => cell.predicted))];
  const step = classes.length <= 3 ? 90 : classes.length <= 6 ? 58 : 42;
  const small = classes.length > 10;
  const ink = {
    condition: { test: "datum.share > 0.55", value: theme === "light" ? "#ffffff" : colors.ink },
    value: colors.ink,
  };
  return {
    ...frame(report, "confusion", theme),
    title: {
      text: chartHeading(report, "confusion"),
      ...(report.curves.confusion?.baseline === null
        ? {}
        : { subtitle: "rows; below: change against the baseline", subtitleColor: colors.faint }),
    },
    width: { step },
    height: { step: Math.min(step, 46) },
    data: { values: cells },
    encoding: {
      x: {
        field: "predicted",
        type: "nominal",
        sort: null,
        title: "predicted class",
        axis: { labelAngle: small ? -90 : 0, labelLimit: small ? 120 : step - 4 },
      },
      y: { field: "actual", type: "nominal", sort: null, title: "true class", axis: { labelLimit: 120 } },
    },
    layer: [
      {
        mark: { type: "rect" },
        encoding: {
          color: {
            field: "share",
            type: "quantitative",
            scale: { domain: [0, 1], range: [...colors.heat] },
            legend: null,
          },
        },
      },
      { mark: { type: "text", fontSize: small ? 9 : 12, dy: -6 }, encoding: { text: { field: "words" }, color: ink } },
      { mark: { type: "text", fontSize: small ? 8 : 10, dy: 9 }, encoding: { text: { field: "change" }, color: ink } },
    ],
  };
}

function confusionCells(report: Report) {
  const { confusion } = report.curves;
  const names = distinct((confusion?.candidate.classes ?? []).map((name) => chartName(name, 24)));
  return (confusion?.candidate.counts ?? []).slice(0, names.length).flatMap((row, actual) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    return row.slice(0, names.length).map((n, predicted) => {
      const before = confusion?.baseline?.counts[actual]?.[predicted];
      return {
        actual: names[actual] ?? "",
        predicted: names[predicted] ?? "",
        share: total === 0 ? 0 : n / total,
        words: count(n),
        change: before === undefined || before === n ? "" : `${n > before ? "+" : "−"}${count(Math.abs(n - before))}`,
      };
    });
  });
}
