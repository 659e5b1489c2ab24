import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Assumptions, aucVariance } from "../../../core/gate/assumption.ts";
import { explainGate } from "../../../core/gate/explain.ts";
import { conditionsOf } from "../../../core/gate/needs.ts";
import { parseGate } from "../../../core/gate/parse.ts";
import { chance } from "../../../core/gate/power-table.ts";
import { type Preview, type ProofPreview, preview } from "../../../core/gate/preview.ts";
import { cdf, quantile } from "../../../core/stats/normal.ts";
import { powerOfNonInferiority } from "../../../core/stats/power.ts";
import { randomKey, uniforms } from "../../../core/stats/random.ts";
import { factsWith, flips, judged } from "./facts.ts";

const nothing = { n: 2_000, disagreement: null, positives: null, auc: null, correlation: null, sd: null, slices: null };

function previewOf(text: string, of: Partial<Assumptions>): Preview {
  const parsed = parseGate(text);
  assert.ok(parsed.ok);
  const [condition] = conditionsOf(parsed.gate);
  assert.ok(condition !== undefined);
  return preview(condition, { ...nothing, ...of });
}

function proofOf(text: string, of: Partial<Assumptions>): ProofPreview {
  const found = previewOf(text, of);
  assert.ok(found.kind === "proof", found.kind === "none" ? found.why : "");
  return found;
}

describe("the power of a proof", () => {
  // Rows for 80 % power at 5 % one-sided: (1.645 + 0.842)² ψ / m².
  for (const [psi, margin, rows] of [
    [0.02, "2pp", 310],
    [0.05, "1pp", 3_092],
    [0.05, "0.5pp", 12_366],
    [0.1, "0.2pp", 154_564],
    [0.2, "0.5pp", 49_461],
  ] as const) {
    test(`${psi} disagreement and a margin of ${margin} need ${rows} rows`, () => {
      const found = proofOf(`ni(accuracy, ${margin})`, { disagreement: psi }).rows[0]?.rows ?? 0;
      assert.ok(Math.abs(found - rows) <= 1, String(found));
    });
  }

  test("a model worse by the margin passes about 5 % of the time, and half the time by its point estimate", () => {
    for (const n of [200, 2_000, 10_000]) {
      const [equal, worse] = proofOf("ni(accuracy, 1pp)", { n, disagreement: 0.1 }).chances;
      assert.ok(worse !== undefined && worse.passes > 0.03 && worse.passes < 0.056, String(worse?.passes));
      assert.ok(worse.naive > 0.4 && worse.naive < 0.6);
      assert.ok(equal !== undefined && equal.passes > worse.passes);
    }
  });

  test("an equally good model meets candidate >= baseline a little more than half the time", () => {
    const { notBelow } = proofOf("ni(accuracy, 1pp)", { n: 2_000, disagreement: 0.05 });
    assert.ok(notBelow > 0.5 && notBelow < 0.55, String(notBelow));
  });

  test("the chances are those of the gate itself", () => {
    const { passes } = proofOf("ni(accuracy, 4pp)", { n: 300, disagreement: 0.1 }).chances[0] ?? { passes: 0 };
    const next = uniforms(randomKey("preview"), 1);
    const repetitions = 2_000;
    let passed = 0;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      let [gained, lost] = [0, 0];
      for (let row = 0; row < 300; row++) {
        const u = next();
        if (u < 0.05) gained++;
        else if (u < 0.1) lost++;
      }
      if (judged("ni(accuracy, 4pp)", factsWith([flips(gained, lost, 300)])).verdict === "pass") passed++;
    }
    assert.ok(Math.abs(passed / repetitions - passes) < 4 * Math.sqrt((passes * (1 - passes)) / repetitions));
  });

  test("the sum over tables and the normal approximation meet", () => {
    const region = { low: -0.001, high: Number.POSITIVE_INFINITY };
    const at = (n: number): number => chance({ kind: "flips", disagreement: 0.05 }, n, 0, region, quantile(0.95));
    // 10,000 of variance is where one takes over from the other, at 210,526 rows.
    assert.ok(Math.abs(at(210_500) - at(210_600)) < 2e-3);
  });

  test("no disagreement still needs the rows that Tango's bound needs", () => {
    const { rows, chances } = proofOf("ni(accuracy, 1pp)", { n: 100, disagreement: 0 });
    assert.equal(chances[0]?.passes, 0);
    const needed = rows[0]?.rows ?? 0;
    assert.equal(proofOf("ni(accuracy, 1pp)", { n: needed, disagreement: 0 }).chances[0]?.passes, 1);
    assert.equal(proofOf("ni(accuracy, 1pp)", { n: needed - 1, disagreement: 0 }).chances[0]?.passes, 0);
  });

  test("other metrics by the standard deviation of the differences", () => {
    const found = proofOf("ni(log_loss, 0.01)", { n: 1_000, sd: 0.2 });
    const se = 0.2 / Math.sqrt(1_000);
    assert.ok(Math.abs((found.chances[0]?.passes ?? 0) - cdf(0.01 / se - quantile(0.95))) < 1e-12);
    assert.ok(Math.abs((found.chances[1]?.passes ?? 0) - 0.05) < 1e-12);
    assert.equal(found.rows[0]?.rows, Math.ceil(((quantile(0.95) + quantile(0.8)) * 0.2 * 100) ** 2));
    assert.ok(Math.abs((found.margin ?? 0) - (quantile(0.95) + quantile(0.8)) * se) < 1e-12);
  });

  test("ROC AUC by Hanley and McNeil's variance", () => {
    const found = proofOf("ni(roc_auc, 1pp)", { n: 2_000, positives: 0.2, auc: 0.9, correlation: 0.6 });
    assert.equal(found.method, "hanley-mcneil");
    assert.ok(Math.abs((found.chances[1]?.passes ?? 0) - 0.05) < 1e-12);
    const closer = proofOf("ni(roc_auc, 1pp)", { n: 2_000, positives: 0.2, auc: 0.9, correlation: 0.9 });
    assert.ok((closer.rows[0]?.rows ?? 0) < (found.rows[0]?.rows ?? 0));
  });

  test("gains, equivalence and comparisons", () => {
    assert.deepEqual(
      proofOf("sup(accuracy, 1pp)", { disagreement: 0.05 }).chances.map((each) => each.words),
      ["equally good", "better by just the gain", "better by twice the gain"],
    );
    const equal = proofOf("equiv(accuracy, 1pp)", { n: 5_000, disagreement: 0.05 });
    assert.ok((equal.chances[1]?.passes ?? 1) < 0.056 && (equal.chances[2]?.passes ?? 1) < 0.056);
    const compared = proofOf("n - o > -1pp at 95%", { disagreement: 0.05 });
    assert.deepEqual(compared.chances, proofOf("ni(accuracy, 1pp)", { disagreement: 0.05 }).chances);
    assert.deepEqual(
      proofOf("delta(log_loss) < 0.01 at 95%", { sd: 0.2 }).chances,
      proofOf("ni(log_loss, 0.01)", { sd: 0.2 }).chances,
    );
  });

  for (const [text, why] of [
    ["candidate.f1 > 0.5", /only a condition on the difference/],
    ["ratio(latency_p95) < 1.2 at 95%", /only a condition on the difference/],
    ["ni(accuracy, 1pp)", /--disagreement/],
    ["ni(roc_auc, 1pp)", /--positives, --auc, --correlation/],
    ["ni(f1, 1pp)", /--sd/],
  ] as const) {
    test(`${text} without what it needs gives no power, and says why`, () => {
      const found = previewOf(text, {});
      assert.match(found.kind === "none" ? found.why : "", why);
    });
  }
});

test("twenty slices of a hundred rows: Holm's correction, none, and point estimates", () => {
  const found = previewOf("no_worse_slices(accuracy, 2pp)", { n: 2_000, disagreement: 0.1, slices: 20 });
  assert.ok(found.kind === "slices");
  assert.equal(found.rowsPerSlice, 100);
  assert.ok(found.falseBlock.holm < 0.05 && found.falseBlock.uncorrected > 0.1 && found.falseBlock.naive > 0.97);
  assert.ok(found.detects < 0.5, "a hundred rows prove little");
});

test("the variance of a ROC AUC is that of exponential scores, for which its formula is exact", () => {
  const next = uniforms(randomKey("auc"), 1);
  const [auc, positives, negatives, repetitions] = [0.8, 20, 30, 4_000];
  const draw = (count: number, rate: number): readonly number[] =>
    Array.from({ length: count }, () => -Math.log(1 - next()) / rate);
  let [sum, squares] = [0, 0];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const above = draw(positives, (1 - auc) / auc);
    const below = draw(negatives, 1);
    const wins = above.reduce((won, score) => won + below.filter((other) => other < score).length, 0);
    const value = wins / (positives * negatives);
    sum += value;
    squares += value * value;
  }
  const variance = squares / repetitions - (sum / repetitions) ** 2;
  assert.ok(Math.abs(variance / aucVariance(auc, positives, negatives) - 1) < 0.1);
});

test("the power is that of core/stats/power.ts", () => {
  for (const [rows, disagreement, margin] of [
    [300, 0.1, 0.04],
    [2_000, 0.05, 0.005],
    [50, 0, 0.02],
  ] as const) {
    const region = { low: -margin, high: Number.POSITIVE_INFINITY };
    const own = chance({ kind: "flips", disagreement }, rows, 0, region, quantile(0.95));
    const theirs = powerOfNonInferiority({ rows, disagreement, margin, alpha: 0.05 });
    assert.ok(Math.abs(own - theirs) < 1e-9, `${own} is not ${theirs}`);
  }
});

test("a gate is explained in words", () => {
  const words = (text: string): string => {
    const parsed = parseGate(text);
    return parsed.ok ? explainGate(parsed.gate) : parsed.fault.message;
  };
  assert.equal(
    words("ni(log_loss, 0.01)"),
    "log loss (less is better) is proven not worse than the baseline by 0.010, with 95 % confidence: pass; proven worse by 0.010 or more: fail; neither: inconclusive.",
  );
  assert.match(
    words("no_worse_slices(f1, 2pp, by=[a, b])"),
    /worse by more than 2\.0 pp in any slice by a, b, corrected/,
  );
  assert.match(
    words("not (equiv(f1, 1pp) or limit_gain(f1, 5pp))"),
    /^The opposite of: At least one of: .* Or: .*leak of labels/,
  );
  assert.match(words("nfr < 2% at 95%"), /proven with 95 % confidence.*Flips are rows/);
  assert.match(
    words("sup(f1, 1pp) and candidate.f1 > 0.5"),
    /^All of: .* And: The measured numbers meet candidate\.f1 > 0\.5/,
  );
});
