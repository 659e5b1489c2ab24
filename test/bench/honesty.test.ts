import assert from "node:assert/strict";
import test from "node:test";
import { type Cell, monteCarloError, simulate } from "../../bench/honesty/simulate.ts";
import { simulateSlices } from "../../bench/honesty/slices.ts";

// A short, seeded version of `npm run bench -- honesty`: the same numbers every time.
const seed = "honesty-test-1";

const cells: readonly Pick<Cell, "metric" | "rows" | "disagreement" | "runs">[] = [
  { metric: "accuracy", rows: 200, disagreement: 0.05, runs: 800 },
  { metric: "accuracy", rows: 500, disagreement: 0.1, runs: 800 },
  { metric: "accuracy", rows: 2_000, disagreement: 0.2, runs: 200 },
  { metric: "roc_auc", rows: 200, disagreement: 0.1, runs: 800 },
  { metric: "roc_auc", rows: 500, disagreement: 0.05, runs: 800 },
  { metric: "roc_auc", rows: 2_000, disagreement: 0.2, runs: 200 },
  { metric: "f1", rows: 200, disagreement: 0.05, runs: 1_200 },
  { metric: "average_precision", rows: 200, disagreement: 0.05, runs: 120 },
];

for (const cell of cells) {
  const { metric, rows, disagreement, runs } = cell;
  test(`a model worse by the margin passes at most as often as declared: ${metric}, ${rows} rows, ${disagreement}`, () => {
    const { notWorsePassed, smallDropPassed, covered } = simulate({ ...cell, truth: "worse", seed });
    assert.ok(notWorsePassed / runs <= 0.05 + 3 * monteCarloError(0.05, runs), `${notWorsePassed} of ${runs} passed`);
    assert.ok(covered / runs >= 0.93, `the interval held the truth ${covered} of ${runs} times`);
    // The gate that compares point estimates passes the same model about every second time.
    assert.ok(smallDropPassed / runs > 0.35, `${smallDropPassed} of ${runs} passed the naive gate`);
  });
}

test("Holm's correction lets a good model with twenty slices through, where point estimates block it", () => {
  const runs = 120;
  const { holm, point } = simulateSlices({ disagreement: 0.1, runs, seed });
  assert.ok(holm / runs <= 0.05 + 3 * monteCarloError(0.05, runs), `Holm blocked ${holm} of ${runs}`);
  assert.ok(point / runs > 0.9, `the point gate blocked ${point} of ${runs}`);
});

test("a simulation depends on its seed alone", () => {
  const cell = { metric: "accuracy", truth: "equal", rows: 100, disagreement: 0.1, runs: 20, seed } as const;
  assert.deepEqual(simulate(cell), simulate(cell));
  assert.notDeepEqual(simulate({ ...cell, runs: 200 }), simulate({ ...cell, runs: 200, seed: "another" }));
});
