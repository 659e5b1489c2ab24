import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type Report, report as reportSchema } from "../../core/report.ts";
import { parseBytes } from "../../runner/evaluate/cache.ts";
import type { Ended } from "./assay.ts";
import { csv, evaluate, project, rows } from "./evaluation.ts";
import { logistic } from "./onnx-models.ts";

const models = { candidate: logistic([4, 0], 0), baseline: logistic([-1, 0.3], 0) };
const withBaseline = ["--baseline", "baseline.onnx"];
const withCache = [...withBaseline, "--cache", "kept"];

function reportOf(ended: Ended): Report {
  assert.equal(ended.code, 0, ended.stderr);
  return reportSchema.parse(JSON.parse(ended.stdout));
}

function numbers({ metrics, behaviour, curves }: Report): unknown {
  return { metrics, behaviour, curves };
}

test("a baseline is predicted once over two evaluations, and the report says so", async (t) => {
  const cwd = await project(t, models);
  const first = reportOf(await evaluate(cwd, withCache));
  assert.equal(first.environment.cached, undefined);
  await writeFile(join(cwd, "candidate.onnx"), logistic([3, 0.1], 0));
  const second = await evaluate(cwd, withCache);
  assert.deepEqual(reportOf(second).environment.cached, ["baseline"]);
  assert.match(second.stderr, /^baseline: the predictions are in the cache$/m);
  assert.doesNotMatch(second.stderr, /^candidate:/m);
  assert.deepEqual(numbers(reportOf(second)), numbers(reportOf(await evaluate(cwd, withBaseline))));
  assert.equal((await readdir(join(cwd, "kept"))).length, 3);
});

test("without --cache nothing is kept", async (t) => {
  const cwd = await project(t, models);
  reportOf(await evaluate(cwd, withBaseline));
  assert.ok(!(await readdir(cwd)).includes("kept"));
});

for (const [what, change] of [
  ["other data", (cwd: string) => writeFile(join(cwd, "rows.csv"), csv(rows.toReversed()))],
  [
    "another order of the inputs",
    async (cwd: string) => {
      const file = join(cwd, ".github/assay.yml");
      await writeFile(file, (await readFile(file, "utf8")).replace('["a","b"]', '["b","a"]'));
    },
  ],
] as const) {
  test(`${what} is predicted anew`, async (t) => {
    const cwd = await project(t, models);
    reportOf(await evaluate(cwd, withCache));
    await change(cwd);
    const again = reportOf(await evaluate(cwd, withCache));
    assert.equal(again.environment.cached, undefined);
    assert.deepEqual(numbers(again), numbers(reportOf(await evaluate(cwd, withBaseline))));
  });
}

test("a damaged entry is predicted anew, and that is said", async (t) => {
  const cwd = await project(t, models);
  const first = reportOf(await evaluate(cwd, withCache));
  const kept = join(cwd, "kept");
  for (const name of await readdir(kept)) {
    const bytes = await readFile(join(kept, name));
    bytes.fill(0, bytes.length - 8);
    await writeFile(join(kept, name), bytes);
  }
  const second = await evaluate(cwd, withCache);
  assert.equal(second.stderr.match(/is damaged; it is removed and the model predicts anew/g)?.length, 2);
  assert.equal(reportOf(second).environment.cached, undefined);
  assert.deepEqual(numbers(reportOf(second)), numbers(first));
  assert.deepEqual(reportOf(await evaluate(cwd, withCache)).environment.cached, ["candidate", "baseline"]);
});

for (const [text, expected] of [
  ["1", 1],
  ["500B", 500],
  ["500kB", 500_000],
  ["1.5MB", 1_500_000],
  ["2GiB", 2 * 1024 ** 3],
  ["1 TiB", 1024 ** 4],
  ["0", null],
  ["-1GB", null],
  ["2G", null],
  ["1iB", null],
  ["much", null],
  ["", null],
] as const) {
  test(`the size ${JSON.stringify(text)} is ${expected ?? "none"}`, () => {
    assert.equal(parseBytes(text), expected);
  });
}

for (const [args, says] of [
  [["--cache-size", "1GB"], /--cache-size needs --cache DIR/],
  [["--cache", "kept", "--cache-size", "big"], /--cache-size must be a size such as 500MB or 2GiB, not big/],
  [["--cache", "rows.csv"], /rows\.csv.*cannot use the folder of --cache/],
] as const) {
  test(`a mistake on the command line: ${args.join(" ")}`, async (t) => {
    const { code, stderr } = await evaluate(await project(t, models), args);
    assert.equal(code, 3);
    assert.match(stderr, says);
  });
}
