import { Resvg } from "@resvg/resvg-js";
import * as vega from "vega";
import { compile } from "vega-lite";
import type { Report } from "../../core/report.ts";
import { fontFamily, fontFiles } from "../../report/charts/font.ts";
import {
  allChartKinds,
  type ChartContext,
  type ChartKind,
  chartSpec,
  drawChart,
  type Theme,
} from "../../report/charts/index.ts";
import { textChart } from "../../report/charts/text/text-chart.ts";
import { writeMarkdown } from "../../report/markdown-writer.ts";
import type { Bench } from "../bench.ts";
import { describeMachine } from "../machine.ts";
import { columnsOf, formatMs, formatTimes, renderTable } from "../table.ts";
import { median } from "../timing.ts";
import { exampleCharts } from "./example.ts";

/** Every kind of chart in turn, in both themes, and the floor after each, so that a slow moment hits both. */
export const chartsBench: Bench = {
  measures: "each kind of chart as SVG and PNG, beside Vega and resvg alone",
  run: async ({ runs, progress }) => {
    const { report, context } = await exampleCharts();
    const first = await timed(() => drawChart(report, "roc", "light", context));
    const rows: string[][] = [];
    for (const kind of allChartKinds) {
      progress(kind);
      rows.push(await measured(report, kind, context, runs ?? 20));
    }
    const titles = ["ms", "median ms", "floor ms", "of the floor", "text ms", "text characters"];
    return [
      describeMachine(),
      "",
      `The first chart of a process takes ${formatMs(first)} ms.`,
      "",
      renderTable(columnsOf("chart", ...titles), rows),
    ].join("\n");
  },
};

async function measured(report: Report, kind: ChartKind, context: ChartContext, runs: number): Promise<string[]> {
  const ours: number[] = [];
  const floor: number[] = [];
  const text: number[] = [];
  for (const theme of Array.from({ length: runs }, () => ["light", "dark"] as const).flat()) {
    const draw = floorOf(report, kind, theme, context);
    ours.push(await timed(() => drawChart(report, kind, theme, context)));
    floor.push(await timed(draw));
    text.push(await timed(() => Promise.resolve(writeText(report, kind, context))));
  }
  // The fastest of each, because whatever else the machine does only ever adds time.
  const [own, least] = [Math.min(...ours), Math.min(...floor)];
  return [
    kind,
    ...[own, median(ours), least].map(formatMs),
    formatTimes(own / least),
    formatMs(Math.min(...text)),
    String(writeText(report, kind, context).length),
  ];
}

function writeText(report: Report, kind: ChartKind, context: ChartContext): string {
  return writeMarkdown(textChart(report, kind, context));
}

/** Vega's scene and resvg's picture of a specification that is compiled and parsed already. */
function floorOf(report: Report, kind: ChartKind, theme: Theme, context: ChartContext): () => Promise<unknown> {
  const logger = vega.logger(vega.None);
  const runtime = vega.parse(compile(chartSpec(report, kind, theme, context), { logger }).spec);
  const font = { loadSystemFonts: false, fontFiles: [...fontFiles()], defaultFontFamily: fontFamily };
  return async () => {
    const svg = await new vega.View(runtime, { renderer: "none", logger }).toSVG();
    return new Resvg(svg, { font, fitTo: { mode: "zoom", value: 2 } }).render().asPng();
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
