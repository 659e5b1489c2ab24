import assert from "node:assert/strict";
import { test } from "node:test";
import { type Report, report as reportSchema } from "../../core/report.ts";
import { evaluate, project, type Setup } from "./evaluation.ts";
import { encode, float, floats, logistic, node, value } from "./onnx-models.ts";

const model = logistic([4, 0], 0);

async function reportOf(cwd: string, extra: readonly string[] = ["--baseline", "baseline.onnx"]): Promise<Report> {
  const { stdout, stderr } = await evaluate(cwd, extra);
  assert.equal(stderr, "");
  return reportSchema.parse(JSON.parse(stdout));
}

const compared = (setup: Partial<Setup>): Setup => ({ candidate: model, baseline: model, ...setup });

test("unless asked, an evaluation tells size and parameters only", async (t) => {
  const { operations, seconds } = await reportOf(await project(t, compared({})));
  assert.deepEqual(Object.keys(operations), ["model_bytes", "parameters"]);
  assert.deepEqual([operations["model_bytes"]?.value, operations["model_bytes"]?.ratio], [model.length, 1]);
  assert.equal(operations["parameters"]?.value, 3);
  assert.ok(seconds.operations !== undefined);
});

/** sigmoid(x · (4, 0)) of eight rows at a time, no more and no less. */
const fixed = encode({
  nodes: [node("MatMul", ["x", "w"], ["s"]), node("Sigmoid", ["s"], ["p"])],
  inputs: [value("x", float, [8, 2])],
  outputs: [value("p", float, [8, 1])],
  weights: [floats("w", [2, 1], [4, 0])],
});

test("what a gate or the list of metrics asks for is measured, also of a model of a fixed batch", async (t) => {
  const gates = ["ratio(latency_p95) < 50 at 85%", "ratio(model_bytes) < 2", "candidate.parameters < 2"];
  const setup = compared({ candidate: fixed, gates, evaluate: { metrics: ["roc_auc", "throughput"] } });
  const report = await reportOf(await project(t, setup));
  assert.deepEqual(Object.keys(report.operations), ["latency_p95", "throughput", "model_bytes", "parameters"]);
  assert.deepEqual(
    report.gates.map((gate) => gate.verdict),
    ["pass", "pass", "fail"],
  );
  const { latency_p95: latency, throughput } = report.operations;
  assert.ok(latency?.ratioBounds?.some((bound) => bound.level === 0.85));
  assert.ok((throughput?.value ?? 0) > 0);
  // An operational metric is not measured on rows.
  assert.deepEqual([...new Set(report.metrics.map((metric) => metric.id))], ["roc_auc"]);
});
