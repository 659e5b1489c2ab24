import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { doublesOf } from "../../runner/data/chunk.ts";
import { createCoder } from "../../runner/data/coder.ts";
import { openSource } from "../../runner/data/source.ts";
import { scratch } from "./assay.ts";

const rows = 200_000;

/** Texts that are short, long, empty, missing, and not of the Latin alphabet. */
const textOf = (row: number): string | null => {
  if (row % 17 === 0) return null;
  if (row % 13 === 0) return "";
  const word =
    ["exactly12byt", "thirteen bytes", "ü", "日本語の長い文字列です", "\u{feff}mark", `id ${row % 900}`][row % 6] ?? "";
  return row % 31 === 0 ? `${word} that is long ${row % 40}` : word;
};

test("rows come in the order of the file, and texts as they are, from many threads and row groups", async (t) => {
  const folder = await scratch(t);
  const lines = Array.from({ length: rows }, (_, row) => JSON.stringify({ n: row, s: textOf(row) }));
  await writeFile(join(folder, "rows.json"), lines.join("\n"));
  const file = join(folder, "rows.parquet");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT * FROM read_json('${join(folder, "rows.json")}')) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 4096)`,
  );
  connection.closeSync();
  instance.closeSync();

  const interrupt = new AbortController().signal;
  const source = await openSource({ file, textColumns: [], needed: [], interrupt });
  t.after(source.close);
  const coder = createCoder();
  let seen = 0;
  const { chunks } = await source.stream(`SELECT CAST(n AS DOUBLE), s FROM ${source.reader}`);
  for await (const chunk of chunks) {
    const numbers = doublesOf(chunk, 0);
    const codes = coder.codesOf(chunk, 1);
    for (let at = 0; at < chunk.rowCount; at++) {
      const code = codes[at] ?? -1;
      if (numbers[at] === seen + at && (code < 0 ? null : coder.values[code]) === textOf(seen + at)) continue;
      assert.fail(`row ${seen + at}: ${numbers[at]}, ${coder.values[code]}`);
    }
    seen += chunk.rowCount;
  }
  assert.equal(seen, rows);
  assert.equal(new Set(coder.values).size, coder.values.length, "no text has two numbers");
});

test("a source reads its own file and no other", async (t) => {
  const folder = await scratch(t);
  await writeFile(join(folder, "own.csv"), "a\n1\n");
  await writeFile(join(folder, "other.csv"), "a\n2\n");
  const interrupt = new AbortController().signal;
  const source = await openSource({ file: join(folder, "own.csv"), textColumns: [], needed: [], interrupt });
  t.after(source.close);
  assert.deepEqual(await source.read(`SELECT a FROM ${source.reader}`), [[1n]]);
  for (const attempt of [
    `SELECT * FROM '${join(folder, "other.csv")}'`,
    "SELECT * FROM read_text('/etc/hostname')",
    `COPY (SELECT 1) TO '${join(folder, "new.csv")}'`,
    "SET enable_external_access = true",
    "SET allowed_paths = ['/etc/hostname']",
    "INSTALL httpfs",
  ])
    await assert.rejects(source.read(attempt), attempt);
});

test("an interrupt ends an endless query, and none begins after it", async (t) => {
  const folder = await scratch(t);
  const file = join(folder, "own.csv");
  await writeFile(file, "a\n1\n");
  const interrupt = new AbortController();
  const source = await openSource({ file, textColumns: [], needed: [], interrupt: interrupt.signal });
  t.after(source.close);
  const endless = source.read(`SELECT count(*) FROM range(1000000000000) AS r(n), ${source.reader} WHERE n % 7 = a`);
  interrupt.abort();
  await assert.rejects(endless);
  for (const next of [source.read("SELECT 1"), source.run("SELECT 1"), source.stream("SELECT 1")])
    await assert.rejects(next, { name: "AbortError" });
});
