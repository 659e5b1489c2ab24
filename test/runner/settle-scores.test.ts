import assert from "node:assert/strict";
import { test } from "node:test";
import type { SettleInput, Side } from "../../runner/compare/settle-scores.ts";
import { settleScores } from "../../runner/compare/settle-scores.ts";

const input: SettleInput = {
  file: "p.csv",
  task: "binary",
  scores: false,
  onNan: "error",
  labels: Int32Array.of(0, 1, 0, 1),
  rowNumbers: Uint32Array.of(2, 3, 5, 8),
};
const none = Number.NaN;

function side(values: readonly number[], columns: readonly string[] = ["p"]): Side {
  return { flag: "candidate", columns, values: Float64Array.from(values) };
}

test("probabilities within rounding of 0 and 1 are clipped, and every row stays", () => {
  const given = side([-1e-7, 1 + 1e-7, 0.5, 1]);
  assert.equal(settleScores(input, [given]), null);
  assert.deepEqual([...given.values], [0, 1, 0.5, 1]);
});

const refusals: readonly (readonly [string, Partial<SettleInput>, Side, RegExp])[] = [
  [
    "a missing prediction",
    {},
    side([0, none, 1, 1]),
    /--candidate, column "p": 1 rows .*missing.*\(row 3: none\).*drop-pair/,
  ],
  ["an infinite one", {}, side([0, 1, 1, Number.POSITIVE_INFINITY]), /row 8: Infinity/],
  [
    "one that is no probability",
    {},
    side([0, 1.5, -3, 1]),
    /2 rows .*outside 0 … 1 \(row 3: 1\.5; row 5: -3\); .*--scores/,
  ],
  [
    "classes that do not sum to 1",
    { task: "multiclass", labels: Int32Array.of(0, 1) },
    side([0.5, 0.5, 0.7, 0.2], ["a", "b"]),
    /columns "a", "b": 1 rows .*sum to 1 \(row 3: 0\.7, 0\.2\)/,
  ],
  ["a missing number", { task: "regression", labels: new Float64Array(4) }, side([1, none, 2, 3]), /both models$/],
];

for (const [name, changes, given, says] of refusals) {
  test(`refused, with column and row: ${name}`, () => {
    assert.throws(() => settleScores({ ...input, ...changes }, [given]), says);
  });
}

test("drop-pair leaves a row out for both models, whichever of them has no number there", () => {
  const rows = settleScores({ ...input, onNan: "drop-pair" }, [side([none, 0.1, 0.2, 0.3]), side([0, 0.1, none, 0.3])]);
  assert.deepEqual(rows, Uint32Array.of(1, 3));
});

test("a row of classes that is left out need not sum to 1", () => {
  const rows = { labels: Int32Array.of(0, 1), rowNumbers: Uint32Array.of(1, 2) };
  const changes = { task: "multiclass", onNan: "drop-pair", ...rows } as const;
  assert.deepEqual(
    settleScores({ ...input, ...changes }, [side([none, 0.5, 0.4, 0.6], ["a", "b"])]),
    Uint32Array.of(1),
  );
});

const worst: readonly (readonly [string, Partial<SettleInput>, Side, readonly number[]])[] = [
  ["probabilities are certain and wrong", {}, side([none, none, 0.5, 0.6]), [1, 0, 0.5, 0.6]],
  ["scores are at the wrong end", { scores: true }, side([none, none, -5, 7]), [7, -5, -5, 7]],
  ["all scores missing are tied", { scores: true }, side([none, none, none, none]), [0, 0, 0, 0]],
  [
    "classes are certain of another class",
    { task: "multiclass", labels: Int32Array.of(0, 1) },
    side([none, 0.3, 0.7, none], ["a", "b"]),
    [0, 1, 1, 0],
  ],
  ["documents come last", { task: "ranking", labels: new Float64Array(4) }, side([3, none, -2, 1]), [3, -2, -2, 1]],
];

for (const [name, changes, given, expected] of worst) {
  test(`worst: ${name}`, () => {
    assert.equal(settleScores({ ...input, onNan: "worst", ...changes }, [given]), null);
    assert.deepEqual([...given.values], expected);
  });
}
