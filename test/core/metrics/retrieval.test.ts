import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { groupQueries, type Queries, queryMean } from "../../../core/metrics/retrieval.ts";
import {
  retrievalEstimate,
  retrievalEstimators,
  retrievalFamilyEstimators,
} from "../../../core/metrics/retrieval-estimators.ts";
import { ndcg } from "../../../core/metrics/retrieval-metrics.ts";
import { retrievalFamilies, retrievalSpecs } from "../../../core/metrics/retrieval-specs.ts";

const ids = [...retrievalSpecs.map((spec) => spec.id), ...retrievalFamilies.map((family) => family.member(3).id)];

function queries(of: readonly { query: number; gain: number; score: number }[]): Queries {
  const gains = Float64Array.from(of, (row) => row.gain);
  const scores = Float64Array.from(of, (row) => row.score);
  return groupQueries(
    gains,
    scores,
    Int32Array.from(of, (row) => row.query),
  );
}

/** One query whose documents have these gains; all scores are equal unless given. */
function query(gains: readonly number[], scores: readonly number[] = gains.map(() => 0)): Queries {
  return queries(gains.map((gain, at) => ({ query: 0, gain, score: scores[at] ?? 0 })));
}

describe("rows by query", () => {
  test("the rows of a query stand together in their own order", () => {
    const of = queries([
      { query: 1, gain: 1, score: 0.1 },
      { query: 0, gain: 2, score: 0.2 },
      { query: 1, gain: 3, score: 0.3 },
      { query: 3, gain: 4, score: 0.4 },
    ]);
    assert.deepEqual(Array.from(of.starts), [0, 1, 3, 3, 4]);
    assert.deepEqual(Array.from(of.rows), [1, 0, 2, 3]);
    assert.deepEqual(Array.from(of.relevance), [2, 1, 3, 4]);
    assert.deepEqual(Array.from(of.scores), [0.2, 0.1, 0.3, 0.4]);
  });

  test("relevance below 0 is refused with its row", () => {
    assert.throws(() => query([1, -1]), /row 1 has -1/);
    assert.throws(() => query([1, Number.NaN]), /row 1 has NaN/);
  });
});

describe("metrics of ranked documents", () => {
  test("every spec has an estimator, and every estimator a spec", () => {
    assert.deepEqual(
      Object.keys(retrievalEstimators),
      retrievalSpecs.map((spec) => spec.id),
    );
    assert.deepEqual(
      Object.keys(retrievalFamilyEstimators),
      retrievalFamilies.map((family) => family.name),
    );
    assert.throws(() => retrievalEstimate("no_such", query([1]), null), RangeError);
  });

  for (const id of ids) {
    test(`${id}: a query without a relevant document does not count, and is counted as such`, () => {
      const of = queries([
        { query: 0, gain: 0, score: 1 },
        { query: 0, gain: 0, score: 2 },
        { query: 1, gain: 1, score: 1 },
      ]);
      const { perQuery, queries: counted, value } = retrievalEstimate(id, of, null);
      assert.ok(Number.isNaN(perQuery[0]));
      assert.equal(counted, 1);
      assert.equal(value, perQuery[1]);
      assert.equal(retrievalEstimate(id, query([0, 0]), null).value, null);
    });

    test(`${id} is the same for bent scores and for rows of other queries in between`, () => {
      const row = fc.record({
        query: fc.integer({ min: 0, max: 3 }),
        gain: fc.integer({ min: 0, max: 3 }),
        score: fc.integer({ min: 0, max: 4 }),
      });
      fc.assert(
        fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (of) => {
          const { perQuery } = retrievalEstimate(id, queries(of), null);
          const bent = of
            .toSorted((a, b) => a.query - b.query)
            .map((each) => ({ ...each, score: each.score ** 3 + 1 }));
          assert.deepEqual(perQuery, retrievalEstimate(id, queries(bent), null).perQuery);
          for (const own of perQuery) assert.ok(Number.isNaN(own) || (own >= 0 && own <= 1 + 1e-12), `${own}`);
        }),
        { numRuns: 60 },
      );
    });
  }

  for (const [id, expected] of [
    ["map", (1 / 2 + 2 / 4) / 2],
    ["map@2", 1 / 2 / 2],
    ["mrr", 1 / 2],
    ["mrr@1", 0],
    ["precision@3", 1 / 3],
    ["precision@10", 2 / 10],
    ["recall@2", 1 / 2],
    ["recall@10", 1],
    ["hit@1", 0],
    ["hit@2", 1],
    ["r_precision", 1 / 2],
    ["ndcg@1", 0],
  ] as const) {
    test(`relevant documents in places 2 and 4 have ${id} ${expected}`, () => {
      assert.equal(retrievalEstimate(id, query([0, 1, 0, 1], [4, 3, 2, 1]), null).value, expected);
    });
  }

  test("equal scores stand in row order; only NDCG gives them the mean of their gains", () => {
    assert.equal(retrievalEstimate("mrr", query([0, 1]), null).value, 1 / 2);
    assert.equal(retrievalEstimate("mrr", query([1, 0]), null).value, 1);
    assert.equal(retrievalEstimate("ndcg@1", query([0, 1]), null).value, 1 / 2);
    assert.equal(ndcg({ k: 1, ties: "row" })(query([0, 1]))[0], 0);
  });

  test("exponential gain holds for relevance that 2^relevance cannot", () => {
    assert.equal(retrievalEstimate("ndcg_exp@2", query([5000, 4999], [2, 1]), null).value, 1);
    assert.equal(retrievalEstimate("ndcg_exp@1", query([5000, 4999], [1, 2]), null).value, 1 / 2);
  });

  test("a query weighs what its rows weigh on average, and one without weight does not count", () => {
    const of = queries([
      { query: 0, gain: 1, score: 2 },
      { query: 0, gain: 0, score: 1 },
      { query: 1, gain: 0, score: 2 },
      { query: 1, gain: 1, score: 1 },
    ]);
    assert.equal(retrievalEstimate("mrr", of, Float64Array.of(3, 3, 1, 1)).value, (3 + 0.5) / 4);
    assert.deepEqual(queryMean(Float64Array.of(0.5, 1), Float64Array.of(1, 0)), { value: 0.5, queries: 1 });
  });
});
