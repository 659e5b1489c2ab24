import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { report as reportSchema } from "../../core/report.ts";
import { exitCodeOf } from "../../runner/commands/show-report.ts";
import { assay, names, scratch } from "./assay.ts";

const example = fileURLToPath(new URL("../../fixtures/repos/birdstrikes", import.meta.url));

test("the example repository trains and is evaluated against its production model", async (t) => {
  const cwd = await scratch(t);
  const before = await names(example);
  const common = ["--config", join(example, ".github/assay.yml"), "--model", "damage", "--json"];
  const trained = await assay(["train", ...common, "--checkout", example, "--param", "epochs=5", "--out", "train"], {
    cwd,
  });
  assert.equal(trained.code, 0, trained.stderr);
  const { training } = JSON.parse(trained.stdout);
  assert.equal(training.progress.length, 5);

  const models = ["--candidate", "train/model.onnx", "--baseline", join(example, "models/damage/production.onnx")];
  const judged = await assay(["evaluate", ...common, "--root", example, ...models, "--out", "evaluate"], { cwd });
  const report = reportSchema.parse(JSON.parse(judged.stdout));
  assert.equal(report.candidate.digest, training.modelDigest);
  assert.equal(judged.code, exitCodeOf(report.verdict), judged.stderr);
  const auc = report.metrics.find((metric) => metric.id === "roc_auc" && metric.slice === null);
  assert.ok((auc?.candidate.value ?? 0) > 0.7);
  assert.ok((auc?.baseline?.value ?? 0) > 0.7);
  assert.match(await readFile(join(cwd, "evaluate/report.html"), "utf8"), /damage/);
  assert.deepEqual(await names(example), before, "the checkout is left as it was");
});
