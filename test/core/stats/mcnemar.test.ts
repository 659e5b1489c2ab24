import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { mcnemar } from "../../../core/stats/mcnemar.ts";

// statsmodels 0.15.0, mcnemar(); mid-p from Fagerland, Lydersen and Laake 2013.
for (const [gained, lost, exact, chi2, p, chi2Corrected, pCorrected, midP] of [
  [11, 1, 0.00634765625, 8.333333333333334, 0.003892417122778637, 6.75, 0.0093747684594349, 0.00341796875],
  [
    6, 16, 0.052478790283203125, 4.545454545454546, 0.03300625766123251, 3.681818181818182, 0.05500883362926572,
    0.03468966484069824,
  ],
] as const) {
  test(`${gained} gained and ${lost} lost rows have the published p-values`, () => {
    const actual = mcnemar(gained, lost);
    for (const [name, value, expected] of [
      ["exact", actual.exact, exact],
      ["chi2", actual.chi2, chi2],
      ["p", actual.p, p],
      ["chi2Corrected", actual.chi2Corrected, chi2Corrected],
      ["pCorrected", actual.pCorrected, pCorrected],
      ["midP", actual.midP, midP],
    ] as const) {
      assert.ok(Math.abs(value - expected) < 1e-12, `${name} ${value}`);
    }
  });
}

test("without a disagreement every p-value is 1", () => {
  assert.deepEqual(mcnemar(0, 0), { exact: 1, midP: 1, chi2: 0, chi2Corrected: 0, p: 1, pCorrected: 1 });
});

test("the models may be swapped; every p-value is in 0 … 1, and mid-p is at most the exact one", () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(100_000), (gained, lost) => {
      const actual = mcnemar(gained, lost);
      assert.deepEqual(mcnemar(lost, gained), actual);
      for (const p of [actual.exact, actual.midP, actual.p, actual.pCorrected]) assert.ok(p >= 0 && p <= 1, `${p}`);
      assert.ok(actual.midP <= actual.exact && actual.p <= actual.pCorrected);
    }),
  );
});
