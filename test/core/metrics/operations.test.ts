import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  type Block,
  exactOperation,
  isSteady,
  latencyOperation,
  memoryOperation,
  throughputOperation,
} from "../../../core/metrics/operations.ts";
import { operation } from "../../../core/report.ts";

const ms = (...times: readonly number[]): Float64Array => Float64Array.from(times);
/** A block of 20 queries around a time, without randomness: 0.905 to 1.095 times as long. */
const around = (time: number): Float64Array => Float64Array.from({ length: 20 }, (_, at) => time * (0.905 + at / 100));
const paired = (pairs: readonly (readonly [number, number])[]): readonly Block[] =>
  pairs.map(([candidate, baseline]) => ({ candidate: around(candidate), baseline: around(baseline) }));
/** Twelve blocks on a machine that gets slower, the candidate `factor` times as slow, give or take 2 %. */
const drifting = (factor: number) =>
  Array.from({ length: 12 }, (_, at) => {
    const time = 1 + at / 4;
    return [time * factor * (1 + (((7 * at) % 12) - 5.5) / 275), time] as const;
  });

test("the value is the nearest-rank quantile of all queries, not a mean of blocks and not interpolated", () => {
  const blocks = [
    { candidate: ms(3, 1), baseline: null },
    { candidate: ms(2, 10), baseline: null },
  ];
  assert.equal(latencyOperation("latency_p50", blocks, []).value, 2);
  assert.equal(latencyOperation("latency_p95", blocks, []).value, 10);
  const twenty = [{ candidate: Float64Array.from({ length: 20 }, (_, at) => at + 1), baseline: null }];
  // ⌈0.95 · 20⌉ = 19, although the product in floating point may be a hair above.
  assert.equal(latencyOperation("latency_p95", twenty, []).value, 19);
});

test("a model against itself has a ratio whose interval contains 1, however much the machine drifts", () => {
  const { ratio, ratioInterval, ratioBounds } = latencyOperation("latency_p50", paired(drifting(1)), [0.8]);
  assert.ok(ratio !== null && Math.abs(ratio - 1) < 0.01, `${ratio}`);
  assert.ok(ratioInterval != null && ratioInterval[0] < 1 && ratioInterval[1] > 1);
  assert.deepEqual(
    ratioBounds?.map((bound) => bound.level),
    [0.8, 0.9, 0.95, 0.975, 0.99],
  );
  for (const { lower, upper } of ratioBounds ?? []) assert.ok(lower < 1 && upper > 1);
});

test("a model that is 30 % slower is found to be, and swapping the models inverts the ratio", () => {
  const slower = latencyOperation("latency_p95", paired(drifting(1.3)), []);
  assert.ok(slower.ratio !== null && Math.abs(slower.ratio - 1.3) < 0.03, `${slower.ratio}`);
  const lower = slower.ratioBounds?.find((bound) => bound.level === 0.95)?.lower ?? 0;
  assert.ok(lower > 1.2, `${lower}`);
  const swapped = latencyOperation("latency_p95", paired(drifting(1.3).map(([a, b]) => [b, a])), []);
  assert.ok(Math.abs((swapped.ratio ?? 0) * slower.ratio - 1) < 1e-12);
  assert.equal(swapped.value, slower.baseline);
});

test("one block in which the candidate stalled does not make it slower", () => {
  const pairs = drifting(1).map(([a, b], at) => (at === 5 ? ([50 * a, b] as const) : ([a, b] as const)));
  const { ratio, ratioInterval } = latencyOperation("latency_p50", paired(pairs), []);
  assert.ok(ratio !== null && Math.abs(ratio - 1) < 0.03, `${ratio}`);
  assert.ok(ratioInterval != null && ratioInterval[0] < 1 && ratioInterval[1] > 1 && ratioInterval[1] < 1.1);
});

test("bounds that so few blocks cannot give are left out, not invented", () => {
  // Of n blocks that agree, the chance under equal models is 2^-n: 4 blocks allow 90 %, 5 allow 95 %, 6 allow 97.5 %.
  for (const [blocks, levels] of [
    [1, []],
    [3, []],
    [4, [0.9]],
    [5, [0.9, 0.95]],
    [6, [0.9, 0.95, 0.975]],
    [7, [0.9, 0.95, 0.975, 0.99]],
  ] as const) {
    const found = latencyOperation("latency_p50", paired(drifting(1.3).slice(0, blocks)), []);
    assert.deepEqual(
      found.ratioBounds?.map((bound) => bound.level),
      levels,
      `${blocks} blocks`,
    );
    assert.equal(found.ratioInterval === null, blocks < 6, `${blocks} blocks`);
  }
});

test("a quantile so far out that the queries cannot bound it has no interval", () => {
  // Nobody can bound the 99th percentile from above with 40 queries: 0.99^40 = 0.67.
  const few = latencyOperation(
    "latency_p99",
    paired([
      [1, 1],
      [1, 1],
    ]),
    [],
  );
  assert.equal(few.n, 40);
  assert.equal(few.interval, null);
  assert.ok(
    latencyOperation(
      "latency_p50",
      paired([
        [1, 1],
        [1, 1],
      ]),
      [],
    ).interval !== null,
  );
});

test("without a baseline there is a value and no ratio", () => {
  const alone = latencyOperation("latency_p50", [{ candidate: around(2), baseline: null }], [0.95]);
  assert.deepEqual([alone.baseline, alone.ratio, alone.ratioInterval, alone.ratioBounds], [null, null, null, []]);
});

test("throughput counts the rows of each model's own batches", () => {
  const blocks = Array.from({ length: 12 }, () => ({ candidate: ms(10, 30), baseline: ms(40) }));
  const found = throughputOperation(blocks, { candidate: 100, baseline: 200 }, []);
  assert.deepEqual([found.value, found.baseline, found.ratio, found.unit], [5_000, 5_000, 1, "rows/s"]);
});

test("memory below that of an empty process has no ratio", () => {
  const peaks = [5e6, -1e4, 4e6].map((candidate) => ({ candidate, baseline: 4e6 }));
  const found = memoryOperation(peaks, []);
  assert.deepEqual([found.value, found.baseline, found.ratio, found.ratioBounds], [4e6, 4e6, null, []]);
});

test("a number read off a file is certain, and so is its ratio", () => {
  const found = exactOperation(110, 100, "B", [0.999]);
  assert.deepEqual([found.ratio, found.ratioInterval], [1.1, [1.1, 1.1]]);
  assert.deepEqual(found.ratioBounds?.at(-1), { level: 0.999, lower: 1.1, upper: 1.1 });
  assert.equal(exactOperation(110, 0, "", []).ratio, null);
  assert.equal(exactOperation(110, null, "", []).ratio, null);
});

test("times are steady when the last twenty vary by less than 5 %", () => {
  assert.equal(isSteady(around(1).slice(0, 19)), false);
  assert.equal(isSteady(around(1)), false);
  assert.equal(isSteady(ms(90, 50, ...Array.from({ length: 20 }, (_, at) => 1 + (at % 2) / 20))), true);
});

test("whatever was timed, the report holds numbers of its schema and intervals around their values", () => {
  const time = fc.double({ min: 1e-3, max: 1e4, noNaN: true });
  const block = fc.record({
    candidate: fc.array(time, { minLength: 1, maxLength: 12 }).map((times) => Float64Array.from(times)),
    baseline: fc.array(time, { minLength: 1, maxLength: 12 }).map((times) => Float64Array.from(times)),
  });
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 14 }), (blocks) => {
      for (const id of ["latency_p50", "latency_p95", "latency_p99"] as const) {
        const found = operation.parse(latencyOperation(id, blocks, [0.999]));
        const { value, interval, ratio, ratioBounds = [] } = found;
        if (interval !== null) assert.ok(interval[0] <= value && value <= interval[1]);
        assert.ok(ratio !== null && ratio > 0);
        for (const { lower, upper } of ratioBounds)
          assert.ok(lower <= ratio * (1 + 1e-9) && upper >= ratio * (1 - 1e-9));
        for (const [at, { lower, upper }] of ratioBounds.entries()) {
          const wider = ratioBounds[at + 1];
          if (wider !== undefined) assert.ok(wider.lower <= lower && wider.upper >= upper);
        }
      }
    }),
    { numRuns: 100 },
  );
});
