import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { GateSpec } from "../../../core/gate/judge.ts";
import type { Metric } from "../../../core/report.ts";
import { cdf } from "../../../core/stats/normal.ts";
import { tangoZ } from "../../../core/stats/proportion.ts";
import { studentCdf, studentQuantile } from "../../../core/stats/student.ts";
import { changed, factsWith, flips, judged, tooFew } from "./facts.ts";

const phase = (value: string) => ({ by: "phase", value });
const gate = "no_worse_slices(roc_auc, 2pp, by=[phase])";

/** ROC AUC in slices of those changes, each with that standard error. */
function slices(standardError: number, ...deltas: readonly number[]): readonly Metric[] {
  return deltas.map((delta, at) => changed("roc_auc", delta, standardError, { slice: phase(String(at)) }));
}

describe("no_worse_slices", () => {
  for (const [name, metrics, spec, verdict, reason, message] of [
    [
      "equal slices, well measured",
      slices(0.001, 0, 0, 0),
      gate,
      "pass",
      "bound_inside",
      /Of 3 slices, ROC AUC at 95 %: 0 significantly worse by more than 2\.0 pp, 3 proven not worse, 0 open\./,
    ],
    ["equal slices, badly measured", slices(0.05, 0, 0, 0), gate, "pass", "slices_open", /0 proven not worse, 3 open/],
    [
      "one slice that is clearly worse",
      slices(0.01, 0, -0.08, 0),
      gate,
      "fail",
      "slice_worse",
      /1 significantly worse.*Worse: phase = 1 \(−8\.0 pp\)/,
    ],
    [
      "a slice that is worse only before the correction",
      slices(0.01, -0.037, ...Array.from({ length: 19 }, () => 0)),
      gate,
      "pass",
      "slices_open",
      /1 open/,
    ],
    ["the same slice alone", slices(0.01, -0.037), gate, "fail", "slice_worse", /Of 1 slice,/],
    [
      "a worse slice, as advice",
      slices(0.01, 0, -0.08),
      { require: gate, correction: "bh" },
      "inconclusive",
      "slice_worse",
      /makes this advice/,
    ],
    [
      "open slices that are critical",
      slices(0.02, 0, 0.1),
      { require: gate, critical: true },
      "inconclusive",
      "bound_straddles",
      /about 5,183 more rows of phase = 0 would tell, a margin above 3\.3 pp passes now/,
    ],
    [
      "critical slices, all proven",
      slices(0.001, 0, 0),
      { require: gate, critical: true },
      "pass",
      "bound_inside",
      /2 proven/,
    ],
    [
      "a critical slice that is worse",
      slices(0.01, 0, -0.08),
      { require: gate, critical: true },
      "fail",
      "slice_worse",
      /Worse/,
    ],
    [
      "a slice with too few rows",
      [...slices(0.001, 0), tooFew("roc_auc", phase("x"))],
      gate,
      "pass",
      "bound_inside",
      /1 with too few rows/,
    ],
    [
      "the same where it blocks",
      [...slices(0.001, 0), tooFew("roc_auc", phase("x"))],
      { require: gate, on_insufficient: "block" },
      "insufficient",
      "rows_insufficient",
      /do not pass/,
    ],
    [
      "the same where it is critical",
      [...slices(0.001, 0), tooFew("roc_auc", phase("x"))],
      { require: gate, critical: true },
      "insufficient",
      "rows_insufficient",
      /do not pass/,
    ],
    [
      "the same where it is critical but ignored",
      [...slices(0.001, 0), tooFew("roc_auc", phase("x"))],
      { require: gate, critical: true, on_insufficient: "ignore" },
      "pass",
      "bound_inside",
      /1 with too few rows/,
    ],
    [
      "nothing but slices with too few rows",
      [tooFew("roc_auc", phase("x"))],
      { require: gate, on_insufficient: "ignore" },
      "insufficient",
      "rows_insufficient",
      /do not pass/,
    ],
  ] as const satisfies readonly (readonly [string, readonly Metric[], GateSpec, string, string, RegExp])[]) {
    test(`${name}: ${verdict}`, () => {
      const result = judged(spec, factsWith(metrics));
      assert.deepEqual([result.verdict, result.reason], [verdict, reason], result.message);
      assert.match(result.message, message);
    });
  }

  test("a slice of few groups is judged by Student's law, not the normal one", () => {
    const [value, standardError] = [-0.04, 0.01];
    for (const [groups, verdict] of [
      [4, "pass"],
      [200, "fail"],
    ] as const) {
      const half = studentQuantile(0.975, groups - 1) * standardError;
      const delta = { method: "cluster-bootstrap", interval: [value - half, value + half] } as const;
      const own = changed("roc_auc", value, standardError, {
        ...delta,
        interval: [...delta.interval],
        slice: phase("x"),
      });
      const result = judged(gate, factsWith([own]));
      assert.equal(result.verdict, verdict, result.message);
      const p = studentCdf((value + 0.02) / standardError, groups - 1);
      assert.ok(Math.abs((result.slices?.[0]?.p ?? 1) - p) < 1e-8, `${result.slices?.[0]?.p} is not ${p}`);
    }
  });

  test("the slices are listed, the worst evidence first, with adjusted p-values and their own verdicts", () => {
    const result = judged(gate, factsWith([...slices(0.01, 0.03, -0.08, -0.03), tooFew("roc_auc", phase("x"))]));
    assert.deepEqual(
      result.slices?.map((each) => ["value" in each.slice ? each.slice.value : "", each.verdict]),
      [
        ["1", "fail"],
        ["2", "inconclusive"],
        ["0", "pass"],
        ["x", "insufficient"],
      ],
    );
    assert.ok(Math.abs((result.slices?.[0]?.p ?? 1) - 3 * cdf(-6)) < 1e-12);
    assert.equal(result.slices?.at(-1)?.p, null);
    assert.ok(Math.abs((result.bound ?? 0) - (-0.08 + 1.6448536 * 0.01)) < 1e-6);
  });

  test("at most fifty slices are listed, and all are counted", () => {
    const result = judged(gate, factsWith(slices(0.001, ...Array.from({ length: 80 }, () => 0))));
    assert.equal(result.slices?.length, 50);
    assert.match(result.message, /Of 80 slices/);
  });

  test("accuracy is tested from its counts", () => {
    const [gained, lost, n] = [10, 40, 300];
    const result = judged("no_worse_slices(accuracy, 2pp)", factsWith([flips(gained, lost, n, phase("a"))]));
    assert.ok(Math.abs((result.slices?.[0]?.p ?? 1) - cdf(tangoZ({ gained, lost, n }, -0.02))) < 1e-9);
  });

  test("a loss is tested in its own direction", () => {
    const loss = (delta: number): Metric => changed("log_loss", delta, 0.01, { slice: phase("a") });
    assert.equal(judged("no_worse_slices(log_loss, 0.02)", factsWith([loss(0.08)])).verdict, "fail");
    assert.equal(judged("no_worse_slices(log_loss, 0.02)", factsWith([loss(-0.08)])).verdict, "pass");
  });

  test("bounds without a standard error bound the p-value", () => {
    const bounds = [
      { level: 0.95, lower: -0.2, upper: -0.05 },
      { level: 0.99, lower: -0.3, upper: -0.03 },
    ];
    const metric = changed("roc_auc", -0.1, null, { bounds, slice: phase("a"), method: "bootstrap" });
    const result = judged(gate, factsWith([metric]));
    assert.equal(result.verdict, "fail");
    assert.ok(Math.abs((result.slices?.[0]?.p ?? 1) - 0.01) < 1e-12);
  });

  test("a slice whose difference is not defined is counted as such, and critical gates do not pass it", () => {
    const unknown = changed("roc_auc", 0, null, { slice: phase("a") });
    const facts = factsWith([...slices(0.001, 0), unknown]);
    assert.match(judged(gate, facts).message, /1 without an interval/);
    assert.equal(judged({ require: gate, critical: true }, facts).verdict, "insufficient");
  });

  test("without a baseline there is nothing to compare", () => {
    assert.equal(judged(gate, factsWith(slices(0.001, 0), { hasBaseline: false })).verdict, "no_baseline");
  });

  test("every column that the gate names must have a slice", () => {
    const facts = factsWith(slices(0.001, 0));
    assert.equal(judged("no_worse_slices(roc_auc, 2pp, by=[phase, week])", facts).reason, "slice_missing");
    assert.equal(judged("no_worse_slices(roc_auc, 2pp)", facts).verdict, "pass");
  });
});
