import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { names } from "./assay.ts";
import { evaluate, project, rows } from "./evaluation.ts";
import { logistic } from "./onnx-models.ts";

const jsonRows = rows.map((row) => JSON.stringify(row));

const cases: readonly { readonly name: string; readonly lines: readonly string[]; readonly says: RegExp }[] = [
  {
    name: "a JSON file that is empty",
    lines: [],
    says: /lines\.json: the file holds no rows; expected one object per row/,
  },
  {
    name: "a JSON file without rows",
    lines: ["[]"],
    says: /holds no rows/,
  },
  {
    name: "a JSON row that is no object",
    lines: [...jsonRows.slice(0, 4), "5", ...jsonRows.slice(5)],
    says: /expected one object per row.*\(row 5: 5\)/,
  },
  {
    name: "a broken line in a JSON file",
    lines: [...jsonRows.slice(0, 4), '{"a": 1, oops', ...jsonRows.slice(5)],
    says: /lines\.json: malformed JSON in row 5, at byte 10: /,
  },
  {
    name: "a broken first line in a JSON file",
    lines: ['{"a": 1, oops', ...jsonRows.slice(1)],
    says: /malformed JSON in row 1, at byte 10: /,
  },
  {
    name: "a broken object in a JSON list",
    lines: ["[", jsonRows.with(4, '{"a": 1, oops').join(",\n"), "]"],
    says: /malformed JSON in row 5, at byte 10: /,
  },
];

for (const { name, lines, says } of cases) {
  test(`${name} is refused with the row that is meant`, async (t) => {
    const cwd = await project(t, { candidate: logistic([4, 0], 0) });
    await writeFile(join(cwd, "lines.json"), lines.join("\n"));
    const before = await names(cwd);
    const { code, stdout, stderr } = await evaluate(cwd, ["--data", "lines.json"]);
    assert.match(stderr, says);
    assert.equal(JSON.parse(stdout).fault.reason, "data_unreadable");
    assert.equal(code, 3);
    assert.deepEqual(await names(cwd), before);
  });
}

for (const [form, text] of [
  ["a list", JSON.stringify(rows)],
  ["lines", jsonRows.join("\n")],
] as const) {
  test(`rows of JSON as ${form} are the rows of the same CSV`, async (t) => {
    const cwd = await project(t, { candidate: logistic([4, 0], 0) });
    await writeFile(join(cwd, "rows.json"), text);
    const [json, csv] = [await evaluate(cwd, ["--data", "rows.json"]), await evaluate(cwd)];
    const [read, wanted] = [JSON.parse(json.stdout), JSON.parse(csv.stdout)];
    assert.equal(read.data.rows, rows.length);
    const valuesOf = (of: typeof read): unknown => of.metrics.map((each: typeof read) => each.candidate.value);
    assert.deepEqual(valuesOf(read), valuesOf(wanted));
  });
}
