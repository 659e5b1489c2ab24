import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { describeGateFault, parseGate } from "../../../core/gate/parse.ts";

function gate(text: string): unknown {
  const parsed = parseGate(text);
  assert.ok(parsed.ok, parsed.ok ? "" : describeGateFault(parsed.fault));
  return JSON.parse(JSON.stringify(parsed.gate));
}

describe("gates that are read", () => {
  test("non-inferiority, with and without a level", () => {
    const column = 1;
    assert.deepEqual(gate("ni(roc_auc, 0.5pp) at 99%"), {
      kind: "ni",
      metric: "roc_auc",
      margin: 0.005,
      level: 0.99,
      column,
    });
    assert.deepEqual(gate("ni(roc_auc,0.5 pp)"), { kind: "ni", metric: "roc_auc", margin: 0.005, level: 0.95, column });
    assert.deepEqual(gate("sup(log_loss, 0.01) at 90 %"), {
      kind: "sup",
      metric: "log_loss",
      margin: 0.01,
      level: 0.9,
      column,
    });
    assert.deepEqual(gate("ni(accuracy, 0)"), { kind: "ni", metric: "accuracy", margin: 0, level: 0.95, column });
  });

  for (const [text, value] of [
    ["0.35", 0.35],
    ["85%", 0.85],
    ["85 %", 0.85],
    ["2pp", 0.02],
    [".5", 0.5],
    ["1e-3", 0.001],
    ["2.5e-1", 0.25],
  ] as const) {
    test(`the number ${text}`, () => {
      const { right } = gate(`candidate.accuracy > ${text}`) as { right: { value: number } };
      assert.ok(Math.abs(right.value - value) < 1e-15);
    });
  }

  test("arithmetic binds as usual, and every part knows its column", () => {
    assert.deepEqual(gate("candidate.f1 - 2 * baseline.f1 >= -(0.1 + 0.2)"), {
      kind: "compare",
      operator: ">=",
      column: 32,
      left: {
        kind: "arithmetic",
        operator: "-",
        column: 14,
        left: { kind: "reference", side: "candidate", metric: "f1", column: 1 },
        right: {
          kind: "arithmetic",
          operator: "*",
          column: 18,
          left: { kind: "number", value: 2, column: 16 },
          right: { kind: "reference", side: "baseline", metric: "f1", column: 20 },
        },
      },
      right: {
        kind: "negate",
        column: 35,
        of: {
          kind: "arithmetic",
          operator: "+",
          column: 41,
          left: { kind: "number", value: 0.1, column: 37 },
          right: { kind: "number", value: 0.2, column: 43 },
        },
      },
    });
  });

  test("subtraction goes from left to right", () => {
    const tree = gate("candidate.f1 - 0.1 - 0.2 > 0") as { left: { left: { kind: string }; right: { value: number } } };
    assert.equal(tree.left.left.kind, "arithmetic");
    assert.equal(tree.left.right.value, 0.2);
  });

  test("and binds before or, not before and, parentheses before all", () => {
    const kinds = (text: string): unknown => {
      const shape = (node: { kind: string; parts?: never[]; of?: never }): unknown => {
        if (node.parts !== undefined) return [node.kind, ...node.parts.map(shape)];
        return node.of === undefined ? node.kind : [node.kind, shape(node.of)];
      };
      return shape(gate(text) as { kind: string });
    };
    const [a, b, c] = ["ni(f1, 1pp)", "sup(f1, 1pp)", "candidate.f1 > 0.5"];
    assert.deepEqual(kinds(`${a} or ${b} and ${c}`), ["or", "ni", ["and", "sup", "compare"]]);
    assert.deepEqual(kinds(`(${a} or ${b}) and ${c}`), ["and", ["or", "ni", "sup"], "compare"]);
    assert.deepEqual(kinds(`not ${a} and ${b}`), ["and", ["not", "ni"], "sup"]);
    assert.deepEqual(kinds(`not not (${c})`), ["not", ["not", "compare"]]);
    assert.deepEqual(kinds(`((candidate.f1)) * (1 + 1) > 0.5`), "compare");
    assert.deepEqual(kinds(`${a} at 90% and ${b} at 95% or ${c}`), ["or", ["and", "ni", "sup"], "compare"]);
  });
});

describe("gates that are refused, where and why", () => {
  for (const [text, column, message, expected] of [
    ["", 1, /empty/, "ni(METRIC, MARGIN) at 95%"],
    ["   ", 4, /empty/, "candidate.METRIC"],
    ["ni(roc_auk, 1pp)", 4, /no metric roc_auk \(did you mean roc_auc\?\)/, "roc_auc"],
    ["ni(logloss, 0.1)", 4, /did you mean log_loss\?/, "log_loss"],
    ["candidate.latency_p95 < 20", 11, /there is no metric latency_p95$/, "accuracy"],
    ["candidate accuracy > 1", 11, /"accuracy" stands where \. should stand/, "."],
    ["ni(roc_auc 1pp)", 12, /"1pp" stands where , should stand/, ","],
    ["ni(roc_auc, 1pp", 16, /the gate ends where \) should stand/, ")"],
    ["ni(roc_auc, -1pp)", 13, /margin is a size without a sign/, "a number such as 0.5pp"],
    ["ni(roc_auc, candidate.f1)", 13, /"candidate" stands where the margin should stand/, "a number such as 0.5pp"],
    ["ni(roc_auc, 1)", 13, /margin of 1 decides nothing: ROC AUC spans only 1/, "1pp"],
    ["ni(roc_auc, 100%)", 13, /decides nothing/, "less than 1"],
    ["sup(mcc, 2)", 10, /gain of 2 decides nothing: MCC spans only 2/, "less than 2"],
    ["ni(log_loss, 0.5pp)", 14, /log loss is not counted in points/, "a plain number such as 0.005"],
    ["ni(ece, 1pp)", 9, /has no interval in this version/, "a comparison of its value, such as delta(ece) < 0.01"],
    ["ni(f1, 1pp) at 95", 16, /"95" stands where a confidence level should stand/, "a percentage such as 95%"],
    ["ni(f1, 1pp) at 49%", 16, /level of 49% is out of range/, "50 % to 99.9 %"],
    ["ni(f1, 1pp) at 99.95%", 16, /out of range/, "50 % to 99.9 %"],
    ["ni(f1, 1pp) at", 15, /the gate ends where a confidence level should stand/, "a percentage such as 95%"],
    ["candidate.f1 > 0.5 at 95%", 20, /judged by its value/, "ni(METRIC, MARGIN) at 95%"],
    ["(ni(f1, 1pp)) at 95%", 15, /belongs right after ni/, "the end"],
    ["candidate.f1 > 5ms", 17, /ms is not a unit/, "%"],
    ["candidate.f1", 1, /a number, not a condition/, "<"],
    ["ni(f1, 1pp) > 0.5", 1, /a condition, not a number/, "candidate.METRIC"],
    ["candidate.f1 and ni(f1, 1pp)", 1, /a number, not a condition/, "<"],
    ["0.1 < candidate.f1 < 0.5", 20, /do not chain/, "two comparisons joined by and"],
    ["candidate.f1 == 0.5", 14, /no equality/, "<="],
    ["candidate.f1 > 0.5 && ni(f1, 1pp)", 20, /in words/, "and"],
    ["ni(f1, 1pp) AND ni(f1, 1pp)", 13, /"AND" stands where the end of the condition should stand/, "and"],
    ["ni(f1, 1pp) ni(f1, 1pp)", 13, /"ni" stands where the end/, "and"],
    ["candidate.f1[phase = 'x'] > 0.5", 13, /slices are not judged/, "no brackets"],
    ["candidate.ndcg@10 > 0.5", 11, /there is no metric ndcg/, "roc_auc"],
    ["candidate.f1@10 > 0.5", 13, /metrics with @ are not judged/, "a metric such as roc_auc"],
    ["candidate.f1 > 0.5 +/- 0.1", 20, /required precision/, "delta(METRIC)"],
    ["candidate.f1 > ", 16, /the gate ends where a number or a metric should stand/, "candidate.METRIC"],
    ["previous.f1 > 0.5", 1, /not a side/, "baseline"],
    ["n - o > 0.02", 1, /n means nothing in a gate/, "candidate.METRIC"],
    ["f1 > 0.5", 1, /f1 means nothing in a gate/, "candidate.METRIC"],
    ["1 < 2", 3, /answer is known before/, "candidate.METRIC"],
    ["candidate.accuracy > 85", 22, /accuracy lies between 0 and 1/, "85%"],
    ["1.5 > candidate.accuracy", 1, /accuracy lies between 0 and 1/, "a value in that range"],
    ["delta(accuracy) > -2", 19, /accuracy changes by between -1 and 1/, "a value in that range"],
    ["candidate.log_loss > -0.1", 22, /log loss lies between 0 and Infinity/, "a value in that range"],
    ["candidate.f1 > 0.5; rm", 19, /";" stands where the end/, "and"],
    ["candidate.f1 > 😀", 16, /"😀" stands where a number/, "candidate.METRIC"],
  ] as const) {
    test(text === "" ? "the empty gate" : text, () => {
      const parsed = parseGate(text);
      assert.ok(!parsed.ok, "it was read");
      assert.match(parsed.fault.message, message);
      assert.equal(parsed.fault.column, column);
      assert.ok(parsed.fault.expected.includes(expected), parsed.fault.expected.join(" | "));
    });
  }

  for (const form of [
    "no_worse_slices(f1, 2pp, by=[country, device])",
    "equiv(f1, 1pp)",
    "ratio(latency_p95) < 1.2 at 95%",
    "limit_gain(roc_auc, 5pp)",
    "worst(roc_auc, by=[phase]) > 0.5",
    "gap(roc_auc, by=[phase]) < 0.1",
    "abs(delta(f1)) < 0.1",
    "min(candidate.f1, candidate.accuracy) > 0.5",
  ]) {
    test(`${form} is not judged yet, and the answer says what is`, () => {
      const parsed = parseGate(form);
      assert.ok(!parsed.ok);
      assert.match(parsed.fault.message, /^\w+\(…\) is not judged in this version$/);
      assert.equal(parsed.fault.column, 1);
      assert.ok(parsed.fault.expected.includes("ni(METRIC, MARGIN) at 95%"));
    });
  }

  test("a part that is not judged yet refuses the whole gate", () => {
    const parsed = parseGate("ni(f1, 1pp) or limit_gain(f1, 5pp)");
    assert.equal(parsed.ok ? null : parsed.fault.column, 16);
  });

  test("a metric of another task, when the task is known", () => {
    assert.ok(parseGate("ni(f1, 1pp)").ok);
    assert.ok(parseGate("ni(f1, 1pp)", "binary").ok);
    const parsed = parseGate("ni(f1, 1pp)", "multiclass");
    assert.match(
      parsed.ok ? "" : parsed.fault.message,
      /f1 is not a metric of multiclass models \(did you mean f1_macro\?\)/,
    );
  });

  test("nesting that would exhaust the stack, and a text of a thousand characters", () => {
    for (const text of [
      `${"(".repeat(400)}candidate.f1 > 0.5`,
      `${"not ".repeat(200)}ni(f1, 1pp)`,
      `${"-".repeat(900)}1 > candidate.f1`,
    ]) {
      const parsed = parseGate(text);
      assert.match(parsed.ok ? "" : parsed.fault.message, /nested too deeply/);
    }
    assert.match(describeFault(" ".repeat(1_001)), /too long; expected at most 1000 characters/);
  });

  test("a fault reads as one line with its column", () => {
    assert.equal(
      describeFault("ni(f1, -1pp)"),
      "column 8: a margin is a size without a sign; expected a number such as 0.5pp",
    );
  });
});

function describeFault(text: string): string {
  const parsed = parseGate(text);
  return parsed.ok ? "" : describeGateFault(parsed.fault);
}

describe("for any text", () => {
  const words = [
    "ni",
    "sup",
    "(",
    ")",
    ",",
    "f1",
    "roc_auc",
    "0.5pp",
    "95%",
    "at",
    "candidate.f1",
    "delta(f1)",
    "<",
    ">=",
    "+",
    "-",
    "/",
    "and",
    "or",
    "not",
    "[",
    "1",
  ];
  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.constantFrom(...words)).map((parts) => parts.join(" ")),
  );

  test("parsing ends with a gate or with a fault inside the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseGate(text);
        if (parsed.ok) return;
        assert.ok(parsed.fault.column >= 1 && parsed.fault.column <= text.length + 1);
        assert.ok(parsed.fault.message.length > 0 && parsed.fault.expected.length > 0);
      }),
      { numRuns: 2_000 },
    );
  });

  test("spaces change nothing but columns", () => {
    const plain = (text: string): string => {
      const parsed = parseGate(text);
      return JSON.stringify(parsed, (key, value: unknown) => (key === "column" ? 0 : value));
    };
    const text = "ni(f1,0.5pp)at 95% and(candidate.f1*2>=1 or not delta(f1)<-0.1)";
    assert.ok(parseGate(text).ok, describeFault(text));
    assert.equal(plain(text.replaceAll(/[(),*<>=]+/g, " $& ")), plain(text));
  });
});
