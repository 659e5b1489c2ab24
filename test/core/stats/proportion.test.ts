import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { quantile } from "../../../core/stats/normal.ts";
import {
  agrestiMinInterval,
  bonettPriceInterval,
  newcombeInterval,
  pairedCounts,
  pairedStandardError,
  tangoBounds,
  tangoInterval,
  tangoPValue,
  tangoZ,
  waldInterval,
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

describe("other intervals of a paired difference", () => {
  // Cavo et al. 2012, in the tests of the R package contingencytables (four digits); PropCIs' example (eight).
  const cavo = { gained: 6, lost: 16, n: 161, bothRight: 59 };
  for (const [name, [low, high], expectedLow, expectedHigh, tolerance] of [
    ["Wald", waldInterval(cavo, 0.95), -0.1184, -0.0058, 5e-5],
    ["Agresti and Min", agrestiMinInterval(cavo, 0.95), -0.1182, -0.0045, 5e-5],
    ["Newcombe", newcombeInterval(cavo, 0.95), -0.1186, -0.0046, 5e-5],
    ["Bonett and Price", bonettPriceInterval(cavo, 0.95), -0.1195, -0.0032, 5e-5],
    ["Tango", tangoInterval(cavo, 0.95), -0.12402343246406897, -0.00543339573189098, 1e-10],
    [
      "Agresti and Min of the second example",
      agrestiMinInterval({ gained: 40, lost: 20, n: 160 }, 0.95),
      0.03089632,
      0.21601726,
      1e-8,
    ],
    [
      "Tango of the second example",
      tangoInterval({ gained: 40, lost: 20, n: 160 }, 0.95),
      0.0308645331,
      0.2180642442,
      1e-9,
    ],
  ] as const) {
    test(`${name}'s is the published one`, () => {
      assert.ok(
        Math.abs(low - expectedLow) < tolerance && Math.abs(high - expectedHigh) < tolerance,
        `${low} … ${high}`,
      );
    });
  }

  test("swap sign with the models and stay in −1 … 1", () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), ({ gained, lost, n }, share) => {
        const bothRight = Math.floor(share * (n - gained - lost));
        const swapped = { gained: lost, lost: gained, n, bothRight };
        for (const interval of [waldInterval, agrestiMinInterval, bonettPriceInterval]) {
          const [low, high] = interval({ gained, lost, n }, 0.9);
          const [otherLow, otherHigh] = interval(swapped, 0.9);
          assert.ok(low >= -1 && high <= 1 && low <= high);
          assert.ok(Math.abs(low + otherHigh) < 1e-12 && Math.abs(high + otherLow) < 1e-12);
        }
        const [low, high] = newcombeInterval({ gained, lost, n, bothRight }, 0.9);
        const [otherLow, otherHigh] = newcombeInterval(swapped, 0.9);
        assert.ok(Math.abs(low + otherHigh) < 1e-9 && Math.abs(high + otherLow) < 1e-9);
      }),
    );
  });
});

describe("the p-value of non-inferiority", () => {
  // From Tango's formula, independently computed.
  for (const [gained, lost, n, margin, expected] of [
    [40, 20, 160, 0.02, 0.0014510703757339412],
    [20, 40, 160, 0.05, 0.9415663931722705],
    [20, 25, 2000, 0.01, 0.01746748296244325],
  ] as const) {
    test(`of ${gained} gained and ${lost} lost in ${n} at ${margin} is ${expected}`, () => {
      assert.ok(Math.abs(tangoPValue({ gained, lost, n }, margin) - expected) < 1e-10);
    });
  }

  test("is below α where the one-sided bound is above the margin, and only there", () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0.001, max: 0.2, noNaN: true }), (of, margin) => {
        const [low] = tangoBounds(of, quantile(0.95));
        if (Math.abs(low + margin) > 1e-6) assert.equal(tangoPValue(of, margin) < 0.05, low > -margin);
      }),
    );
  });
});
