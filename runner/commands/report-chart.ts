import type { Report } from "../../core/report.ts";
import { chartKinds, chartSpec, renderSvg } from "../../report/charts/index.ts";
import { badUsage } from "../cli/failure.ts";

/** One chart of a report as SVG: the named kind, else the first one the report can fill. */
export async function renderReportChart(report: Report, wanted: string | null): Promise<string> {
  const kinds = chartKinds(report);
  const kind = wanted === null ? kinds[0] : kinds.find((candidate) => candidate === wanted);
  if (kind !== undefined) return `${await renderSvg(chartSpec(report, kind, "light"))}\n`;
  const list = kinds.length === 0 ? "this report has none" : `this report has ${kinds.join(", ")}`;
  throw badUsage(`there is no chart ${wanted ?? ""}: ${list}`.replace(" :", ":"));
}
