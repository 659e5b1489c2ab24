import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { type Report, report as reportSchema } from "../../core/report.ts";
import { assayHere, type Ended, names, scratch } from "./assay.ts";
import { csv, project, readParquet, rows, type Setup, write } from "./evaluation.ts";
import { logistic, softmax } from "./onnx-models.ts";

// Five batches of 1,024 rows and a rest; every ninth row has no label.
const many = Array.from({ length: 6_000 }, (_, index) => {
  const row = rows[index % rows.length] ?? assert.fail();
  return { ...row, a: (row.a ?? 0) + index / 10_000, y: index % 9 === 0 ? null : row.y };
});

const setup: Setup = {
  candidate: logistic([4, 0], 0),
  baseline: logistic([-1, 0.3], 0),
  data: csv(many),
  evaluate: { metrics: ["roc_auc", "log_loss", "accuracy", "average_precision"], slices: ["word", "b > 3"] },
  gates: ["ni(roc_auc, 1pp) at 95%"],
};

const withBaseline = ["--baseline", "baseline.onnx"];

async function reportIn(cwd: string, folder: string): Promise<Report> {
  return reportSchema.parse(JSON.parse(await readFile(join(cwd, folder, "report.json"), "utf8")));
}

/** A project where one machine has evaluated, and two shards have predicted: made once, copied for each test. */
let ready = "";
before(async () => {
  ready = await mkdtemp(join(tmpdir(), "assay-test-"));
  await write(ready, setup);
  assert.equal((await evaluate(ready, "alone", [...withBaseline, "--workers", "1"])).code, 0);
  await share(ready, 2, withBaseline);
});
after(() => rm(ready, { recursive: true, force: true }));

async function copyOf(t: TestContext): Promise<string> {
  const cwd = await scratch(t);
  await cp(ready, cwd, { recursive: true });
  return cwd;
}

/** Everything but when and how long. */
function numbers(of: Report): unknown {
  const { startedAt: _startedAt, seconds: _seconds, ...rest } = of;
  return rest;
}

async function evaluate(cwd: string, out: string, extra: readonly string[] = []): Promise<Ended> {
  const args = ["evaluate", "--config", ".github/assay.yml", "--model", "tiny", "--candidate", "candidate.onnx"];
  return assayHere([...args, "--out", out, "--json", ...extra], cwd);
}

/** Predicts all shards, each into a folder of its own; gives the folders. */
async function share(cwd: string, of: number, extra: readonly string[]): Promise<readonly string[]> {
  const folders: string[] = [];
  for (let shard = 1; shard <= of; shard++) {
    const ended = await evaluate(cwd, `part-${shard}`, [...extra, "--shard", `${shard}/${of}`]);
    assert.equal(ended.code, 0, ended.stderr);
    assert.deepEqual(await names(join(cwd, `part-${shard}`)), ["predictions.parquet", "shard.json"]);
    folders.push(`part-${shard}`);
  }
  return folders;
}

for (const [count, workers] of [
  [1, "2"],
  [2, "1"],
  [3, "2"],
  [7, "1"],
] as const) {
  test(`${count} shards, ${workers} worker(s) each: the report and the predictions of one machine`, async (t) => {
    const cwd = await copyOf(t);
    const extra = [...withBaseline, "--workers", workers];
    const parts = await share(cwd, count, extra);
    const { code, stderr } = await evaluate(cwd, "merged", [...extra, ...merging(...parts.toReversed())]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(numbers(await reportIn(cwd, "merged")), numbers(await reportIn(cwd, "alone")));
    assert.deepEqual(await readPredictions(cwd, "merged"), await readPredictions(cwd, "alone"));
  });
}

async function readPredictions(cwd: string, folder: string) {
  return readParquet(join(cwd, folder, "predictions.parquet"));
}

test("a multiclass model without a baseline is merged class by class", async (t) => {
  const named = many.map((row) => ({
    ...row,
    y: row.y === null ? null : row.a > 0.3 ? "high" : row.a < 0 ? "low" : "mid",
  }));
  const cwd = await project(t, {
    candidate: softmax([-6, 0, 6, 0, 0, 0], 3),
    data: csv(named),
    evaluate: { task: "multiclass", classes: ["low", "mid", "high"], metrics: ["accuracy", "log_loss"] },
  });
  assert.equal((await evaluate(cwd, "alone")).code, 0);
  const parts = await share(cwd, 2, []);
  assert.equal((await evaluate(cwd, "merged", merging(...parts))).code, 0);
  assert.deepEqual(numbers(await reportIn(cwd, "merged")), numbers(await reportIn(cwd, "alone")));
});

test("a model that insists on batches of its own size gets them in every shard", async (t) => {
  const insists = logistic([4, 0], 0, { input: "x", output: "p", rows: 256 });
  const cwd = await project(t, { ...setup, candidate: insists });
  const extra = ["--baseline", "baseline.onnx", "--workers", "1"];
  assert.equal((await evaluate(cwd, "alone", extra)).code, 0);
  const parts = await share(cwd, 2, extra);
  assert.equal((await evaluate(cwd, "merged", [...extra, ...merging(...parts)])).code, 0);
  assert.deepEqual(numbers(await reportIn(cwd, "merged")), numbers(await reportIn(cwd, "alone")));
  const { source } = JSON.parse(await readFile(join(cwd, "part-1/shard.json"), "utf8"));
  assert.equal(source.batch, 1_024);
});

test("shard.json says what a part was made from, and the parts hold every labeled row once", async (t) => {
  const cwd = await copyOf(t);
  await share(cwd, 3, withBaseline);
  const files = await Promise.all(
    [1, 2, 3].map(async (shard) => JSON.parse(await readFile(join(cwd, `part-${shard}/shard.json`), "utf8"))),
  );
  assert.deepEqual(
    files.map(({ rows: { from, to } }) => [from, to]),
    [
      [0, 2_048],
      [2_048, 4_096],
      [4_096, 5_333],
    ],
  );
  const held = (await Promise.all([1, 2, 3].map((shard) => readPredictions(cwd, `part-${shard}`)))).flat();
  const labeled = many.flatMap(({ y }, index) => (y === null ? [] : [BigInt(index + 1)]));
  assert.deepEqual(
    held.map((row) => row["row"]),
    labeled,
  );
});

type Spoil = (t: TestContext, cwd: string) => Promise<readonly string[]>;

const merging = (...folders: readonly string[]): readonly string[] => folders.flatMap((folder) => ["--merge", folder]);

const spoiled: readonly (readonly [name: string, spoil: Spoil, says: RegExp])[] = [
  ["a part is missing", async () => merging("part-2"), /^part-2: .*missing are shard 1$/],
  [
    "a part is given twice",
    async (_, cwd) => {
      await cp(join(cwd, "part-2"), join(cwd, "copy"), { recursive: true });
      return merging("part-1", "part-2", "copy");
    },
    /^copy: .*shard 2 of 2, as is another/,
  ],
  [
    "another candidate",
    async (_, cwd) => {
      await writeFile(join(cwd, "candidate.onnx"), logistic([3, 0], 0));
      return merging("part-1", "part-2");
    },
    /^part-1: .*candidate's digest/,
  ],
  [
    "other data",
    async (_, cwd) => {
      await writeFile(join(cwd, "rows.csv"), csv(many.toReversed()));
      return merging("part-1", "part-2");
    },
    /^part-1: .*data's digest/,
  ],
  [
    "another configuration",
    async (_, cwd) => {
      const file = join(cwd, ".github/assay.yml");
      await writeFile(file, (await readFile(file, "utf8")).replace('"name":"p"', '"name":"p","positive":0'));
      return merging("part-1", "part-2");
    },
    /^part-1: .*configuration/,
  ],
  [
    "a damaged table",
    async (_, cwd) => {
      const file = join(cwd, "part-2/predictions.parquet");
      const bytes = await readFile(file);
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      await writeFile(file, bytes);
      return merging("part-1", "part-2");
    },
    /^part-2: .*damaged/,
  ],
  ["a folder that is no part", async () => merging("part-1", ".github"), /^\.github: .*no shard\.json/],
  [
    "a part without its table",
    async (_, cwd) => {
      await rm(join(cwd, "part-1/predictions.parquet"));
      return merging("part-1", "part-2");
    },
    /^part-1: .*no predictions\.parquet/,
  ],
  [
    "a shard.json that is not one",
    async (_, cwd) => {
      await writeFile(join(cwd, "part-1/shard.json"), '{"schema":2}');
      return merging("part-1", "part-2");
    },
    /^part-1: .*shard\.json is not one: schema/,
  ],
];

for (const [name, spoil, says] of spoiled) {
  test(`parts that do not fit are refused with their folder: ${name}`, async (t) => {
    const cwd = await copyOf(t);
    const flags = await spoil(t, cwd);
    const { code, stdout } = await evaluate(cwd, "merged", [...withBaseline, ...flags]);
    const { fault } = JSON.parse(stdout);
    assert.equal(code, 3);
    assert.equal(fault.reason, "parts_mismatch");
    assert.match(`${fault.place.file}: ${fault.message}`, says);
    assert.ok(!(await names(cwd)).includes("merged"));
  });
}

for (const [args, says] of [
  [["--shard", "3/2"], /--shard must be I\/N, from 1\/1 to 64\/64, not 3\/2/],
  [["--shard", "1/2", "--merge", "x"], /give one of them/],
  [["--shard", "1/2", "--cache", "x"], /--cache keeps predictions of whole evaluations/],
] as const) {
  test(`a mistake on the command line: ${args.join(" ")}`, async (t) => {
    const { code, stderr } = await evaluate(await copyOf(t), "out", args);
    assert.equal(code, 3);
    assert.match(stderr, says);
  });
}
