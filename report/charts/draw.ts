import { Resvg } from "@resvg/resvg-js";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Report } from "../../core/report.ts";
import { confusionChart } from "./confusion.ts";
import type { ChartContext } from "./context.ts";
import { calibrationChart, prChart, rocChart } from "./curves.ts";
import { fontFamily, fontFiles, textWidth } from "./font.ts";
import { forestChart, slicesChart } from "./forest.ts";
import { historyChart } from "./history.ts";
import { learningChart } from "./learning.ts";
import { scoresChart } from "./scores.ts";
import type { Theme } from "./theme.ts";
import type { ChartKind } from "./titles.ts";

/** SVG of a chart. Nothing is loaded from anywhere: a specification that asks for a URL fails. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  measureWithOurFont();
  const { spec: compiled } = compile(spec, { logger: silent });
  const view = new vega.View(vega.parse(compiled), { renderer: "none", loader: refusing, logger: silent });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** PNG of an SVG, drawn with the packaged fonts only; `scale` 2 is sharp on dense screens. */
export function renderPng(svg: string, scale = 2): Uint8Array {
  const font = {
    loadSystemFonts: false,
    fontFiles: [...fontFiles()],
    defaultFontFamily: fontFamily,
    sansSerifFamily: fontFamily,
  };
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: scale } }).render().asPng();
}

/** One chart of a report, as SVG and PNG; some kinds need the training or older versions besides. */
export async function drawChart(
  report: Report,
  kind: ChartKind,
  theme: Theme,
  context: ChartContext = {},
): Promise<{ readonly svg: string; readonly png: Uint8Array }> {
  const svg = await drawSvg(report, kind, theme, context);
  return { svg, png: renderPng(svg) };
}

/** The same as SVG alone. */
export function drawSvg(report: Report, kind: ChartKind, theme: Theme, context: ChartContext = {}): Promise<string> {
  return renderSvg(chartSpec(report, kind, theme, context));
}

/** The Vega-Lite specification of a chart; everything in it that a user named is data. */
export function chartSpec(report: Report, kind: ChartKind, theme: Theme, context: ChartContext = {}): TopLevelSpec {
  switch (kind) {
    case "roc":
      return rocChart(report, theme);
    case "calibration":
      return calibrationChart(report, theme);
    case "pr":
      return prChart(report, theme);
    case "forest":
      return forestChart(report, theme);
    case "confusion":
      return confusionChart(report, theme);
    case "learning":
      return learningChart(report, theme, context);
    case "scores":
      return scoresChart(report, theme);
    case "slices":
      return slicesChart(report, theme);
    case "history":
      return historyChart(report, theme, context.history);
  }
}

const silent: vega.LoggerInterface = vega.logger(vega.None);

const refusing: vega.Loader = {
  ...vega.loader(),
  load: () => Promise.reject(new Error("a chart loads nothing")),
  http: () => Promise.reject(new Error("a chart loads nothing")),
  file: () => Promise.reject(new Error("a chart loads nothing")),
};

declare module "vega" {
  /** Exported by vega (vega-scenegraph) but missing in its types. */
  export const textMetrics: { width: (item: TextItem, text: unknown) => number };
  type TextItem = { readonly fontSize?: number; readonly fontWeight?: string | number; readonly limit?: number };
}

/** Vega's own hook for measuring text where there is no canvas; what is cut at a limit is as wide as the limit. */
function measureWithOurFont(): void {
  vega.textMetrics.width = (item, text) => {
    const line = typeof text === "string" || typeof text === "number" ? String(text) : "";
    const width = textWidth(line, item.fontSize ?? 11, item.fontWeight === "bold");
    return item.limit !== undefined && item.limit > 0 ? Math.min(width, item.limit) : width;
  };
}
