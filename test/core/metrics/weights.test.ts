import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { measure } from "../../../core/metrics/measure.ts";
import { metricIds } from "../../../core/metrics/registry.ts";
import { certain, input, pairedInput, pairedRows, probabilities, scores, stream } from "./make.ts";

function close(a: number | null | undefined, b: number | null | undefined, where: string): void {
  if (typeof a !== "number" || typeof b !== "number") return assert.equal(a, b, where);
  assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)), `${where}: ${a} is not ${b}`);
}

const weightedRows = fc.array(
  fc.record({
    label: fc.integer({ min: 0, max: 1 }),
    own: fc.integer({ min: 0, max: 20 }),
    theirs: fc.integer({ min: 0, max: 20 }),
    weight: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 40 },
);

describe("weights", () => {
  test("whole numbers give the values that repeated rows give: binary", () => {
    fc.assert(
      fc.property(weightedRows, (rows) => {
        const ids = metricIds("binary");
        const weights = Float64Array.from(rows, (row) => row.weight);
        const weighted = measure({ ...pairedInput(rows, ids), weights });
        const repeated = measure(
          pairedInput(
            rows.flatMap((row) => Array.from({ length: row.weight }, () => row)),
            ids,
          ),
        );
        for (const [at, { id, candidate, baseline, delta }] of weighted.metrics.entries()) {
          close(candidate.value, repeated.metrics[at]?.candidate.value, id);
          close(baseline?.value, repeated.metrics[at]?.baseline?.value, id);
          close(delta?.value, repeated.metrics[at]?.delta?.value, id);
        }
        close(weighted.behaviour?.negativeFlips, repeated.behaviour?.negativeFlips, "flips");
        assert.deepEqual(weighted.curves.roc, repeated.curves.roc);
      }),
      { numRuns: 40 },
    );
  });

  test("whole numbers give the values that repeated rows give: several classes", () => {
    const row = fc.record({
      label: fc.integer({ min: 0, max: 2 }),
      likes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 3 }),
      weight: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
        const of = (list: typeof rows): ReturnType<typeof input> => {
          return input({
            labels: list.map(({ label }) => label),
            candidate: probabilities(
              list.map(({ likes }) => likes.map((like) => like / likes.reduce((a, b) => a + b))),
            ),
            metrics: metricIds("multiclass"),
          });
        };
        const weighted = measure({ ...of(rows), weights: Float64Array.from(rows, ({ weight }) => weight) });
        const repeated = measure(of(rows.flatMap((each) => Array.from({ length: each.weight }, () => each))));
        for (const [at, { id, candidate }] of weighted.metrics.entries()) {
          close(candidate.value, repeated.metrics[at]?.candidate.value, id);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("that are all 1 change no value and no standard error", () => {
    const next = stream(9);
    const rows = Array.from({ length: 120 }, () => {
      const label = Number(next() < 0.4);
      const score = (): number => Math.round(20 * (0.3 * label + 0.7 * next()));
      return { label, own: score(), theirs: score() };
    });
    const ids = metricIds("binary").filter((id) => !id.startsWith("recall_at"));
    const plain = measure(pairedInput(rows, ids)).metrics;
    const ones = measure({ ...pairedInput(rows, ids), weights: new Float64Array(120).fill(1) }).metrics;
    for (const [at, { id, candidate, delta }] of ones.entries()) {
      close(candidate.value, plain[at]?.candidate.value, id);
      const alone = plain[at]?.delta?.standardError ?? Number.NaN;
      // Tango's counts are divided by n, weighted shares by n − 1 and with one row gained and one lost.
      const more = (2 * (1 + (delta?.value ?? Number.NaN) ** 2)) / 120 ** 2;
      close(delta?.standardError, id === "accuracy" ? Math.sqrt(alone ** 2 * (120 / 119) + more) : alone, id);
      assert.equal(candidate.nEff, 120);
    }
  });

  test("that are all thrice as large change no difference, interval, bound or p-value", () => {
    const next = stream(10);
    const rows = Array.from({ length: 150 }, () => {
      const label = Number(next() < 0.4);
      return { label, own: Math.round(20 * next()), theirs: Math.round(20 * (0.2 * label + 0.8 * next())) };
    });
    const weights = Float64Array.from(rows, () => 0.5 + next());
    const groups = Int32Array.from(rows, (_, row) => row % 30);
    for (const grouping of [null, groups]) {
      const of = { ...pairedInput(rows, metricIds("binary")), groups: grouping };
      const once = measure({ ...of, weights }).metrics;
      const thrice = measure({ ...of, weights: weights.map((weight) => 3 * weight) }).metrics;
      for (const [at, { id, delta }] of thrice.entries()) {
        const own = once[at]?.delta;
        assert.equal(delta?.method, own?.method, id);
        for (const key of ["value", "standardError", "z", "p"] as const)
          close(delta?.[key], own?.[key], `${id} ${key}`);
        for (const side of [0, 1] as const) close(delta?.interval?.[side], own?.interval?.[side], `${id} interval`);
        for (const [of, bound] of delta?.bounds?.entries() ?? []) close(bound.lower, own?.bounds?.[of]?.lower, id);
      }
    }
  });

  test("of 0 take a row out", () => {
    fc.assert(
      fc.property(pairedRows, (rows) => {
        const ids = metricIds("binary");
        const more = [...rows, { label: 1, own: 3, theirs: 17 }, { label: 0, own: 20, theirs: 0 }];
        const weights = Float64Array.from(more, (_, row) => (row < rows.length ? 1 : 0));
        const kept = measure(pairedInput(rows, ids)).metrics;
        for (const [at, { id, candidate }] of measure({ ...pairedInput(more, ids), weights }).metrics.entries()) {
          close(candidate.value, kept[at]?.candidate.value, id);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("by hand: ROC AUC, accuracy and log loss of four rows", () => {
    const of = input({
      labels: [1, 0, 1, 0],
      candidate: scores(0.9, 0.6, 0.4, 0.2),
      weights: Float64Array.of(1, 2, 3, 4),
      metrics: ["roc_auc", "accuracy", "log_loss"],
    });
    const [auc, accuracy, loss] = measure(of).metrics.map((metric) => metric.candidate.value);
    // Pairs won: 0.9 beats both negatives (1·6), 0.4 beats 0.2 (3·4); of 4·6.
    close(auc, 18 / 24, "roc_auc");
    close(accuracy, (1 + 4) / 10, "accuracy");
    close(loss, -(Math.log(0.9) + 2 * Math.log(0.4) + 3 * Math.log(0.4) + 4 * Math.log(0.8)) / 10, "log_loss");
  });

  for (const [what, weights, message] of [
    ["below 0", [1, -1], /weight/],
    ["not finite", [1, Number.NaN], /weight/],
    ["all 0", [0, 0], /all weights are 0/],
    ["too few", [1], /as many weights/],
  ] as const) {
    test(`that are ${what} are refused`, () => {
      const of = input({ labels: [0, 1], candidate: certain(2, [0, 1]), metrics: ["accuracy"] });
      assert.throws(() => measure({ ...of, weights: Float64Array.from(weights) }), message);
    });
  }
});
