import { type Queries, queryMean, queryWeights, type RetrievalMetric } from "./retrieval.ts";
import {
  averagePrecisionAt,
  hitAt,
  ndcg,
  precisionAt,
  recallAt,
  reciprocalRankAt,
  rPrecision,
} from "./retrieval-metrics.ts";
import { splitId } from "./spec.ts";

/** How each metric of ranked documents is computed, by its id. */
export const retrievalEstimators: Readonly<Record<string, RetrievalMetric>> = {
  ndcg: ndcg({}),
  map: averagePrecisionAt(),
  mrr: reciprocalRankAt(),
  r_precision: rPrecision,
};

/** How each metric of the first k places is computed, by its name. */
export const retrievalFamilyEstimators: Readonly<Record<string, (k: number) => RetrievalMetric>> = {
  ndcg: (k) => ndcg({ k }),
  ndcg_exp: (k) => ndcg({ k, gain: "exp2" }),
  map: averagePrecisionAt,
  mrr: reciprocalRankAt,
  precision: precisionAt,
  recall: recallAt,
  hit: hitAt,
};

/** A ranking metric: its number per query (NaN: does not count), their mean, and how many counted. */
export type RetrievalEstimate = {
  readonly perQuery: Float64Array;
  readonly value: number | null;
  readonly queries: number;
};

/** A metric of ranked documents; `weights` are per row. Throws RangeError for an id that is none. */
export function retrievalEstimate(id: string, queries: Queries, weights: Float64Array | null): RetrievalEstimate {
  const { name, parameter } = splitId(id);
  const metric = parameter === null ? retrievalEstimators[name] : retrievalFamilyEstimators[name]?.(parameter);
  if (metric === undefined) throw new RangeError(`no estimator for ${id}`);
  const perQuery = metric(queries);
  const mean = queryMean(perQuery, queryWeights(queries, weights));
  return { perQuery, value: mean?.value ?? null, queries: mean?.queries ?? 0 };
}
