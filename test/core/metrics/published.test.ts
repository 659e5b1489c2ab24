import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { metricFault, metricSpec } from "../../../core/metrics/registry.ts";
import { certain, input, measured, probabilities, scores, value } from "./make.ts";

function near(actual: number | null, expected: number, tolerance = 1e-12): void {
  assert.ok(actual !== null && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

/** So many rows of each label (row) and predicted class (column). */
function ofTable(counts: readonly (readonly number[])[]): { labels: number[]; predicted: number[] } {
  const rows = counts.flatMap((line, label) =>
    line.flatMap((count, guess) => Array.from({ length: count }, (): [number, number] => [label, guess])),
  );
  return { labels: rows.map(([label]) => label), predicted: rows.map(([, guess]) => guess) };
}

describe("shares of a table by hand: TP 40, FN 10, FP 20, TN 30", () => {
  const { labels, predicted } = ofTable([
    [30, 20],
    [10, 40],
  ]);
  for (const [id, expected] of [
    ["npv", 30 / 40],
    ["false_positive_rate", 20 / 50],
    ["false_negative_rate", 10 / 50],
    ["jaccard", 40 / 70],
    ["informedness", 0.8 + 0.6 - 1],
    ["selection_rate", 0.6],
    ["f_beta@2", (5 * 40) / (5 * 40 + 4 * 10 + 20)],
    ["f_beta@0.5", (1.25 * 40) / (1.25 * 40 + 0.25 * 10 + 20)],
    ["kappa", (0.7 - 0.5) / (1 - 0.5)],
  ] as const) {
    test(id, () => near(value(id, labels, scores(...predicted)), expected));
  }
});

describe("published agreement", () => {
  test("Cohen's kappa of 45, 15, 25, 15 and of 25, 35, 5, 35 (Smeeton's pair of tables)", () => {
    const first = ofTable([
      [45, 15],
      [25, 15],
    ]);
    const second = ofTable([
      [25, 35],
      [5, 35],
    ]);
    near(value("kappa", first.labels, scores(...first.predicted)), 0.1304, 5e-5);
    near(value("kappa", second.labels, scores(...second.predicted)), 0.2593, 5e-5);
  });

  test("weighted kappa by hand", () => {
    // Two of four rows one class off: observed |d| = d² = ½.
    const [labels, predicted] = [
      [0, 1, 2, 2],
      [0, 1, 1, 1],
    ];
    const linear = (1 / 4) * (3 / 4) + (1 / 4) * (1 / 4) + (2 / 4) * (2 * (1 / 4) + 3 / 4);
    const quadratic = (1 / 4) * (3 / 4) + (1 / 4) * (1 / 4) + (2 / 4) * (4 * (1 / 4) + 3 / 4);
    near(value("kappa_linear", labels, certain(3, predicted)), 1 - 0.5 / linear);
    near(value("kappa_quadratic", labels, certain(3, predicted)), 1 - 0.5 / quadratic);
  });
});

describe("rank metrics", () => {
  const four = [[0, 0, 1, 1], scores(0.1, 0.4, 0.35, 0.8)] as const;

  test("the trapezoid under the precision-recall curve is scikit-learn's 0.7917, average precision its 0.8333", () => {
    near(value("pr_auc", ...four), 19 / 24);
    near(value("average_precision", ...four), 5 / 6);
  });

  test("KS, Gini and recall at a precision of the same four rows", () => {
    near(value("ks", ...four), 0.5);
    near(value("gini", ...four), 0.5);
    near(value("recall_at_precision@0.6", ...four), 1);
    near(value("recall_at_precision@0.9", ...four), 0.5);
    near(value("recall_at_precision@0.9", [0, 1], scores(0.9, 0.1)), 0);
  });

  test("partial ROC AUC up to a rate between two corners, standardized after McClish", () => {
    // Corners (0, ½) and (½, ½): up to 0.25 the area is 0.125; chance has 0.03125, the most is 0.25.
    near(value("roc_auc@0.25", ...four), 0.5 + (0.125 - 0.03125) / (2 * (0.25 - 0.03125)));
    near(value("roc_auc@0.25", [0, 1], scores(0.5, 0.5)), 0.5);
    near(value("roc_auc@0.25", [0, 1], scores(0.1, 0.9)), 1);
  });

  test("Hand and Till's M by hand: three classes of which two are mixed up", () => {
    const labels = [0, 1, 2];
    const candidate = probabilities([
      [0.8, 0.1, 0.1],
      [0.2, 0.3, 0.5],
      [0.1, 0.5, 0.4],
    ]);
    // A(0|1) = A(0|2) = A(1|0) = A(2|0) = 1; A(1|2) = 0 and A(2|1) = 0.
    near(value("roc_auc_ovo", labels, candidate), 4 / 6);
  });

  test("one-versus-rest by support weighs each class by its rows", () => {
    const labels = [0, 0, 0, 1, 2];
    const candidate = probabilities([
      [0.8, 0.1, 0.1],
      [0.7, 0.2, 0.1],
      [0.6, 0.3, 0.1],
      [0.1, 0.2, 0.7],
      [0.1, 0.3, 0.6],
    ]);
    // Class 0 is perfect; the row of class 1 has 0.2 for it: above 0.1, ties with 0.2, below two 0.3.
    const [one, two] = [1.5 / 4, 3 / 4];
    near(value("roc_auc_ovr", labels, candidate), (1 + one + two) / 3);
    near(value("roc_auc_ovr_weighted", labels, candidate), (3 + one + two) / 5);
  });

  test("top-k accuracy breaks ties in favor of the first classes", () => {
    const tied = probabilities([
      [0.2, 0.4, 0.4],
      [0.4, 0.2, 0.4],
      [0.4, 0.4, 0.2],
    ]);
    near(value("top_k_accuracy@1", [2, 2, 2], tied), 0);
    near(value("top_k_accuracy@2", [2, 2, 2], tied), 2 / 3);
    near(value("top_k_accuracy@3", [2, 2, 2], tied), 1);
  });

  test("areas that differ where the placements show no spread are bootstrapped, rare positives too", () => {
    const labels = Array.from({ length: 1_200 }, (_, row) => Number(row < 11));
    const of = {
      labels,
      candidate: scores(...labels.map((label, row) => (label === 1 ? 0.9 : (row % 100) / 100))),
      baseline: scores(...labels.map((label, row) => (label === 1 ? 0.5 + (row % 5) / 10 : (row % 97) / 97))),
    };
    const { delta } = measured("roc_auc", of);
    assert.match(delta?.method ?? "", /^bootstrap-/);
    assert.ok(delta?.interval !== null && (delta?.standardError ?? 0) > 0);
  });
});

describe("calibration", () => {
  // Bins of 0.1: gap 0.1 over three rows; of 0.9: gap 0.4 over two.
  const labels = [0, 0, 0, 1, 0];
  const candidate = scores(0.1, 0.1, 0.1, 0.9, 0.9);
  test("ECE, RMS and largest gap by hand", () => {
    near(value("ece", labels, candidate), (3 * 0.1 + 2 * 0.4) / 5);
    near(value("rmsce", labels, candidate), Math.sqrt((3 * 0.01 + 2 * 0.16) / 5));
    near(value("mce", labels, candidate), 0.4);
  });

  test("bins of equal mass keep equal confidences together", () => {
    near(value("ece_adaptive", labels, candidate), (3 * 0.1 + 2 * 0.4) / 5);
    // 30 distinct confidences in 15 bins of two rows: each bin holds a right and a wrong row.
    const many = Array.from({ length: 30 }, (_, row) => row / 30);
    const alternating = many.map((_, row) => row % 2);
    const gaps = Array.from({ length: 15 }, (_, bin) => Math.abs((2 * bin + 0.5) / 30 - 0.5));
    near(value("ece_adaptive", alternating, scores(...many)), gaps.reduce((a, b) => a + b) / 15);
  });
});

describe("averages over classes", () => {
  test("by support: recall is accuracy, F1 is each class's by its rows", () => {
    const { labels, predicted } = ofTable([
      [5, 1, 0],
      [2, 2, 0],
      [0, 1, 1],
    ]);
    near(value("recall_weighted", labels, certain(3, predicted)), 8 / 12);
    near(value("f1_micro", labels, certain(3, predicted)), 8 / 12);
    const f1 = [10 / 13, 4 / 8, 2 / 3];
    near(value("f1_weighted", labels, certain(3, predicted)), ((6 * 10) / 13 + 4 * 0.5 + 2 * (2 / 3)) / 12);
    near(value("f1_macro", labels, certain(3, predicted)), f1.reduce((a, b) => a + b) / 3);
    near(value("precision_weighted", labels, certain(3, predicted)), ((6 * 5) / 7 + 4 * 0.5 + 2) / 12);
  });

  test("skill is 0 for the prevalence and 1 for certainty", () => {
    const labels = [0, 0, 0, 1];
    near(value("brier_skill", labels, scores(0.25, 0.25, 0.25, 0.25)), 0);
    near(value("log_loss_skill", labels, scores(0.25, 0.25, 0.25, 0.25)), 0);
    near(value("brier_skill", labels, scores(0, 0, 0, 1)), 1);
    assert.equal(value("brier_skill", [1, 1], scores(0.5, 0.5)), null);
  });
});

describe("the registry", () => {
  test("the threshold is part of a metric and of its definition", () => {
    const of = { labels: [0, 1, 1], candidate: scores(0.2, 0.3, 0.9) };
    const low = measured("recall", { ...of, threshold: 0.25 });
    assert.deepEqual([low.candidate.value, low.definition], [1, "recall/1;threshold=0.25"]);
    assert.deepEqual(
      [measured("recall", of).candidate.value, metricSpec("recall")?.definition],
      [0.5, "recall/1;threshold=0.5"],
    );
  });

  for (const [task, id, scoring, message] of [
    ["binary", "log_loss", "score", /log_loss needs probabilities, but the predictions are scores.*roc_auc/],
    ["binary", "roc_auc", "label", /roc_auc needs scores, but the predictions are labels.*accuracy/],
    [
      "binary",
      "f_beta",
      "probability",
      /f_beta needs a number after @: the weight of recall, above 0, such as f_beta@2/,
    ],
    ["binary", "f_beta@2.0", "probability", /needs a number/],
    ["binary", "roc_auc@1.5", "probability", /largest false positive rate/],
    ["multiclass", "top_k_accuracy@0", "probability", /whole number of at least 1/],
    ["binary", "latency_p95", "probability", /measured with every model/],
    ["ranking", "recall", "score", /not a metric of ranking models/],
  ] as const) {
    test(`${id} of ${task} ${scoring}s is refused with a reason`, () => {
      assert.match(metricFault(task, id, scoring) ?? "", message);
    });
  }

  test("scores outside 0 … 1 are ranked and cut at the threshold", () => {
    const of = input({ labels: [0, 1], candidate: scores(-3, 7), scoring: "score", threshold: 0 });
    assert.equal(measured("roc_auc", { ...of, labels: [0, 1] }).candidate.value, 1);
    assert.equal(measured("accuracy", { ...of, labels: [0, 1] }).candidate.value, 1);
  });
});
