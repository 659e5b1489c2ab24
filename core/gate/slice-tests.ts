import { tooFewRows } from "../metrics/compare.ts";
import { metricSpec } from "../metrics/registry.ts";
import type { Difference, Metric, Slice } from "../report.ts";
import { cdf, survival } from "../stats/normal.ts";
import { pairedCounts, tangoZ } from "../stats/proportion.ts";
import { studentCdf } from "../stats/student.ts";
import { degreesOf, differenceBounds, type Estimate } from "./bounds.ts";
import { signed } from "./prove.ts";
import type { SlicesNode } from "./tree.ts";

/** What the rows of one slice say. `p`: one-sided, of the hypothesis that the slice is not worse than the margin. */
export type SliceTest = {
  readonly slice: Slice;
  readonly state: "tested" | "insufficient" | "unknown" | "no_baseline";
  /** The change in the metric's unit. */
  readonly value: number | null;
  /** Of the improvement: positive is better. */
  readonly improvement: Estimate | null;
  readonly p: number;
};

/** Tests a slice by the metric's own method. */
export function testSlice(metric: Metric & { readonly slice: Slice }, node: SlicesNode): SliceTest {
  const { slice, candidate, baseline, delta } = metric;
  const untested = { slice, value: delta?.value ?? null, improvement: null, p: 1 } as const;
  if (candidate.status === "insufficient" || delta?.method === tooFewRows) {
    return { ...untested, state: "insufficient" };
  }
  if (baseline === null || delta === null) return { ...untested, state: "no_baseline" };
  const { value, standardError, method } = delta;
  const bounds = value === null ? null : differenceBounds(delta, value, candidate.n, node.level);
  if (value === null || bounds === null) return { ...untested, state: "unknown" };
  const sign = metricSpec(metric.id)?.higherIsBetter === false ? -1 : 1;
  const [lower, upper] = bounds;
  const isTango = method === "tango";
  const improvement = signed({ value, lower, upper, standardError, n: candidate.n, isTango }, sign);
  return { slice, state: "tested", value, improvement, p: chance(metric, improvement, sign, node.margin) };
}

/** Chance of an estimate this bad or worse in a slice that is worse by exactly the margin. */
function chance({ delta, candidate, id }: Metric, improvement: Estimate, sign: 1 | -1, margin: number): number {
  const { value, standardError } = improvement;
  if (delta?.method === "tango" && standardError !== null && candidate.n > 0) {
    const z = tangoZ(pairedCounts(sign * value, standardError, candidate.n), -sign * margin);
    return sign === 1 ? cdf(z) : survival(z);
  }
  if (delta !== null && standardError !== null && standardError > 0)
    return below((value + margin) / standardError, delta);
  if (standardError === 0) return value >= -margin ? 1 : 0;
  // Bounds without a standard error: the strictest one that excludes the margin says how small the chance is at most.
  const higherIsBetter = metricSpec(id)?.higherIsBetter !== false;
  const excluding = (delta?.bounds ?? []).filter((each) =>
    higherIsBetter ? each.upper < -margin : -each.lower < -margin,
  );
  return Math.min(1, ...excluding.map((each) => 1 - each.level));
}

/** P(a statistic this low) by the law of the difference's interval. */
function below(t: number, delta: Difference): number {
  const degrees = degreesOf(delta);
  return degrees === null ? cdf(t) : studentCdf(t, degrees);
}
