import assert from "node:assert/strict";
import test from "node:test";
import { drawSample } from "../../bench/binormal.ts";
import { equalPair, type KnownMetric, populationValue, worseBy } from "../../bench/honesty/population.ts";
import { measureSample } from "../../bench/measured.ts";
import { randomFrom } from "../../bench/random.ts";

const known: readonly KnownMetric[] = ["accuracy", "roc_auc", "log_loss", "f1", "average_precision"];

test("metrics of many rows come close to the values that hold for infinitely many", () => {
  const pair = worseBy("roc_auc", 0.03, equalPair(1.5, 0.3, 0.1));
  const { metrics } = measureSample(drawSample(pair, 100_000, randomFrom("population-test")), known);
  for (const { id, candidate, baseline } of metrics) {
    const metric = known.find((one) => one === id) ?? "accuracy";
    assert.ok(Math.abs((candidate.value ?? 0) - populationValue(metric, pair.candidate, 0.3)) < 0.006, id);
    assert.ok(Math.abs((baseline?.value ?? 0) - populationValue(metric, pair.baseline, 0.3)) < 0.006, id);
  }
});

test("two equally good models decide differently as often as asked", () => {
  for (const disagreement of [0.05, 0.1, 0.2]) {
    const rows = 50_000;
    const { candidate, baseline } = drawSample(equalPair(1.5, 0.3, disagreement), rows, randomFrom("disagreement"));
    const differ = candidate.filter((score, row) => score >= 0.5 !== (baseline[row] ?? 0) >= 0.5).length;
    assert.ok(Math.abs(differ / rows - disagreement) < 0.005, `${differ / rows} for ${disagreement}`);
  }
});

test("a worse candidate is worse by exactly the loss that was asked for", () => {
  for (const metric of known) {
    const { candidate, baseline } = worseBy(metric, 0.02, equalPair(1.5, 0.3, 0.1));
    assert.ok(candidate < baseline, metric);
    const lost = populationValue(metric, candidate, 0.3) - populationValue(metric, baseline, 0.3);
    assert.ok(Math.abs(Math.abs(lost) - 0.02) < 1e-9, `${metric}: ${lost}`);
  }
});
