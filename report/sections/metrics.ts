import type { Metric, Report } from "../../core/report.ts";
import { sliceName } from "../../core/report.ts";
import {
  type Block,
  type Column,
  code,
  joined,
  left,
  paragraph,
  right,
  strong,
  type Text,
  table,
} from "../document.ts";
import { clip } from "../escape.ts";
import { changeOf, gatesByMetric, headlineMetric, overallMetrics } from "../findings.ts";
import { gateCell } from "../gate-words.ts";
import {
  deltaInterval,
  deltaWords,
  headlineWords,
  label,
  levelWords,
  methodWords,
  valueInterval,
  valueWords,
} from "../metric-words.ts";
import { worstSlice } from "../slice-findings.ts";
import { counted, enumeration } from "../words.ts";

/** The one line to read after the verdict: the decisive metric, what it is compared with, and on how many rows. */
export function headlineBlock(report: Report): Block {
  const words = headlineWords(report);
  const rows = `${counted(report.data.rows, "row")}${report.data.role === "sealed" ? " of sealed data" : ""}`;
  const dropped = report.data.dropped === 0 ? "" : ` (${counted(report.data.dropped, "row")} dropped)`;
  if (words === null) return paragraph(`No metric was measured, ${rows}${dropped}.`);
  if (report.baseline === null)
    return paragraph(strong(words), ` on ${rows}${dropped}; there is no baseline to compare with.`);
  return paragraph(strong(words), " against ", baselineName(report), `, ${rows}${dropped}.`);
}

export function baselineName(report: Report): Text[number] {
  const version = report.baseline?.version ?? null;
  return version === null ? "the baseline" : code(clip(version, 60));
}

type Gates = ReturnType<typeof gatesByMetric>;

/** Metrics over all rows with their gates, and the slice where the decisive metric lost most surely. */
export function metricTable(report: Report, only: "all" | "notable" = "all"): Block {
  const gates = gatesByMetric(report);
  const rows = overallMetrics(report)
    .filter((metric) => only === "all" || isNotable(gates, metric))
    .map((metric) => metricRow(report, metric, [label(metric.id)], gateText(gates, metric)));
  return table(columns(report), [...rows, ...worstSliceRow(report)]);
}

/** How the intervals of the differences were made: `Intervals: ROC AUC by DeLong; accuracy by Tango's score.` */
export function methodLine(report: Report): readonly Block[] {
  const byMethod = new Map<string, string[]>();
  for (const { id, delta } of overallMetrics(report)) {
    if (delta === null || delta.interval === null) continue;
    byMethod.set(delta.method, [...(byMethod.get(delta.method) ?? []), label(id)]);
  }
  if (byMethod.size === 0) return [];
  const parts = [...byMethod].map(([method, names]) => `${enumeration(names)} by ${methodWords(method)}`);
  return [paragraph(`Intervals of Δ: ${parts.join("; ")}.`)];
}

function isNotable(gates: Gates, metric: Metric): boolean {
  const unsettled = (gates.get(metric.id) ?? []).some((gate) => gate.verdict !== "pass");
  return unsettled || (changeOf(metric)?.proven ?? false);
}

function columns(report: Report): readonly Column[] {
  const interval = right(`${levelWords(report)} interval`);
  if (report.baseline === null) return [left("metric"), right("candidate"), interval, left("gate")];
  return [left("metric"), right(baselineName(report)), right("candidate"), right("Δ"), interval, left("gate")];
}

function metricRow(report: Report, metric: Metric, name: Text, gate: Text): readonly Text[] {
  const candidate: Text = [valueWords(metric.id, metric.candidate)];
  if (report.baseline === null) return [name, candidate, [valueInterval(metric)], gate];
  const before: Text = [valueWords(metric.id, metric.baseline)];
  return [name, before, candidate, [deltaWords(metric)], [deltaInterval(metric)], gate];
}

function gateText(gates: Gates, metric: Metric): Text {
  const own = gates.get(metric.id) ?? [];
  if (own.length > 0) return joined(own.map(gateCell), "; ");
  const change = changeOf(metric);
  return [change !== null && change.proven && change.direction !== "unknown" ? `provably ${change.direction}` : ""];
}

function worstSliceRow(report: Report): readonly (readonly Text[])[] {
  const change = worstSlice(report, headlineMetric(report)?.id ?? "");
  if (change === null) return [];
  const { metric, proven } = change;
  const name: Text = [`${label(metric.id)}, worst slice (${clip(sliceName(metric.slice), 80)})`];
  return [metricRow(report, metric, name, [proven ? "provably worse" : "not proven"])];
}
