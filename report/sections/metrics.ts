import type { Metric, Report } from "../../core/report.ts";
import { sliceName } from "../../core/report.ts";
import type { ModelView } from "../../core/view.ts";
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
import { counted, enumeration, shortCommit } from "../words.ts";

/** The one line to read after the verdict: the decisive metric, what it is compared with, and on how many rows. */
export function headlineBlock(report: Report, baseline: ModelView["baseline"] = null): Block {
  const words = headlineWords(report);
  const rows = `${counted(report.data.rows, "row")}${report.data.role === "sealed" ? " of sealed data" : ""}`;
  const dropped = report.data.dropped === 0 ? "" : ` (${counted(report.data.dropped, "row")} dropped)`;
  if (words === null) return paragraph(`No metric was measured, ${rows}${dropped}.`);
  if (report.baseline === null)
    return paragraph(strong(words), ` on ${rows}${dropped}; there is no baseline to compare with.`);
  return paragraph(
    strong(words),
    " against ",
    baselineName(report),
    ...(baseline === null ? [] : place(baseline)),
    `, ${rows}${dropped}.`,
  );
}

/** ` (production, commit `4f1c09a2b7de`, 5 commits before this one)` */
function place({ environment, commit, distance }: NonNullable<ModelView["baseline"]>): Text {
  const ahead = distance?.ahead ?? 0;
  const parts: readonly Text[] = [
    [clip(environment, 60)],
    ...(commit === null ? [] : [["commit ", code(shortCommit(commit))]]),
    ...(ahead === 0 || distance?.behind !== 0 ? [] : [[`${counted(ahead, "commit")} before this one`]]),
  ];
  return [" (", ...joined(parts, ", "), ")"];
}

/** Says so when the baseline stands on commits that this branch lacks: part of the difference may be theirs. */
export function behindBaseline({ baseline }: ModelView): readonly Block[] {
  const behind = baseline?.distance?.behind ?? 0;
  if (baseline === null || behind === 0) return [];
  return [
    paragraph(
      `⚠️ This branch lacks ${counted(behind, "commit")} of the branch that `,
      code(clip(baseline.version, 60)),
      " was made from, so part of the difference may be theirs. Merge the base branch to compare like with like.",
    ),
  ];
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
