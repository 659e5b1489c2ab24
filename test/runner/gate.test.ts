import assert from "node:assert/strict";
import { test } from "node:test";
import { assay, assayHere } from "./assay.ts";

const here = process.cwd();
const usual = ["--n", "2000", "--disagreement", "5%"];

test("assay gate explains a gate and prints its power, as a process of its own", async () => {
  const { code, stdout, stderr } = await assay(["gate", "ni(accuracy, 0.5pp) at 95%", ...usual], { cwd: here });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^ni\(accuracy, 0\.5pp\) at 95%\n {2}accuracy is proven not worse than the baseline by 0\.5 pp/);
  assert.match(stdout, /passes if equally good +26 % +83 %/);
  assert.match(stdout, /passes if worse by the margin +5\.0 % +48 %/);
  assert.match(stdout, /equally good model to pass 80 % of the time: about 12,366 rows/);
  assert.match(stdout, /Smallest margin .*: 1\.2 pp/);
});

test("a mistake in the gate ends with 3 and a caret under it", async () => {
  const { code, stdout, stderr } = await assay(["gate", "ni(roc_auk, 0.5pp)", ...usual], { cwd: here });
  assert.deepEqual([code, stdout], [3, ""]);
  assert.match(stderr, /column 4: there is no metric roc_auk \(did you mean roc_auc\?\)/);
  assert.match(stderr, /\n {2}ni\(roc_auk, 0\.5pp\)\n {5}\^\nexpected roc_auc,/);
});

test("an empty gate has no place to point at", async () => {
  const { code, stderr } = await assayHere(["gate", " ", ...usual], here);
  assert.equal(code, 3);
  assert.match(stderr, /column \d: the gate is empty\nexpected candidate\.METRIC/);
});

test("a gate that begins with a minus is no flag", async () => {
  const { code, stdout, stderr } = await assayHere(["gate", "-0.01 < delta(f1)", ...usual], here);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^-0\.01 < delta\(f1\)\n/);
});

test("a ranking is counted in queries", async () => {
  const { stdout } = await assayHere(["gate", "ni(ndcg@10, 1pp)", "--n", "500", "--sd", "0.2"], here);
  assert.match(stdout, /with 500 queries \(the given standard deviation per query\)/);
  assert.match(stdout, /pass 80 % of the time: about 2,474 queries\./);
});

test("the machine output holds the same numbers", async () => {
  const { code, stdout } = await assayHere(
    ["gate", "n - o > 0.1 +/- 0.1", ...usual, "--reliability", "99%", "--steps", "32", "--json"],
    here,
  );
  assert.equal(code, 0);
  const { gate, previews, reuse, assumptions } = JSON.parse(stdout);
  assert.equal(gate, "n - o > 0.1 +/- 0.1");
  assert.deepEqual(reuse, { reliability: 0.99, steps: 32, precision: 0.1, rows: { unseen: 1_753, adaptive: 5_496 } });
  assert.deepEqual([assumptions.n, assumptions.disagreement], [2_000, 0.05]);
  assert.equal(previews[0].kind, "proof");
});

test("slices and every part of a condition are previewed", async () => {
  const { stdout } = await assayHere(
    [
      "gate",
      "no_worse_slices(accuracy, 2pp) and ni(f1, 1pp) and candidate.f1 > 0.5",
      ...usual,
      "--slices",
      "20",
      "--sd",
      "0.3",
    ],
    here,
  );
  assert.match(
    stdout,
    /in 20 slices of 100 rows:\n {2}an equally good model is blocked .* of the time\n {4}without a correction/,
  );
  assert.match(stdout, /the given standard deviation per row/);
  assert.match(stdout, /candidate\.f1 > 0\.5: no power is given: only a condition on the difference/);
});

for (const [args, says] of [
  [["ni(f1, 1pp)"], /needs --n N/],
  [["--n", "100"], /needs EXPR/],
  [["", "--n", "100"], /column 1: the gate is empty/],
  [["ni(f1, 1pp)", "--n", "1"], /--n must be a whole number from 2 to 1,000,000,000, not 1/],
  [["ni(f1, 1pp)", "--n", "1e3"], /--n must be a whole number/],
  [["ni(f1, 1pp)", "--n", "99999999999"], /--n must be a whole number/],
  [
    ["ni(f1, 1pp)", "--n", "100", "--disagreement", "150%"],
    /--disagreement must be a number from 0 to 1, such as 0\.05 or 5%, not 150%/,
  ],
  [["ni(f1, 1pp)", "--n", "100", "--disagreement", "NaN"], /--disagreement must be/],
  [["ni(f1, 1pp)", "--n", "100", "--sd", "0"], /--sd must be a positive number, not 0/],
  [["ni(f1, 1pp)", "--n", "100", "--auc", "0.3"], /--auc must be a number from 0\.5 to 1/],
  [["ni(f1, 1pp)", "--n", "100", "--task", "multiclass"], /f1 is not a metric of multiclass models/],
  [
    ["ni(f1, 1pp)", "--n", "100", "--task", "poetry"],
    /--task must be one of binary, multiclass, regression, ranking, not poetry/,
  ],
  [["ni(f1, 1pp)", "--n", "100", "--steps", "3"], /--reliability and --steps belong together/],
  [
    ["ni(f1, 1pp)", "--n", "100", "--steps", "3", "--reliability", "0.99"],
    /shares of rows with a margin or a precision/,
  ],
  [["ni(\u001b[31m, 1pp)", "--n", "100"], /cannot be read/],
] as const) {
  test(`assay gate ${args.join(" ").replace("\u001b", "ESC")} is refused`, async () => {
    const { code, stdout, stderr } = await assayHere(["gate", ...args], here);
    assert.deepEqual([code, stdout], [3, ""]);
    assert.match(stderr, says);
    assert.ok(!stderr.includes("\u001b"));
  });
}
