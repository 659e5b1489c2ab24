import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { decimate } from "../../../core/metrics/decimate.ts";
import { measure } from "../../../core/metrics/measure.ts";
import { input, scores, stream } from "./make.ts";

describe("a decimated curve", () => {
  const next = stream(7);
  const labels = Array.from({ length: 5_000 }, () => Number(next() < 0.3));
  const candidate = scores(...labels.map((label) => 0.25 * label + 0.75 * next()));
  const { curves } = measure(input({ labels, candidate, baseline: candidate }));
  const roc = curves.roc?.candidate ?? [];

  test("has at most 200 points, ends included, in order", () => {
    for (const points of [roc, curves.roc?.baseline ?? [], curves.pr?.candidate ?? []]) {
      assert.ok(points.length > 100 && points.length <= 200, `${points.length} points`);
      for (const [at, [x]] of points.entries()) assert.ok(at === 0 || x >= (points[at - 1]?.[0] ?? 0));
    }
    assert.deepEqual(
      [roc.at(0), roc.at(-1)],
      [
        [0, 0],
        [1, 1],
      ],
    );
  });

  test("keeps the area of the whole curve to half a thousandth", () => {
    let area = 0;
    for (const [at, [x, y]] of roc.entries()) {
      const [beforeX, beforeY] = roc[at - 1] ?? [0, 0];
      area += ((x - beforeX) * (y + beforeY)) / 2;
    }
    const auc = measure(input({ labels, candidate, metrics: ["roc_auc"] })).metrics[0]?.candidate.value ?? Number.NaN;
    assert.ok(Math.abs(area - auc) < 5e-4, `${area} is not ${auc}`);
  });

  test("keeps the point that is farthest from the diagonal", () => {
    const best = Math.max(...roc.map(([x, y]) => y - x));
    const order = [...labels.keys()].toSorted((a, b) => scoreAt(b) - scoreAt(a));
    function scoreAt(row: number): number {
      return candidate.kind === "binary" ? (candidate.scores[row] ?? 0) : 0;
    }
    const positives = labels.reduce((sum, label) => sum + label, 0);
    let [hits, misses, whole] = [0, 0, 0];
    for (const row of order) {
      if (labels[row] === 1) hits++;
      else misses++;
      whole = Math.max(whole, hits / positives - misses / (labels.length - positives));
    }
    assert.equal(best, whole);
  });

  test("is the curve itself without the points inside straight runs", () => {
    const line = { x: Float64Array.of(0, 0, 0, 0.5, 1), y: Float64Array.of(0, 0.25, 0.5, 0.75, 1) };
    assert.deepEqual(decimate(line, 200), [
      [0, 0],
      [0, 0.5],
      [1, 1],
    ]);
  });

  test("holds only points of the curve, never more than the limit", () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), { minLength: 1 });
    fc.assert(
      fc.property(points, fc.integer({ min: 2, max: 12 }), (all, limit) => {
        const line = { x: Float64Array.from(all, ([x]) => x), y: Float64Array.from(all, ([, y]) => y) };
        const kept = decimate(line, limit);
        assert.ok(kept.length <= limit);
        let at = 0;
        for (const [x, y] of kept) {
          at = all.findIndex((point, index) => index >= at && point[0] === x && point[1] === y);
          assert.ok(at >= 0);
        }
      }),
    );
  });
});
