import type { Metric, Slice } from "../report.ts";
import { weightedMean } from "../stats/sums.ts";
import { rowContest } from "./contest.ts";
import type { MaybeEstimate } from "./estimate.ts";
import type { MetricSpec } from "./registry.ts";
import { groupQueries, type Queries, queryWeights } from "./retrieval.ts";
import { retrievalEstimate } from "./retrieval-estimators.ts";
import { numbersAt, sampleOf } from "./sample.ts";
import { metricOf, type Settings } from "./settle.ts";
import type { ValuePart } from "./value-metrics.ts";

/** The queries on which two models that rank are compared. */
export type QueryPart = {
  readonly slice: Slice | null;
  readonly candidate: Queries;
  readonly baseline: Queries | null;
  readonly weights: Float64Array | null;
};

/** Puts the rows of each query together; the groups of the rows are the queries. */
export function queriesOf({ slice, sample, truth, candidate, baseline }: ValuePart): QueryPart {
  const group = (scores: Float64Array): Queries => groupQueries(truth, scores, sample.groups?.ofRow ?? null);
  return {
    slice,
    candidate: group(candidate),
    baseline: baseline === null ? null : group(baseline),
    weights: sample.weights,
  };
}

/** How many queries there are, whether they count for a metric or not. */
export function queryCount({ candidate }: QueryPart): number {
  return candidate.starts.length - 1;
}

/** The metrics of two models that rank, in the order of `specs`. Each is a mean over queries, which are its units. */
export function queryMetrics(part: QueryPart, specs: readonly MetricSpec[], settings: Settings): Metric[] {
  const { slice, candidate, baseline } = part;
  const weights = queryWeights(candidate, part.weights);
  return specs.map((spec) => {
    const own = retrievalEstimate(spec.id, candidate, part.weights).perQuery;
    const theirs = baseline === null ? null : retrievalEstimate(spec.id, baseline, part.weights).perQuery;
    // Whether a query counts depends on what is relevant in it, so both models have the same ones.
    const counted = Uint32Array.from(own.keys()).filter((query) => {
      return !Number.isNaN(own[query]) && !Number.isNaN(theirs?.[query] ?? 0);
    });
    const sample = sampleOf(counted.length, weights === null ? null : numbersAt(weights, counted), null);
    const estimate = (values: Float64Array): MaybeEstimate => {
      const perRow = numbersAt(values, counted);
      return sample.total > 0 ? { value: weightedMean(perRow, sample.weights), perRow } : null;
    };
    const pair = { own: estimate(own), theirs: theirs === null ? undefined : estimate(theirs) };
    const contest = rowContest(spec, sample, pair, { form: "plain", labels: new Int32Array() });
    return metricOf(slice, contest, null, settings);
  });
}
