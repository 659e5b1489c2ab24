import { formatCount, formatDelta, formatPercent, formatSize } from "../metrics/format.ts";
import { metricSpec, unitOf } from "../metrics/registry.ts";
import { differenceEstimate, type Estimate } from "./bounds.ts";
import type { GateFacts, Outcome } from "./facts.ts";
import { nameOf } from "./lookup.ts";
import { extraRows } from "./rows.ts";
import type { ProofNode } from "./tree.ts";

/** Improvements that a condition accepts: above `low` and below `high`. */
type Region = { readonly low: number; readonly high: number };

/** What is known about the improvement; positive is better. */
type Evidence = { readonly node: ProofNode; readonly sign: 1 | -1; readonly improvement: Estimate };

/** The improvements that each condition accepts. */
export function acceptable({ kind, margin }: Pick<ProofNode, "kind" | "margin">): Region {
  switch (kind) {
    case "ni":
      return { low: -margin, high: Number.POSITIVE_INFINITY };
    case "sup":
      return { low: margin, high: Number.POSITIVE_INFINITY };
    case "equiv":
      return { low: -margin, high: margin };
    case "limit_gain":
      return { low: Number.NEGATIVE_INFINITY, high: margin };
  }
}

/**
 * Passes when the whole interval of one-sided bounds is acceptable, fails when none of it is. In between the data cannot
 * tell, and `needs` says what would.
 */
export function prove(node: ProofNode, facts: GateFacts): Outcome {
  const found = differenceEstimate(node, node.level, facts);
  if (!found.ok) return found.outcome;
  const sign = metricSpec(node.metric)?.higherIsBetter === false ? -1 : 1;
  return conclusion({ node, sign, improvement: signed(found.value, sign) });
}

/** The estimate turned so that more is better. */
export function signed(of: Estimate, sign: 1 | -1): Estimate {
  if (sign === 1) return of;
  return { ...of, value: -of.value, lower: -of.upper, upper: -of.lower };
}

function conclusion(evidence: Evidence): Outcome {
  const { node, sign, improvement } = evidence;
  const { lower, upper } = improvement;
  const { low, high } = acceptable(node);
  const bound = sign * (node.kind === "limit_gain" ? upper : lower);
  if (lower > low && upper < high) {
    return { verdict: "pass", reason: "bound_inside", bound, needs: null, message: passMessage(evidence) };
  }
  if (upper <= low || lower >= high) {
    const outside = sign * (upper <= low ? upper : lower);
    return { verdict: "fail", reason: "bound_outside", bound: outside, needs: null, message: failMessage(evidence) };
  }
  const distance = Math.min(improvement.value - low, high - improvement.value);
  const rows = extraRows(improvement, distance, node.level, node.kind === "equiv" ? 2 : 1);
  const margin = provableMargin(node.kind, improvement);
  const message = openMessage(evidence, rows, margin);
  return { verdict: "inconclusive", reason: "bound_straddles", bound, needs: { rows, margin }, message };
}

/** The margin at which the condition would pass today; null where no margin makes it pass. */
function provableMargin(kind: ProofNode["kind"], { lower, upper }: Estimate): number | null {
  switch (kind) {
    case "ni":
      return Math.abs(lower);
    case "sup":
      // Only a gain that is left can be offered as a condition that passes today.
      return lower > 0 ? lower : null;
    case "equiv":
      return Math.max(Math.abs(lower), Math.abs(upper));
    case "limit_gain":
      return Math.max(0, upper);
  }
}

type Words = {
  readonly start: string;
  readonly sure: string;
  readonly low: string;
  readonly high: string;
  readonly goal: string;
};

function wordsOf({ node, sign, improvement }: Evidence): Words {
  const shown = (of: number): string => formatDelta(node.metric, sign * of);
  const name = nameOf(node);
  const worst = sign === 1 ? "least" : "most";
  const best = sign === 1 ? "most" : "least";
  const goals = {
    ni: `margin of ${shown(-node.margin)}`,
    sup: `required gain of ${shown(node.margin)}`,
    equiv: `margin of ±${formatSize(node.metric, node.margin)}`,
    limit_gain: `limit of ${shown(node.margin)}`,
  };
  return {
    start: `${name[0]?.toUpperCase() ?? ""}${name.slice(1)} changed by ${shown(improvement.value)}`,
    sure: `with ${formatPercent(node.level)} confidence by`,
    low: `at ${worst} ${shown(improvement.lower)}`,
    high: `at ${best} ${shown(improvement.upper)}`,
    goal: goals[node.kind],
  };
}

function passMessage(evidence: Evidence): string {
  const { start, sure, low, high, goal } = wordsOf(evidence);
  switch (evidence.node.kind) {
    case "ni":
      return `${start}, ${sure} ${low}: that is inside the ${goal}.`;
    case "sup":
      return `${start}, ${sure} ${low}: that is beyond the ${goal}.`;
    case "equiv":
      return `${start}, ${sure} ${low} and ${high}: that is inside the ${goal}.`;
    case "limit_gain":
      return `${start}, ${sure} ${high}: that is inside the ${goal}.`;
  }
}

function failMessage(evidence: Evidence): string {
  const { start, sure, low, high, goal } = wordsOf(evidence);
  const { node, improvement } = evidence;
  if (node.kind === "sup") return `${start}, ${sure} ${high}: that is short of the ${goal}.`;
  if (node.kind === "limit_gain") {
    return `${start}, ${sure} ${low}: that is beyond the ${goal}, and a gain this large may be a leak of labels.`;
  }
  const end = improvement.upper <= acceptable(node).low ? high : low;
  return `${start}, ${sure} ${end}: that is beyond the ${goal}.`;
}

function openMessage(evidence: Evidence, rows: number | null, margin: number | null): string {
  const { start, sure, low, high, goal } = wordsOf(evidence);
  const { kind, metric } = evidence.node;
  const words = { ni: "margin above", sup: "gain below", equiv: "margin above", limit_gain: "limit above" };
  const offers = [
    rows === null
      ? null
      : `about ${formatCount(rows)} more ${unitOf(metric) === "query" ? "queries" : "rows"} would tell`,
    margin === null ? null : `a ${words[kind]} ${formatSize(metric, margin)} passes now`,
  ].filter((offer) => offer !== null);
  const advice = offers.length === 0 ? "; the estimate itself falls short of it" : `; ${offers.join(", ")}`;
  const known = kind === "equiv" ? `${low} and ${high}` : kind === "limit_gain" ? high : low;
  return `${start}, but ${sure} ${known}: the ${goal} is not settled${advice}.`;
}
