import { tooFewRows } from "../metrics/compare.ts";
import type { Bounds, Difference, Operation } from "../report.ts";
import { clopperPearsonBound } from "../stats/binomial.ts";
import { quantile } from "../stats/normal.ts";
import { pairedCounts, tangoBounds } from "../stats/proportion.ts";
import { studentCdf, studentQuantile } from "../stats/student.ts";
import type { GateFacts } from "./facts.ts";
import type { Subject } from "./linear.ts";
import {
  type Asked,
  type Found,
  findDelta,
  findMeasurement,
  findOperation,
  findRatio,
  found,
  isOperation,
  labelOf,
  missing,
  nameOf,
  noBaseline,
} from "./lookup.ts";
import { shareBounds, singleBounds } from "./single-bounds.ts";
import type { Flips } from "./tree.ts";

/** A number with its one-sided bounds at a level. `n` is 0 where rows say nothing about more of them. */
export type Estimate = {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly standardError: number | null;
  readonly n: number;
  readonly isTango: boolean;
};

/** The difference of a metric with its bounds at the level. */
export function differenceEstimate(asked: Asked, level: number, facts: GateFacts): Found<Estimate> {
  const metric = findDelta(asked, facts);
  if (!metric.ok) return metric;
  const { delta, candidate } = metric.value;
  const name = nameOf(asked);
  if (delta.method === tooFewRows) {
    const message = `${candidate.n} rows are too few to prove anything about the difference of ${name}.`;
    return missing("insufficient", "rows_insufficient", message);
  }
  const bounds = delta.value === null ? null : differenceBounds(delta, delta.value, candidate.n, level);
  if (delta.value === null || bounds === null) {
    const message = `${name} has no interval on these rows, so nothing is proven about its difference.`;
    return missing("inconclusive", "bound_straddles", message);
  }
  const { value, standardError, method } = delta;
  const [lower, upper] = bounds;
  return found({ value, lower, upper, standardError, n: candidate.n, isTango: method === "tango" });
}

/**
 * One-sided bounds of a difference: those the report gives for the level, else for the next stricter one; without any,
 * Tango's from the counts, or the normal or Student's ones from the standard error. Null: there are none.
 */
export function differenceBounds(
  delta: Difference,
  value: number,
  n: number,
  level: number,
): readonly [number, number] | null {
  const given = atLevel(delta.bounds ?? [], level);
  if (given !== null) return given.lower <= given.upper ? [given.lower, given.upper] : null;
  const { standardError } = delta;
  if (standardError === null) return null;
  const degrees = degreesOf(delta);
  const z = degrees === null ? quantile(level) : studentQuantile(level, degrees);
  if (delta.method === "tango" && n > 0) return tangoBounds(pairedCounts(value, standardError, n), z);
  return [value - z * standardError, value + z * standardError];
}

/** Methods whose bounds are Student's. */
const studentMethods: ReadonlySet<string> = new Set([
  "paired-t",
  "sign-flip",
  "cluster-influence",
  "cluster-bootstrap",
  "bootstrap-se",
]);

/**
 * The degrees of freedom that a difference's interval was made with, from its half width in standard errors: a report
 * does not tell how many groups or rows of a class there were. Null where the interval is normal.
 */
export function degreesOf({ value, interval, level, standardError, method }: Difference): number | null {
  if (value === null || interval === null || !studentMethods.has(method)) return null;
  if (standardError === null || standardError === 0) return null;
  // One end may be cut at the metric's range; the other shows the width.
  const half = Math.max(value - interval[0], interval[1] - value) / standardError;
  const p = (1 + level) / 2;
  if (half <= quantile(p) * (1 + 1e-9)) return null;
  let [few, many] = [1, 1e6];
  for (let step = 0; step < 60; step++) {
    const middle = Math.sqrt(few * many);
    if (studentCdf(half, middle) < p) few = middle;
    else many = middle;
  }
  return few;
}

/** Bounds at exactly the level, or at the next stricter one: never at a laxer one. */
export function atLevel(bounds: readonly Bounds[], level: number): Bounds | null {
  const enough = bounds.filter((each) => each.level >= level - 1e-9);
  return enough.toSorted((a, b) => a.level - b.level)[0] ?? null;
}

/** The subject of a comparison with its bounds at the level. */
export function estimateOf(subject: Subject, level: number, facts: GateFacts): Found<Estimate> {
  switch (subject.kind) {
    case "delta":
      return differenceEstimate(subject, level, facts);
    case "flips":
      return flipsEstimate(subject.id, level, facts);
    case "ratio":
      return ratioEstimate(subject, level, facts);
    case "candidate":
    case "baseline":
      return sideEstimate(subject, subject.kind, level, facts);
  }
}

function sideEstimate(asked: Asked, side: "candidate" | "baseline", level: number, facts: GateFacts): Found<Estimate> {
  if (isOperation(asked.metric)) return operationEstimate(asked.metric, side, level, facts);
  const measured = findMeasurement(asked, side, facts);
  if (!measured.ok) return measured;
  const { value, n } = measured.value;
  const bounds = singleBounds(asked.metric, measured.value, level);
  return bounds === null ? withoutBound(nameOf(asked), level) : found(estimate(value, bounds, n));
}

function operationEstimate(
  id: string,
  side: "candidate" | "baseline",
  level: number,
  facts: GateFacts,
): Found<Estimate> {
  const operation = findOperation(id, facts);
  if (!operation.ok) return operation;
  const { value, interval } = operation.value;
  // The ends of a two-sided 95 % interval of order statistics hold for 97.5 % and less, and cannot be moved.
  if (side === "baseline" || interval === null || level > 0.975) return withoutBound(labelOf(id), level);
  return found(estimate(value, interval, 0));
}

function ratioEstimate(asked: Asked, level: number, facts: GateFacts): Found<Estimate> {
  const ratio = findRatio(asked, facts);
  if (!ratio.ok) return ratio;
  const operation = findOperation(asked.metric, facts);
  if (!operation.ok) return operation;
  const bounds = ratioBounds(operation.value, level);
  if (bounds === null) return withoutBound(`the ratio of ${labelOf(asked.metric)}`, level);
  return found(estimate(ratio.value, bounds, 0));
}

function ratioBounds(operation: Operation, level: number): readonly [number, number] | null {
  const given = atLevel(operation.ratioBounds ?? [], level);
  return given !== null && given.lower <= given.upper ? [given.lower, given.upper] : null;
}

const flipFields = {
  flip_rate: { share: "disagreement", count: "disagreed", words: "share of rows decided differently" },
  nfr: { share: "negativeFlips", count: "lost", words: "negative flip rate" },
  pfr: { share: "positiveFlips", count: "gained", words: "positive flip rate" },
} as const;

/** What a share of flips is called in a sentence. */
export function flipsLabel(id: Flips): string {
  return flipFields[id].words;
}

/** The share of flips by its value. */
export function findFlips(id: Flips, facts: GateFacts): Found<number> {
  if (!facts.hasBaseline) return noBaseline(`the ${flipsLabel(id)}`);
  if (facts.behaviour !== null) return found(facts.behaviour[flipFields[id].share]);
  return missing("error", "metric_missing", `The report does not say the ${flipsLabel(id)}.`);
}

function flipsEstimate(id: Flips, level: number, facts: GateFacts): Found<Estimate> {
  const value = findFlips(id, facts);
  if (!value.ok) return value;
  const { counts, intervals } = facts.behaviour ?? {};
  const { share, count } = flipFields[id];
  if (counts != null && counts.n > 0) {
    // A guarantee, so the exact bound (Clopper and Pearson 1934), not the average-coverage one.
    const lower = clopperPearsonBound(counts[count], counts.n, level, "lower");
    const upper = clopperPearsonBound(counts[count], counts.n, level, "upper");
    return found(estimate(value.value, [lower, upper], counts.n));
  }
  const interval = intervals?.[share];
  if (interval === undefined) return withoutBound(`the ${flipsLabel(id)}`, level);
  return found(estimate(value.value, shareBounds(value.value, interval, level), 0));
}

function estimate(value: number, [lower, upper]: readonly [number, number], n: number): Estimate {
  return { value, lower, upper, standardError: null, n, isTango: false };
}

function withoutBound(name: string, level: number): Found<never> {
  const percent = Number((level * 100).toFixed(4));
  const message = `The report holds no bound of ${name} at ${percent} %, so nothing is proven about it.`;
  return missing("inconclusive", "bound_straddles", message);
}
