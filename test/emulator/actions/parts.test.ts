import assert from "node:assert/strict";
import { test } from "node:test";
import { parseUses } from "../../../emulator/actions/action-file.ts";
import { parseAssignments, parseCommand } from "../../../emulator/actions/commands.ts";
import { createConcurrencyGroups } from "../../../emulator/actions/concurrency.ts";
import { describeWorkflow } from "../../../emulator/actions/describe.ts";
import { createMasker } from "../../../emulator/actions/masker.ts";
import { expandMatrix } from "../../../emulator/actions/matrix.ts";

test("describeWorkflow reads events and dispatch inputs", async () => {
  const description = await describeWorkflow(
    "assay.yml",
    `
name: Assay
on:
  push: { branches: [main] }
  workflow_dispatch:
    inputs:
      stage: { type: choice, required: true, options: [train, evaluate] }
      runner: { type: string, default: '["self-hosted"]' }
      dry: { type: boolean, default: false }
jobs: { a: { runs-on: x, steps: [{ run: "true" }] } }
`,
  );
  assert.deepEqual(description, {
    name: "Assay",
    findings: [],
    events: ["push", "workflow_dispatch"],
    dispatchInputs: {
      stage: { required: true, type: "choice", default: null, options: ["train", "evaluate"] },
      runner: { required: false, type: "string", default: '["self-hosted"]', options: [] },
      dry: { required: false, type: "boolean", default: "false", options: [] },
    },
  });
});

test("describeWorkflow gives the parser's findings with their positions, also for what is no YAML", async () => {
  const unknown = await describeWorkflow("a.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    stepz: []\n");
  assert.deepEqual(unknown.findings[0], {
    message: "a.yml (Line: 5, Col: 5): Unexpected value 'stepz'",
    line: 5,
    column: 5,
  });
  const broken = await describeWorkflow("a.yml", "on: [push\njobs: }");
  assert.ok(broken.findings.length > 0);
  assert.deepEqual(broken.events, []);
});

test("a file whose aliases multiply is refused at once", async () => {
  const rows = Array.from(
    "bcdefghij",
    (name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[index]}`).join()}]`,
  );
  const bomb = ["on: push", "a: &a [x, x, x, x, x, x, x, x, x]", ...rows, "jobs: {}"].join("\n");
  const description = await describeWorkflow("bomb.yml", bomb);
  assert.match(description.findings[0]?.message ?? "", /alias/i);
});

test("a matrix follows the example of GitHub's documentation", () => {
  const combinations = expandMatrix({
    fruit: ["apple", "pear"],
    animal: ["cat", "dog"],
    include: [
      { color: "green" },
      { color: "pink", animal: "cat" },
      { fruit: "apple", shape: "circle" },
      { fruit: "banana" },
      { fruit: "banana", animal: "cat" },
    ],
  });
  assert.deepEqual(combinations, [
    { fruit: "apple", animal: "cat", color: "pink", shape: "circle" },
    { fruit: "apple", animal: "dog", color: "green", shape: "circle" },
    { fruit: "pear", animal: "cat", color: "pink" },
    { fruit: "pear", animal: "dog", color: "green" },
    { fruit: "banana" },
    { fruit: "banana", animal: "cat" },
  ]);
  assert.deepEqual(expandMatrix({ include: [{ a: 1 }, { a: 2 }] }), [{ a: 1 }, { a: 2 }]);
});

for (const [title, matrix, message] of [
  ["an empty vector", { a: [] }, /does not contain any values/],
  ["a vector that is no list", { a: "x" }, /must be a list/],
  ["257 combinations", { a: Array.from({ length: 257 }, (_, index) => index) }, /at most 256/],
  ["no combination at all", { a: [1], exclude: [{ a: 1 }] }, /at least one vector/],
  ["no mapping", "x", /must be a mapping/],
] as const) {
  test(`a matrix with ${title} is refused`, () => {
    assert.throws(() => expandMatrix(matrix), message);
  });
}

test("workflow commands are read with their escapes", () => {
  assert.deepEqual(parseCommand("::error file=a%2Cb.py,line=3::50%25 of%0Arows :: odd"), {
    name: "error",
    properties: { file: "a,b.py", line: "3" },
    message: "50% of\nrows :: odd",
  });
  assert.deepEqual(parseCommand("  ::add-mask::x"), { name: "add-mask", properties: {}, message: "x" });
  for (const line of ["error", "a ::error::b", ":: error::b", "::error"]) assert.equal(parseCommand(line), null, line);
});

test("command files hold assignments and heredocs", () => {
  assert.deepEqual(parseAssignments("a=1\nb<<X\nline=1\n\nline<<2\nX\nc==\r\nd=\n"), [
    ["a", "1"],
    ["b", "line=1\n\nline<<2"],
    ["c", "="],
    ["d", ""],
  ]);
  assert.throws(() => parseAssignments("b<<X\nno end"), /Matching delimiter not found 'X'/);
  assert.throws(() => parseAssignments("nothing"), /Invalid format 'nothing'/);
  assert.throws(() => parseAssignments("=x"), /Name must not be empty/);
});

test("a masker hides a secret plainly, in JSON, in a URL and in base64 at any alignment, line by line", () => {
  const masker = createMasker();
  masker.add('pass"word 1234\nsecond line');
  for (const text of [
    'pass"word 1234',
    'pass\\"word 1234',
    "pass%22word%201234",
    "second line",
    ...["", "a", "ab"].map((before) => Buffer.from(`${before}pass"word 1234${before}`).toString("base64")),
  ]) {
    const masked = masker.mask(`x ${text} y`);
    assert.ok(masked.includes("***") && !masked.includes("word"), masked);
  }
  masker.add("");
  assert.equal(masker.mask("nothing here"), "nothing here");
});

for (const [uses, expected] of [
  ["./a", { kind: "local", path: "./a" }],
  ["acme/tools/sub/dir@v1", { kind: "remote", owner: "acme", name: "tools", path: "sub/dir", ref: "v1" }],
  ["acme/tools@feature/x", { kind: "remote", owner: "acme", name: "tools", path: "", ref: "feature/x" }],
] as const) {
  test(`uses: ${uses} is understood`, () => assert.deepEqual(parseUses(uses), expected));
}

for (const uses of [
  "acme/../x@v1",
  "acme/tools@../..",
  "acme/tools",
  "../x",
  "docker://alpine",
  "/etc@v1",
  "acme/tools/./x@v1",
]) {
  test(`uses: ${uses} is refused`, () => assert.equal(parseUses(uses).kind, "refused"));
}

test("a queue of 100 is full, and whoever gives up leaves it", async () => {
  const groups = createConcurrencyGroups();
  const enter = (signal = new AbortController().signal) =>
    groups.enter({
      repository: "acme/model",
      group: "g",
      cancelInProgress: false,
      queue: "max",
      cancelHolder: () => {},
      signal,
    });
  const first = await enter();
  const quitter = new AbortController();
  const waiting = [enter(quitter.signal), ...Array.from({ length: 99 }, () => enter())];
  assert.equal((await enter()).kind, "superseded");
  quitter.abort();
  assert.equal((await waiting[0])?.kind, "cancelled");
  if (first.kind === "entered") first.leave();
  assert.equal((await waiting[1])?.kind, "entered");
});
