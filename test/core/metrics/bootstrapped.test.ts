import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type BootstrapLaw,
  bootstrapped,
  bootstrappedDifference,
  spreadOf,
  widening,
} from "../../../core/metrics/bootstrapped.ts";
import { measure } from "../../../core/metrics/measure.ts";
import { sampleOf } from "../../../core/metrics/sample.ts";
import { studentQuantile, studentTwoSided } from "../../../core/stats/student.ts";
import { input, scores, stream } from "./make.ts";

const levels = { level: 0.95, oneSided: [0.9, 0.999] };
const student: BootstrapLaw = { kind: "student", method: "bootstrap-se", degrees: 9, widening: () => 1.5, least: 0 };
const bca: BootstrapLaw = { kind: "bca", skewness: () => 0 };

/** Replicates of two models, of which the first `undefinedOnes` are not defined. */
function drawn(undefinedOnes: number): ReturnType<typeof bootstrapped> {
  const next = stream(4);
  const own = Float64Array.from({ length: 1_000 }, (_, at) => (at < undefinedOnes ? Number.NaN : next()));
  return bootstrapped(own, Float64Array.from({ length: 1_000 }, next), 1);
}

describe("a difference from replicates", () => {
  test("by its standard error has Student's bounds and p-value at every level", () => {
    const replicates = drawn(0);
    const found = bootstrappedDifference(0.1, replicates, levels, { range: 2, law: student });
    const standardError = 1.5 * spreadOf(replicates.difference ?? new Float64Array());
    assert.equal(found?.standardError, standardError);
    assert.equal(found?.p, studentTwoSided(0.1 / standardError, 9));
    assert.equal(found?.bounds?.[0]?.lower, 0.1 - studentQuantile(0.9, 9) * standardError);
    assert.equal(found?.bounds?.[1]?.lower, -2, "cut at the range");
  });

  for (const law of [student, bca]) {
    test(`is not claimed where more than one replicate in twenty is undefined: ${law.kind}`, () => {
      assert.notEqual(bootstrappedDifference(0.1, drawn(50), levels, { range: 2, law }), null);
      assert.equal(bootstrappedDifference(0.1, drawn(51), levels, { range: 2, law }), null);
    });
  }

  test("never has a smaller standard error than the influences say", () => {
    const found = bootstrappedDifference(0.1, drawn(0), levels, { range: 2, law: { ...student, least: 9 } });
    assert.equal(found?.standardError, 9);
  });
});

test("the spread of replicates is the same to the last bit when all signs change", () => {
  const next = stream(5);
  for (const length of [2, 3, 1_000, 1_001]) {
    const values = Float64Array.from({ length }, () => next() - 0.4).sort();
    assert.equal(spreadOf(values.map((value) => -value).sort()), spreadOf(values));
  }
});

test("a spread of few rows is widened by what one more each way would add", () => {
  // Of 1,000 rows 4 gained and 4 lost: 8 (Bonett and Price: 10) discordant rows.
  const perRow = Float64Array.from({ length: 1_000 }, (_, row) => (row < 4 ? 1 : row < 8 ? -1 : 0));
  const of = { value: 0, standardError: null, perRow: () => perRow, share: null };
  const wide = widening(of, sampleOf(1_000, null, null), 1_000) ** 2;
  assert.ok(Math.abs(wide - 10 / 8) < 0.006, `${wide}`);
});

describe("differences of decisions", () => {
  const rows = (n: number): { labels: number[]; own: number[] } => {
    const next = stream(6);
    const labels = Array.from({ length: n }, () => Number(next() < 0.3));
    return { labels, own: labels.map((label) => Number(next() < 0.2 + 0.5 * label)) };
  };

  for (const id of ["f1", "recall", "precision", "mcc"]) {
    test(`that are none are no proof on few rows, and one on many: ${id}`, () => {
      const half = [100, 10_000].map((n) => {
        const { labels, own } = rows(n);
        const same = { candidate: scores(...own), baseline: scores(...own) };
        const [metric] = measure(input({ labels, ...same, metrics: [id] })).metrics;
        assert.equal(metric?.delta?.p, 1);
        return metric?.delta?.interval?.[1] ?? Number.NaN;
      });
      const [few = 0, many = 1] = half;
      assert.ok(few > 0.02 && few < 0.3 && many < 0.003 && many > 0, `${few}, ${many}`);
    });
  }
});
