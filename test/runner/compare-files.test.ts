import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { report as reportSchema } from "../../core/report.ts";
import { assayHere, type Ended, names, scratch } from "./assay.ts";
import { csv } from "./evaluation.ts";

/** Enough rows of two scores to measure something. */
const rows = Array.from({ length: 100 }, (_, index) => ({
  y: index % 3 === 0 ? 1 : 0,
  new: (index % 10) / 10,
  old: (index % 7) / 10,
  kind: "a",
}));

const flags = ["--task", "binary", "--label", "y", "--candidate", "new", "--baseline", "old", "--out", "out", "--json"];

async function compare(cwd: string, extra: readonly string[] = [], file = "p.csv"): Promise<Ended> {
  return assayHere(["compare", "--predictions", file, ...flags, ...extra], cwd);
}

for (const [file, bytes] of [
  ["p.parquet", "not a Parquet file"],
  ["p.json", "{"],
  ["p.xlsx", "PK"],
  ["p.csv", ""],
] as const) {
  test(`a file that cannot be read is named: ${file} with ${JSON.stringify(bytes)}`, async (t) => {
    const cwd = await scratch(t);
    await writeFile(join(cwd, file), bytes);
    const { code, stdout } = await compare(cwd, [], file);
    assert.equal(code, 3);
    const { fault } = JSON.parse(stdout);
    assert.match(fault.reason, /^data_/);
    assert.equal(fault.place.file, file);
    assert.deepEqual(await names(cwd), [file]);
  });
}

for (const [name, header, says] of [
  ["twice", "y,new,new,kind", /"new", which --candidate names, stands 2 times in the header \(columns 2, 3\)/],
  ["in capital and in small letters", "y,new,NEW,kind", /"new", .* \(columns 2, 3\), capital and small letters alike/],
] as const) {
  test(`a column that the header names ${name} is refused: which one is meant would be a guess`, async (t) => {
    const cwd = await scratch(t);
    await writeFile(join(cwd, "p.csv"), csv(rows).replace("y,new,old,kind", header));
    const { code, stdout } = await compare(cwd);
    assert.equal(code, 3);
    const { fault } = JSON.parse(stdout);
    assert.match(fault.message, says);
    assert.deepEqual([fault.reason, fault.place.file], ["data_invalid", "p.csv"]);
  });
}

for (const [name, text] of [
  ["nothing", ""],
  ["a byte order mark", "\uFEFF"],
  ["empty lines", "\n\n"],
] as const) {
  test(`a CSV file that holds ${name} is called empty`, async (t) => {
    const cwd = await scratch(t);
    await writeFile(join(cwd, "p.csv"), text);
    const { stdout } = await compare(cwd);
    assert.match(JSON.parse(stdout).fault.message, /^the file is empty; expected a line with the names/);
  });
}

for (const [name, text] of [
  ["semicolons", csv(rows).replaceAll(",", ";")],
  ["Windows line ends", csv(rows).replaceAll("\n", "\r\n")],
  ["a byte order mark", `\uFEFF${csv(rows)}`],
] as const) {
  test(`a CSV file with ${name} gives the same numbers`, async (t) => {
    const cwd = await scratch(t);
    await writeFile(join(cwd, "p.csv"), csv(rows));
    await writeFile(join(cwd, "other.csv"), text);
    const of = async (file: string) => {
      const ended = await compare(cwd, ["--metric", "accuracy"], file);
      return reportSchema.parse(JSON.parse(ended.stdout)).metrics;
    };
    assert.deepEqual(await of("other.csv"), await of("p.csv"));
  });
}

test("a missing file is named", async (t) => {
  const { code, stderr } = await compare(await scratch(t));
  assert.equal(code, 3);
  assert.match(stderr, /p\.csv: cannot read the predictions: there is no such file/);
});
