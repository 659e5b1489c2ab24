import { formatCount, formatPercent } from "../metrics/format.ts";
import { type Estimate, estimateOf } from "./bounds.ts";
import type { Judged, Outcome } from "./facts.ts";
import { type Normal, normalize } from "./linear.ts";
import { unjudged } from "./lookup.ts";
import { sentence, subjectName, subjectValue } from "./numbers.ts";
import { extraRows, rowsForPrecision } from "./rows.ts";
import type { CompareNode } from "./tree.ts";
import { compareValues } from "./values.ts";

/** Judges a comparison: by its values, or where it has a confidence level by the bounds at that level. */
export function compare(node: CompareNode, judged: Judged): Outcome {
  if (node.level === null) return compareValues(node, judged);
  const normal = normalize(node);
  // The parser has refused such a gate.
  if (normal === null) return unjudged("error", "gate_invalid", "This combination has no confidence bound.");
  const found = estimateOf(normal.subject, node.level, judged.facts);
  if (!found.ok) return found.outcome;
  if (node.precision !== null && (found.value.upper - found.value.lower) / 2 > node.precision) {
    return tooWide(node, normal, found.value, node.precision);
  }
  return compareBounds(normal, found.value, node.level);
}

/** The interval is wider than the precision that was asked for, so nothing is concluded (ease.ml/ci's +/-). */
function tooWide(node: CompareNode, { subject }: Normal, of: Estimate, precision: number): Outcome {
  const rows = rowsForPrecision(of, precision);
  const more = rows === null ? "" : `; about ${formatCount(rows)} more rows would reach it`;
  const half = (of.upper - of.lower) / 2;
  const shown = (value: number): string => subjectValue(subject, value).replace(/^[+−]/u, "");
  const message = `${sentence(subjectName(subject))} is ${subjectValue(subject, of.value)} ± ${shown(half)} with ${formatPercent(node.level ?? 0)} confidence: the required precision is ± ${shown(precision)}${more}.`;
  return {
    verdict: "insufficient",
    reason: "rows_insufficient",
    bound: node.operator[0] === "<" ? of.upper : of.lower,
    needs: { rows, margin: null },
    message,
  };
}

function compareBounds({ subject, operator, limit }: Normal, of: Estimate, level: number): Outcome {
  const isBelow = operator === "<" || operator === "<=";
  const shown = (value: number): string => subjectValue(subject, value);
  const start = `${sentence(subjectName(subject))} is ${shown(of.value)}`;
  const sure = `with ${formatPercent(level)} confidence`;
  const needed = isBelow ? `at most ${shown(of.upper)}` : `at least ${shown(of.lower)}`;
  const bound = isBelow ? of.upper : of.lower;
  const goal = `${isBelow ? "below" : "above"} ${shown(limit)}`;
  if (isBelow ? of.upper < limit : of.lower > limit) {
    const message = `${start}, ${sure} ${needed}: that is ${goal}.`;
    return { verdict: "pass", reason: "bound_inside", bound, needs: null, message };
  }
  if (isBelow ? of.lower >= limit : of.upper <= limit) {
    const end = isBelow ? `at least ${shown(of.lower)}` : `at most ${shown(of.upper)}`;
    const message = `${start}, ${sure} ${end}: that is not ${goal}.`;
    return { verdict: "fail", reason: "bound_outside", bound: isBelow ? of.lower : of.upper, needs: null, message };
  }
  const rows = extraRows(of, isBelow ? limit - of.value : of.value - limit, level, 1);
  const offers = [
    ...(rows === null ? [] : [`about ${formatCount(rows)} more rows would tell`]),
    `a limit ${isBelow ? "above" : "below"} ${shown(bound)} passes now`,
  ];
  const message = `${start}, but ${sure} ${needed}: whether it is ${goal} is not settled; ${offers.join(", ")}.`;
  return { verdict: "inconclusive", reason: "bound_straddles", bound, needs: { rows, margin: null }, message };
}
