import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { z } from "zod";
import { logLoss } from "../../../core/metrics/loss.ts";
import { sideOf } from "../../../core/metrics/side.ts";
import { survival, twoSided } from "../../../core/stats/normal.ts";
import { tangoInterval, tangoZ } from "../../../core/stats/proportion.ts";
import cases from "../../../fixtures/metrics/eval-cases.json" with { type: "json" };
import { certain, probabilities, scores, value } from "./make.ts";

const used = new Set<string>();

const numbers = z.array(z.number());
const labeled = { y: numbers };
const ranked = z.object({ ...labeled, s: numbers });
const classified = z.object({ ...labeled, pred: numbers });
const probable = z.object({ ...labeled, proba: z.array(numbers) });
const paired = z.object({ b: z.number(), c: z.number(), n: z.number() });

/** A case by id; its parts are as various as its source, so each test says what it reads. */
function caseOf<I, E = number>(
  id: string,
  input: z.ZodType<I>,
  expected: z.ZodType<E>,
): { input: I; expected: E; tol: number } {
  used.add(id);
  const found = cases.find((each) => each.id === id);
  assert.ok(found !== undefined, `no case ${id}`);
  return { input: input.parse(found.input), expected: expected.parse(found.expected), tol: found.tol };
}

function near(actual: number | null | undefined, expected: number, tolerance: number): void {
  assert.ok(actual !== null && actual !== undefined, "the value is undefined");
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} within ${tolerance}`);
}

describe("values of other implementations", () => {
  for (const [id, metric] of [
    ["roc_auc/all_tied", "roc_auc"],
    ["roc_auc/half_tie", "roc_auc"],
    ["average_precision/basic", "average_precision"],
  ] as const) {
    test(`${id} is scikit-learn's`, () => {
      const { input, expected, tol } = caseOf(id, ranked, z.number());
      near(value(metric, input.y, scores(...input.s)), expected, tol);
    });
  }

  for (const [id, metric] of [
    ["roc_auc/one_class", "roc_auc"],
    ["average_precision/no_positive", "average_precision"],
  ] as const) {
    test(`${id} stays undefined`, () => {
      const { input } = caseOf(id, ranked, z.unknown());
      assert.equal(value(metric, input.y, scores(...input.s)), null);
    });
  }

  for (const [id, metric] of [
    ["precision/micro", "accuracy"],
    ["recall/micro", "accuracy"],
    ["f1/micro", "accuracy"],
    ["recall/weighted", "accuracy"],
    ["f1/macro", "f1_macro"],
  ] as const) {
    test(`${id} is ${metric}`, () => {
      const { input, expected, tol } = caseOf(id, classified, z.number());
      near(value(metric, input.y, certain(3, input.pred)), expected, tol);
    });
  }

  test("F1 per class is the binary F1 of that class against the rest", () => {
    const { input, expected, tol } = caseOf("f1/per_class", classified, numbers);
    for (const [k, f1] of expected.entries()) {
      const labels = input.y.map((label) => Number(label === k));
      near(value("f1", labels, scores(...input.pred.map((guess) => Number(guess === k)))), f1, tol);
    }
  });

  test("log loss and Brier score of probabilities", () => {
    const spam = caseOf("log_loss/spam", probable, z.number());
    near(value("log_loss", spam.input.y, probabilities(spam.input.proba)), spam.expected, spam.tol);
    near(
      value("log_loss", spam.input.y, scores(...spam.input.proba.map((row) => row[1] ?? 0))),
      spam.expected,
      spam.tol,
    );
    const sum = caseOf("brier/multiclass_sum", probable, z.number());
    near(value("brier", sum.input.y, probabilities(sum.input.proba)), sum.expected, sum.tol);
  });

  test("log loss clips at the epsilon it is given, in f64", () => {
    const { input, expected, tol } = caseOf(
      "log_loss/clip_f64",
      z.object({ ...labeled, p: numbers, eps: z.number() }),
      z.number(),
    );
    const side = sideOf(Int32Array.from(input.y), scores(...input.p));
    near(logLoss(side, input.eps)?.value, expected, tol);
    near(logLoss(side)?.value, -Math.log(1e-15) / 2, 1e-12);
  });

  test("MCC, for two classes and as R_K", () => {
    const { input, expected, tol } = caseOf("mcc", classified, z.number());
    const labels = input.y.map((label) => Number(label === 1));
    const predicted = input.pred.map((guess) => Number(guess === 1));
    near(value("mcc", labels, scores(...predicted)), expected, tol);
    near(value("mcc", labels, certain(2, predicted)), expected, tol);
  });

  test("ROC AUC of one class against the rest", () => {
    const { input, expected, tol } = caseOf("roc_auc/ovr_macro", probable, z.number());
    near(value("roc_auc_ovr", input.y, probabilities(input.proba)), expected, tol);
  });
});

describe("tests of paired proportions", () => {
  for (const id of ["mcnemar/[[9959, 11], [1, 29]]", "mcnemar/[[59, 6], [16, 80]]"]) {
    test(`Tango's statistic against 0 is McNemar's: ${id}`, () => {
      const { input, expected, tol } = caseOf(
        id,
        z.object({ table: z.tuple([z.tuple([z.number(), z.number()]), z.tuple([z.number(), z.number()])]) }),
        z.object({ chi2: z.number(), p: z.number() }),
      );
      const [[both, gained], [lost, neither]] = input.table;
      const statistic = tangoZ({ gained, lost, n: both + gained + lost + neither }, 0);
      near(statistic ** 2, expected.chi2, tol);
      near(twoSided(statistic), expected.p, tol);
    });
  }

  for (const id of ["paired_diff_ci/cavo_2012", "paired_diff_ci/agresti_min_40_20_160"]) {
    test(`Tango's interval: ${id}`, () => {
      const { input, expected, tol } = caseOf(id, paired, z.object({ tango: z.tuple([z.number(), z.number()]) }));
      const [low, high] = tangoInterval({ gained: input.b, lost: input.c, n: input.n }, 0.95);
      near(low, expected.tango[0], tol);
      near(high, expected.tango[1], tol);
    });
  }

  test("p-values of non-inferiority", () => {
    const { input, expected, tol } = caseOf(
      "noninferiority/tango_p",
      z.array(paired.extend({ m: z.number() })),
      numbers,
    );
    for (const [at, { b, c, n, m }] of input.entries()) {
      near(survival(tangoZ({ gained: b, lost: c, n }, -m)), expected[at] ?? Number.NaN, tol);
    }
  });
});

after(() => {
  assert.deepEqual(
    cases.map((each) => each.id).filter((id) => !used.has(id)),
    [],
    "cases that no test reads",
  );
});
