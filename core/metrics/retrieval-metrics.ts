import { sumOf } from "../stats/sums.ts";
import { perQuery, type Ranked, type RetrievalMetric } from "./retrieval.ts";

/** What a document is worth: its relevance, or 2^relevance − 1. */
export type Gain = "linear" | "exp2";

/** Equal scores share the mean of their gains (McSherry and Najork 2008), or stand in the order of their rows. */
export type Ties = "average" | "row";

/** All places of a ranking. */
const everywhere = Number.POSITIVE_INFINITY;

/**
 * Normalized discounted cumulative gain of the first k places (Järvelin and Kekäläinen 2002): Σ gain / log₂(rank + 1),
 * over that of the best order of all judged documents.
 */
export function ndcg(of: { readonly k?: number; readonly gain?: Gain; readonly ties?: Ties }): RetrievalMetric {
  const { k = everywhere, gain = "linear", ties = "average" } = of;
  return perQuery(({ relevance, scores }) => {
    const gains = gain === "linear" ? relevance : exponential(relevance);
    const ideal = discounted(
      gains.toSorted((a, b) => b - a),
      k,
    );
    return discounted(ties === "row" ? gains : averaged(gains, scores), k) / ideal;
  });
}

/** Mean over the relevant documents of the precision at their place; one beyond place k counts 0. */
export function averagePrecisionAt(k: number = everywhere): RetrievalMetric {
  return perQuery(({ relevance }) => {
    let found = 0;
    const total = sumOf(Math.min(k, relevance.length), (at) => {
      if (!isRelevant(relevance, at)) return 0;
      found++;
      return found / (at + 1);
    });
    return total / relevantOf(relevance, everywhere);
  });
}

/** 1 / place of the first relevant document; 0 when the first k places have none. */
export function reciprocalRankAt(k: number = everywhere): RetrievalMetric {
  return perQuery(({ relevance }) => {
    const first = relevance.findIndex((gain) => gain > 0);
    return first < k ? 1 / (first + 1) : 0;
  });
}

/** Relevant documents among the first k places, over k, even where there are fewer documents. */
export const precisionAt = (k: number): RetrievalMetric => perQuery(({ relevance }) => relevantOf(relevance, k) / k);

/** Relevant documents among the first k places, over all relevant ones. */
export const recallAt = (k: number): RetrievalMetric => {
  return perQuery(({ relevance }) => relevantOf(relevance, k) / relevantOf(relevance, everywhere));
};

/** 1 when one of the first k places is relevant, otherwise 0. */
export const hitAt = (k: number): RetrievalMetric => {
  return perQuery(({ relevance }) => (relevantOf(relevance, k) > 0 ? 1 : 0));
};

/** Precision of the first R places, with R the number of relevant documents. */
export const rPrecision: RetrievalMetric = perQuery(({ relevance }) => {
  const relevant = relevantOf(relevance, everywhere);
  return relevantOf(relevance, relevant) / relevant;
});

/** 2^relevance − 1, all divided by 2^(the largest), which NDCG does not see: large relevance stays finite. */
function exponential(relevance: Float64Array): Float64Array {
  let top = 0;
  for (const own of relevance) top = Math.max(top, own);
  return relevance.map((own) => 2 ** (own - top) - 2 ** -top);
}

function discounted(gains: Float64Array, k: number): number {
  return sumOf(Math.min(k, gains.length), (at) => (gains[at] ?? 0) / Math.log2(at + 2));
}

/** The gains in their order, each the mean of those with the same score. */
function averaged(gains: Float64Array, scores: Ranked["scores"]): Float64Array {
  const result = new Float64Array(gains.length);
  for (let start = 0; start < gains.length; ) {
    let end = start + 1;
    while (end < gains.length && scores[end] === scores[start]) end++;
    const own = gains.subarray(start, end);
    result.fill(sumOf(own.length, (at) => own[at] ?? 0) / own.length, start, end);
    start = end;
  }
  return result;
}

function relevantOf(relevance: Float64Array, k: number): number {
  let count = 0;
  for (let at = 0; at < relevance.length && at < k; at++) if (isRelevant(relevance, at)) count++;
  return count;
}

function isRelevant(relevance: Float64Array, at: number): boolean {
  return (relevance[at] ?? 0) > 0;
}
