import { formatDelta, formatValue } from "../metrics/format.ts";
import type { GateFacts, Outcome } from "./facts.ts";
import { type Found, findDelta, findValue, labelOf, unjudged } from "./lookup.ts";
import type { CompareNode, Quantity } from "./tree.ts";
import { references } from "./tree.ts";

/** Judges a comparison by its values: no interval takes part. */
export function compareValues(node: CompareNode, facts: GateFacts): Outcome {
  const left = evaluate(node.left, facts);
  if (!left.ok) return left.outcome;
  const right = evaluate(node.right, facts);
  if (!right.ok) return right.outcome;
  const met = holds(left.value, node.operator, right.value);
  const bound = references(node.left).length > 0 ? left.value : right.value;
  const shows = `${show(node.left, left.value, node.right)} ${met ? "is" : "is not"} ${words[node.operator]} ${show(node.right, right.value, node.left)}`;
  return {
    verdict: met ? "pass" : "fail",
    reason: met ? "value_inside" : "value_outside",
    bound,
    needs: null,
    message: `${shows[0]?.toUpperCase() ?? ""}${shows.slice(1)}.`,
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

function evaluate(of: Quantity, facts: GateFacts): Found<number> {
  switch (of.kind) {
    case "number":
      return { ok: true, value: of.value };
    case "reference": {
      if (of.side !== "delta") return findValue(of.metric, of.side, facts);
      const found = findDelta(of.metric, facts);
      return found.ok ? { ok: true, value: found.value.delta.value ?? 0 } : found;
    }
    case "negate": {
      const inner = evaluate(of.of, facts);
      return inner.ok ? { ok: true, value: -inner.value } : inner;
    }
    case "arithmetic":
      return calculate(of, facts);
  }
}

function calculate(of: Extract<Quantity, { kind: "arithmetic" }>, facts: GateFacts): Found<number> {
  const left = evaluate(of.left, facts);
  if (!left.ok) return left;
  const right = evaluate(of.right, facts);
  if (!right.ok) return right;
  // A baseline this close to 0 makes every relative change meaningless.
  if (of.operator === "/" && Math.abs(right.value) < 1e-12) {
    return { ok: false, outcome: unjudged("error", "metric_undefined", "The gate divides by zero on these rows.") };
  }
  const results = {
    "+": left.value + right.value,
    "-": left.value - right.value,
    "*": left.value * right.value,
    "/": left.value / right.value,
  };
  return { ok: true, value: results[of.operator] };
}

/** A side of a comparison in words: a limit is written the way the metric across from it is. */
function show(of: Quantity, value: number, across: Quantity): string {
  if (of.kind === "reference") {
    if (of.side === "delta") return `the change of ${labelOf(of.metric)} (${formatDelta(of.metric, value)})`;
    return `the ${of.side}'s ${labelOf(of.metric)} (${formatValue(of.metric, value)})`;
  }
  if (references(of).length === 0) {
    const [measured] = references(across);
    if (across.kind === "reference" && measured !== undefined) {
      return measured.side === "delta" ? formatDelta(measured.metric, value) : plain(value);
    }
  }
  return plain(value);
}

function plain(value: number): string {
  return String(Number(value.toPrecision(6))).replace("-", "−");
}
