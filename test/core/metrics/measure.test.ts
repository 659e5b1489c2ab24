import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { measure } from "../../../core/metrics/measure.ts";
import { metricFault, metricIds, metricSpec } from "../../../core/metrics/registry.ts";
import { curves, metric } from "../../../core/report.ts";
import { certain, input, measured, probabilities, scores, value } from "./make.ts";

const rows = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, at) => from + at);

/** 200 rows of two models that are both fair, neither perfect. */
function twoModels(n = 200): Parameters<typeof input>[0] {
  const labels = Array.from({ length: n }, (_, row) => Number((row * 7) % 10 < 4));
  const noisy = (row: number, step: number): number => ((row * step) % 97) / 97;
  return {
    labels,
    candidate: scores(...labels.map((label, row) => 0.3 * label + 0.7 * noisy(row, 31))),
    baseline: scores(...labels.map((label, row) => 0.25 * label + 0.75 * noisy(row, 53))),
  };
}

describe("values by hand", () => {
  // TP 2, FN 1, FP 1, TN 2
  const labels = [1, 1, 1, 0, 0, 0];
  const candidate = scores(0.9, 0.5, 0.49, 0.5, 0.1, 0.2);
  for (const [id, expected] of [
    ["accuracy", 4 / 6],
    ["precision", 2 / 3],
    ["recall", 2 / 3],
    ["specificity", 2 / 3],
    ["f1", 2 / 3],
    ["f1_macro", 2 / 3],
    ["precision_macro", 2 / 3],
    ["recall_macro", 2 / 3],
    ["balanced_accuracy", 2 / 3],
    ["mcc", 1 / 3],
  ] as const) {
    test(`${id} counts 0.5 as positive`, () => {
      assert.ok(Math.abs((value(id, labels, candidate) ?? Number.NaN) - expected) < 1e-12);
    });
  }

  test("calibration error is the weighted gap of its bins", () => {
    // Bin of 0.9: two rows, one positive. Bin of 0.1: two rows, none positive.
    const actual = value("ece", [1, 0, 0, 0], scores(0.9, 0.9, 0.1, 0.1));
    assert.ok(Math.abs((actual ?? Number.NaN) - (0.4 / 2 + 0.1 / 2)) < 1e-12);
  });

  test("a probability of 1 belongs to the last bin", () => {
    assert.equal(value("ece", [1, 1], scores(1, 1)), 0);
  });

  test("the first of equal probabilities is the predicted class", () => {
    const tied = probabilities([
      [0.4, 0.4, 0.2],
      [0.2, 0.4, 0.4],
    ]);
    assert.equal(value("accuracy", [0, 1], tied), 1);
    assert.equal(value("accuracy", [1, 2], tied), 0);
  });
});

describe("what is not defined stays undefined", () => {
  for (const [id, labels, candidate] of [
    ["roc_auc", [1, 1], scores(0.2, 0.3)],
    ["roc_auc", [0, 0], scores(0.2, 0.3)],
    ["average_precision", [0, 0], scores(0.2, 0.3)],
    ["precision", [1, 0], scores(0.2, 0.3)],
    ["recall", [0, 0], scores(0.2, 0.7)],
    ["f1", [0, 0], scores(0.2, 0.3)],
    ["mcc", [1, 1], scores(0.2, 0.7)],
    ["mcc", [1, 0], scores(0.7, 0.7)],
    ["roc_auc_ovr", [0, 1], certain(3, [0, 1])],
    ["precision_macro", [0, 1], certain(2, [0, 0])],
  ] as const) {
    test(`${id} of labels ${labels.join()}`, () => {
      const { candidate: actual } = measured(id, { labels, candidate });
      assert.deepEqual(actual, { value: null, status: "undefined", n: 2, interval: null });
    });
  }

  test("every metric of no rows", () => {
    for (const id of metricIds("binary")) assert.equal(value(id, [], scores()), null, id);
    const nobody = { kind: "multiclass", probabilities: new Float64Array(), classes: 3 } as const;
    for (const id of metricIds("multiclass")) assert.equal(value(id, [], nobody), null, id);
  });

  test("a difference with an undefined side has no value", () => {
    const { baseline, delta } = measured("precision", {
      labels: [1, 0],
      candidate: scores(0.7, 0.3),
      baseline: scores(0.2, 0.3),
    });
    assert.equal(baseline?.status, "undefined");
    assert.equal(delta?.value, null);
    assert.equal(delta?.standardError, null);
  });

  test("a class that occurs nowhere does not count into a macro mean", () => {
    assert.equal(value("f1_macro", [0, 1], certain(3, [0, 1])), 1);
    assert.equal(value("balanced_accuracy", [0, 1], certain(3, [0, 2])), 0.5);
  });
});

/** How a difference may be tested, by what the registry says of the metric. */
const methods: Readonly<Record<string, RegExp>> = {
  tango: /^tango$/,
  delong: /^delong$/,
  "paired-mean": /^paired-t$/,
  influence: /^influence$/,
  bootstrap: /^bootstrap-(bca|percentile|se)$/,
};

describe("differences", () => {
  test("every metric with a method gives an interval, a standard error and a p-value that agree", () => {
    for (const { id, delta } of measure(input({ ...twoModels(), metrics: metricIds("binary") })).metrics) {
      assert.ok(delta !== null, id);
      assert.match(delta.method, methods[metricSpec(id)?.method ?? "none"] ?? /never/, id);
      assert.ok(delta.interval !== null && delta.standardError !== null && delta.z !== null && delta.p !== null, id);
      const [low, high] = delta.interval;
      assert.ok(low < (delta.value ?? Number.NaN) && (delta.value ?? Number.NaN) < high, id);
      assert.equal(Math.sign(delta.z), Math.sign(delta.value ?? Number.NaN), id);
      // Other tests than the interval's own decide near the border only.
      if (delta.p < 0.04 || delta.p > 0.06) assert.equal(delta.p < 0.05, low > 0 || high < 0, id);
    }
  });

  test("identical predictions differ by exactly nothing", () => {
    const { candidate, labels } = twoModels();
    for (const { id, delta } of measure(input({ labels, candidate, baseline: candidate, metrics: metricIds("binary") }))
      .metrics) {
      assert.equal(delta?.value, 0, id);
      assert.deepEqual([delta?.z, delta?.p], [0, 1], id);
      // The same numbers on every row are the same model; the same decisions are only no difference seen so far.
      const open = metricSpec(id)?.needs === "label";
      assert.equal(delta?.interval?.[0] === 0 && delta.interval[1] === 0, !open, id);
    }
  });

  test("agreement on a few rows is no proof: Tango's interval stays open without any disagreement", () => {
    const { candidate, labels } = twoModels(100);
    const [low, high] = measured("accuracy", { labels, candidate, baseline: candidate }).delta?.interval ?? [0, 0];
    assert.ok(low < -0.03 && high > 0.03, `${low} … ${high}`);
  });

  test("two perfect models have no interval, because their rows show no spread", () => {
    const often = <T>(values: readonly T[]): T[] => Array.from({ length: 10 }, () => values).flat();
    const delta = measured("roc_auc", {
      labels: often([0, 0, 0, 1, 1, 1]),
      candidate: scores(...often([0.1, 0.2, 0.3, 0.7, 0.8, 0.9])),
      baseline: scores(...often([0.3, 0.2, 0.1, 0.9, 0.8, 0.7])),
    }).delta;
    assert.deepEqual([delta?.value, delta?.interval, delta?.standardError, delta?.method], [0, null, null, "none"]);
  });

  for (const [id, n, method] of [
    ["roc_auc", 11, "too-few-rows"],
    ["log_loss", 49, "too-few-rows"],
    ["log_loss", 50, "sign-flip"],
    ["log_loss", 100, "paired-t"],
    ["average_precision", 49, "too-few-rows"],
    ["average_precision", 50, "bootstrap-se"],
    ["accuracy", 11, "tango"],
  ] as const) {
    test(`${id} of ${n} rows: ${method === "too-few-rows" ? "values, but no claim about their difference" : "tested"}`, () => {
      const { candidate, delta } = measured(id, twoModels(n));
      assert.equal(candidate.status, "ok");
      assert.equal(delta?.method, method);
      assert.equal(delta?.standardError === null, method === "too-few-rows");
    });
  }
});

describe("slices", () => {
  const slice = { by: "phase", value: "Climb" } as const;

  test("come after all rows, metric by metric, with their own rows", () => {
    const of = { ...twoModels(), metrics: ["accuracy", "roc_auc"], slices: [{ slice, rows: rows(0, 100) }] };
    const { metrics } = measure(input(of));
    assert.deepEqual(
      metrics.map((each) => [each.id, each.slice, each.candidate.n]),
      [
        ["accuracy", null, 200],
        ["roc_auc", null, 200],
        ["accuracy", slice, 100],
        ["roc_auc", slice, 100],
      ],
    );
  });

  test("a slice of rows has the numbers that those rows have alone", () => {
    const whole = twoModels();
    const part = rows(50, 150);
    const ids = metricIds("binary");
    const sliced = measure(input({ ...whole, metrics: ids, slices: [{ slice, rows: part }] })).metrics.slice(
      ids.length,
    );
    const cut = (of: typeof whole.candidate | null | undefined): ReturnType<typeof scores> => {
      return of?.kind === "binary" ? scores(...of.scores.slice(50, 150)) : scores();
    };
    const own = { labels: whole.labels.slice(50, 150), candidate: cut(whole.candidate), baseline: cut(whole.baseline) };
    const alone = measure(input({ ...own, metrics: ids })).metrics;
    for (const [at, { slice: _, ...each }] of sliced.entries()) {
      const own = alone[at];
      // Draws are keyed by the slice, so that only the values of bootstrapped metrics are the same.
      if (metricSpec(each.id)?.method === "bootstrap") {
        assert.deepEqual([each.candidate.value, each.delta?.value], [own?.candidate.value, own?.delta?.value], each.id);
      } else {
        assert.deepEqual({ ...each, slice: null }, own);
      }
    }
  });

  test("are insufficient below 50 rows, or below ten rows of a class for rank metrics, and keep their size", () => {
    const labels = Array.from({ length: 120 }, (_, row) => Number(row < 9));
    const candidate = scores(...labels.map((_, row) => row / 120));
    const status = (id: string, part: Uint32Array, minRows?: number): unknown => {
      const of = { labels, candidate, baseline: candidate, metrics: [id], slices: [{ slice, rows: part }] };
      const found = measure(input(minRows === undefined ? of : { ...of, minRows })).metrics[1];
      return [found?.candidate.status, found?.candidate.n, found?.delta?.value];
    };
    assert.deepEqual(status("accuracy", rows(0, 49)), ["insufficient", 49, null]);
    assert.deepEqual(status("accuracy", rows(0, 50)), ["ok", 50, 0]);
    assert.deepEqual(status("accuracy", rows(0, 50), 51), ["insufficient", 50, null]);
    assert.deepEqual(status("roc_auc", rows(0, 120)), ["insufficient", 120, null]);
    assert.deepEqual(status("average_precision", rows(0, 120)), ["insufficient", 120, null]);
    assert.deepEqual(status("accuracy", rows(0, 0)), ["insufficient", 0, null]);
  });
});

describe("behavior and curves", () => {
  test("flips are counted by who is right", () => {
    const of = input({
      labels: [1, 1, 0, 0],
      candidate: scores(0.9, 0.1, 0.1, 0.9),
      baseline: scores(0.9, 0.9, 0.9, 0.9),
    });
    const { intervals, ...behaviour } = measure(of).behaviour ?? {};
    assert.deepEqual(behaviour, {
      disagreement: 0.5,
      negativeFlips: 0.25,
      positiveFlips: 0.25,
      counts: { n: 4, disagreed: 2, lost: 1, gained: 1 },
    });
    // Wilson's interval of 1 in 4 (Newcombe 1998 gives 0.0456 … 0.6994).
    const [low, high] = intervals?.negativeFlips ?? [0, 0];
    assert.ok(Math.abs(low - 0.0456) < 5e-5 && Math.abs(high - 0.6994) < 5e-5);
    const weighted = measure({ ...of, weights: Float64Array.of(1, 3, 1, 1) }).behaviour;
    assert.deepEqual([weighted?.negativeFlips, weighted?.counts, weighted?.intervals], [0.5, null, null]);
    assert.equal(measure({ ...of, baseline: null }).behaviour, null);
  });

  test("a disagreement between two wrong classes is no flip", () => {
    const of = input({ labels: [0], candidate: certain(3, [1]), baseline: certain(3, [2]) });
    assert.deepEqual(measure(of).behaviour?.counts, { n: 1, disagreed: 1, lost: 0, gained: 0 });
  });

  test("confusion has labels in rows and predictions in columns", () => {
    const of = input({ labels: [0, 1, 1, 2], candidate: certain(3, [0, 2, 1, 2]), classNames: ["a", "b", "c"] });
    assert.deepEqual(measure(of).curves.confusion, {
      candidate: {
        classes: ["a", "b", "c"],
        counts: [
          [1, 0, 0],
          [0, 1, 1],
          [0, 0, 1],
        ],
      },
      baseline: null,
    });
  });

  test("the ROC and PR curves of four rows are every threshold's point", () => {
    const { curves } = measure(input({ labels: [0, 0, 1, 1], candidate: scores(0.1, 0.4, 0.35, 0.8) }));
    const rocExpected = [
      [0, 0],
      [0, 0.5],
      [0.5, 0.5],
      [0.5, 1],
      [1, 1],
    ];
    const prExpected = [
      [0, 1],
      [0.5, 1],
      [0.5, 0.5],
      [1, 2 / 3],
      [1, 0.5],
    ];
    assert.deepEqual(curves.roc?.candidate, rocExpected);
    assert.deepEqual(curves.pr?.candidate, prExpected);
  });

  test("rank curves need both classes and two classes", () => {
    assert.equal(measure(input({ labels: [1], candidate: scores(0.4) })).curves.roc, null);
    assert.equal(measure(input({ labels: [0, 1], candidate: certain(2, [0, 1]) })).curves.pr, null);
    assert.equal(measure(input({ labels: [], candidate: scores() })).curves.calibration, null);
  });

  test("the output is valid in the report's schema and has no NaN or infinity, whatever is undefined", () => {
    const ids = metricIds("multiclass");
    const of = input({
      labels: [0, 1, 2, 0],
      candidate: certain(3, [0, 0, 2, 1]),
      baseline: certain(3, [0, 1, 1, 1]),
      metrics: ids,
    });
    const result = measure(of);
    for (const each of result.metrics) metric.parse(each);
    curves.parse(result.curves);
    assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
  });
});

describe("input that the caller should have refused", () => {
  const good = input({ labels: [0, 1], candidate: scores(0.1, 0.9), metrics: ["accuracy"] });
  for (const [what, bad, message] of [
    ["an unknown metric", { ...good, metrics: ["roc_auk"] }, /no metric roc_auk \(did you mean roc_auc\?\)/],
    ["a metric of another task", { ...good, metrics: ["roc_auc_ovr"] }, /not a metric of binary models/],
    ["a label outside the classes", { ...good, labels: Int32Array.of(0, 2) }, /label/],
    ["too few predictions", { ...good, candidate: scores(0.1) }, /as many predictions/],
    ["a prediction that is not a number", { ...good, candidate: scores(0.1, Number.NaN) }, /finite/],
    [
      "a slice row that does not exist",
      { ...good, slices: [{ slice: { where: "x" }, rows: Uint32Array.of(2) }] },
      /row/,
    ],
    ["models of different tasks", { ...good, baseline: certain(2, [0, 1]) }, /multiclass predictions/],
  ] as const) {
    test(what, () => {
      assert.throws(() => measure(bad), message);
    });
  }

  test("a metric fault names what exists", () => {
    assert.equal(metricFault("binary", "f1"), null);
    assert.match(
      metricFault("multiclass", "f1") ?? "",
      /f1 is not a metric of multiclass models \(did you mean f1_macro\?\)/,
    );
  });
});
