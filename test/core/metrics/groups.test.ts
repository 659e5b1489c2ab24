import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { measure } from "../../../core/metrics/measure.ts";
import { metricIds } from "../../../core/metrics/registry.ts";
import { input, scores, stream } from "./make.ts";

/** Groups of rows that are alike: every row of a group is the same. */
function copies(groups: number, size: number): ReturnType<typeof input> {
  const next = stream(21);
  const each = Array.from({ length: groups }, () => {
    const label = Number(next() < 0.4);
    return { label, own: 0.4 * label + 0.6 * next(), theirs: 0.3 * label + 0.7 * next() };
  });
  const rows = each.flatMap((row, group) => Array.from({ length: size }, () => ({ ...row, group })));
  return input({
    labels: rows.map(({ label }) => label),
    candidate: scores(...rows.map(({ own }) => own)),
    baseline: scores(...rows.map(({ theirs }) => theirs)),
    groups: Int32Array.from(rows, ({ group }) => group),
    metrics: ["accuracy", "roc_auc", "log_loss", "f1", "average_precision", "ece", "brier_skill"],
  });
}

describe("rows in groups", () => {
  test("that only repeat a row know no more than one row of each", () => {
    const repeated = copies(150, 4);
    const alone = copies(150, 1);
    const naive = measure({ ...repeated, groups: null }).metrics;
    const single = measure({ ...alone, groups: null }).metrics;
    for (const [at, { id, delta, candidate }] of measure(repeated).metrics.entries()) {
      assert.equal(delta?.method, "cluster-bootstrap", id);
      const ratio = (delta.standardError ?? Number.NaN) / (single[at]?.delta?.standardError ?? Number.NaN);
      assert.ok(Math.abs(ratio - 1) < 0.15, `${id}: ${ratio}`);
      // Taken as rows by themselves, they would claim twice the precision.
      const claimed = (delta.standardError ?? Number.NaN) / (naive[at]?.delta?.standardError ?? Number.NaN);
      assert.ok(claimed > 1.5 && claimed < 2.5, `${id}: ${claimed}`);
      assert.ok(candidate.interval !== null, id);
    }
  });

  test("that are too many to draw have the spread of their sums, nearly the same", () => {
    const of = copies(6_000, 10);
    for (const { id, delta } of measure(of).metrics) {
      assert.equal(delta?.method, "cluster-influence", id);
      assert.ok(delta.standardError !== null && delta.bounds?.length === 4, id);
    }
    const few = { ...copies(400, 3), metrics: ["log_loss", "roc_auc", "f1", "accuracy"] };
    const drawn = measure(few).metrics;
    // The same 1,200 rows and 60,000 of weight 0: too many rows to draw.
    const extra = 60_000;
    const nothing = Array.from({ length: extra }, () => 0);
    const pad = (of: Int32Array | Float64Array): number[] => [...of, ...nothing];
    if (few.candidate.kind !== "binary" || few.baseline?.kind !== "binary") throw new Error("not binary");
    const summed = measure({
      ...few,
      labels: Int32Array.from(pad(few.labels)),
      candidate: scores(...pad(few.candidate.scores)),
      baseline: scores(...pad(few.baseline.scores)),
      groups: Int32Array.from([...(few.groups ?? []), ...nothing]),
      weights: Float64Array.from({ length: 1_200 + extra }, (_, row) => (row < 1_200 ? 1 : 0)),
    }).metrics;
    for (const [at, { id, delta }] of summed.entries()) {
      const ratio = (delta?.standardError ?? Number.NaN) / (drawn[at]?.delta?.standardError ?? Number.NaN);
      assert.ok(Math.abs(ratio - 1) < 0.1, `${id}: ${ratio}`);
    }
  });

  test("that are one alone prove nothing", () => {
    const alone = { ...copies(60, 2), groups: new Int32Array(120) };
    for (const { id, delta, candidate } of measure(alone).metrics) {
      assert.deepEqual([delta?.interval, delta?.method, candidate.interval], [null, "none", null], id);
    }
  });

  test("that are few have wide bounds, which agree with Student's law", () => {
    const few = copies(6, 40);
    for (const { id, delta } of measure({ ...few, metrics: ["accuracy", "f1", "log_loss"] }).metrics) {
      const half = ((delta?.interval?.[1] ?? 0) - (delta?.value ?? 0)) / (delta?.standardError ?? 0);
      const cut = delta?.interval?.[1] === 1;
      assert.ok(cut || Math.abs(half - 2.570582) < 1e-5, `${id}: ${half}`);
    }
  });

  test("have no counts of flips, which would claim independent rows", () => {
    const { behaviour } = measure(copies(60, 2));
    assert.deepEqual([behaviour?.counts, behaviour?.intervals], [null, null]);
  });

  test("give the same numbers again, bit by bit, and others under another seed", () => {
    const of = { ...copies(100, 2), metrics: metricIds("binary") };
    assert.deepEqual(measure(of), measure(of));
    assert.notDeepEqual(measure({ ...of, seed: "0ther" }).metrics, measure(of).metrics);
  });
});
