import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../../runner/run.ts";
import type { World } from "../../runner/world.ts";
import { reportOf } from "../report/fixtures.ts";
import { assay, scratch } from "./assay.ts";

const escape = String.fromCharCode(27);

for (const [columns, widest] of [
  ["60", 60],
  ["120", 120],
  ["", 80],
  ["wide", 80],
] as const) {
  test(`a report in a pipe has no color and at most ${widest} columns where COLUMNS is ${JSON.stringify(columns)}`, async (t) => {
    const cwd = await folderWithReport(t);
    const { stdout, code } = await assay(["report", "report.json", "--all"], { cwd, env: { COLUMNS: columns } });
    assert.equal(code, 0);
    assert.ok(!stdout.includes(escape));
    const longest = Math.max(...stdout.split("\n").map((line) => line.length));
    assert.ok(longest <= widest && longest > widest - 20, `${longest}`);
  });
}

const terminals = [
  { env: {}, isTerminal: true, colored: true },
  { env: {}, isTerminal: false, colored: false },
  { env: { NO_COLOR: "1" }, isTerminal: true, colored: false },
  { env: { NO_COLOR: "" }, isTerminal: true, colored: true },
  { env: { TERM: "dumb" }, isTerminal: true, colored: false },
];

for (const { env, isTerminal, colored } of terminals) {
  const where = `${isTerminal ? "a terminal" : "a pipe"} with ${JSON.stringify(env)}`;
  test(`a report on ${where} is ${colored ? "colored" : "plain"}`, async (t) => {
    let text = "";
    const world: World = {
      args: ["report", "report.json"],
      cwd: await folderWithReport(t),
      env,
      execPath: process.execPath,
      stdout: (part) => {
        text += part;
      },
      stderr: () => {},
      terminal: { stdout: isTerminal, stderr: false, columns: 80 },
      interrupt: new AbortController().signal,
    };
    assert.equal(await run(world), 0);
    assert.equal(text.includes(escape), colored);
  });
}

async function folderWithReport(t: Parameters<typeof scratch>[0]): Promise<string> {
  const folder = await scratch(t);
  await writeFile(join(folder, "report.json"), JSON.stringify(reportOf("pass")));
  return folder;
}
