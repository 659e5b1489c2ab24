import type { Contest, Spread } from "./contest.ts";
import type { MetricSpec } from "./spec.ts";

/**
 * The contest of Gini's coefficient from that of the ROC AUC, of which it is twice less 1: rows move it by twice as
 * much, and so does its standard error, bit by bit, because doubling rounds nothing.
 */
export function giniContest(spec: MetricSpec, area: Contest): Contest {
  const candidate = doubled(area.candidate, (value) => 2 * value - 1);
  const baseline = doubled(area.baseline, (value) => 2 * value - 1);
  const between = candidate === null || baseline === null ? 0 : candidate.value - baseline.value;
  const difference = doubled(area.difference, () => between);
  return {
    ...area,
    spec,
    candidate,
    baseline,
    difference,
    agree: difference?.value === 0 && difference.standardError === 0 && (candidate?.standardError ?? 0) > 0,
  };
}

function doubled(of: Spread | null, value: (area: number) => number): Spread | null {
  if (of === null) return null;
  const { standardError, perRow } = of;
  return {
    ...of,
    value: value(of.value),
    standardError: standardError === null ? null : 2 * standardError,
    perRow: perRow === null ? null : () => perRow().map((moved) => 2 * moved),
  };
}
