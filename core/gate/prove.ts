import { tooFewRows } from "../metrics/compare.ts";
import { formatCount, formatDelta, formatPercent, formatSize } from "../metrics/format.ts";
import { metricSpec } from "../metrics/registry.ts";
import { quantile } from "../stats/normal.ts";
import { pairedCounts, tangoBounds } from "../stats/proportion.ts";
import type { GateFacts, Outcome } from "./facts.ts";
import { findDelta, labelOf, unjudged } from "./lookup.ts";
import type { ProofNode } from "./tree.ts";

/** Chance of passing, for an equally good pair of models, that the advice on rows aims at. */
const power = 0.8;

/** More rows than this are no advice. */
const mostRows = 100_000_000;

/** The improvement of the candidate with its one-sided bounds at the gate's level; positive is better. */
type Evidence = {
  readonly improvement: number;
  readonly lower: number;
  readonly upper: number;
  readonly standardError: number;
  readonly n: number;
  readonly z: number;
};

/**
 * `ni`: passes when the lower one-sided bound of the improvement is above −margin, fails when the upper one is not.
 * `sup`: the same with +gain. In between the data cannot tell, and `needs` says what would.
 */
export function prove(node: ProofNode, facts: GateFacts): Outcome {
  const found = findDelta(node.metric, facts);
  if (!found.ok) return found.outcome;
  const { delta, candidate } = found.value;
  const label = labelOf(node.metric);
  if (delta.method === tooFewRows) {
    const message = `${candidate.n} rows are too few to prove anything about the difference of ${label}.`;
    return unjudged("insufficient", "rows_insufficient", message);
  }
  if (delta.value === null || delta.standardError === null) {
    const message = `${label} has no interval on these rows, so nothing is proven about its difference.`;
    return unjudged("inconclusive", "bound_straddles", message);
  }
  const sign = metricSpec(node.metric)?.higherIsBetter === false ? -1 : 1;
  const z = quantile(node.level);
  const bounds = boundsOf(delta.method, delta.value, delta.standardError, candidate.n, z);
  const evidence: Evidence = {
    improvement: sign * delta.value,
    lower: sign === 1 ? bounds[0] : -bounds[1],
    upper: sign === 1 ? bounds[1] : -bounds[0],
    standardError: delta.standardError,
    n: candidate.n,
    z,
  };
  return conclusion(node, evidence, sign, delta.method === "tango");
}

function conclusion(node: ProofNode, evidence: Evidence, sign: 1 | -1, isTango: boolean): Outcome {
  const { improvement, lower, upper } = evidence;
  const limit = node.kind === "ni" ? -node.margin : node.margin;
  const shown = (of: number): string => formatDelta(node.metric, sign * of);
  const label = labelOf(node.metric);
  const start = `${label[0]?.toUpperCase() ?? ""}${label.slice(1)} changed by ${shown(improvement)}`;
  const sure = `with ${formatPercent(node.level)} confidence by at`;
  const worst = sign === 1 ? "least" : "most";
  const best = sign === 1 ? "most" : "least";
  const goal = node.kind === "ni" ? `margin of ${shown(limit)}` : `required gain of ${shown(limit)}`;

  if (lower > limit) {
    const message = `${start}, ${sure} ${worst} ${shown(lower)}: that is ${node.kind === "ni" ? "inside" : "beyond"} the ${goal}.`;
    return { verdict: "pass", reason: "bound_inside", bound: sign * lower, needs: null, message };
  }
  if (upper <= limit) {
    const message = `${start}, ${sure} ${best} ${shown(upper)}: that is ${node.kind === "ni" ? "beyond" : "short of"} the ${goal}.`;
    return { verdict: "fail", reason: "bound_outside", bound: sign * upper, needs: null, message };
  }
  const rows = extraRows(evidence, limit, isTango);
  // Only a loss that can be tolerated, or a gain that is left, can be offered as a condition that passes today.
  const margin = node.kind === "ni" || lower > 0 ? Math.abs(lower) : null;
  const offers = [
    rows === null ? null : `about ${formatCount(rows)} more rows would tell`,
    margin === null
      ? null
      : `a ${node.kind === "ni" ? "margin above" : "gain below"} ${formatSize(node.metric, margin)} passes now`,
  ].filter((offer) => offer !== null);
  const advice = offers.length === 0 ? "" : `; ${offers.join(", ")}`;
  const message = `${start}, but ${sure} ${worst} ${shown(lower)}: the ${goal} is not settled${advice}.`;
  return { verdict: "inconclusive", reason: "bound_straddles", bound: sign * lower, needs: { rows, margin }, message };
}

/** One-sided bounds of the difference: Tango's from the counts behind it, or the normal ones. */
function boundsOf(
  method: string,
  value: number,
  standardError: number,
  n: number,
  z: number,
): readonly [number, number] {
  if (method === "tango" && n > 0) return tangoBounds(pairedCounts(value, standardError, n), z);
  return [value - z * standardError, value + z * standardError];
}

/**
 * Rows beyond the present ones with which the gate would pass with 80 % chance if the estimate were the truth:
 * n (z_α + z_β)² V / (Δ + m)² − n. Null when the estimate itself does not meet the condition.
 */
function extraRows(evidence: Evidence, limit: number, isTango: boolean): number | null {
  const { improvement, standardError, n, z } = evidence;
  const distance = improvement - limit;
  if (!(distance > 0)) return null;
  const needed = n * ((z + quantile(power)) * (standardError / distance)) ** 2;
  // Without any disagreement Tango's bound is −z² / (n + z²): the rows that bring it inside.
  const rows = isTango && standardError === 0 ? (z * z * (1 - distance)) / distance + 1 : needed;
  const extra = Math.max(1, Math.ceil(rows - n));
  return extra > mostRows ? null : extra;
}
