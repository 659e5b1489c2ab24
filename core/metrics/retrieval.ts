import { argsort } from "../stats/order.ts";
import { sum, weightedMean } from "../stats/sums.ts";

/** The rows of a ranking task by query: query q has the places starts[q] … starts[q + 1] − 1 of the other arrays. */
export type Queries = {
  /** One more than there are queries. */
  readonly starts: Uint32Array;
  /** Gain of each document, finite and ≥ 0; relevant is what is above 0. */
  readonly relevance: Float64Array;
  readonly scores: Float64Array;
  /** Which row of the data stands in each place; ascending within a query. */
  readonly rows: Uint32Array;
};

/** One number per query; NaN where the query does not count, because nothing in it is relevant. */
export type RetrievalMetric = (queries: Queries) => Float64Array;

/**
 * Puts the rows of each query 0 … k − 1 together, in row order. `queryOf` null: every row is a query of its own.
 * Throws RangeError for relevance that is negative or not finite.
 */
export function groupQueries(relevance: Float64Array, scores: Float64Array, queryOf: Int32Array | null): Queries {
  const wrong = relevance.findIndex((gain) => !(gain >= 0 && Number.isFinite(gain)));
  if (wrong !== -1) throw new RangeError(`relevance must be at least 0, but row ${wrong} has ${relevance[wrong]}`);
  const n = relevance.length;
  const query = (row: number): number => (queryOf === null ? row : (queryOf[row] ?? 0));
  let count = 0;
  for (let row = 0; row < n; row++) count = Math.max(count, query(row) + 1);
  const starts = new Uint32Array(count + 1);
  for (let row = 0; row < n; row++) starts[query(row) + 1] = (starts[query(row) + 1] ?? 0) + 1;
  for (let at = 1; at <= count; at++) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  const next = starts.slice();
  const rows = new Uint32Array(n);
  for (let row = 0; row < n; row++) {
    const place = next[query(row)] ?? 0;
    rows[place] = row;
    next[query(row)] = place + 1;
  }
  const at = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row] ?? 0);
  return { starts, relevance: at(relevance), scores: at(scores), rows };
}

/** Weight of each query: the mean weight of its rows, so that a long query counts no more than a short one. */
export function queryWeights({ starts, rows }: Queries, weights: Float64Array | null): Float64Array | null {
  if (weights === null) return null;
  return Float64Array.from({ length: starts.length - 1 }, (_, query) => {
    const own = rows.subarray(starts[query], starts[query + 1]);
    return own.length === 0 ? 0 : sum(Float64Array.from(own, (row) => weights[row] ?? 0)) / own.length;
  });
}

/** Mean over the queries that count, and how many they are; null when none does. */
export function queryMean(
  values: Float64Array,
  weights: Float64Array | null,
): { readonly value: number; readonly queries: number } | null {
  const counted = Uint32Array.from(values.keys()).filter((query) => {
    return !Number.isNaN(values[query]) && (weights === null || (weights[query] ?? 0) > 0);
  });
  if (counted.length === 0) return null;
  const pick = (of: Float64Array): Float64Array => Float64Array.from(counted, (query) => of[query] ?? 0);
  return { value: weightedMean(pick(values), weights === null ? null : pick(weights)), queries: counted.length };
}

/** A query's documents from the best score to the worst; equal scores in the order of their rows. */
export type Ranked = { readonly relevance: Float64Array; readonly scores: Float64Array };

/** A number per query from its ranked documents; queries without a relevant document have NaN. */
export function perQuery(of: (ranked: Ranked) => number): RetrievalMetric {
  return ({ starts, relevance, scores }) => {
    return Float64Array.from({ length: starts.length - 1 }, (_, query) => {
      const [start, end] = [starts[query] ?? 0, starts[query + 1] ?? 0];
      const own = relevance.subarray(start, end);
      if (!own.some((gain) => gain > 0)) return Number.NaN;
      return of(ranked(own, scores.subarray(start, end)));
    });
  };
}

function ranked(relevance: Float64Array, scores: Float64Array): Ranked {
  const order = argsort(scores.map((score) => -score));
  const at = (values: Float64Array): Float64Array => Float64Array.from(order, (place) => values[place] ?? 0);
  return { relevance: at(relevance), scores: at(scores) };
}
