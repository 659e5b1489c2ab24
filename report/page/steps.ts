import { formatCount, formatDelta, formatValue } from "../../core/metrics/format.ts";
import { metricSpec } from "../../core/metrics/registry.ts";
import type { Report } from "../../core/report.ts";
import { overallMetrics } from "../findings.ts";
import { label } from "../metric-words.ts";
import type { ThresholdStep } from "./explorer-data.ts";
import { type Place, placed } from "./plot.ts";
import { gateAt, type MovingGate, movingGates } from "./point-gates.ts";
import { dependsOnThreshold, factsAt, type Outcome, outcomesAt, type Thresholds, valueAt } from "./threshold-facts.ts";

/** What the page lets its reader move: the thresholds, and what depends on them. */
export type Explorer = {
  readonly report: Report;
  readonly thresholds: Thresholds;
  /** The report's own metrics of that kind first. */
  readonly metrics: readonly string[];
  readonly gates: readonly MovingGate[];
  /** The metric that is drawn over all thresholds, or null where they are no shares. */
  readonly drawn: string | null;
  readonly configured: number;
};

const customary = ["accuracy", "precision", "recall", "specificity", "f1", "mcc"];

/** Null where a report has no thresholds: another task, predicted labels, or an earlier version's report. */
export function explorerOf(report: Report): Explorer | null {
  const { thresholds } = report.curves;
  if (thresholds === undefined || report.task !== "binary" || thresholds.at.length < 2) return null;
  const own = overallMetrics(report).map(({ id }) => id);
  const gates = movingGates(report.gates);
  const isShare = thresholds.at.every((at) => at >= 0 && at <= 1);
  const asked = overallMetrics(report)
    .map(({ id }) => id)
    .find((id) => isShareMetric(id) && gates.some(({ gate }) => gate.require.includes(id)));
  return {
    report,
    thresholds,
    metrics: [...new Set([...own, ...customary])].filter(dependsOnThreshold),
    gates,
    drawn: isShare ? (asked ?? "f1") : null,
    configured: Math.max(0, thresholds.at.indexOf(thresholds.configured)),
  };
}

function isShareMetric(id: string): boolean {
  const spec = metricSpec(id);
  return dependsOnThreshold(id) && spec?.min === 0 && spec.max === 1;
}

/** Everything that the page shows at one threshold. */
export function stepOf(explorer: Explorer, step: number): ThresholdStep {
  const { report, thresholds, metrics, gates } = explorer;
  const value = thresholds.at[step] ?? 0;
  const rows = { own: thresholds.rows.candidate[step] ?? none, theirs: thresholds.rows.baseline?.[step] ?? null };
  const { own, theirs } = outcomesAt(thresholds, step);
  const facts = factsAt(report, thresholds, step, [...new Set([...metrics, ...report.metrics.map(({ id }) => id)])]);
  const judged = gates.map(({ node }) => gateAt(node, facts));
  const held = judged.filter(({ state }) => state === "holds").length;
  return {
    at: shown(value),
    value,
    counts: rows.own.map(formatCount),
    changes: rows.theirs === null ? [] : rows.own.map((count, at) => changed(count - (rows.theirs?.[at] ?? 0))),
    metrics: metrics.map((id) => metricRow(id, own, theirs)),
    gates: judged,
    marks: marksAt(explorer, step),
    spoken:
      `Threshold ${shown(value)}: ${["precision", "recall", "f1"].map((id) => `${label(id)} ${words(id, valueAt(id, own))}`).join(", ")}` +
      (gates.length === 0 ? "" : `; ${held} of ${gates.length} gates would hold`),
  };
}

const none: Outcome = [0, 0, 0, 0];

/** `0.50`, `0.0034`: two decimals at least, so that the number does not jump while it moves. */
function shown(threshold: number): string {
  const text = String(threshold);
  return /^-?\d+(?:\.\d)?$/.test(text) && Math.abs(threshold) < 10 ? threshold.toFixed(2) : text.replace("-", "−");
}

function changed(rows: number): string {
  if (rows === 0) return "±0";
  return `${rows < 0 ? "−" : "+"}${formatCount(Math.abs(rows))}`;
}

function metricRow(id: string, own: Outcome, theirs: Outcome | null): readonly string[] {
  const value = valueAt(id, own);
  if (theirs === null) return [words(id, value)];
  const before = valueAt(id, theirs);
  const delta = value === null || before === null ? "–" : formatDelta(id, value - before);
  return [words(id, before), words(id, value), delta];
}

function words(id: string, value: number | null): string {
  return value === null ? "undefined" : formatValue(id, value);
}

/** Where both models stand, as shares of each plot's axes. */
export function placesAt(
  { thresholds, drawn }: Explorer,
  step: number,
): Readonly<Record<string, readonly (Place | null)[]>> {
  const { own, theirs } = outcomesAt(thresholds, step);
  const both = (place: (of: Outcome) => Place | null): readonly (Place | null)[] => [
    place(own),
    ...(theirs === null ? [] : [place(theirs)]),
  ];
  return {
    roc: both((of) => pair(valueAt("false_positive_rate", of), valueAt("recall", of))),
    pr: both((of) => pair(valueAt("recall", of), valueAt("precision", of))),
    ...(drawn === null ? {} : { threshold: both((of) => pair(thresholds.at[step] ?? 0, valueAt(drawn, of))) }),
  };
}

function marksAt(explorer: Explorer, step: number): ThresholdStep["marks"] {
  const moved = Object.entries(placesAt(explorer, step)).map(([plot, places]) => {
    return [plot, places.map((place) => (place === null ? null : placed(place)))] as const;
  });
  return Object.fromEntries(moved);
}

function pair(x: number | null, y: number | null): Place | null {
  return x === null || y === null ? null : [x, y];
}
