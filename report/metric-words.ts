import {
  formatDelta,
  formatInterval,
  formatPercent,
  formatValue,
  formatValueInterval,
} from "../core/metrics/format.ts";
import { metricSpec } from "../core/metrics/registry.ts";
import type { Measurement, Metric, Report } from "../core/report.ts";
import { clip } from "./escape.ts";
import { headlineMetric } from "./findings.ts";

/** What a metric is called in sentences and tables. */
export function label(id: string): string {
  return metricSpec(id)?.label ?? clip(id, 60);
}

/** A measured value, or why there is none. */
export function valueWords(id: string, of: Measurement | null): string {
  if (of === null) return "–";
  if (of.value !== null) return formatValue(id, of.value);
  return of.status === "insufficient" ? "too few rows" : of.status;
}

export function deltaWords(metric: Metric): string {
  return metric.delta === null || metric.delta.value === null ? "–" : formatDelta(metric.id, metric.delta.value);
}

export function deltaInterval(metric: Metric): string {
  return metric.delta?.interval === null || metric.delta === null
    ? "–"
    : formatInterval(metric.id, metric.delta.interval);
}

/** Interval of the candidate's value itself, for reports without a baseline. */
export function valueInterval(metric: Metric): string {
  const { interval } = metric.candidate;
  return interval === null ? "–" : formatValueInterval(metric.id, interval);
}

const methods: ReadonlyMap<string, string> = new Map([
  ["tango", "Tango's paired score"],
  ["delong", "DeLong's covariance"],
  ["paired-mean", "the mean of paired differences"],
  ["paired-t", "the paired t test"],
  ["sign-flip", "the paired t test, p by sign flips"],
  ["influence", "influence functions"],
  ["bootstrap", "the paired bootstrap"],
  ["bootstrap-bca", "the paired bootstrap (BCa)"],
  ["bootstrap-se", "the paired bootstrap's standard error"],
  ["bootstrap-percentile", "the paired bootstrap (percentiles)"],
  ["subsampled-bootstrap", "the paired bootstrap of a subsample"],
  ["cluster-influence", "influence functions over whole groups"],
  ["cluster-bootstrap", "the bootstrap of whole groups"],
]);

/** The method of a difference in words. */
export function methodWords(method: string): string {
  return methods.get(method) ?? clip(method, 60);
}

/** The confidence level that a report's differences share, as `95 %`. */
export function levelWords(report: Report): string {
  return formatPercent(report.metrics.find((metric) => metric.delta !== null)?.delta?.level ?? 0.95);
}

/** `ROC AUC 0.874 → 0.881 (+0.7 pp, 95 % interval +0.1 … +1.3)`, or the value alone without a baseline. */
export function headlineWords(report: Report): string | null {
  const metric = headlineMetric(report);
  if (metric === null) return null;
  const { candidate, baseline, delta } = metric;
  const after = valueWords(metric.id, candidate);
  if (baseline === null || delta === null || delta.value === null) {
    const range = candidate.interval === null ? "" : ` (${levelWords(report)} interval ${valueInterval(metric)})`;
    return `${label(metric.id)} ${after}${range}`;
  }
  const range = delta.interval === null ? "" : `, ${formatPercent(delta.level)} interval ${deltaInterval(metric)}`;
  return `${label(metric.id)} ${valueWords(metric.id, baseline)} → ${after} (${deltaWords(metric)}${range})`;
}
