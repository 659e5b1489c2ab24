import { formatDelta, formatPercent, formatValue } from "../metrics/format.ts";
import { metricSpec } from "../metrics/registry.ts";
import { findFlips } from "./bounds.ts";
import type { Judged, Outcome } from "./facts.ts";
import type { Subject } from "./linear.ts";
import {
  type Found,
  findDelta,
  findRatio,
  findValue,
  found,
  isOperation,
  labelOf,
  missing,
  nameOf,
  quotient,
} from "./lookup.ts";
import { plain, sentence, subjectName, subjectValue } from "./numbers.ts";
import { isListed } from "./slice-text.ts";
import { type CompareNode, measuredParts, type Quantity, type Reference } from "./tree.ts";

/** Judges a comparison by its values: no interval takes part, and the limits belong to it as written. */
export function compareValues(node: CompareNode, judged: Judged): Outcome {
  const left = evaluate(node.left, judged);
  if (!left.ok) return left.outcome;
  const right = evaluate(node.right, judged);
  if (!right.ok) return right.outcome;
  const met = holds(left.value, node.operator, right.value);
  const bound = measuredParts(node.left).length > 0 ? left.value : right.value;
  const shows = `${show(node.left, left.value, node.right)} ${met ? "is" : "is not"} ${words[node.operator]} ${show(node.right, right.value, node.left)}`;
  return {
    verdict: met ? "pass" : "fail",
    reason: met ? "value_inside" : "value_outside",
    bound,
    needs: null,
    message: `${sentence(shows)}.`,
  };
}

const words = { "<": "below", "<=": "at most", ">": "above", ">=": "at least" } as const;

function holds(left: number, operator: CompareNode["operator"], right: number): boolean {
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

function evaluate(of: Quantity, judged: Judged): Found<number> {
  switch (of.kind) {
    case "number":
      return found(of.value);
    case "reference":
      return finite(reference(of, judged));
    case "flips":
      return findFlips(of.id, judged.facts);
    case "worst":
    case "gap":
      return acrossSlices(of, judged);
    case "negate":
      return mapped([of.of], judged, ([value = 0]) => found(-value));
    case "abs":
      return mapped(of.of, judged, ([value = 0]) => found(Math.abs(value)));
    case "min":
      return mapped(of.of, judged, (values) => found(Math.min(...values)));
    case "max":
      return mapped(of.of, judged, (values) => found(Math.max(...values)));
    case "arithmetic":
      return mapped([of.left, of.right], judged, ([left = 0, right = 0]) => {
        if (of.operator === "/") return quotient(left, right);
        return finite(found({ "+": left + right, "-": left - right, "*": left * right }[of.operator]));
      });
  }
}

function mapped(
  parts: readonly Quantity[],
  judged: Judged,
  combine: (values: readonly number[]) => Found<number>,
): Found<number> {
  const values: number[] = [];
  for (const part of parts) {
    const value = evaluate(part, judged);
    if (!value.ok) return value;
    values.push(value.value);
  }
  return combine(values);
}

function reference(of: Reference, { facts }: Judged): Found<number> {
  switch (of.side) {
    case "candidate":
    case "baseline":
      return findValue(of, of.side, facts);
    case "ratio":
      return findRatio(of, facts);
    case "delta":
    case "relative":
      return changed(of, of.side, facts);
  }
}

function changed(of: Reference, side: "delta" | "relative", facts: Judged["facts"]): Found<number> {
  const change = isOperation(of.metric) ? operationChange(of, facts) : rowsChange(of, facts);
  if (!change.ok || side === "delta") return change;
  const baseline = findValue(of, "baseline", facts);
  return baseline.ok ? quotient(change.value, Math.abs(baseline.value)) : baseline;
}

function rowsChange(of: Reference, facts: Judged["facts"]): Found<number> {
  const delta = findDelta(of, facts);
  return delta.ok ? found(delta.value.delta.value ?? 0) : delta;
}

function operationChange(of: Reference, facts: Judged["facts"]): Found<number> {
  const candidate = findValue(of, "candidate", facts);
  if (!candidate.ok) return candidate;
  const baseline = findValue(of, "baseline", facts);
  return baseline.ok ? found(candidate.value - baseline.value) : baseline;
}

/** The candidate's values over slices. A slice without a value never helps: it is an error, or has too few rows. */
function acrossSlices(of: Extract<Quantity, { kind: "worst" | "gap" }>, { facts, rules }: Judged): Found<number> {
  const label = labelOf(of.metric);
  const slices = facts.metrics.filter(
    (each) => each.id === of.metric && each.slice !== null && isListed(each.slice, of.by),
  );
  const empty = (of.by ?? []).find((by) => !slices.some(({ slice }) => slice !== null && isListed(slice, [by])));
  if (slices.length === 0 || empty !== undefined) {
    const message = `The report has no slice ${empty === undefined ? "" : `by ${empty} `}of ${label}.`;
    return missing("error", "slice_missing", message);
  }
  const values: number[] = [];
  for (const { candidate } of slices) {
    if (candidate.status === "insufficient" && rules.onInsufficient !== "block") continue;
    if (candidate.status === "insufficient") {
      return missing("insufficient", "rows_insufficient", `A slice has too few rows to measure ${label}.`);
    }
    if (candidate.value === null) {
      return missing("error", "metric_undefined", `In a slice the candidate's ${label} is not defined.`);
    }
    values.push(candidate.value);
  }
  if (values.length === 0) {
    return missing("insufficient", "rows_insufficient", `No slice has enough rows to measure ${label}.`);
  }
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (of.kind === "gap") return found(high - low);
  return found(metricSpec(of.metric)?.higherIsBetter === false ? high : low);
}

/** A report may hold no infinite number; should one come out of arithmetic, nothing is compared with it. */
function finite(value: Found<number>): Found<number> {
  if (!value.ok || Number.isFinite(value.value)) return value;
  return missing("error", "metric_undefined", "The gate computes a number without an end.");
}

/** A side of a comparison in words: a limit is written the way the metric across from it is. */
function show(of: Quantity, value: number, across: Quantity): string {
  const own = written(of, value);
  if (own !== null) return own;
  if (measuredParts(of).length > 0 || across.kind === "arithmetic") return plain(value);
  if (across.kind === "flips") return formatPercent(Number(value.toPrecision(6)));
  if (across.kind === "gap") return formatDelta(across.metric, value).replace("+", "");
  if (across.kind !== "reference") return plain(value);
  if (across.side === "relative") return formatPercent(Number(value.toPrecision(6))).replace("-", "−");
  if (across.side === "delta") return subjectValue({ ...across, kind: "delta" }, value);
  return isOperation(across.metric) && across.side !== "ratio"
    ? subjectValue({ ...across, kind: across.side }, value)
    : plain(value);
}

function written(of: Quantity, value: number): string | null {
  if (of.kind === "flips") return labeled({ kind: "flips", id: of.id }, value);
  if (of.kind === "worst")
    return `the candidate's worst ${labelOf(of.metric)} of a slice (${formatValue(of.metric, value)})`;
  if (of.kind === "gap") return `the gap of ${labelOf(of.metric)} between slices (${plain(value)})`;
  if (of.kind !== "reference") return null;
  if (of.side === "relative") return `the relative change of ${nameOf(of)} (${formatPercent(value).replace("-", "−")})`;
  return labeled({ kind: of.side, metric: of.metric, slice: of.slice }, value);
}

function labeled(subject: Subject, value: number): string {
  return `${subjectName(subject)} (${subjectValue(subject, value)})`;
}
