import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { digestJson } from "../../core/digest.ts";
import { report as reportSchema } from "../../core/report.ts";
import { assayHere, type Ended, names, scratch } from "./assay.ts";
import { csv, readParquet, writeParquet } from "./evaluation.ts";

type Cells = Readonly<Record<string, string | number | boolean | null>>;

/** 300 rows with two scores of the positive class: the candidate's is right more often. */
const rows: readonly Cells[] = Array.from({ length: 300 }, (_, index) => {
  const truth = (index * 37) % 100 < 40 ? 1 : 0;
  const noise = ((index * 61) % 97) / 97;
  return {
    y: truth,
    new: truth === 1 ? 0.25 + 0.75 * noise : 0.75 * noise,
    old: truth === 1 ? 0.15 + 0.8 * noise : 0.85 * noise,
    kind: ["up", "down", "side"][index % 3] ?? "",
    w: 1 + (index % 4),
    who: `person ${index % 60}`,
  };
});

async function table(t: TestContext, of: readonly Cells[] = rows): Promise<string> {
  const cwd = await scratch(t);
  await writeFile(join(cwd, "p.csv"), csv(of));
  return cwd;
}

const flags = ["--task", "binary", "--label", "y", "--candidate", "new", "--baseline", "old", "--out", "out"];

async function compare(cwd: string, extra: readonly string[] = [], file = "p.csv", args = flags): Promise<Ended> {
  return assayHere(["compare", "--predictions", file, ...args, "--json", ...extra], cwd);
}

function sha256(bytes: string | Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

test("a table of predictions gives the four files of an evaluation, with gates judged", async (t) => {
  const cwd = await table(t);
  const slices = ["--slice", "kind", "--slice", "w > 2"];
  const naming = ["--baseline-version", "m@v3", "--name", "damage"];
  const gates = ["--gate", "ni(roc_auc, 1pp) at 95%"];
  const { code, stdout, stderr } = await compare(cwd, [...gates, ...slices, ...naming]);
  assert.equal(code, 0, stderr);
  const report = reportSchema.parse(JSON.parse(stdout));
  assert.equal(report.verdict, "pass");
  assert.equal(report.model, "damage");
  const file = sha256(csv(rows));
  assert.deepEqual(report.candidate, {
    digest: digestJson({ file, columns: ["new"] }),
    bytes: Buffer.byteLength(csv(rows)),
    parameters: null,
  });
  assert.deepEqual(report.baseline, { digest: digestJson({ file, columns: ["old"] }), version: "m@v3" });
  assert.deepEqual(report.data, { digest: file, rows: 300, role: "open", dropped: 0 });
  assert.equal(report.environment.runtime, "predictions");
  const sizes = report.metrics.filter(({ id }) => id === "roc_auc").map(({ candidate }) => candidate.n);
  assert.deepEqual(sizes, [300, 100, 100, 100, 150]);
  assert.deepEqual(await names(join(cwd, "out")), ["predictions.parquet", "report.html", "report.json", "report.md"]);
  assert.deepEqual(JSON.parse(await readFile(join(cwd, "out/report.json"), "utf8")), report);
  const [first] = await readParquet(join(cwd, "out/predictions.parquet"));
  assert.deepEqual(first, { row: 1n, label: 1, candidate: rows[0]?.["new"], baseline: rows[0]?.["old"] });
});

test("Parquet and JSON of the same rows give the same numbers", async (t) => {
  const cwd = await table(t);
  await writeParquet(join(cwd, "p.csv"), join(cwd, "p.parquet"));
  await writeFile(join(cwd, "p.json"), JSON.stringify(rows));
  await writeFile(join(cwd, "p.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  const numbers = await Promise.all(
    ["p.csv", "p.parquet", "p.json", "p.jsonl"].map(async (file) => {
      const extra = ["--out", `out-${file}`, "--metric", "log_loss", "--metric", "accuracy", "--slice", "kind"];
      const { stdout, stderr } = await compare(cwd, extra, file, flags.slice(0, -2));
      assert.equal(stderr, "");
      const { metrics, curves, behaviour } = reportSchema.parse(JSON.parse(stdout));
      return { metrics, curves, behaviour };
    }),
  );
  for (const other of numbers.slice(1)) assert.deepEqual(other, numbers[0]);
});

for (const [gate, code, verdict] of [
  ["candidate.roc_auc > 0.99", 1, "fail"],
  ["ni(roc_auc, 0.1pp) at 99%", 0, "pass"],
  ["sup(accuracy, 30pp) at 95%", 1, "fail"],
] as const) {
  test(`the gate ${gate} gives ${verdict} and exit code ${code}`, async (t) => {
    const ended = await compare(await table(t), ["--gate", gate]);
    assert.equal(ended.code, code, ended.stderr);
    assert.equal(JSON.parse(ended.stdout).verdict, verdict);
  });
}

test("without a baseline a gate that compares has nothing to compare with: exit code 2", async (t) => {
  const alone = flags.filter((flag) => flag !== "--baseline" && flag !== "old");
  const { code, stdout } = await compare(await table(t), ["--gate", "ni(roc_auc, 1pp) at 95%"], "p.csv", alone);
  assert.equal(code, 2);
  assert.equal(JSON.parse(stdout).verdict, "no_baseline");
});

test("two words are classes when --positive says which is which, in any order", async (t) => {
  const named = rows.map((row) => ({ ...row, y: row["y"] === 1 ? "hit" : "miss" }));
  const [plain, words] = await Promise.all([
    compare(await table(t)),
    compare(await table(t, named), ["--positive", "hit"]),
  ]);
  assert.equal(words.code, 0, words.stderr);
  const auc = ({ stdout }: Ended) =>
    reportSchema.parse(JSON.parse(stdout)).metrics.find(({ id }) => id === "roc_auc")?.candidate;
  assert.deepEqual(auc(words), auc(plain));
});

test("several classes have one column each, in the order of --classes, also with commas in their names", async (t) => {
  const three = rows.map((_, index) => {
    const right = index % 3;
    const wrong = index % 5 === 0 ? (right + 1) % 3 : right;
    const at = (of: number) => (of === wrong ? 0.6 : 0.2);
    return { y: ["low", "mid, odd", "high"][right] ?? "", "p, low": at(0), mid: at(1), high: at(2) };
  });
  const cwd = await scratch(t);
  await writeFile(join(cwd, "p.json"), JSON.stringify(three));
  const classes = ["--classes", 'low,"mid, odd",high', "--candidate", '"p, low",mid,high', "--metric", "accuracy"];
  const about = ["--task", "multiclass", "--label", "y", "--out", "out"];
  const { code, stdout, stderr } = await compare(cwd, classes, "p.json", about);
  assert.equal(code, 0, stderr);
  const report = reportSchema.parse(JSON.parse(stdout));
  assert.equal(report.metrics[0]?.candidate.value, 0.8);
  const [first] = await readParquet(join(cwd, "out/predictions.parquet"));
  assert.deepEqual(Object.keys(first ?? {}).slice(0, 5), [
    "row",
    "label",
    "candidate_low",
    "candidate_mid, odd",
    "candidate_high",
  ]);
});

test("rows left out for both models are counted, and rows without a label as well", async (t) => {
  const holes = rows.map((row, index) => ({
    ...row,
    new: index === 3 ? null : (row["new"] ?? null),
    old: index === 7 ? null : (row["old"] ?? null),
    y: index === 9 ? null : (row["y"] ?? null),
  }));
  const { code, stdout, stderr } = await compare(await table(t, holes), ["--on-nan", "drop-pair", "--slice", "kind"]);
  assert.equal(code, 0, stderr);
  const { data, metrics } = reportSchema.parse(JSON.parse(stdout));
  assert.deepEqual([data.rows, data.dropped, data.unpredicted], [297, 1, 2]);
  const sizes = metrics.filter(({ id }) => id === "accuracy").map(({ candidate }) => candidate.n);
  assert.equal(
    sizes.slice(1).reduce((sum, n) => sum + n, 0),
    297,
  );
});

test("a mistyped label is named as the flag that it is", async (t) => {
  const wrong = flags.map((flag) => (flag === "y" ? "yy" : flag));
  const { stdout } = await compare(await table(t), [], "p.csv", wrong);
  assert.match(JSON.parse(stdout).fault.message, /no column "yy", which --label names: did you mean "y"\?/);
});

const refusals: readonly (readonly [
  name: string,
  table: readonly Cells[],
  args: readonly string[],
  reason: string,
  says: RegExp,
])[] = [
  [
    "a mistyped column",
    rows,
    ["--weight", "ww"],
    "data_column_missing",
    /no column "ww", which --weight names: did you mean "w"\?/,
  ],
  [
    "an unknown column of a group",
    rows,
    ["--group", "nobody"],
    "data_column_missing",
    /no column "nobody", which --group names: the columns are y, new/,
  ],
  [
    "an unknown column for fairness",
    rows,
    ["--fairness", "sex"],
    "data_column_missing",
    /"sex", which --fairness names/,
  ],
  [
    "a slice that is neither column nor SQL",
    rows,
    ["--slice", "knid ="],
    "config_invalid",
    /"knid =" is neither a column nor a SQL predicate/,
  ],
  [
    "a missing prediction",
    rows.map((row, at) => (at === 4 ? { ...row, new: null } : row)),
    [],
    "predictions_invalid",
    /--candidate, column "new": .*row 5: none/,
  ],
  [
    "a prediction that is a word",
    rows.map((row, at) => (at === 4 ? { ...row, old: "high" } : row)),
    [],
    "data_invalid",
    /column "old" must hold numbers \(row 5: "high"\)/,
  ],
  [
    "a score that is no probability",
    rows.map((row, at) => (at === 2 ? { ...row, old: 1.2 } : row)),
    [],
    "predictions_invalid",
    /--baseline, column "old": .*not probabilities \(row 3: 1\.2\).*--scores/,
  ],
  [
    "labels of three kinds",
    rows.map((row, at) => (at === 2 ? { ...row, y: 2 } : row)),
    [],
    "data_invalid",
    /label column "y": a binary label has two values/,
  ],
  [
    "two words without --positive",
    rows.map((row) => ({ ...row, y: row["y"] === 1 ? "a" : "b" })),
    [],
    "data_invalid",
    /"a", "b".*positive/,
  ],
  [
    "a negative weight",
    rows.map((row, at) => (at === 5 ? { ...row, w: -1 } : row)),
    ["--weight", "w"],
    "data_invalid",
    /column "w": .*row 6: -1/,
  ],
  [
    "weights that are all zero",
    rows.map((row) => ({ ...row, w: 0 })),
    ["--weight", "w"],
    "data_invalid",
    /every weight is 0/,
  ],
  [
    "a row without a group",
    rows.map((row, at) => (at === 1 ? { ...row, who: null } : row)),
    ["--group", "who"],
    "data_invalid",
    /column "who": .*2/,
  ],
  [
    "a value for --positive that is none of the labels",
    rows.map((row) => ({ ...row, y: row["y"] === 1 ? "a" : "b" })),
    ["--positive", "c"],
    "data_invalid",
    /--positive is "c", which is not among the values "a", "b"/,
  ],
  [
    "two words without the flag that tells them apart, which is named as the flag it is",
    rows.map((row) => ({ ...row, y: row["y"] === 1 ? "a" : "b" })),
    [],
    "data_invalid",
    /say which one is positive with --positive$/,
  ],
  [
    "a slice that closes its parenthesis",
    rows,
    ["--slice", "w > 2); SELECT (1"],
    "config_invalid",
    /^--slice "w > 2\); SELECT \(1" is neither a column nor a SQL predicate/,
  ],
  [
    "a slice that is drawn at random",
    rows,
    ["--slice", "w > 2 AND RANDOM() < 0.5"],
    "config_invalid",
    /does not select the same rows every time: it asks for random$/,
  ],
  [
    "a slice that depends on the day",
    rows,
    ["--slice", "current_date > DATE '2020-01-01'"],
    "config_invalid",
    /it asks for current_date$/,
  ],
  [
    "a slice by a column that there is not",
    rows,
    ["--slice", "knid"],
    "config_invalid",
    /^--slice "knid" is neither .*"knid" not found.*"kind"/,
  ],
  [
    "a row without a value of fairness",
    rows.map((row, at) => (at === 1 ? { ...row, who: null } : row)),
    ["--fairness", "who"],
    "data_invalid",
    /column "who": 1 row has no value \(row 2\)/,
  ],
  ["no label at all", rows.map((row) => ({ ...row, y: null })), [], "data_invalid", /no row with a value in "y"/],
];

for (const [name, of, args, reason, says] of refusals) {
  test(`refused, with file, column and row: ${name}`, async (t) => {
    const cwd = await table(t, of);
    const { code, stdout, stderr } = await compare(cwd, args);
    assert.equal(code, 3, stderr);
    const { fault } = JSON.parse(stdout);
    assert.equal(fault.reason, reason);
    assert.match(fault.message, says);
    assert.equal(fault.place.file, "p.csv");
    assert.deepEqual(await names(cwd), ["p.csv"]);
  });
}

test("a slice that selects no row is measured on none, and the report says so", async (t) => {
  const { code, stdout } = await compare(await table(t), ["--slice", "w > 99", "--metric", "accuracy"]);
  assert.equal(code, 0);
  const { data, metrics } = reportSchema.parse(JSON.parse(stdout));
  assert.deepEqual(data.warnings, ['the slice "w > 99" selects no row']);
  assert.equal(metrics[1]?.candidate.n, 0);
});

test("words in a text or a comment of a slice are no calls", async (t) => {
  const slice = "kind <> 'random()' -- now()";
  const { code, stdout, stderr } = await compare(await table(t), ["--slice", slice, "--metric", "accuracy"]);
  assert.equal(code, 0, stderr);
  assert.equal(reportSchema.parse(JSON.parse(stdout)).metrics[1]?.candidate.n, 300);
});

test("what else is wrong in a row that is left out does not matter", async (t) => {
  const odd = rows.map((row, at) => (at === 3 ? { ...row, new: null, old: 1.5 } : row));
  const { code, stderr } = await compare(await table(t, odd), ["--on-nan", "drop-pair"]);
  assert.equal(code, 0, stderr);
});
