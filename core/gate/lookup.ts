import { metricSpec } from "../metrics/registry.ts";
import type { Measurement, Metric, Operation } from "../report.ts";
import type { GateFacts, Outcome } from "./facts.ts";
import { sliceMatches } from "./slice-text.ts";

/** Something found in the report, or the outcome of a gate that asked for it in vain. */
export type Found<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly outcome: Outcome };

/** A metric over all rows, or in the slice of that text. */
export type Asked = { readonly metric: string; readonly slice: string | null };

export function found<T>(value: T): Found<T> {
  return { ok: true, value };
}

export function missing(
  verdict: Outcome["verdict"],
  reason: Outcome["reason"],
  message: string,
): { readonly ok: false; readonly outcome: Outcome } {
  return { ok: false, outcome: unjudged(verdict, reason, message) };
}

/** The metric over all rows or in its slice. */
export function findMetric(asked: Asked, facts: GateFacts): Found<Metric> {
  const { metric: id, slice } = asked;
  const measured = facts.metrics.filter((each) => each.id === id);
  const metric = measured.find((each) =>
    slice === null ? each.slice === null : each.slice !== null && sliceMatches(slice, each.slice),
  );
  if (metric !== undefined) return found(metric);
  if (slice === null || measured.length === 0) {
    return missing("error", "metric_missing", `The report has no ${labelOf(id)}: add ${id} to the model's metrics.`);
  }
  const message = `The report has no slice ${slice} of ${labelOf(id)}: no row is in it, or the configuration lacks it.`;
  return missing("error", "slice_missing", message);
}

/** A side's measurement with its value, or why there is none. */
export function findMeasurement(
  asked: Asked,
  side: "candidate" | "baseline",
  facts: GateFacts,
): Found<Measurement & { value: number }> {
  const metric = findMetric(asked, facts);
  if (!metric.ok) return metric;
  const measured = side === "candidate" ? metric.value.candidate : metric.value.baseline;
  if (side === "baseline" && (!facts.hasBaseline || measured === null)) return noBaseline(nameOf(asked));
  if (measured?.status === "ok" && measured.value !== null) return found({ ...measured, value: measured.value });
  return { ok: false, outcome: withoutValue(asked, side, measured) };
}

/** A side's value, of a metric or of an operation. */
export function findValue(asked: Asked, side: "candidate" | "baseline", facts: GateFacts): Found<number> {
  if (!isOperation(asked.metric)) {
    const measured = findMeasurement(asked, side, facts);
    return measured.ok ? found(measured.value.value) : measured;
  }
  const operation = findOperation(asked.metric, facts);
  if (!operation.ok) return operation;
  const value = side === "candidate" ? operation.value.value : (operation.value.baseline ?? null);
  if (value !== null) return found(value);
  if (!facts.hasBaseline) return noBaseline(labelOf(asked.metric));
  return missing("error", "metric_missing", `The report has no ${labelOf(asked.metric)} of the baseline.`);
}

/** What was measured on the machine under that id. */
export function findOperation(id: string, facts: GateFacts): Found<Operation> {
  const operation = Object.hasOwn(facts.operations, id) ? facts.operations[id] : undefined;
  if (operation !== undefined) return found(operation);
  return missing("error", "metric_missing", `The report has no ${labelOf(id)}: it was not measured.`);
}

/** Candidate over baseline. */
export function findRatio(asked: Asked, facts: GateFacts): Found<number> {
  if (isOperation(asked.metric)) {
    const operation = findOperation(asked.metric, facts);
    if (!operation.ok) return operation;
    const { ratio } = operation.value;
    if (!facts.hasBaseline) return noBaseline(labelOf(asked.metric));
    if (ratio !== null) return found(ratio);
    return missing("error", "metric_undefined", `The report has no ratio of ${labelOf(asked.metric)}.`);
  }
  const candidate = findValue(asked, "candidate", facts);
  if (!candidate.ok) return candidate;
  const baseline = findValue(asked, "baseline", facts);
  return baseline.ok ? quotient(candidate.value, baseline.value) : baseline;
}

/** A quotient; a baseline this close to 0 makes every relative change meaningless. */
export function quotient(left: number, right: number): Found<number> {
  if (Math.abs(right) >= 1e-12) return found(left / right);
  return missing("error", "metric_undefined", "The gate divides by zero on these rows.");
}

/** The difference of the two models, or why there is none. */
export function findDelta(asked: Asked, facts: GateFacts): Found<Metric & { delta: NonNullable<Metric["delta"]> }> {
  for (const side of ["candidate", "baseline"] as const) {
    const value = findMeasurement(asked, side, facts);
    if (!value.ok) return value;
  }
  const metric = findMetric(asked, facts);
  if (!metric.ok) return metric;
  const { delta } = metric.value;
  if (delta === null || delta.value === null) {
    return missing("error", "metric_undefined", `The difference of ${nameOf(asked)} is not defined on these rows.`);
  }
  return found({ ...metric.value, delta });
}

/** A gate that could not be judged. */
export function unjudged(verdict: Outcome["verdict"], reason: Outcome["reason"], message: string): Outcome {
  return { verdict, reason, bound: null, needs: null, message };
}

export function noBaseline(name: string): Found<never> {
  return missing("no_baseline", "baseline_missing", `There is no baseline to compare ${name} with.`);
}

export function isOperation(id: string): boolean {
  return metricSpec(id)?.method === "operation";
}

/** The label of a metric, or its id when it is unknown. */
export function labelOf(id: string): string {
  return metricSpec(id)?.label ?? id;
}

/** `ROC AUC`, `ROC AUC where phase = 'Climb'` */
export function nameOf({ metric, slice }: Asked): string {
  return slice === null ? labelOf(metric) : `${labelOf(metric)} where ${slice}`;
}

function withoutValue(asked: Asked, side: "candidate" | "baseline", measured: Measurement | null): Outcome {
  const of = `${nameOf(asked)} of the ${side}`;
  if (measured?.status === "insufficient") {
    return unjudged("insufficient", "rows_insufficient", `${measured.n} rows are too few to measure the ${of}.`);
  }
  return unjudged("error", "metric_undefined", `The ${of} is not defined on these rows.`);
}
