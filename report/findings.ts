import { metricsOf } from "../core/gate/needs.ts";
import { parseGate } from "../core/gate/parse.ts";
import { metricSpec } from "../core/metrics/registry.ts";
import type { GateResult, Metric, Report } from "../core/report.ts";

/** How a metric moved against the baseline. `evidence` is the size of the change in standard errors. */
export type Change = {
  readonly metric: Metric;
  readonly value: number;
  readonly direction: "better" | "worse" | "same" | "unknown";
  /** The interval of the difference excludes zero; of a slice, see slice-findings.ts for what is proven. */
  readonly proven: boolean;
  readonly evidence: number;
};

/** The change of a metric, or null when there is nothing to compare. */
export function changeOf(metric: Metric): Change | null {
  const { delta } = metric;
  if (delta === null || delta.value === null) return null;
  const [low, high] = delta.interval ?? [-Infinity, Infinity];
  return {
    metric,
    value: delta.value,
    direction: direction(metric.id, delta.value),
    proven: low > 0 || high < 0,
    evidence: evidenceOf(delta),
  };
}

/** Metrics that should be near 0: moving either way may be for the better or for the worse. */
const neitherIsBetter: readonly string[] = ["bias"];

function direction(id: string, value: number): Change["direction"] {
  if (value !== 0 && neitherIsBetter.includes(id)) return "unknown";
  const higherIsBetter = metricSpec(id)?.higherIsBetter ?? null;
  if (value === 0) return "same";
  if (higherIsBetter === null) return "unknown";
  return value > 0 === higherIsBetter ? "better" : "worse";
}

function evidenceOf(delta: NonNullable<Metric["delta"]>): number {
  if (delta.value === null) return 0;
  if (delta.z !== null) return Math.abs(delta.z);
  if (delta.standardError !== null && delta.standardError > 0) return Math.abs(delta.value) / delta.standardError;
  if (delta.interval === null) return 0;
  const half = (delta.interval[1] - delta.interval[0]) / 2;
  return half > 0 ? (1.96 * Math.abs(delta.value)) / half : 0;
}

/** Metrics over all rows, in the order of the configuration. */
export function overallMetrics(report: Report): readonly Metric[] {
  return report.metrics.filter((metric) => metric.slice === null);
}

export function provenChanges(report: Report, direction: "better" | "worse"): readonly Change[] {
  return overallMetrics(report)
    .map(changeOf)
    .filter((change) => change !== null)
    .filter((change) => change.proven && change.direction === direction);
}

/** Gates by the metrics they mention, in the order of the configuration. */
export function gatesByMetric(report: Report): ReadonlyMap<string, readonly GateResult[]> {
  const byMetric = new Map<string, GateResult[]>();
  for (const gate of report.gates) {
    for (const id of mentioned(gate)) byMetric.set(id, [...(byMetric.get(id) ?? []), gate]);
  }
  return byMetric;
}

/** Metrics that a gate is about, in their order; none for a gate that cannot be read. */
export function mentioned(gate: GateResult): readonly string[] {
  const parsed = parseGate(gate.require);
  return parsed.ok ? metricsOf(parsed.gate) : [];
}

/** The metric to put first: the one the decisive gate is about, else the first of the configuration. */
export function headlineMetric(report: Report): Metric | null {
  const metrics = overallMetrics(report);
  const decisive = report.gates.filter((gate) => gate.verdict === report.verdict && gate.verdict !== "pass");
  const ids = decisive.flatMap(mentioned);
  return metrics.find((metric) => ids.includes(metric.id)) ?? metrics[0] ?? null;
}
