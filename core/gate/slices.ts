import { formatCount, formatDelta, formatPercent, formatSize } from "../metrics/format.ts";
import { metricSpec } from "../metrics/registry.ts";
import { type GateResult, type Metric, type Slice, sliceName, type Verdict } from "../report.ts";
import { bhAdjusted, holmAdjusted } from "../stats/multiplicity.ts";
import type { Judged, Outcome } from "./facts.ts";
import { labelOf, unjudged } from "./lookup.ts";
import { extraRows } from "./rows.ts";
import { type SliceTest, testSlice } from "./slice-tests.ts";
import { isListed } from "./slice-text.ts";
import type { SlicesNode } from "./tree.ts";

/** A tested slice with its verdict; `p` is adjusted for the number of slices. */
type Finding = SliceTest & { readonly adjusted: number | null; readonly verdict: Verdict };

/** More slices than this are counted, not listed. */
const listed = 50;

/**
 * Fails when some slice is significantly worse by more than the margin, after Holm's correction for their number;
 * passes otherwise, and says in how many slices that is proven and in how many only not refuted. With
 * Benjamini-Hochberg it is advice: what is found leaves the gate open. `critical`: each slice must be proven.
 */
export function judgeSlices(node: SlicesNode, { facts, rules }: Judged): Outcome {
  const measured = facts.metrics.filter((each) => each.id === node.metric);
  const slices = measured.filter(isSliced).filter((each) => isListed(each.slice, node.by));
  const absent = absence(node, measured, slices);
  if (absent !== null) return absent;
  if (!facts.hasBaseline) {
    const message = `There is no baseline to compare ${labelOf(node.metric)} with.`;
    return unjudged("no_baseline", "baseline_missing", message);
  }
  const tests = slices.map((each) => testSlice(each, node));
  const tested = tests.filter((each) => each.state === "tested");
  const adjust = rules.correction === "holm" ? holmAdjusted : bhAdjusted;
  const pValues = adjust(tested.map((each) => each.p));
  const findings = tests.map((each): Finding => {
    const at = tested.indexOf(each);
    const p = at === -1 ? null : (pValues[at] ?? 1);
    return { ...each, adjusted: p, verdict: verdictOf(each, p, node) };
  });
  const ordered = findings.toSorted((a, b) => (a.adjusted ?? 2) - (b.adjusted ?? 2) || a.p - b.p);
  return { ...conclusion(node, ordered, rules), slices: ordered.slice(0, listed).map((each) => listing(node, each)) };
}

function isSliced(metric: Metric): metric is Metric & { slice: Slice } {
  return metric.slice !== null;
}

/** A slice that the report lacks never passes. */
function absence(
  node: SlicesNode,
  measured: readonly Metric[],
  slices: readonly (Metric & { slice: Slice })[],
): Outcome | null {
  const label = labelOf(node.metric);
  if (measured.length === 0) {
    const message = `The report has no ${label}: add ${node.metric} to the model's metrics.`;
    return unjudged("error", "metric_missing", message);
  }
  const empty = (node.by ?? []).find((by) => !slices.some((each) => isListed(each.slice, [by])));
  if (slices.length > 0 && empty === undefined) return null;
  const by = empty === undefined ? "" : ` by ${empty}`;
  return unjudged("error", "slice_missing", `The report has no slice${by} of ${label}: add it to the model's slices.`);
}

function verdictOf({ state, improvement }: SliceTest, p: number | null, node: SlicesNode): Verdict {
  if (state === "insufficient") return "insufficient";
  if (state === "no_baseline") return "no_baseline";
  if (p === null || improvement === null) return "inconclusive";
  if (p <= 1 - node.level + 1e-12) return "fail";
  return improvement.lower > -node.margin ? "pass" : "inconclusive";
}

function conclusion(node: SlicesNode, findings: readonly Finding[], rules: Judged["rules"]): Outcome {
  const worse = findings.filter((each) => each.verdict === "fail");
  const bound = boundOf(node, worse[0] ?? findings[0]);
  const message = `${counts(node, findings)}${offenders(node, worse)}`;
  const outcome = (verdict: Verdict, reason: Outcome["reason"], more = ""): Outcome => {
    return { verdict, reason, bound, needs: null, message: `${message}${more}` };
  };
  if (worse.length > 0) {
    if (rules.correction === "holm") return outcome("fail", "slice_worse");
    return outcome("inconclusive", "slice_worse", " The correction bh makes this advice: a person looks at it.");
  }
  if (findings.some((each) => each.verdict === "no_baseline")) return outcome("no_baseline", "baseline_missing");
  const few = findings.filter((each) => each.state !== "tested");
  // A slice that must be proven is not passed over unless the configuration says so.
  const blocks = rules.onInsufficient === "block" || (rules.critical && rules.onInsufficient !== "ignore");
  const open = findings.filter((each) => each.state === "tested" && each.verdict === "inconclusive");
  if (few.length === findings.length || (few.length > 0 && blocks)) {
    return outcome("insufficient", "rows_insufficient", " Slices with too few rows do not pass.");
  }
  if (rules.critical && open.length > 0) return critical(node, open, message);
  return outcome("pass", open.length === 0 ? "bound_inside" : "slices_open");
}

/** Open slices of a critical gate: what the one that needs most would need. */
function critical(node: SlicesNode, open: readonly Finding[], message: string): Outcome {
  const needs = open.map((each) => {
    const { improvement } = each;
    const distance = (improvement?.value ?? 0) + node.margin;
    return { each, rows: improvement === null ? null : extraRows(improvement, distance, node.level, 1) };
  });
  const deciding = needs.toSorted((a, b) => (b.rows ?? Infinity) - (a.rows ?? Infinity))[0];
  const lower = Math.min(...open.map((each) => each.improvement?.lower ?? 0));
  const offers = [
    deciding?.rows == null
      ? null
      : `about ${formatCount(deciding.rows)} more rows of ${sliceName(deciding.each.slice)} would tell`,
    `a margin above ${formatSize(node.metric, -lower)} passes now`,
  ].filter((offer) => offer !== null);
  return {
    verdict: "inconclusive",
    reason: "bound_straddles",
    bound: boundOf(node, deciding?.each),
    needs: { rows: deciding?.rows ?? null, margin: -lower },
    message: `${message} Every slice must be proven not worse: ${offers.join(", ")}.`,
  };
}

function counts(node: SlicesNode, findings: readonly Finding[]): string {
  const count = (verdict: Verdict, state: SliceTest["state"]): number =>
    findings.filter((each) => each.verdict === verdict && each.state === state).length;
  const few = count("insufficient", "insufficient");
  const unknown = count("inconclusive", "unknown");
  const parts = [
    `${count("fail", "tested")} significantly worse by more than ${formatSize(node.metric, node.margin)}`,
    `${count("pass", "tested")} proven not worse`,
    `${count("inconclusive", "tested")} open`,
    ...(few > 0 ? [`${few} with too few rows`] : []),
    ...(unknown > 0 ? [`${unknown} without an interval`] : []),
  ];
  const slices = findings.length === 1 ? "1 slice" : `${formatCount(findings.length)} slices`;
  return `Of ${slices}, ${labelOf(node.metric)} at ${formatPercent(node.level)}: ${parts.join(", ")}.`;
}

function offenders(node: SlicesNode, worse: readonly Finding[]): string {
  if (worse.length === 0) return "";
  const named = worse
    .slice(0, 3)
    .map((each) => `${sliceName(each.slice)} (${each.value === null ? "?" : formatDelta(node.metric, each.value)})`);
  const more = worse.length > named.length ? ` and ${worse.length - named.length} more` : "";
  return ` Worse: ${named.join(", ")}${more}.`;
}

/** The bound in the metric's unit that spoke: of a worse slice how bad it is at least, else how bad at most. */
function boundOf(node: SlicesNode, finding: Finding | undefined): number | null {
  const { improvement } = finding ?? {};
  if (finding === undefined || improvement == null) return null;
  const sign = metricSpec(node.metric)?.higherIsBetter === false ? -1 : 1;
  return sign * (finding.verdict === "fail" ? improvement.upper : improvement.lower);
}

function listing(node: SlicesNode, finding: Finding): NonNullable<GateResult["slices"]>[number] {
  const { slice, verdict, value } = finding;
  return { slice, verdict, value, bound: boundOf(node, finding), p: finding.adjusted };
}
