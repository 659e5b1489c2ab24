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
    const slice = null;
    assert.deepEqual(gate("ni(roc_auc, 0.5pp) at 99%"), {
      kind: "ni",
      metric: "roc_auc",
      slice,
      margin: 0.005,
      level: 0.99,
      column,
    });
    assert.deepEqual(gate("ni(roc_auc,0.5 pp)"), {
      kind: "ni",
      metric: "roc_auc",
      slice,
      margin: 0.005,
      level: 0.95,
      column,
    });
    assert.deepEqual(gate("sup(log_loss, 0.01) at 90 %"), {
      kind: "sup",
      metric: "log_loss",
      slice,
      margin: 0.01,
      level: 0.9,
      column,
    });
    assert.deepEqual(gate("ni(accuracy, 0)"), {
      kind: "ni",
      metric: "accuracy",
      slice,
      margin: 0,
      level: 0.95,
      column,
    });
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
      precision: null,
      level: null,
      column: 32,
      left: {
        kind: "arithmetic",
        operator: "-",
        column: 14,
        left: { kind: "reference", side: "candidate", metric: "f1", slice: null, column: 1 },
        right: {
          kind: "arithmetic",
          operator: "*",
          column: 18,
          left: { kind: "number", value: 2, unit: "", column: 16 },
          right: { kind: "reference", side: "baseline", metric: "f1", slice: null, column: 20 },
        },
      },
      right: {
        kind: "negate",
        column: 35,
        of: {
          kind: "arithmetic",
          operator: "+",
          column: 41,
          left: { kind: "number", value: 0.1, unit: "", column: 37 },
          right: { kind: "number", value: 0.2, unit: "", column: 43 },
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
    ["candidate accuracy > 1", 11, /"accuracy" stands where \. should stand/, "."],
    ["ni(roc_auc 1pp)", 12, /"1pp" stands where , should stand/, ","],
    ["ni(roc_auc, 1pp", 16, /the gate ends where \) should stand/, ")"],
    ["ni(roc_auc, -1pp)", 13, /margin is a size without a sign/, "a number such as 0.5pp"],
    ["ni(roc_auc, candidate.f1)", 13, /"candidate" stands where the margin should stand/, "a number such as 0.5pp"],
    ["ni(roc_auc, 1)", 13, /margin of 1 decides nothing: ROC AUC spans only 1/, "1pp"],
    ["ni(roc_auc, 100%)", 13, /decides nothing/, "less than 1"],
    ["sup(mcc, 2)", 10, /gain of 2 decides nothing: MCC spans only 2/, "less than 2"],
    ["ni(log_loss, 0.5pp)", 14, /log loss is not counted in points/, "a plain number such as 0.005"],
    ["ni(f1, 1pp) at 95", 16, /"95" stands where a confidence level should stand/, "a percentage such as 95%"],
    ["ni(f1, 1pp) at 49%", 16, /level of 49% is out of range/, "50 % to 99.9 %"],
    ["ni(f1, 1pp) at 99.95%", 16, /out of range/, "50 % to 99.9 %"],
    ["ni(f1, 1pp) at", 15, /the gate ends where a confidence level should stand/, "a percentage such as 95%"],
    ["(ni(f1, 1pp)) at 95%", 15, /belongs right after a comparison/, "the end"],
    ["candidate.f1 > 5ms", 16, /F1 is not counted in milliseconds/, "a number such as 0.5pp or 2%"],
    ["candidate.f1", 1, /a number, not a condition/, "<"],
    ["ni(f1, 1pp) > 0.5", 1, /a condition, not a number/, "candidate.METRIC"],
    ["candidate.f1 and ni(f1, 1pp)", 1, /a number, not a condition/, "<"],
    ["0.1 < candidate.f1 < 0.5", 20, /do not chain/, "two comparisons joined by and"],
    ["candidate.f1 == 0.5", 14, /no equality/, "<="],
    ["candidate.f1 > 0.5 && ni(f1, 1pp)", 20, /in words/, "and"],
    ["ni(f1, 1pp) AND ni(f1, 1pp)", 13, /"AND" stands where the end of the condition should stand/, "and"],
    ["ni(f1, 1pp) ni(f1, 1pp)", 13, /"ni" stands where the end/, "and"],
    ["candidate.f1 > ", 16, /the gate ends where a number or a metric should stand/, "candidate.METRIC"],
    ["previous.f1 > 0.5", 1, /not a side/, "baseline"],
    ["f1 > 0.5", 1, /f1 means nothing in a gate/, "candidate.METRIC"],
    ["1 < 2", 3, /answer is known before/, "candidate.METRIC"],
    ["candidate.accuracy > 85", 22, /accuracy lies between 0 and 1/, "85%"],
    ["1.5 > candidate.accuracy", 1, /accuracy lies between 0 and 1/, "a value in that range"],
    ["delta(accuracy) > -2", 19, /accuracy changes by between -1 and 1/, "a value in that range"],
    ["candidate.log_loss > -0.1", 22, /log loss lies between 0 and Infinity/, "a value in that range"],
    ["candidate.f1@10 > 0.5", 11, /there is no metric f1@10/, "roc_auc"],
    ["candidate.f1@ > 0.5", 15, /">" stands where the metric's number should stand/, "a number such as 10"],
    ["candidate.f1 > 5 parsecs", 18, /parsecs is not a unit/, "%"],
    ["candidate.model_bytes < 5mb", 26, /mb is not a unit that gates know \(did you mean MB\?\)/, "MB"],
    ["candidate.latency_p95 < 5MB", 25, /latency p95 is not counted in bytes/, "a time such as 20ms"],
    ["candidate.f1 < candidate.latency_p95", 14, /do not count the same thing/, "two numbers of one unit"],
    ["candidate.mcc > 50%", 17, /MCC is not counted in per cent/, "a plain number such as 0.005"],
    ["ratio(latency_p95) < 5pp", 22, /ratio of latency p95 is not counted in points/, "a plain number such as 1.2"],
    ["ni(f1, 2rel%)", 8, /relative to the baseline has no interval/, "delta(f1) > -2rel%"],
    ["candidate.f1 > 2rel%", 16, /share of the baseline/, "delta(METRIC) > -2rel%"],
    ["delta(mcc) > -2rel%", 1, /may be 0 or negative/, "a change in its own unit, such as delta(mcc)"],
    ["ratio(mcc) > 0.9", 7, /may be 0 or negative/, "a change in its own unit, such as delta(mcc)"],
    ["candidate.mcc / baseline.mcc > 0.9", 17, /may be 0/, "a change in its own unit, such as delta(mcc)"],
    ["ni(latency_p95, 2ms)", 4, /proven as a ratio/, "ratio(latency_p95) < 1.2 at 95%"],
    ["delta(latency_p95) < 2ms at 95%", 20, /no confidence bound/, "ratio(latency_p95) < 1.2 at 95%"],
    ["candidate.model_bytes < 5MB at 95%", 23, /known exactly/, "the comparison without at"],
    ["candidate.latency_p95[a = 'b'] < 5ms", 11, /no slices/, "ratio(latency_p95) < 1.2 at 95%"],
    ["ratio(f1) > 0.9 at 95%", 11, /no confidence bound/, "delta(f1) at 95%"],
    ["abs(delta(f1)) < 1pp at 95%", 16, /no confidence bound/, "equiv(f1, MARGIN) at 95%"],
    ["worst(f1) > 0.5 at 95%", 11, /no confidence bound/, "no_worse_slices(f1, MARGIN)"],
    ["candidate.f1 - 2 * baseline.f1 > 0 at 95%", 32, /no confidence bound/, null],
    ["candidate.f1 + candidate.recall > 0.5 +/- 1pp", 33, /no confidence bound/, null],
    ["candidate.f1 > 0.5 +/- 0", 24, /larger than 0/, "a number such as 1pp"],
    ["candidate.f1 > 0.5 +/- 5ms", 24, /not counted in milliseconds/, "a number such as 0.5pp or 2%"],
    ["equiv(f1, 0)", 11, /never be proven equivalent/, "a number such as 1pp"],
    ["candidate.f1 > 1", 16, /no model can meet this/, "a value inside the range"],
    ["candidate.f1 >= 0", 17, /every model meets this/, "a value inside the range"],
    ["flip_rate < 6", 13, /flip_rate lies between 0 and 1/, "6%"],
    ["ratio(latency_p95) < -1", 22, /lies between 0 and Infinity/, "a value in that range"],
    ["candidate.f1 > 0.9 and candidate.f1 < 0.5", 37, /the comparison at column 14/, "or"],
    ["delta(f1) > 0 and candidate.f1 < baseline.f1", 32, /no value can meet this/, "or"],
    ["candidate.f1[phase = 'x > 0.5", 13, /quoted text is not closed/, "]"],
    ["candidate.f1[phase > 0.5", 13, /bracket is not closed/, "]"],
    ["candidate.f1[] > 0.5", 13, /the slice is empty/, "[phase = 'Climb']"],
    ["no_worse_slices(f1, 2pp, by=[])", 29, /a column is missing/, "by=[COLUMN]"],
    ["no_worse_slices(f1, 2pp, by=[a, a])", 29, /a is listed twice/, "each column once"],
    ["no_worse_slices(f1, 2pp, [a])", 26, /a slice in brackets stands where by=/, "by=[COLUMN]"],
    ["no_worse_slices(f1[a = 'b'], 2pp)", 19, /looks at slices itself/, "by=[COLUMN]"],
    ["no_worse_slice(f1, 2pp)", 1, /did you mean no_worse_slices\?/, "ratio(METRIC)"],
    ["min(candidate.f1) > 0.5", 1, /min takes two numbers or more/, "min(A, B)"],
    ["abs(delta(f1), 1) > 0.5", 1, /abs takes one number/, "abs(delta(METRIC))"],
    ["+/- 0.1 > candidate.f1", 1, /a required precision follows a comparison/, null],
    ["candidate.f1 > 0.5; rm", 19, /";" stands where the end/, "and"],
    ["candidate.f1 > 😀", 16, /"😀" stands where a number/, "candidate.METRIC"],
  ] as const) {
    test(text === "" ? "the empty gate" : text, () => {
      const parsed = parseGate(text);
      assert.ok(!parsed.ok, "it was read");
      assert.match(parsed.fault.message, message);
      assert.equal(parsed.fault.column, column);
      if (expected !== null) assert.ok(parsed.fault.expected.includes(expected), parsed.fault.expected.join(" | "));
    });
  }

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
    "equiv",
    "no_worse_slices",
    "by=[a, b]",
    "[a = 'b']",
    "flip_rate",
    "ratio(latency_p95)",
    "1.2",
    "min",
    "abs",
    "+/-",
    "2rel%",
    "5MB",
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
