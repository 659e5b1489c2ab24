import assert from "node:assert/strict";
import test from "node:test";
import { array, assert as assertProperty, integer, nat, property, tuple } from "fast-check";
import { measure } from "../../../core/metrics/measure.ts";

const classes = 3;
const row = tuple(nat(classes - 1), array(integer({ min: 1, max: 6 }), { minLength: classes, maxLength: classes }));

function value(
  metric: string,
  labels: readonly number[],
  candidate: Parameters<typeof measure>[0]["candidate"],
  task: "binary" | "multiclass",
): number | null {
  const classNames = task === "binary" ? ["no", "yes"] : ["a", "b", "c"];
  const { metrics } = measure({
    task,
    metrics: [metric],
    labels: Int32Array.from(labels),
    classNames,
    candidate,
    baseline: null,
    weights: null,
    groups: null,
    scoring: "probability",
    threshold: 0.5,
    slices: [],
    fairness: [],
    fairnessGroups: [],
    level: 0.95,
    levels: [],
    seed: "5eed",
    minRows: 1,
  });
  return metrics[0]?.candidate.value ?? null;
}

test("the macro form is the mean of the classes' own average precision, and undefined without rows of a class", () => {
  assertProperty(
    property(array(row, { minLength: 3, maxLength: 60 }), (rows) => {
      const labels = rows.map(([label]) => label);
      const probabilities = rows.flatMap(([, weights]) =>
        weights.map((weight) => weight / weights.reduce((sum, one) => sum + one, 0)),
      );
      const macro = value(
        "average_precision_macro",
        labels,
        { kind: "multiclass", probabilities: Float64Array.from(probabilities), classes },
        "multiclass",
      );
      const own = Array.from({ length: classes }, (_, k) => {
        const scores = Float64Array.from(rows, (_one, at) => probabilities[at * classes + k] ?? 0);
        return value(
          "average_precision",
          labels.map((label) => (label === k ? 1 : 0)),
          { kind: "binary", scores },
          "binary",
        );
      });
      if (own.includes(null)) assert.equal(macro, null);
      else
        assert.ok(
          Math.abs((macro ?? Number.NaN) - own.reduce<number>((sum, one) => sum + (one ?? 0), 0) / classes) < 1e-12,
        );
    }),
  );
});
