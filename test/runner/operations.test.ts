import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { AssayError } from "../../core/fault.ts";
import { report } from "../../core/report.ts";
import { type MeasuredModel, measureOperations, type OperationOptions } from "../../runner/operations/measure.ts";
import { startProbe } from "../../runner/operations/probe.ts";
import type { Requests } from "../../runner/operations/protocol.ts";
import { encode, float, floats, logistic, node, value } from "./onnx-models.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-operations-"));
  await writeFile(join(folder, "small.onnx"), logistic([1, -1], 0));
  await writeFile(join(folder, "large.onnx"), layers(1_000));
  await writeFile(join(folder, "broken.onnx"), "no model");
});
after(() => rm(folder, { recursive: true }));

/** x · W · W · v: the work of a square matrix of that size, for the same two columns. */
function layers(size: number): Uint8Array {
  const square = Array.from({ length: size * size }, () => 1 / size);
  return encode({
    nodes: [
      node("MatMul", ["x", "first"], ["a"]),
      node("MatMul", ["a", "w"], ["b"]),
      node("MatMul", ["b", "w"], ["c"]),
      node("MatMul", ["c", "last"], ["p"]),
    ],
    inputs: [value("x", float, ["n", 2])],
    outputs: [value("p", float, ["n", 1])],
    weights: [
      floats("first", [2, size], square.slice(0, 2 * size)),
      floats("w", [size, size], square),
      floats("last", [size, 1], square.slice(0, size)),
    ],
  });
}

const x = (rows: number) => ({
  name: "x",
  type: "float32" as const,
  shape: [rows, 2],
  data: Float32Array.from({ length: 2 * rows }, (_, at) => at % 7),
});
const requests: Requests = { single: [x(1)], batch: [x(64)], output: "p" };

function model(name: string, role: string, bytes = 1_000): MeasuredModel {
  return { file: join(folder, `${name}.onnx`), role, requests, bytes, parameters: 3, batchRows: 64 };
}

function measured(options: Partial<OperationOptions>) {
  return measureOperations({
    candidate: model("small", "candidate"),
    baseline: model("small", "baseline"),
    provider: "cpu",
    wanted: [],
    levels: [0.95],
    budgetMs: 400,
    interrupt: new AbortController().signal,
    progress: () => {},
    ...options,
  });
}

/** Measuring processes that this process has started and that are still there. */
async function children(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "ppid=,args="]);
  const own = new RegExp(`^\\s*${process.pid}\\s.*probe-process`);
  return stdout.split("\n").filter((line) => own.test(line));
}

test("size and parameters are told without starting a process", async () => {
  const starts: string[] = [];
  const found = await measured({
    candidate: model("broken", "candidate", 1_500),
    progress: (line) => starts.push(line),
  });
  assert.deepEqual(Object.keys(found), ["model_bytes", "parameters"]);
  assert.equal(found["model_bytes"]?.ratio, 1.5);
  assert.deepEqual(starts, []);
});

test("a larger model is measured to be slower, and no process is left", async () => {
  const wanted = ["throughput", "latency_p50", "latency_p99"];
  const found = await measured({ candidate: model("large", "candidate"), wanted });
  assert.deepEqual(Object.keys(found), ["latency_p50", "latency_p99", "throughput", "model_bytes", "parameters"]);
  report.shape.operations.parse(found);
  const { latency_p50: latency, throughput } = found;
  // A million multiplications against two.
  assert.ok((latency?.ratio ?? 0) > 1, `${latency?.ratio}`);
  assert.ok((throughput?.ratio ?? 1) < 1, `${throughput?.ratio}`);
  assert.ok((latency?.value ?? 0) > (latency?.baseline ?? 0));
  assert.deepEqual(await children(), []);
});

test("a candidate without a baseline is measured alone", async () => {
  const found = await measured({ baseline: null, wanted: ["latency_p95", "peak_rss"] });
  assert.deepEqual([found["latency_p95"]?.baseline, found["latency_p95"]?.ratio], [null, null]);
  assert.equal(found["peak_rss"]?.baseline, null);
});

test("the memory of a model counts, whatever the process that asks for it holds itself", async () => {
  // A child inherits the largest size of its parent in resourceUsage().maxRSS; this process is made large on purpose.
  const ballast = Buffer.alloc(400e6, 1);
  const found = await measured({ candidate: model("large", "candidate"), wanted: ["peak_rss"], budgetMs: 1 });
  assert.equal(ballast.at(-1), 1);
  const { value: bytes = 0, baseline, n } = found["peak_rss"] ?? {};
  // The weights alone are 4 MB, and the file is read next to them.
  assert.ok(bytes > 4e6 && bytes < 200e6, `${bytes}`);
  assert.ok((baseline ?? Number.POSITIVE_INFINITY) < bytes);
  assert.equal(n, 1);
});

test("a model that cannot be opened is named by its role, and no process is left", async () => {
  const measuring = measured({ baseline: model("broken", "baseline"), wanted: ["latency_p50"] });
  await assert.rejects(measuring, (error: unknown) => {
    assert.ok(error instanceof AssayError);
    assert.equal(error.fault.reason, "model_unreadable");
    assert.match(error.message, /^baseline: /);
    return true;
  });
  assert.deepEqual(await children(), []);
});

for (const wanted of ["latency_p50", "throughput", "peak_rss"]) {
  test(`an interrupt while ${wanted} is measured ends it with its reason, and no process is left`, async () => {
    const interrupt = new AbortController();
    const reason = new Error("interrupted");
    const measuring = measured({
      wanted: [wanted],
      interrupt: interrupt.signal,
      progress: () => interrupt.abort(reason),
    });
    await assert.rejects(measuring, reason);
    assert.deepEqual(await children(), []);
  });
}

test("a measuring process ends when the process that started it is killed", async () => {
  const script = `
    const { startProbe } = await import(${JSON.stringify(new URL("../../runner/operations/probe.ts", import.meta.url).href)});
    await startProbe(new AbortController().signal);
    console.log("ready");
    setInterval(() => {}, 1_000);
  `;
  const parent = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  await once(parent.stdout, "data");
  parent.kill("SIGKILL");
  // The measuring process holds the same stderr: the pipe closes when both are gone.
  await once(parent, "close");
  assert.equal(parent.signalCode, "SIGKILL");
});

test("a process that is gone answers with an error instead of silence", async () => {
  const probe = await startProbe(new AbortController().signal);
  assert.equal((await children()).length, 1);
  await probe.close();
  assert.deepEqual(await children(), []);
  await assert.rejects(probe.peakBytes(), /ended the process it was measured in/);
});
