import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { type MeasureInput, measure } from "../../../core/metrics/measure.ts";
import { metricIds } from "../../../core/metrics/registry.ts";
import { metric } from "../../../core/report.ts";
import { input, stream } from "./make.ts";

/** Two models of a number, or two that rank the rows of queries. */
function models(n: number, task: "regression" | "ranking"): MeasureInput {
  const next = stream(17);
  const truth = Array.from({ length: n }, () => (task === "ranking" ? Math.floor(4 * next() ** 2) : 10 * next()));
  const near = (): { kind: "value"; values: Float64Array } => ({
    kind: "value",
    values: Float64Array.from(truth, (value) => value + 2 * next()),
  });
  return {
    ...input({ labels: truth, candidate: near(), baseline: near(), task, classNames: [] }),
    metrics: metricIds(task),
  };
}

describe("models of a number", () => {
  test("have every metric with its interval, difference and bounds, valid in the report", () => {
    const { metrics, behaviour, curves } = measure(models(300, "regression"));
    assert.deepEqual([behaviour, curves.roc, curves.confusion], [null, null, null]);
    for (const each of metrics) {
      metric.parse(each);
      assert.equal(each.candidate.status, "ok", each.id);
      if (each.id === "max_error") continue;
      assert.ok(each.candidate.interval !== null, each.id);
      assert.deepEqual(
        each.delta?.bounds?.map(({ level }) => level),
        [0.9, 0.95, 0.975, 0.99],
        each.id,
      );
    }
  });

  test("have slices, groups and weights like all others", () => {
    const of = models(400, "regression");
    const groups = Int32Array.from({ length: 400 }, (_, row) => Math.floor(row / 4));
    const rows = Uint32Array.from({ length: 200 }, (_, at) => at);
    const slices = [{ slice: { by: "a", value: "b" }, rows }];
    for (const each of measure({ ...of, groups, slices, metrics: ["mae", "rmse", "medae"] }).metrics) {
      assert.match(each.delta?.method ?? "", /^cluster-/, each.id);
      assert.equal(each.candidate.n, each.slice === null ? 400 : 200);
    }
    const weighted = measure({ ...of, weights: new Float64Array(400).fill(2), metrics: ["mae", "r2"] }).metrics;
    const plain = measure({ ...of, metrics: ["mae", "r2"] }).metrics;
    for (const [at, { candidate, delta }] of weighted.entries()) {
      assert.ok(Math.abs((candidate.value ?? 0) - (plain[at]?.candidate.value ?? 1)) < 1e-12);
      assert.ok(Math.abs((delta?.standardError ?? 0) - (plain[at]?.delta?.standardError ?? 1)) < 1e-12);
    }
  });
});

describe("models that rank", () => {
  test("are measured by query: n counts the queries in which something is relevant", () => {
    const of = models(600, "ranking");
    const groups = Int32Array.from({ length: 600 }, (_, row) => Math.floor(row / 5));
    // Nothing is relevant in the first two queries.
    const labels = Float64Array.from(of.labels, (gain, row) => (row < 10 ? 0 : Math.max(gain, row % 5 === 0 ? 1 : 0)));
    for (const each of measure({ ...of, labels, groups }).metrics) {
      metric.parse(each);
      assert.equal(each.candidate.n, 118, each.id);
      assert.equal(each.delta?.method, each.delta?.value === 0 ? each.delta?.method : "paired-t", each.id);
    }
  });

  test("by hand: the reciprocal ranks of two queries", () => {
    const of = input({
      labels: [0, 1, 0, 1],
      candidate: { kind: "value", values: Float64Array.of(3, 2, 1, 2) },
      task: "ranking",
      groups: Int32Array.of(0, 0, 1, 1),
      metrics: ["mrr"],
    });
    assert.equal(measure(of).metrics[0]?.candidate.value, 0.75);
  });
});

test("swapping the models negates every difference of numbers", () => {
  const rows = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
    {
      minLength: 2,
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(rows, (list) => {
      const values = (at: 1 | 2): { kind: "value"; values: Float64Array } => {
        return { kind: "value", values: Float64Array.from(list, (row) => row[at]) };
      };
      const of = input({
        labels: list.map(([truth]) => truth),
        candidate: values(1),
        baseline: values(2),
        classNames: [],
        metrics: metricIds("regression"),
      });
      const back = measure({ ...of, candidate: values(2), baseline: values(1) }).metrics;
      for (const [at, { id, delta }] of measure(of).metrics.entries()) {
        const other = back[at]?.delta?.value ?? null;
        assert.equal(delta?.value == null ? null : delta.value + (other ?? Number.NaN), other === null ? null : 0, id);
      }
    }),
    { numRuns: 50 },
  );
});
