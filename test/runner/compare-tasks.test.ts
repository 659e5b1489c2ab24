import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Report, report as reportSchema } from "../../core/report.ts";
import { assayHere, scratch } from "./assay.ts";
import { csv, readParquet } from "./evaluation.ts";

type Cells = Readonly<Record<string, string | number | boolean | null>>;

async function compared(t: TestContext, rows: readonly Cells[], args: readonly string[]) {
  const cwd = await scratch(t);
  await writeFile(join(cwd, "p.csv"), csv(rows));
  const fixed = ["compare", "--predictions", "p.csv", "--label", "y", "--candidate", "new", "--out", "out", "--json"];
  const { code, stdout, stderr } = await assayHere([...fixed, ...args], cwd);
  assert.ok(code !== null && code <= 2, stderr);
  return { report: reportSchema.parse(JSON.parse(stdout)), cwd, stderr };
}

function value(report: Report, id: string, side: "candidate" | "baseline" = "candidate"): number | null | undefined {
  return report.metrics.find((metric) => metric.id === id && metric.slice === null)?.[side]?.value;
}

/** Numbers with a known error, up and down in turn: the candidate is off by 1 on average, the baseline by 2. */
const numbers: readonly Cells[] = Array.from({ length: 200 }, (_, index) => {
  const sign = index % 2 === 0 ? 1 : -1;
  const y = ((index * 37) % 100) / 4;
  const size = 1 + ((index % 5) - 2) / 10;
  return { y, new: y + sign * size, old: y - 2 * sign, kind: index % 4 < 2 ? "a" : "b" };
});

test("numbers are compared with their labels", async (t) => {
  const args = ["--task", "regression", "--baseline", "old", "--slice", "kind", "--gate", "ni(mae, 0.1) at 95%"];
  const { report, cwd } = await compared(t, numbers, args);
  assert.equal(report.verdict, "pass");
  assert.ok(Math.abs((value(report, "mae") ?? 0) - 1) < 1e-9);
  for (const id of ["mae", "rmse"]) assert.ok(Math.abs((value(report, id, "baseline") ?? 0) - 2) < 1e-9, id);
  assert.equal(new Set(report.metrics.map(({ slice }) => JSON.stringify(slice))).size, 3);
  const [first] = await readParquet(join(cwd, "out/predictions.parquet"));
  assert.deepEqual(first, {
    row: 1n,
    label: numbers[0]?.["y"],
    candidate: numbers[0]?.["new"],
    baseline: numbers[0]?.["old"],
  });
});

test("documents are ranked within their query, which is the unit that counts", async (t) => {
  const documents = Array.from({ length: 600 }, (_, index) => {
    const place = index % 6;
    const gain = place === (Math.floor(index / 6) * 5) % 6 ? 1 : 0;
    return { q: `query ${Math.floor(index / 6)}`, y: gain, new: gain * 10 - place / 10, old: -place };
  });
  const args = ["--task", "ranking", "--baseline", "old", "--group", "q", "--metric", "mrr", "--metric", "ndcg@10"];
  const { report } = await compared(t, documents, args);
  assert.deepEqual(report.data.groups, { column: "q", count: 100 });
  assert.ok(Math.abs((value(report, "mrr") ?? 0) - 1) < 1e-9);
  assert.ok((value(report, "mrr", "baseline") ?? 1) < 0.9);
  assert.equal(report.metrics[0]?.candidate.n, 100);
});

/** A quarter of the rows is wrong, and those weigh three times as much. */
const weighted: readonly Cells[] = Array.from({ length: 240 }, (_, index) => {
  const y = index % 2;
  const wrong = index % 4 === 3;
  return {
    y,
    new: (wrong ? 1 - y : y) * 0.6 + 0.2,
    w: wrong ? 3 : 1,
    who: `p${index % 48}`,
    kind: index % 3 === 0 ? "a" : "b",
  };
});

test("weights count, and the report says how many rows they are worth", async (t) => {
  const { report } = await compared(t, weighted, ["--task", "binary", "--weight", "w", "--metric", "accuracy"]);
  assert.ok(Math.abs((value(report, "accuracy") ?? 0) - 0.5) < 1e-12);
  assert.deepEqual(report.data.weight, { column: "w", sum: 360, effective: 360 ** 2 / 720 });
});

test("integer weights are rows that stand there as often", async (t) => {
  const copies = weighted.flatMap((row) => Array.from({ length: Number(row["w"]) }, () => row));
  const ids = ["accuracy", "f1", "log_loss", "brier"];
  const metrics = ids.flatMap((id) => ["--metric", id]);
  const [light, heavy] = await Promise.all([
    compared(t, weighted, ["--task", "binary", "--weight", "w", ...metrics]),
    compared(t, copies, ["--task", "binary", ...metrics]),
  ]);
  for (const id of ids)
    assert.ok(Math.abs((value(light.report, id) ?? 0) - (value(heavy.report, id) ?? 1)) < 1e-12, id);
});

test("groups are counted, and a group that loses all its rows is none", async (t) => {
  const holes = weighted.map((row) => (row["who"] === "p3" ? { ...row, new: null } : row));
  const args = ["--task", "binary", "--group", "who", "--metric", "accuracy", "--on-nan", "drop-pair"];
  const { report } = await compared(t, holes, args);
  assert.deepEqual(report.data.groups, { column: "who", count: 47 });
  assert.equal(report.data.unpredicted, 5);
});

test("differences between groups are measured over the values of a column", async (t) => {
  const { report } = await compared(t, weighted, ["--task", "binary", "--fairness", "kind", "--metric", "accuracy"]);
  assert.deepEqual([...new Set((report.fairness ?? []).map(({ by }) => by))], ["kind"]);
  assert.deepEqual(
    report.fairness?.[0]?.groups.map((each) => [each.value, each.n]),
    [
      ["a", 80],
      ["b", 160],
    ],
  );
});

test("scores that are no probabilities are judged by their order and a threshold of their own", async (t) => {
  const scores = weighted.map((row) => ({ ...row, new: Number(row["new"]) * 100 - 50 }));
  const args = ["--task", "binary", "--scores", "--threshold", "0", "--metric", "roc_auc", "--metric", "accuracy"];
  const [raw, plain] = await Promise.all([
    compared(t, scores, args),
    compared(t, weighted, ["--task", "binary", "--metric", "roc_auc", "--metric", "accuracy"]),
  ]);
  for (const id of ["roc_auc", "accuracy"]) assert.equal(value(raw.report, id), value(plain.report, id));
});

for (const [name, task, cells, says] of [
  [
    "an infinite number",
    ["--task", "regression"],
    ["1", "inf", "3"],
    /label column "y" must hold finite numbers \(row 2: "inf"\)/,
  ],
  [
    "a gain below 0",
    ["--task", "ranking", "--group", "q"],
    ["1", "0", "-2"],
    /label column "y" must hold gains of 0 or more \(row 3: "-2"\)/,
  ],
] as const) {
  test(`a label that is ${name} is refused with its row`, async (t) => {
    const cwd = await scratch(t);
    await writeFile(join(cwd, "p.csv"), csv(cells.map((y, at) => ({ y, new: at, q: "a" }))));
    const fixed = ["compare", "--predictions", "p.csv", "--label", "y", "--candidate", "new", "--out", "out"];
    const { code, stderr } = await assayHere([...fixed, ...task], cwd);
    assert.equal(code, 3);
    assert.match(stderr, says);
  });
}

test("a number that is missing in the label leaves the row out, however it is written", async (t) => {
  const holes = numbers.map((row, at) => (at === 4 ? { ...row, y: "nan" } : row));
  const { report } = await compared(t, holes, ["--task", "regression"]);
  assert.deepEqual([report.data.rows, report.data.dropped], [199, 1]);
});

test("where one class weighs nothing, what needs both says nothing of a difference", async (t) => {
  const args = ["--task", "binary", "--weight", "y", "--baseline", "old", "--metric", "average_precision"];
  const rows = weighted.map((row, at) => ({ ...row, old: 0.3 + (at % 7) / 20 }));
  const { report } = await compared(t, rows, args);
  assert.deepEqual(report.metrics[0]?.delta?.interval ?? null, null);
});
