import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { measure } from "../../../core/metrics/measure.ts";
import { metricIds } from "../../../core/metrics/registry.ts";
import type { Metric } from "../../../core/report.ts";
import { measured, pairedInput, pairedRows, scores, stream } from "./make.ts";

const ids = metricIds("binary");

function close(a: number | null | undefined, b: number | null | undefined, where: string): void {
  if (typeof a !== "number" || typeof b !== "number") return assert.equal(a, b, where);
  assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)), `${where}: ${a} is not ${b}`);
}

function byId(metrics: readonly Metric[]): Map<string, Metric> {
  return new Map(metrics.map((each) => [each.id, each]));
}

describe("for any rows", () => {
  test("swapping the models negates every difference and its statistic, and keeps its error", () => {
    fc.assert(
      fc.property(pairedRows, (rows) => {
        const there = measure(pairedInput(rows, ids)).metrics;
        const swapped = rows.map(({ label, own, theirs }) => ({ label, own: theirs, theirs: own }));
        const back = byId(measure(pairedInput(swapped, ids)).metrics);
        for (const { id, delta } of there) {
          const other = back.get(id)?.delta;
          if (delta?.value === null || delta?.value === undefined) {
            assert.equal(other?.value, delta?.value, id);
            continue;
          }
          assert.equal((other?.value ?? Number.NaN) + delta.value, 0, id);
          close(other?.standardError, delta.standardError, id);
          assert.equal(delta.z === null ? null : delta.z + (other?.z ?? Number.NaN), delta.z === null ? null : 0, id);
          close(other?.interval?.[0], delta.interval === null ? undefined : -delta.interval[1], id);
        }
      }),
    );
  });

  test("an increasing change of all scores leaves rank metrics and their differences bit-equal", () => {
    fc.assert(
      fc.property(pairedRows, (rows) => {
        const plain = pairedInput(rows, ["roc_auc", "average_precision", "ks", "gini", "pr_auc", "roc_auc@0.1"]);
        const bent = { ...plain, candidate: scores(...rows.map((row) => 0.2 + Math.exp(row.own / 10) / 20)) };
        assert.deepEqual(measure(bent).metrics, measure(plain).metrics);
      }),
    );
  });

  test("rows in another order give the same counts and, bit by bit, the same values", () => {
    fc.assert(
      fc.property(pairedRows, fc.integer({ min: 0, max: 59 }), (rows, turn) => {
        const turned = [...rows.slice(turn % rows.length), ...rows.slice(0, turn % rows.length)].toReversed();
        const one = measure(pairedInput(rows, ids));
        const other = measure(pairedInput(turned, ids));
        assert.deepEqual(other.behaviour, one.behaviour);
        assert.deepEqual(other.curves.confusion, one.curves.confusion);
        assert.deepEqual(other.curves.roc, one.curves.roc);
        const others = byId(other.metrics);
        for (const { id, candidate, delta } of one.metrics) {
          assert.equal(others.get(id)?.candidate.value, candidate.value, id);
          assert.equal(others.get(id)?.delta?.value, delta?.value, id);
        }
      }),
    );
  });

  test("every row twice changes no value and narrows the error by √2, up to the n − 1", () => {
    fc.assert(
      fc.property(pairedRows, (rows) => {
        const once = measure(pairedInput(rows, ids)).metrics;
        const twice = byId(measure(pairedInput([...rows, ...rows], ids)).metrics);
        for (const { id, candidate, delta } of once) {
          close(twice.get(id)?.candidate.value, candidate.value, id);
          const [wide, narrow] = [delta?.standardError ?? null, twice.get(id)?.delta?.standardError ?? null];
          if (wide !== null && narrow !== null) assert.ok(narrow <= wide / Math.SQRT2 + 1e-9, id);
        }
      }),
    );
  });

  test("rows on which both models say the same change no flip", () => {
    fc.assert(
      fc.property(pairedRows, fc.integer({ min: 0, max: 20 }), (rows, score) => {
        const more = [...rows, { label: 1, own: score, theirs: score }];
        const flips = (of: typeof rows): number[] => {
          const { behaviour } = measure(pairedInput(of, []));
          return [behaviour?.negativeFlips, behaviour?.positiveFlips].map((share) =>
            Math.round((share ?? 0) * of.length),
          );
        };
        assert.deepEqual(flips(more), flips(rows));
      }),
    );
  });

  test("a baseline changes nothing about the candidate", () => {
    fc.assert(
      fc.property(pairedRows, (rows) => {
        const paired = pairedInput(rows, ids);
        const alone = byId(measure({ ...paired, baseline: null }).metrics);
        for (const { id, candidate } of measure(paired).metrics) {
          assert.deepEqual(alone.get(id)?.candidate, candidate);
          assert.equal(alone.get(id)?.delta, null);
        }
      }),
    );
  });

  test("values and intervals stay in the metric's range, curves in theirs, and nothing is NaN", () => {
    fc.assert(
      fc.property(pairedRows, (rows) => {
        const result = measure(pairedInput(rows, ids));
        assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
        for (const { id, candidate } of result.metrics) {
          if (candidate.interval === null || candidate.value === null) continue;
          const [low, high] = candidate.interval;
          assert.ok(low <= candidate.value && candidate.value <= high, id);
        }
        for (const [x, y] of [...(result.curves.roc?.candidate ?? []), ...(result.curves.pr?.candidate ?? [])]) {
          assert.ok(x >= 0 && x <= 1 && y >= 0 && y <= 1);
        }
      }),
    );
  });
});

test("swapping the models turns intervals, bounds and p-values around, drawn ones too", () => {
  const next = stream(8);
  const rows = Array.from({ length: 300 }, () => {
    const label = Number(next() < 0.4);
    return { label, own: Math.round(20 * next()), theirs: Math.round(20 * (0.2 * label + 0.8 * next())) };
  });
  const swapped = rows.map(({ label, own, theirs }) => ({ label, own: theirs, theirs: own }));
  const back = byId(measure({ ...pairedInput(swapped, ids), levels: [0.8] }).metrics);
  for (const { id, delta } of measure({ ...pairedInput(rows, ids), levels: [0.8] }).metrics) {
    const other = back.get(id)?.delta;
    assert.deepEqual([other?.p, other?.method], [delta?.p, delta?.method], id);
    close(other?.interval?.[0], -(delta?.interval?.[1] ?? Number.NaN), id);
    assert.deepEqual(
      delta?.bounds?.map(({ level }) => level),
      [0.8, 0.9, 0.95, 0.975, 0.99],
    );
    for (const [at, { lower, upper }] of delta?.bounds?.entries() ?? []) {
      close(other?.bounds?.[at]?.lower, -upper, id);
      close(other?.bounds?.[at]?.upper, -lower, id);
    }
  }
});

test("sums do not depend on the size of the numbers around a small one", () => {
  // Naive summation of these losses loses the small ones: 1e-16 next to 34.5.
  const labels = [1, ...Array.from({ length: 9_999 }, () => 1)];
  const candidate = scores(...labels.map((_, row) => (row === 0 ? 0 : 1)));
  const loss = measured("log_loss", { labels, candidate }).candidate.value ?? Number.NaN;
  const exact = (-Math.log(1e-15) - 9_999 * Math.log(1 - 1e-15)) / 10_000;
  assert.ok(Math.abs(loss - exact) < 1e-18, `${loss} is not ${exact}`);
});
