import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { measured, scores } from "./make.ts";

const n = 120;
const labels = Array.from({ length: n }, (_, row) => (row % 3 === 0 ? 1 : 0));
const candidate = scores(...labels.map((label, row) => ((row * 37) % 101) / 202 + label * 0.3));
const baseline = scores(...labels.map((label, row) => ((row * 53) % 97) / 194 + label * 0.2));

const cases = [
  { name: "rows that all count 1", weights: null, groups: null },
  { name: "weights", weights: Float64Array.from(labels, (_, row) => (row % 4) + 0.5), groups: null },
  { name: "groups", weights: null, groups: Int32Array.from(labels, (_, row) => Math.floor(row / 4)) },
];

describe("Gini's coefficient beside the ROC AUC of which it is twice less 1", () => {
  for (const { name, weights, groups } of cases) {
    test(`differs with exactly twice the standard error and the same z and p: ${name}`, () => {
      const of = { labels, candidate, baseline, weights, groups };
      const [gini, area] = [measured("gini", of), measured("roc_auc", of)];
      assert.equal(gini.candidate.value, 2 * (area.candidate.value ?? Number.NaN) - 1);
      assert.ok(Math.abs((gini.delta?.value ?? 1) - 2 * (area.delta?.value ?? 0)) < 1e-14);
      const errors = [gini, area].map(({ delta }) => delta?.standardError ?? Number.NaN);
      // Replicates of 2x − 1 round for themselves; a formula doubles bit by bit.
      assert.ok(Math.abs((errors[0] ?? 0) / (errors[1] ?? 0) - 2) <= (groups === null ? 0 : 1e-12));
      assert.ok(Math.abs((gini.delta?.z ?? 0) - (area.delta?.z ?? 1)) < 1e-12);
    });
  }
});
