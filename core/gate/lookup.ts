import { metricSpec } from "../metrics/registry.ts";
import type { Measurement, Metric } from "../report.ts";
import type { GateFacts, Outcome } from "./facts.ts";

/** Something found in the report, or the outcome of a gate that asked for it in vain. */
export type Found<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly outcome: Outcome };

/** The metric over all rows. */
export function findMetric(id: string, facts: GateFacts): Found<Metric> {
  const metric = facts.metrics.find((each) => each.id === id && each.slice === null);
  if (metric !== undefined) return { ok: true, value: metric };
  const message = `The report has no ${labelOf(id)}: add ${id} to the model's metrics.`;
  return { ok: false, outcome: unjudged("error", "metric_missing", message) };
}

/** A side's value over all rows, or why there is none. */
export function findValue(id: string, side: "candidate" | "baseline", facts: GateFacts): Found<number> {
  const metric = findMetric(id, facts);
  if (!metric.ok) return metric;
  const measured = side === "candidate" ? metric.value.candidate : metric.value.baseline;
  if (side === "baseline" && (!facts.hasBaseline || measured === null)) return { ok: false, outcome: noBaseline(id) };
  if (measured?.status === "ok" && measured.value !== null) return { ok: true, value: measured.value };
  return { ok: false, outcome: withoutValue(id, side, measured) };
}

/** The difference over all rows, or why there is none. */
export function findDelta(id: string, facts: GateFacts): Found<Metric & { delta: NonNullable<Metric["delta"]> }> {
  for (const side of ["candidate", "baseline"] as const) {
    const value = findValue(id, side, facts);
    if (!value.ok) return value;
  }
  const metric = findMetric(id, facts);
  if (!metric.ok) return metric;
  const { delta } = metric.value;
  if (delta === null || delta.value === null) {
    const message = `The difference of ${labelOf(id)} is not defined on these rows.`;
    return { ok: false, outcome: unjudged("error", "metric_undefined", message) };
  }
  return { ok: true, value: { ...metric.value, delta } };
}

/** A gate that could not be judged. */
export function unjudged(verdict: Outcome["verdict"], reason: Outcome["reason"], message: string): Outcome {
  return { verdict, reason, bound: null, needs: null, message };
}

/** The label of a metric, or its id when it is unknown. */
export function labelOf(id: string): string {
  return metricSpec(id)?.label ?? id;
}

function noBaseline(id: string): Outcome {
  return unjudged("no_baseline", "baseline_missing", `There is no baseline to compare ${labelOf(id)} with.`);
}

function withoutValue(id: string, side: "candidate" | "baseline", measured: Measurement | null): Outcome {
  const of = `${labelOf(id)} of the ${side}`;
  if (measured?.status === "insufficient") {
    return unjudged("insufficient", "rows_insufficient", `${measured.n} rows are too few to measure the ${of}.`);
  }
  return unjudged("error", "metric_undefined", `The ${of} is not defined on these rows.`);
}
