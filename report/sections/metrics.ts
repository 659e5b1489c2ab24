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
  valueInterval,
  valueWords,
} from "../metric-words.ts";
import { worstSlice } from "../slice-findings.ts";
import { counted, percent } from "../words.ts";

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

function operationRow(report: Report, id: string): readonly Text[] {
  const operation = report.operations[id];
  const value = operation === undefined ? "–" : quantity(operation.value, operation.unit);
  if (report.baseline === null) return [[operationLabel(id)], [value]];
  const ratio = operation?.ratio ?? null;
  const before =
    operation === undefined || ratio === null || ratio === 0 ? "–" : quantity(operation.value / ratio, operation.unit);
  return [[operationLabel(id)], [before], [value], [ratio === null ? "–" : `×${ratio.toFixed(2)}`]];
}

function quantity(value: number, unit: string): string {
  if (unit === "bytes" || unit === "B")
    return value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`;
  return `${Number(value.toPrecision(3))} ${clip(unit, 20)}`.trim();
}

function operationLabel(id: string): string {
  return clip(label(id).replaceAll("_", " "), 60);
}

/** Speed, size and memory, and how often the two models disagree. */
export function operationBlocks(report: Report): readonly Block[] {
  const ids = Object.keys(report.operations);
  const rows = ids.map((id) => operationRow(report, id));
  const heads =
    report.baseline === null ? [right("candidate")] : [right(baselineName(report)), right("candidate"), right("ratio")];
  const { behaviour } = report;
  const flips =
    behaviour === null
      ? []
      : [
          paragraph(
            `The two models disagree on ${percent(behaviour.disagreement)} of the rows: ` +
              `${percent(behaviour.positiveFlips)} newly right, ${percent(behaviour.negativeFlips)} newly wrong.`,
          ),
        ];
  return [...(ids.length === 0 ? [] : [table([left("operation"), ...heads], rows)]), ...flips];
}
