import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Measured, measure } from "../../../core/metrics/measure.ts";
import { fairness } from "../../../core/report.ts";
import { input, scores, stream } from "./make.ts";

/** Rows by group, label, and what both models predict; each so often. */
type Block = readonly [group: number, label: number, own: number, theirs: number, count: number];

// Group a: 60 of 100 selected, 40 of 50 positives found, 20 of 50 negatives taken for positive.
// Group b: 30 of 100 selected, 25 of 50 positives found,  5 of 50 negatives taken for positive.
const blocks: readonly Block[] = [
  [0, 1, 1, 1, 40],
  [0, 1, 0, 1, 10],
  [0, 0, 1, 0, 20],
  [0, 0, 0, 0, 30],
  [1, 1, 1, 1, 25],
  [1, 1, 0, 1, 25],
  [1, 0, 1, 0, 5],
  [1, 0, 0, 0, 45],
  [2, 1, 1, 1, 3],
];

function inputOf(
  of: readonly Block[],
  more: Partial<Parameters<typeof measure>[0]> = {},
): Parameters<typeof measure>[0] {
  const rows = of.flatMap(([group, label, own, theirs, count]) => {
    return Array.from({ length: count }, () => ({ group, label, own, theirs }));
  });
  const codes = Int32Array.from(rows, ({ group }) => group);
  return {
    ...input({
      labels: rows.map(({ label }) => label),
      candidate: scores(...rows.map(({ own }) => own)),
      baseline: scores(...rows.map(({ theirs }) => theirs)),
      fairness: ["sex"],
      fairnessGroups: [{ by: "sex", codes, values: ["a", "b", "c"] }],
    }),
    ...more,
  };
}

const byId = (of: Measured): Map<string, Measured["fairness"][number]> =>
  new Map(of.fairness.map((each) => [each.id, each]));

describe("fairness between groups", () => {
  const found = byId(measure(inputOf(blocks)));
  for (const [id, own, theirs] of [
    // Fairlearn 0.12: demographic_parity_difference, …_ratio, equal_opportunity_difference, equalized_odds_difference.
    ["demographic_parity_difference", 0.3, 0],
    ["demographic_parity_ratio", 0.5, 1],
    ["equal_opportunity_difference", 0.3, 0],
    ["equalized_odds_difference", 0.3, 0],
  ] as const) {
    test(`${id} by hand`, () => {
      const each = found.get(id);
      assert.ok(Math.abs((each?.candidate.value ?? Number.NaN) - own) < 1e-12);
      assert.ok(Math.abs((each?.baseline?.value ?? Number.NaN) - theirs) < 1e-12);
      assert.ok(Math.abs((each?.delta?.value ?? Number.NaN) - (own - theirs)) < 1e-12);
      assert.ok(each?.candidate.interval !== null && each?.delta?.interval !== null);
      fairness.parse(each);
    });
  }

  test("names a group that is too small and does not count it", () => {
    assert.deepEqual(found.get("demographic_parity_difference")?.groups, [
      { value: "a", n: 100, counted: true },
      { value: "b", n: 100, counted: true },
      { value: "c", n: 3, counted: false },
    ]);
    assert.equal(found.get("demographic_parity_difference")?.candidate.n, 200);
  });

  test("the interval of two groups' difference is near the normal one", () => {
    const [low, high] = found.get("demographic_parity_difference")?.candidate.interval ?? [0, 0];
    const half = 1.96 * Math.sqrt((0.6 * 0.4) / 100 + (0.3 * 0.7) / 100);
    assert.ok(Math.abs(low - (0.3 - half)) < 0.03 && Math.abs(high - (0.3 + half)) < 0.03, `${low} … ${high}`);
  });

  test("swapping the models negates the difference", () => {
    const swapped = measure(
      inputOf(blocks.map(([group, label, own, theirs, count]) => [group, label, theirs, own, count])),
    );
    for (const { id, delta } of swapped.fairness) {
      assert.ok(Math.abs((delta?.value ?? Number.NaN) + (found.get(id)?.delta?.value ?? Number.NaN)) < 1e-12, id);
    }
  });

  test("weights count as repeated rows do", () => {
    const once = blocks.map(([group, label, own, theirs]) => [group, label, own, theirs, 1] as const);
    const weights = Float64Array.from(blocks, ([, , , , count]) => count);
    const weighted = measure(inputOf(once, { weights, minRows: 1 }));
    const repeated = byId(measure(inputOf(blocks, { minRows: 1 })));
    for (const { id, candidate } of weighted.fairness) {
      assert.equal(candidate.value, repeated.get(id)?.candidate.value, id);
    }
  });

  test("is undefined where a group has nobody to treat well, and insufficient for one group", () => {
    const negatives: readonly Block[] = [
      [0, 1, 1, 1, 60],
      [0, 0, 0, 0, 60],
      [1, 0, 1, 0, 60],
    ];
    const own = byId(measure(inputOf(negatives)));
    assert.equal(own.get("equal_opportunity_difference")?.candidate.status, "undefined");
    assert.equal(own.get("demographic_parity_difference")?.candidate.value, 0.5);
    const one = byId(measure(inputOf(negatives.slice(0, 2))));
    assert.equal(one.get("demographic_parity_difference")?.candidate.status, "insufficient");
  });

  test("rows in groups of copies claim no more than single rows", () => {
    const next = stream(4);
    const rows = Array.from({ length: 300 }, (): Block => {
      return [Number(next() < 0.5), Number(next() < 0.5), Number(next() < 0.6), Number(next() < 0.5), 1];
    });
    const repeated = rows.map(([group, label, own, theirs]): Block => [group, label, own, theirs, 4]);
    const groups = Int32Array.from({ length: 1_200 }, (_, row) => Math.floor(row / 4));
    const single = byId(measure(inputOf(rows)));
    for (const { id, delta } of measure(inputOf(repeated, { groups })).fairness) {
      const ratio = (delta?.standardError ?? Number.NaN) / (single.get(id)?.delta?.standardError ?? Number.NaN);
      assert.ok(Math.abs(ratio - 1) < 0.15, `${id}: ${ratio}`);
      assert.equal(delta?.method, "cluster-bootstrap");
    }
  });
});
