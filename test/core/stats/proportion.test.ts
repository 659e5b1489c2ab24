import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { quantile } from "../../../core/stats/normal.ts";
import {
  pairedCounts,
  pairedStandardError,
  tangoBounds,
  tangoInterval,
  tangoZ,
  wilsonInterval,
} from "../../../core/stats/proportion.ts";

const counts = fc
  .record({ gained: fc.nat(500), lost: fc.nat(500), agreed: fc.nat(1_000_000) })
  .map(({ gained, lost, agreed }) => ({ gained, lost, n: gained + lost + agreed }))
  .filter(({ n }) => n > 0);

describe("a paired difference of proportions", () => {
  test("its value and error give back the counts it came from", () => {
    fc.assert(
      fc.property(counts, (of) => {
        assert.deepEqual(pairedCounts((of.gained - of.lost) / of.n, pairedStandardError(of), of.n), of);
      }),
    );
  });

  test("Tango's bounds are where the statistic is ±z, hold the estimate, and swap sign with the models", () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0.5, max: 0.999, noNaN: true }), (of, level) => {
        const z = quantile((1 + level) / 2);
        const [low, high] = tangoBounds(of, z);
        const estimate = (of.gained - of.lost) / of.n;
        assert.ok(-1 <= low && low <= estimate && estimate <= high && high <= 1, `${low} ${estimate} ${high}`);
        if (low > -0.99) assert.ok(Math.abs(tangoZ(of, low) - z) < 1e-3 * Math.sqrt(of.n), "low");
        const [otherLow, otherHigh] = tangoBounds({ gained: of.lost, lost: of.gained, n: of.n }, z);
        assert.ok(Math.abs(otherLow + high) < 1e-9 && Math.abs(otherHigh + low) < 1e-9);
      }),
    );
  });

  test("without a disagreement the interval is ±z² / (n + z²)", () => {
    const [low, high] = tangoInterval({ gained: 0, lost: 0, n: 100 }, 0.95);
    const half = 1.959963984540054 ** 2 / (100 + 1.959963984540054 ** 2);
    assert.ok(Math.abs(low + half) < 1e-9 && Math.abs(high - half) < 1e-9, `${low} … ${high}`);
  });
});

describe("Wilson's interval", () => {
  // Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
  for (const [successes, n, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const) {
    test(`of ${successes} in ${n}`, () => {
      const [actualLow, actualHigh] = wilsonInterval(successes, n, 0.95);
      assert.ok(Math.abs(actualLow - low) < 5e-5 && Math.abs(actualHigh - high) < 5e-5, `${actualLow} … ${actualHigh}`);
    });
  }

  test("ends at 0 and 1 exactly", () => {
    assert.equal(wilsonInterval(0, 10, 0.9)[0], 0);
    assert.equal(wilsonInterval(10, 10, 0.9)[1], 1);
  });
});
