import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { z } from "zod";
import { estimate } from "../../../core/metrics/estimators.ts";
import { regressionEstimate } from "../../../core/metrics/regression-estimators.ts";
import { groupQueries } from "../../../core/metrics/retrieval.ts";
import { retrievalEstimate } from "../../../core/metrics/retrieval-estimators.ts";
import { sideOf } from "../../../core/metrics/side.ts";
import document from "../../../fixtures/metrics/more-cases.json" with { type: "json" };

const numbers = z.array(z.number()).transform((values) => Float64Array.from(values));
const codes = z.array(z.number()).transform((values) => Int32Array.from(values));
const w = numbers.optional();
const sample = z.union([
  z.strictObject({ y: codes, s: numbers, w }),
  z.strictObject({ y: codes, proba: z.array(z.array(z.number())), w }),
  z.strictObject({ y: numbers, pred: numbers, w }),
  z.strictObject({ query: codes, rel: numbers, s: numbers }),
]);
type Sample = z.infer<typeof sample>;

const { samples, cases } = z
  .object({
    samples: z.record(z.string(), sample),
    cases: z.array(
      z.object({
        id: z.string(),
        sample: z.string(),
        metric: z.string(),
        expected: z.number(),
        source: z.string(),
        call: z.string(),
        tol: z.number(),
      }),
    ),
  })
  .parse(document);

function valueOf(metric: string, of: Sample): number | null {
  if ("pred" in of) {
    const { y, pred, w: weights = null } = of;
    return regressionEstimate(metric, { n: y.length, truth: y, predicted: pred, weights })?.value ?? null;
  }
  if ("query" in of) return retrievalEstimate(metric, groupQueries(of.rel, of.s, of.query), null).value;
  const weights = of.w ?? null;
  if ("s" in of) return estimate(metric, sideOf(of.y, { kind: "binary", scores: of.s }, { weights }))?.value ?? null;
  const probabilities = Float64Array.from(of.proba.flat());
  const classes = of.proba[0]?.length ?? 0;
  return estimate(metric, sideOf(of.y, { kind: "multiclass", probabilities, classes }, { weights }))?.value ?? null;
}

describe("more values of other implementations", () => {
  for (const { id, sample: name, metric, expected, source, call, tol } of cases) {
    test(`${id}: ${metric} is ${call} (${source})`, () => {
      const of = samples[name];
      assert.ok(of !== undefined, `no sample ${name}`);
      const value = valueOf(metric, of);
      assert.ok(value !== null, "the value is undefined");
      assert.ok(Math.abs(value - expected) <= tol, `${value} is not ${expected} within ${tol}`);
    });
  }

  test("every sample is used, and every id is there once", () => {
    assert.deepEqual([...new Set(cases.map((each) => each.sample))].toSorted(), Object.keys(samples).toSorted());
    assert.equal(new Set(cases.map((each) => each.id)).size, cases.length);
  });
});
