import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { judge } from "../../../core/gate/judge.ts";
import { gateLevels } from "../../../core/gate/levels.ts";
import { parseGate } from "../../../core/gate/parse.ts";
import { printGate } from "../../../core/gate/print.ts";
import type { GateMode, Verdict } from "../../../core/report.ts";
import { changed, factsWith, judged } from "./facts.ts";

describe("modes", () => {
  const open = factsWith([changed("roc_auc", 0, 0.1), changed("f1", 0, 0.1)]);
  const require = "ni(roc_auc, 1pp)";
  for (const [mode, verdict, reason, message] of [
    ["fp-free", "inconclusive", "bound_straddles", /passes now\.$/],
    ["fn-free", "pass", "bound_straddles", /fn-free lets what is open pass\.$/],
    ["ask", "inconclusive", "person_decides", /leaves the decision to a person\.$/],
  ] as const) {
    test(`an open gate of the mode ${mode} makes the whole ${verdict}`, () => {
      const all = judge([{ require, mode }], open);
      assert.equal(all.verdict, verdict);
      assert.deepEqual(
        [all.gates[0]?.verdict, all.gates[0]?.mode, all.gates[0]?.reason],
        ["inconclusive", mode, reason],
      );
      assert.match(all.gates[0]?.message ?? "", message);
    });
  }

  test("no mode lets a failure, an error or too few rows pass", () => {
    for (const mode of ["fp-free", "fn-free", "ask"] as const satisfies readonly GateMode[]) {
      assert.equal(judge([{ require: "candidate.f1 > 0.9", mode }], open).verdict, "fail");
      assert.equal(judge([{ require: "candidate.mcc > 0.9", mode }], open).verdict, "error");
      assert.equal(
        judge([{ require: "baseline.f1 > 0.1", mode }], { ...open, hasBaseline: false }).verdict,
        "no_baseline",
      );
    }
  });

  test("the id is kept", () => {
    assert.equal(judged({ id: "auc", require }, open).id, "auc");
    assert.ok(!("id" in judged(require, open)));
  });
});

test("the levels that gates ask for, each once", () => {
  const gates = [
    "ni(f1, 1pp) at 90% and delta(f1) > 0 at 99%",
    { require: "no_worse_slices(f1, 2pp)" },
    "candidate.f1 > 0.5",
    "unreadable(",
    "n > 0.5 +/- 1pp at 90%",
  ];
  assert.deepEqual(gateLevels(gates), [0.9, 0.95, 0.99]);
});

/** Verdicts by part; the last ones ask for what no report holds. */
const parts: Readonly<Record<Exclude<Verdict, "error">, string>> = {
  pass: "candidate.accuracy > 0.1",
  fail: "candidate.accuracy > 0.9",
  inconclusive: "ni(roc_auc, 0.1pp)",
  insufficient: "candidate.recall > 0.5",
  no_baseline: "baseline.f1 > 0.5",
};
const absent = [
  "candidate.mcc > 0.1",
  "ni(mcc, 0.1)",
  "candidate.accuracy[a = 'b'] > 0.1",
  "no_worse_slices(accuracy, 1pp, by=[a])",
  "worst(accuracy) > 0.1",
  "ratio(latency_p95) < 2",
  "ratio(latency_p95) < 2 at 95%",
  "flip_rate < 50%",
];
const facts = factsWith([
  changed("accuracy", 0, 0.1),
  changed("roc_auc", 0, 0.1),
  { ...changed("recall", 0, 0.1), candidate: { value: null, status: "insufficient", n: 9, interval: null } },
  { ...changed("f1", 0, 0.1), baseline: null, delta: null },
]);

/** A condition out of the parts, as text. */
function condition(leaf: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.letrec<{ tree: string; not: string; joined: string; leaf: string }>((tie) => ({
    leaf,
    not: tie("tree").map((inner) => `not (${inner})`),
    joined: fc
      .tuple(fc.constantFrom(" and ", " or "), fc.array(tie("tree"), { minLength: 2, maxLength: 3 }))
      .map(([word, all]) => all.map((each) => `(${each})`).join(word)),
    tree: fc.oneof({ maxDepth: 4, withCrossShrink: true }, tie("leaf"), tie("not"), tie("joined")),
  })).tree;
}

describe("for any condition", () => {
  const verdictOf = (text: string): Verdict => judged(text, facts).verdict;

  test("something missing never passes, whatever and, or and not surround it", () => {
    const leaf = fc.constantFrom(...Object.values(parts), ...absent);
    fc.assert(
      fc.property(condition(leaf), (text) => {
        if (!absent.some((each) => text.includes(each))) return;
        assert.equal(verdictOf(text), "error", text);
      }),
      { numRuns: 300 },
    );
  });

  test("not swaps pass and fail and leaves the rest, and De Morgan's laws hold", () => {
    const any = condition(fc.constantFrom(...Object.values(parts)));
    const swapped: Partial<Record<Verdict, Verdict>> = { pass: "fail", fail: "pass" };
    fc.assert(
      fc.property(any, any, (a, b) => {
        if (a.length + b.length > 450) return;
        assert.equal(verdictOf(`not (${a})`), swapped[verdictOf(a)] ?? verdictOf(a));
        assert.equal(verdictOf(`not ((${a}) and (${b}))`), verdictOf(`not (${a}) or not (${b})`));
        assert.equal(verdictOf(`(${a}) and (${b})`), verdictOf(`(${b}) and (${a})`));
      }),
      { numRuns: 200 },
    );
  });

  test("an unknown part never turns a known answer: what passes with it passes with its pass and its fail", () => {
    const hole = "ni(roc_auc, 0.1pp)";
    const any = condition(fc.constantFrom(hole, parts.pass, parts.fail));
    fc.assert(
      fc.property(any, (text) => {
        const verdict = verdictOf(text);
        if (verdict !== "pass" && verdict !== "fail") return;
        assert.equal(verdictOf(text.replaceAll(hole, parts.pass)), verdict);
        assert.equal(verdictOf(text.replaceAll(hole, parts.fail)), verdict);
      }),
      { numRuns: 200 },
    );
  });
});

describe("for any proof", () => {
  const rank: Partial<Record<Verdict, number>> = { fail: 0, inconclusive: 1, pass: 2 };
  const change = fc.double({ min: -0.2, max: 0.2, noNaN: true });
  const width = fc.double({ min: 0, max: 0.1, noNaN: true });

  test("a better bound never makes a verdict worse", () => {
    const gate = fc.constantFrom(
      "ni(roc_auc, 1pp)",
      "sup(roc_auc, 1pp)",
      "delta(roc_auc) > -1pp at 95%",
      "no_worse_slices(roc_auc, 1pp)",
    );
    fc.assert(
      fc.property(gate, change, width, width, (text, value, shift, spread) => {
        const at = (moved: number): number => {
          const bounds = [{ level: 0.95, lower: value + moved - spread, upper: value + moved + spread }];
          const slice = text.startsWith("no_") ? { by: "a", value: "b" } : null;
          return (
            rank[judged(text, factsWith([changed("roc_auc", value + moved, null, { bounds, slice })])).verdict] ?? -1
          );
        };
        assert.ok(at(0) <= at(shift));
      }),
    );
  });

  test("never both: what a gate proves, its opposite does not", () => {
    fc.assert(
      fc.property(change, width, (value, standardError) => {
        const metrics = factsWith([changed("roc_auc", value, standardError)]);
        const opposites = [
          ["delta(roc_auc) > 1pp at 95%", "delta(roc_auc) < 1pp at 95%"],
          ["sup(roc_auc, 1pp)", "limit_gain(roc_auc, 1pp)"],
        ] as const;
        for (const [one, other] of opposites) {
          const verdicts = [judged(one, metrics).verdict, judged(other, metrics).verdict];
          assert.ok(verdicts[0] !== "pass" || verdicts[1] !== "pass", verdicts.join());
        }
      }),
    );
  });
});

describe("a gate printed and read again", () => {
  const plain = (text: string): string => {
    const parsed = parseGate(text);
    assert.ok(parsed.ok, `${text}: ${parsed.ok ? "" : parsed.fault.message}`);
    return printGate(parsed.gate);
  };
  for (const text of [
    "ni(roc_auc, 0.5pp) at 97.5%",
    "sup(log_loss[phase = 'a]b'], 0.01)",
    "equiv(f1, 1pt) at 99.9%",
    'no_worse_slices(f1, 2pp, by=[country, "a, b"]) at 90%',
    "limit_gain(roc_auc, 5pp) or not flip_rate < 6% and nfr < 2% at 95%",
    "n - o > 0.02 +/- 0.02 at 99%",
    "delta(f1) > -2.3rel%",
    "abs(delta(f1)) < 0.7rel%",
    "-(candidate.f1 + 0.1) * 2 < -min(0.3, candidate.recall[size > 3])",
    "ratio(latency_p95) < 1.2 at 95% and candidate.peak_rss < 1.5GB",
    "candidate.f_beta@2 >= 33.3%",
    "(ni(f1, 1pp) or sup(f1, 1pp)) and (candidate.f1 > 0.5 or worst(f1, by=[a]) - gap(f1) > 0.1)",
  ]) {
    test(text, () => assert.equal(plain(plain(text)), plain(text)));
  }

  test("any level and any margin", () => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 999 }), fc.integer({ min: 1, max: 99_999 }), (level, margin) => {
        const text = plain(`ni(f1, ${margin / 1_000}pp) at ${level / 10}%`);
        const [one, two] = [parseGate(text), parseGate(`ni(f1, ${margin / 1_000}pp) at ${level / 10}%`)];
        assert.deepEqual(one.ok && one.gate, two.ok && two.gate);
      }),
    );
  });
});
