import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  activeLabels,
  bennettPrecision,
  bennettRows,
  hoeffdingPrecision,
  hoeffdingRows,
} from "../../../core/stats/reuse.ts";

// Figure 3 of Karlaš et al. 2019 for 32 commits: reliability, precision, then rows for one variable and for two, each
// without and with full adaptivity.
const table = [
  [1e-2, 0.1, 404, 1340, 1753, 5496],
  [1e-2, 0.05, 1615, 5358, 7012, 21984],
  [1e-2, 0.025, 6457, 21429, 28045, 87933],
  [1e-2, 0.01, 40355, 133930, 175282, 549581],
  [1e-3, 0.1, 519, 1455, 2214, 5957],
  [1e-3, 0.05, 2075, 5818, 8854, 23826],
  [1e-3, 0.025, 8299, 23271, 35414, 95302],
  [1e-3, 0.01, 51868, 145443, 221333, 595633],
  [1e-4, 0.1, 634, 1570, 2674, 6417],
  [1e-4, 0.05, 2536, 6279, 10696, 25668],
  [1e-4, 0.025, 10141, 25113, 42782, 102670],
  [1e-4, 0.01, 63381, 156956, 267385, 641684],
  [1e-5, 0.1, 749, 1685, 3135, 6878],
  [1e-5, 0.05, 2996, 6739, 12538, 27510],
  [1e-5, 0.025, 11983, 26955, 50150, 110038],
  [1e-5, 0.01, 74894, 168469, 313437, 687736],
] as const;

describe("rows for 32 commits", () => {
  for (const [delta, precision, one, oneFull, two, twoFull] of table) {
    test(`at reliability ${1 - delta} and precision ${precision} are the published ones`, () => {
      const rows = (adaptivity: "none" | "hybrid" | "full", variables: number): number =>
        Math.ceil(hoeffdingRows({ delta, commits: 32, adaptivity }, precision, { variables }));
      assert.deepEqual(
        [rows("none", 1), rows("full", 1), rows("none", 2), rows("full", 2)],
        [one, oneFull, two, twoFull],
      );
      assert.equal(rows("hybrid", 1), one);
    });
  }

  test("are more if a commit can get one of three verdicts", () => {
    assert.equal(Math.ceil(hoeffdingRows({ delta: 1e-3, commits: 32, adaptivity: "full", outcomes: 3 }, 0.05)), 8413);
  });
});

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} ≠ ${expected}`);
}

test("a bound on the disagreement saves rows, by the numbers of the paper's pattern 1 and of active labeling", () => {
  const of = { delta: 1e-4, commits: 32 };
  assert.equal(Math.ceil(bennettRows({ ...of, adaptivity: "none" }, 0.01, 0.1, 4)), 29_048);
  assert.equal(Math.ceil(bennettRows({ ...of, adaptivity: "full" }, 0.01, 0.1, 4)), 67_706);
  assert.equal(Math.floor(activeLabels(1e-4, 0.01, 0.1)), 2_188);
});

test("the SemEval-2019 example of the paper needs its rows", () => {
  const of = { delta: 0.002, commits: 7 };
  near(hoeffdingRows({ ...of, adaptivity: "none" }, 0.02, { variables: 2 }), 44_268.327, 0.01);
  near(hoeffdingRows({ ...of, adaptivity: "full" }, 0.02, { variables: 2 }), 58_798.928, 0.01);
  near(bennettRows({ ...of, adaptivity: "none" }, 0.02, 0.1, 2), 4_712.939, 0.01);
  near(bennettRows({ ...of, adaptivity: "full" }, 0.02, 0.1, 2), 6_259.911, 0.01);
  near(bennettRows({ ...of, adaptivity: "full" }, 0.022, 0.1, 2), 5_203.894, 0.01);
});

test("10,000 rows give these precisions of a level, of a difference, and of one whose disagreement is at most 5 %", () => {
  for (const [commits, adaptivity, level, difference, bounded] of [
    [8, "full", 0.025, 0.051, 0.012],
    [32, "none", 0.023, 0.047, 0.011],
    [32, "full", 0.038, 0.077, 0.018],
    [128, "full", 0.069, 0.139, 0.034],
  ] as const) {
    const of = { delta: 1e-3, commits, adaptivity };
    near(hoeffdingPrecision(of, 10_000), level, 0.0005);
    near(hoeffdingPrecision(of, 10_000, { variables: 2 }), difference, 0.0005);
    near(bennettPrecision(of, 10_000, 0.05, 2), bounded, 0.0005);
    near(bennettRows(of, bennettPrecision(of, 10_000, 0.05, 2), 0.05, 2), 10_000, 0.01);
  }
});
