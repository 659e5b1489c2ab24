import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { GateFacts } from "../../../core/gate/facts.ts";
import { judge } from "../../../core/gate/judge.ts";
import { metricSpec } from "../../../core/metrics/registry.ts";
import { type GateResult, gateResult, type Measurement, type Metric, type Verdict } from "../../../core/report.ts";
import { quantile } from "../../../core/stats/normal.ts";
import { pairedStandardError } from "../../../core/stats/proportion.ts";
import { randomKey, uniforms } from "../../../core/stats/random.ts";

const ok = (value: number, n: number): Measurement => ({ value, status: "ok", n, interval: null });

/** A metric of a report whose difference has the value and the standard error. */
function metric(
  id: string,
  delta: number,
  standardError: number | null,
  more: Partial<Metric> & { n?: number } = {},
): Metric {
  const { n = 1_000, ...rest } = more;
  return {
    id,
    slice: null,
    definition: metricSpec(id)?.definition ?? "?",
    candidate: ok(0.5 + delta, n),
    baseline: ok(0.5, n),
    delta: {
      value: delta,
      interval: null,
      level: 0.95,
      method: metricSpec(id)?.method ?? "none",
      standardError,
      z: null,
      p: null,
    },
    ...rest,
  };
}

/** The difference of accuracy with those counts of flips. */
function flips(gained: number, lost: number, n: number): Metric {
  return metric("accuracy", (gained - lost) / n, pairedStandardError({ gained, lost, n }), { n });
}

function facts(metrics: readonly Metric[], hasBaseline = true): GateFacts {
  return { task: "binary", metrics, hasBaseline, operations: {}, behaviour: null };
}

function one(gate: string, ...metrics: readonly Metric[]): GateResult {
  const [result] = judge([gate], facts(metrics)).gates;
  assert.ok(result !== undefined);
  return gateResult.parse(result);
}

const z95 = quantile(0.95);

describe("non-inferiority", () => {
  for (const [what, delta, standardError, verdict, reason] of [
    ["a clear gain", 0.02, 0.005, "pass", "bound_inside"],
    ["a small loss, well measured", -0.002, 0.001, "pass", "bound_inside"],
    ["a small loss, badly measured", -0.002, 0.01, "inconclusive", "bound_straddles"],
    ["no difference, badly measured", 0, 0.01, "inconclusive", "bound_straddles"],
    ["a loss beyond the margin, badly measured", -0.012, 0.005, "inconclusive", "bound_straddles"],
    ["a loss beyond the margin, well measured", -0.02, 0.005, "fail", "bound_outside"],
  ] as const) {
    test(`${what} is ${verdict}`, () => {
      const result = one("ni(roc_auc, 1pp) at 95%", metric("roc_auc", delta, standardError));
      assert.deepEqual([result.verdict, result.reason], [verdict, reason]);
      // For a metric where less is better the mirrored numbers give the same verdict.
      const mirrored = one("ni(log_loss, 0.01) at 95%", metric("log_loss", -delta, standardError));
      assert.deepEqual([mirrored.verdict, mirrored.reason], [verdict, reason]);
      assert.ok(Math.abs((mirrored.bound ?? Number.NaN) + (result.bound ?? Number.NaN)) < 1e-12);
    });
  }

  test("a bound exactly at the margin does not pass: the bound must be better than it", () => {
    // 0.25 and 0.5 are exact in binary, so the bound is the margin to the last bit.
    assert.equal(one("ni(roc_auc, 0.25)", metric("roc_auc", -0.25, 0)).verdict, "fail");
    assert.equal(one("ni(roc_auc, 0.25)", metric("roc_auc", -0.25 + 2 ** -50, 0)).verdict, "pass");
    assert.equal(one("ni(roc_auc, 0)", metric("roc_auc", 0, 0)).verdict, "fail");
    assert.equal(one("sup(roc_auc, 0.25)", metric("roc_auc", 0.25, 0)).verdict, "fail");
    assert.equal(one("sup(roc_auc, 0.25)", metric("roc_auc", 0.25 + 2 ** -50, 0)).verdict, "pass");
  });

  test("the level moves the bound", () => {
    const measured = metric("roc_auc", 0, 0.005);
    assert.equal(one("ni(roc_auc, 1pp) at 95%", measured).verdict, "pass");
    assert.equal(one("ni(roc_auc, 1pp) at 99%", measured).verdict, "inconclusive");
    assert.ok(Math.abs((one("ni(roc_auc, 1pp) at 95%", measured).bound ?? 0) + 0.005 * z95) < 1e-12);
    assert.equal(one("ni(roc_auc, 1pp) at 50%", measured).bound, 0);
  });

  test("an open gate says how many rows and which margin would close it", () => {
    const result = one("ni(roc_auc, 0.5pp) at 95%", metric("roc_auc", -0.001, 0.004));
    assert.ok(Math.abs((result.needs?.margin ?? 0) - (0.001 + z95 * 0.004)) < 1e-12);
    const rows = 1_000 * ((z95 + quantile(0.8)) * (0.004 / 0.004)) ** 2 - 1_000;
    assert.equal(result.needs?.rows, Math.ceil(rows));
    assert.equal(
      result.message,
      "ROC AUC changed by −0.1 pp, but with 95 % confidence by at least −0.8 pp: the margin of −0.5 pp is not settled; about 5,183 more rows would tell, a margin above 0.8 pp passes now.",
    );
  });

  test("the rows it asks for agree with the published sample sizes", () => {
    // One-sided 5 %, power 80 %, no true difference: n = 2.487² ψ / m² (5 % disagreement, 1 point: 3,092 rows).
    for (const [psi, m, n] of [
      [0.05, 1, 3_092],
      [0.1, 0.5, 24_731],
      [0.02, 2, 310],
    ] as const) {
      const now = 200;
      const rows = one(`ni(accuracy, ${m}pp)`, flips((now * psi) / 2, (now * psi) / 2, now)).needs?.rows ?? 0;
      assert.ok(Math.abs(rows + now - n) <= 1, `${rows + now} is not ${n}`);
    }
  });

  test("no number of rows is promised when the estimate itself is beyond the margin", () => {
    const result = one("ni(roc_auc, 1pp)", metric("roc_auc", -0.012, 0.005));
    assert.equal(result.needs?.rows, null);
    assert.doesNotMatch(result.message, /rows/);
  });

  test("accuracy is judged by Tango's interval: no disagreement on 100 rows proves nothing about one point", () => {
    const result = one("ni(accuracy, 1pp)", flips(0, 0, 100));
    assert.equal(result.verdict, "inconclusive");
    const more = result.needs?.rows ?? 0;
    assert.equal(one("ni(accuracy, 1pp)", flips(0, 0, 100 + more)).verdict, "pass");
    assert.equal(one("ni(accuracy, 1pp)", flips(0, 0, 100 + more - 3)).verdict, "inconclusive");
  });

  test("a superiority gate asks for the gain", () => {
    assert.equal(one("sup(roc_auc, 1pp)", metric("roc_auc", 0.03, 0.005)).verdict, "pass");
    assert.equal(one("sup(roc_auc, 1pp)", metric("roc_auc", 0.015, 0.005)).verdict, "inconclusive");
    assert.equal(one("sup(roc_auc, 1pp)", metric("roc_auc", -0.01, 0.005)).verdict, "fail");
    const open = one("sup(log_loss, 0.01)", metric("log_loss", -0.012, 0.005));
    assert.equal(open.needs?.margin === null ? null : Math.sign(open.needs?.margin ?? 0), 1);
    assert.equal(one("sup(roc_auc, 1pp)", metric("roc_auc", 0.005, 0.005)).needs?.margin, null);
  });

  test("without a standard error nothing is proven", () => {
    const result = one("ni(roc_auc, 1pp)", metric("roc_auc", 0, null));
    assert.deepEqual([result.verdict, result.needs], ["inconclusive", null]);
  });

  test("sentences name direction and unit", () => {
    for (const [gate, measured, message] of [
      [
        "ni(roc_auc, 0.5pp)",
        metric("roc_auc", 0.007, 0.003),
        "ROC AUC changed by +0.7 pp, with 95 % confidence by at least +0.2 pp: that is inside the margin of −0.5 pp.",
      ],
      [
        "ni(log_loss, 0.005) at 90%",
        metric("log_loss", -0.004, 0.001),
        "Log loss changed by −0.004, with 90 % confidence by at most −0.003: that is inside the margin of +0.005.",
      ],
      [
        "ni(roc_auc, 0.5pp)",
        metric("roc_auc", -0.02, 0.003),
        "ROC AUC changed by −2.0 pp, with 95 % confidence by at most −1.5 pp: that is beyond the margin of −0.5 pp.",
      ],
      [
        "sup(f1, 1pp)",
        metric("f1", 0.001, 0.001),
        "F1 changed by +0.1 pp, with 95 % confidence by at most +0.3 pp: that is short of the required gain of +1.0 pp.",
      ],
    ] as const) {
      assert.equal(one(gate, measured).message, message);
    }
  });
});

describe("comparisons of values", () => {
  const accuracy = metric("accuracy", 0.1, 0.01);
  const loss = metric("log_loss", -0.2, 0.01);
  for (const [gate, verdict, bound, message] of [
    ["candidate.accuracy > 55%", "pass", 0.6, "The candidate's accuracy (0.600) is above 0.55."],
    ["candidate.accuracy > 0.6", "fail", 0.6, "The candidate's accuracy (0.600) is not above 0.6."],
    ["candidate.accuracy >= 0.6", "pass", 0.6, "The candidate's accuracy (0.600) is at least 0.6."],
    ["0.35 > candidate.log_loss", "pass", 0.3, "0.35 is above the candidate's log loss (0.300)."],
    ["delta(accuracy) > -1pp", "pass", 0.1, "The change of accuracy (+10.0 pp) is above −1.0 pp."],
    ["delta(log_loss) < 0", "pass", -0.2, "The change of log loss (−0.200) is below 0.000."],
    ["candidate.accuracy >= baseline.accuracy - 1pp", "pass", 0.6, null],
    ["candidate.log_loss / baseline.log_loss <= 0.5", "fail", 0.6, "0.6 is not at most 0.5."],
    ["-candidate.accuracy + 2 * 0.3 <= 0", "pass", 0, null],
  ] as const) {
    test(gate, () => {
      const result = one(gate, accuracy, loss);
      assert.deepEqual(
        [result.verdict, result.reason],
        [verdict, verdict === "pass" ? "value_inside" : "value_outside"],
      );
      assert.ok(Math.abs((result.bound ?? Number.NaN) - bound) < 1e-12);
      if (message !== null) assert.equal(result.message, message);
    });
  }

  test("dividing by zero is an error, not infinity", () => {
    const zero = metric("log_loss", 0, 0.01, { baseline: ok(0, 10) });
    const result = one("candidate.log_loss / baseline.log_loss < 2", zero);
    assert.deepEqual([result.verdict, result.reason, result.bound], ["error", "metric_undefined", null]);
  });
});

describe("what cannot be judged", () => {
  const undefinedMetric = metric("precision", 0, 0.1, {
    candidate: { value: null, status: "undefined", n: 9, interval: null },
  });
  const few = metric("recall", 0, 0.1, { candidate: { value: null, status: "insufficient", n: 9, interval: null } });
  const alone = metric("f1", 0, 0.1, { baseline: null, delta: null });
  const onlySlice = metric("accuracy", 0, 0.1, { slice: { where: "x" } });
  for (const [gate, verdict, reason, message] of [
    ["candidate.roc_auc > 0.5", "error", "metric_missing", /add roc_auc to the model's metrics/],
    ["candidate.accuracy > 0.5", "error", "metric_missing", /no accuracy/],
    ["candidate.precision > 0.5", "error", "metric_undefined", /precision of the candidate is not defined/],
    ["ni(precision, 1pp)", "error", "metric_undefined", /not defined/],
    ["candidate.recall > 0.5", "insufficient", "rows_insufficient", /9 rows are too few/],
    ["delta(recall) > 0", "insufficient", "rows_insufficient", /9 rows/],
    ["baseline.f1 > 0.5", "no_baseline", "baseline_missing", /no baseline/],
    ["ni(f1, 1pp)", "no_baseline", "baseline_missing", /no baseline/],
    ["delta(f1) > 0", "no_baseline", "baseline_missing", /no baseline/],
    ["candidate.f1 > 0.4", "pass", "value_inside", /F1/],
    ["candidate.f1 > ", "error", "gate_invalid", /cannot be read: column 16: the gate ends/],
    ["ni(roc_auc_ovr, 1pp)", "error", "gate_invalid", /column 4: roc_auc_ovr is not a metric of binary models/],
    ["equiv(f1, 0)", "error", "gate_invalid", /can never be proven/],
    ["candidate.accuracy[where = 'y'] > 0.5", "error", "slice_missing", /no slice where = 'y' of accuracy/],
    ["ratio(latency_p95) < 1.2", "error", "metric_missing", /no latency p95: it was not measured/],
    ["flip_rate < 5%", "error", "metric_missing", /does not say the share/],
    ["no_worse_slices(precision, 1pp)", "error", "slice_missing", /no slice of precision/],
    ["no_worse_slices(accuracy, 1pp, by=[week])", "error", "slice_missing", /no slice by week of accuracy/],
    ["worst(accuracy, by=[week]) > 0.5", "error", "slice_missing", /no slice by week/],
  ] as const) {
    test(`${gate} is ${reason}`, () => {
      const result = one(gate, undefinedMetric, few, alone, onlySlice);
      assert.deepEqual([result.verdict, result.reason, result.require], [verdict, reason, gate]);
      assert.match(result.message, message);
    });
  }

  test("a report that has a baseline column but no baseline is not compared", () => {
    assert.equal(judge(["delta(f1) > -1pp"], facts([metric("f1", 0, 0.1)], false)).verdict, "no_baseline");
  });
});

describe("and, or, not", () => {
  const parts: Readonly<Record<Verdict, string>> = {
    pass: "candidate.accuracy > 0.1",
    fail: "candidate.accuracy > 0.9",
    inconclusive: "ni(roc_auc, 0.1pp)",
    insufficient: "candidate.recall > 0.5",
    no_baseline: "baseline.f1 > 0.5",
    error: "candidate.precision > 0.5",
  };
  const metrics = [
    metric("accuracy", 0, 0.1),
    metric("roc_auc", 0, 0.1),
    metric("recall", 0, 0.1, { candidate: { value: null, status: "insufficient", n: 9, interval: null } }),
    metric("f1", 0, 0.1, { baseline: null, delta: null }),
  ];
  for (const [left, word, right, expected] of [
    ["pass", "and", "pass", "pass"],
    ["pass", "and", "fail", "fail"],
    ["fail", "and", "inconclusive", "fail"],
    ["pass", "and", "inconclusive", "inconclusive"],
    ["pass", "and", "no_baseline", "no_baseline"],
    ["insufficient", "and", "inconclusive", "insufficient"],
    ["fail", "and", "error", "error"],
    ["pass", "or", "fail", "pass"],
    ["pass", "or", "inconclusive", "pass"],
    ["pass", "or", "no_baseline", "pass"],
    ["fail", "or", "fail", "fail"],
    ["fail", "or", "inconclusive", "inconclusive"],
    ["fail", "or", "insufficient", "insufficient"],
    ["pass", "or", "error", "error"],
  ] as const) {
    test(`${left} ${word} ${right} is ${expected}, in either order`, () => {
      assert.equal(one(`${parts[left]} ${word} ${parts[right]}`, ...metrics).verdict, expected);
      assert.equal(one(`${parts[right]} ${word} ${parts[left]}`, ...metrics).verdict, expected);
    });
  }

  for (const [part, expected] of [
    ["pass", "fail"],
    ["fail", "pass"],
    ["inconclusive", "inconclusive"],
    ["insufficient", "insufficient"],
    ["no_baseline", "no_baseline"],
    ["error", "error"],
  ] as const) {
    test(`not ${part} is ${expected}, and De Morgan holds`, () => {
      assert.equal(one(`not (${parts[part]})`, ...metrics).verdict, expected);
      for (const other of Object.values(parts)) {
        const both = one(`not (${parts[part]} and ${other})`, ...metrics).verdict;
        assert.equal(both, one(`not (${parts[part]}) or not (${other})`, ...metrics).verdict);
      }
    });
  }

  test("the parts that decided speak", () => {
    const result = one(`${parts.pass} and ${parts.fail} and ${parts.inconclusive}`, ...metrics);
    assert.equal(result.message, "The candidate's accuracy (0.500) is not above 0.9.");
    assert.equal(one(`not ${parts.fail}`, ...metrics).message, `${result.message} The gate requires the opposite.`);
  });

  test("the worst gate speaks for all, and no gates pass", () => {
    const order: readonly Verdict[] = ["error", "fail", "no_baseline", "insufficient", "inconclusive", "pass"];
    for (let from = 0; from < order.length; from++) {
      const gates = order
        .slice(from)
        .toReversed()
        .map((verdict) => parts[verdict]);
      assert.equal(judge(gates, facts(metrics)).verdict, order[from]);
    }
    assert.deepEqual(judge([], facts(metrics)), { gates: [], verdict: "pass" });
  });
});

describe("for any difference", () => {
  const difference = fc.double({ min: -0.3, max: 0.3, noNaN: true });
  const error = fc.double({ min: 1e-6, max: 0.1, noNaN: true });
  const rank: Partial<Record<Verdict, number>> = { fail: 0, inconclusive: 1, pass: 2 };

  test("a wider margin, a lower level or a better candidate never makes the verdict worse", () => {
    const size = fc.integer({ min: 1, max: 9_000 });
    fc.assert(
      fc.property(difference, error, size, size, (delta, standardError, a, b) => {
        const at = (of: number, margin: number): number => {
          return rank[one(`ni(roc_auc, ${margin / 10_000})`, metric("roc_auc", of, standardError)).verdict] ?? -1;
        };
        assert.ok(at(delta, Math.min(a, b)) <= at(delta, Math.max(a, b)));
        assert.ok(at(delta, a) <= at(delta + 0.01, a));
      }),
    );
  });

  test("the smallest provable margin proves", () => {
    fc.assert(
      fc.property(difference, error, (delta, standardError) => {
        const measured = metric("roc_auc", delta, standardError);
        const margin = one("ni(roc_auc, 0.01)", measured).needs?.margin ?? null;
        if (margin === null || margin * 1.001 >= 1) return;
        assert.equal(one(`ni(roc_auc, ${margin * 1.001})`, measured).verdict, "pass");
        assert.notEqual(one(`ni(roc_auc, ${margin * 0.999})`, measured).verdict, "pass");
      }),
    );
  });
});

test("a candidate that is worse by exactly the margin passes no more often than 5 %", () => {
  const next = uniforms(randomKey("gate"), 5);
  const [n, gain, loss] = [500, 0.04, 0.06];
  const repetitions = 4_000;
  let passed = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    let [gained, lost] = [0, 0];
    for (let row = 0; row < n; row++) {
      const u = next();
      if (u < gain) gained++;
      else if (u < gain + loss) lost++;
    }
    if (one("ni(accuracy, 2pp) at 95%", flips(gained, lost, n)).verdict === "pass") passed++;
  }
  // 5 % plus three standard errors of 4,000 trials.
  assert.ok(passed / repetitions < 0.05 + 3 * Math.sqrt((0.05 * 0.95) / repetitions), `${passed} of ${repetitions}`);
  assert.ok(passed / repetitions > 0.03, "the gate is not needlessly strict either");
});

test("with too few rows for its test, a difference proves nothing, however equal the models look", () => {
  const few = metric("roc_auc", 0, null, { n: 11 });
  const result = one("ni(roc_auc, 1pp) at 95%", {
    ...few,
    delta: few.delta === null ? null : { ...few.delta, method: "too-few-rows" },
  });
  assert.deepEqual([result.verdict, result.reason], ["insufficient", "rows_insufficient"]);
  assert.match(result.message, /11 rows are too few/);
});
