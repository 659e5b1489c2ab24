import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import {
  integers,
  multinomialCounts,
  philox,
  poissonCounts,
  poissonShares,
  randomKey,
  uniforms,
  upperProduct,
} from "../../../core/stats/random.ts";

const word = fc.integer({ min: 0, max: 0xffffffff });
const key = randomKey("a test");

describe("Philox4x32-10", () => {
  // The known-answer vectors of the Random123 distribution (D. E. Shaw Research), file kat_vectors.
  for (const [name, low, high, counter, expected] of [
    ["zeros", 0, 0, [0, 0, 0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    [
      "ones",
      0xffffffff,
      0xffffffff,
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ],
    [
      "the digits of pi",
      0xa4093822,
      0x299f31d0,
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    ],
  ] as const) {
    test(`gives the published words for ${name}`, () => {
      const out = new Uint32Array(4);
      philox({ low, high }, counter, out);
      assert.equal(Array.from(out, (value) => value.toString(16).padStart(8, "0")).join(" "), expected);
    });
  }

  test("multiplies 32-bit words as BigInt does", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        assert.equal(upperProduct(a, b) >>> 0, Number((BigInt(a) * BigInt(b)) >> 32n));
      }),
    );
  });
});

describe("a key", () => {
  test("depends on where one part ends and the next begins", () => {
    const keys = [randomKey("ab", "c"), randomKey("a", "bc"), randomKey("abc"), randomKey("ab", "c", "")];
    assert.equal(new Set(keys.map(({ low, high }) => `${low} ${high}`)).size, keys.length);
    assert.deepEqual(randomKey("ab", "c"), randomKey("ab", "c"));
  });
});

describe("uniform numbers", () => {
  test("are the same for the same stream, differ between streams, and fill [0, 1) evenly", () => {
    const [one, again, other] = [uniforms(key, 1), uniforms(key, 1), uniforms(key, 2)];
    const tenths = Array.from({ length: 10 }, () => 0);
    let same = 0;
    for (let i = 0; i < 20_000; i++) {
      const value = one();
      assert.equal(value, again());
      assert.ok(value >= 0 && value < 1);
      if (value === other()) same++;
      const tenth = Math.floor(value * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    assert.equal(same, 0);
    // χ² with 9 degrees of freedom is below 33.7 in 9,999 of 10,000 keys; this key is fixed.
    assert.ok(tenths.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0) < 33.7);
  });

  test("as integers stay below their limit, and reach all of it", () => {
    for (const limit of [1, 2, 3, 7, 1000]) {
      const below = integers(key, limit);
      const seen = new Set<number>();
      for (let i = 0; i < 10_000; i++) seen.add(below(limit));
      assert.equal(seen.size, limit);
      assert.ok(Math.max(...seen) === limit - 1);
    }
  });
});

describe("Poisson counts", () => {
  test("come from a table of 65,536 draws with mean and variance 1, each share within one draw of Poisson's", () => {
    const moment = (power: number): number => poissonShares.reduce((sum, share, k) => sum + share * k ** power, 0);
    assert.deepEqual([moment(0), moment(1), moment(2)], [65536, 65536, 2 * 65536]);
    let factorial = 1;
    for (const [k, share] of poissonShares.entries()) {
      factorial *= Math.max(1, k);
      assert.ok(Math.abs(share - (65536 * Math.exp(-1)) / factorial) < 1.5, `${k}: ${share}`);
    }
  });

  test("have the shares of the table, do not depend on the number of units after them, and differ by replicate", () => {
    const long = new Uint8Array(100_003);
    const short = new Uint8Array(101);
    poissonCounts(key, 5, long);
    poissonCounts(key, 5, short);
    assert.deepEqual(short, long.slice(0, 101));
    poissonCounts(key, 6, short);
    assert.notDeepEqual(short, long.slice(0, 101));
    let chi2 = 0;
    for (const [k, share] of poissonShares.slice(0, 6).entries()) {
      const expected = (share / 65536) * long.length;
      chi2 += (long.filter((count) => count === k).length - expected) ** 2 / expected;
    }
    assert.ok(chi2 < 25, `${chi2}`);
  });
});

describe("multinomial counts", () => {
  test("add up to the number of units, whatever it is", () => {
    for (const units of [0, 1, 2, 37, 1_000]) {
      const out = new Uint8Array(units);
      multinomialCounts(key, 3, out);
      assert.equal(
        out.reduce((sum, count) => sum + count, 0),
        units,
      );
    }
  });

  test("of two units are 0, 1, 2 in a quarter, a half, a quarter of the replicates", () => {
    const out = new Uint8Array(2);
    const seen = [0, 0, 0];
    for (let replicate = 0; replicate < 8_000; replicate++) {
      multinomialCounts(key, replicate, out);
      seen[out[0] ?? 0] = (seen[out[0] ?? 0] ?? 0) + 1;
    }
    const chi2 = [2_000, 4_000, 2_000].reduce((sum, wanted, k) => sum + ((seen[k] ?? 0) - wanted) ** 2 / wanted, 0);
    assert.ok(chi2 < 18.4, seen.join(" "));
  });
});
