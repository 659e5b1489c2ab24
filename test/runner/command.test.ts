import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { commands } from "../../runner/commands/commands.ts";
import { assay, assayHere, main, names, scratch } from "./assay.ts";
import { evaluate, evaluation, project } from "./evaluation.ts";
import { endless, logistic } from "./onnx-models.ts";

const here = process.cwd();

test("the entry file can be executed and stays an entry file", async () => {
  const text = await readFile(main, "utf8");
  assert.match(text, /^#!\/usr\/bin\/env node\n/);
  assert.ok(text.split("\n").length <= 31);
  assert.ok(((await stat(main)).mode & 0o111) !== 0);
});

for (const args of [[], ["--help"], ["help"], ["-h"]]) {
  test(`assay ${args.join(" ")} lists the commands that exist`, async () => {
    const { code, stdout, stderr } = await assayHere(args, here);
    assert.equal(code, 0);
    assert.equal(stderr, "");
    for (const { name, summary } of commands) assert.ok(stdout.includes(`assay ${name}`) && stdout.includes(summary));
    for (const absent of ["drift", "doctor", "verify"]) assert.ok(!stdout.includes(absent));
  });
}

for (const command of commands) {
  test(`assay ${command.name} --help shows every flag and an example that parses`, async () => {
    const { code, stdout } = await assayHere([command.name, "--help"], here);
    assert.equal(code, 0);
    for (const flag of command.flags) assert.ok(stdout.includes(`--${flag.name}`), flag.name);
    assert.ok(stdout.includes(command.example));
    assert.equal((await assayHere(["help", command.name], here)).stdout, stdout);
    const [program, name, ...rest] = command.example.split(" ");
    assert.deepEqual([program, name], ["assay", command.name]);
    const given = rest.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
    for (const flag of given)
      assert.ok(
        command.flags.some((known) => known.name === flag),
        flag,
      );
    for (const flag of command.flags) if (flag.required === true) assert.ok(given.includes(flag.name), flag.name);
  });
}

const mistakes = [
  { args: ["evalaute"], says: /did you mean assay evaluate\?/ },
  { args: ["frobnicate"], says: /the commands are train, evaluate, compare, gate, report, init/ },
  { args: ["--jsn"], says: /no command "--jsn"/ },
  { args: ["train", "--modle", "x"], says: /did you mean --model\?/ },
  { args: ["train", "--zzz"], says: /see assay train --help/ },
  { args: ["train", "--config", "x"], says: /needs --model NAME, --out DIR; for example: assay train/ },
  { args: ["train", "--config", "--model", "x"], says: /--config needs a value: --config FILE/ },
  { args: ["train", "--config"], says: /--config needs a value/ },
  { args: ["train", "--model", "a", "--model", "b"], says: /--model is given more than once/ },
  { args: ["train", "--json=yes"], says: /--json takes no value/ },
  { args: ["report"], says: /needs REPORT\.json/ },
  { args: ["report", "a.json", "b.json"], says: /does not expect "b\.json"/ },
  { args: ["report", "a.json", "--format", "pdf"], says: /one of md, html, terminal, svg, not pdf/ },
  {
    args: ["evaluate", "--config", "c", "--model", "m", "--candidate", "x", "--out", "o", "--workers", "0"],
    says: /c: cannot read the configuration/,
  },
  ...["drift", "doctor", "verify"].map((name) => ({
    args: [name, "--any", "thing"],
    says: /is not in this version yet/,
  })),
];

for (const { args, says } of mistakes) {
  test(`assay ${args.join(" ")} is bad input, said in one line`, async () => {
    const { code, stdout, stderr } = await assayHere(args, here);
    assert.equal(code, 3);
    assert.equal(stdout, "");
    assert.match(stderr, says);
    assert.equal(stderr.trim().split("\n").length, 1);
  });
}

test("with --json a mistake is also said as a fault on stdout", async () => {
  const { code, stdout } = await assayHere(["evaluate", "--json", "--out", "x"], here);
  assert.equal(code, 3);
  assert.equal(JSON.parse(stdout).fault.reason, "bad_usage");
});

test("configuration mistakes name file, line and column; unknown models name the known ones", async (t) => {
  const cwd = await scratch(t);
  const args = ["train", "--config", "assay.yml", "--model", "tiny", "--out", "out"];
  assert.match((await assayHere(args, cwd)).stderr, /assay\.yml: cannot read the configuration: there is no such file/);
  await writeFile(join(cwd, "assay.yml"), "version: 1\nmodels:\n  tiny:\n    pahts: [x]\n");
  const wrong = await assayHere(args, cwd);
  assert.equal(wrong.code, 3);
  assert.match(wrong.stderr, /assay\.yml:\d+:\d+/);
  const ready = await project(t, { candidate: logistic([1, 1], 0) });
  const { code, stderr } = await assayHere(
    ["train", "--config", ".github/assay.yml", "--model", "tny", "--out", "out"],
    ready,
  );
  assert.equal(code, 3);
  assert.match(stderr, /no model "tny": did you mean tiny\?/);
});

test("the process itself prints JSON on stdout only, exits with the verdict, and cleans up", async (t) => {
  const cwd = await project(t, { candidate: logistic([4, 0], 0), gates: ["candidate.roc_auc > 0.99"] });
  const args = [
    "evaluate",
    "--config",
    ".github/assay.yml",
    "--model",
    "tiny",
    "--candidate",
    "candidate.onnx",
    "--out",
    "out",
    "--json",
  ];
  const { code, stdout, stderr } = await assay(args, { cwd });
  assert.equal(code, 1);
  assert.equal(stderr, "");
  assert.equal(JSON.parse(stdout).verdict, "fail");
  assert.deepEqual(await names(cwd), [".github", "candidate.onnx", "out", "rows.csv"]);
});

test("output that cannot be a folder is refused before anything is read", async (t) => {
  const cwd = await project(t, { candidate: logistic([4, 0], 0) });
  const { code, stderr } = await assayHere(
    [
      "evaluate",
      "--config",
      ".github/assay.yml",
      "--model",
      "tiny",
      "--candidate",
      "candidate.onnx",
      "--out",
      "rows.csv",
    ],
    cwd,
  );
  assert.equal(code, 3);
  assert.match(stderr, /rows\.csv: cannot write to the folder of --out: it is a file/);
});

test("an interrupted evaluation exits with 130 and leaves nothing", async (t) => {
  const cwd = await project(t, { candidate: logistic([4, 0], 0) });
  const before = await names(cwd);
  const args = [
    "evaluate",
    "--config",
    ".github/assay.yml",
    "--model",
    "tiny",
    "--candidate",
    "candidate.onnx",
    "--out",
    "new/out",
    "--json",
  ];
  const interrupt = new AbortController();
  // The first sign of work is the temporary folder; from then on every moment must be a safe one.
  const ended = assayHere(args, cwd, interrupt.signal);
  while ((await names(cwd)).length === before.length) await new Promise((resolve) => setImmediate(resolve));
  interrupt.abort();
  const { code, stdout } = await ended;
  assert.equal(code, 130);
  assert.equal(JSON.parse(stdout).fault.reason, "interrupted");
  assert.deepEqual(await names(cwd), before);
});

const places = [
  { args: ["init"], says: /cannot write \.github\/.*: .*\.github is a file/ },
  {
    args: ["train", "--checkpoint", ".github/c"],
    says: /\.github\/c: cannot use the folder of the checkpoint: .* is a file/,
  },
  { args: ["evaluate", "--cache", ".github/c"], says: /\.github\/c: cannot use the folder of --cache: .* is a file/ },
];

for (const { args, says } of places) {
  test(`a folder that cannot be made is refused in words: assay ${args.join(" ")}`, async (t) => {
    const cwd = await project(t, { candidate: logistic([4, 0], 0) });
    await rename(join(cwd, ".github/assay.yml"), join(cwd, "assay.yml"));
    await rm(join(cwd, ".github"), { recursive: true });
    await writeFile(join(cwd, ".github"), "");
    const model = ["--config", "assay.yml", "--model", "tiny", "--out", "out"];
    const candidate = ["--candidate", "candidate.onnx"];
    const rest = { init: [], train: model, evaluate: [...model, ...candidate] }[args[0] ?? ""] ?? [];
    const { code, stderr } = await assayHere([...args, ...rest], cwd);
    assert.match(stderr, says);
    assert.equal(code, 3);
    assert.ok(!(await names(cwd)).includes("out"));
  });
}

test("an interrupt ends an evaluation whose model never ends, with nothing left", async (t) => {
  const cwd = await project(t, { candidate: endless() });
  const temporary = await scratch(t);
  const before = await names(cwd);
  const env = { PATH: process.env["PATH"] ?? "", TMPDIR: temporary };
  const child = spawn(process.execPath, [main, ...evaluation()], { cwd, env, stdio: "ignore" });
  t.after(() => child.kill("SIGKILL"));
  const ended = once(child, "exit");
  // The first thing that a model's run leaves is the folder of its profile.
  const isRunning = async () => (await readdir(cwd, { recursive: true })).some((name) => name.includes("profile-"));
  while (!(await isRunning())) await new Promise((resolve) => setImmediate(resolve));
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [null, "SIGINT"], "130 for a shell");
  assert.deepEqual(await names(cwd), before);
  assert.deepEqual(await names(temporary), []);
});

test("a report is shown again in every format, and a file that is none is refused", async (t) => {
  const cwd = await project(t, {
    candidate: logistic([4, 0], 0),
    baseline: logistic([1, 1], 0),
    gates: ["ni(roc_auc, 1pp) at 95%"],
  });
  assert.equal((await evaluate(cwd, ["--baseline", "baseline.onnx"])).code, 0);
  const show = (...args: readonly string[]): ReturnType<typeof assayHere> => assayHere(["report", ...args], cwd);
  const markdown = await show("out/report.json", "--format", "md");
  assert.equal(markdown.stdout, await readFile(join(cwd, "out/report.md"), "utf8"));
  const terminal = await show("out/report.json");
  assert.match(terminal.stdout, /ROC AUC/);
  assert.match(terminal.stdout, /\n✓ pass · 1 of 1 gate passes · out\/report\.html\n$/);
  assert.equal((await show("out")).stdout, terminal.stdout, "the folder of an evaluation stands for its report");
  assert.equal((await show(".")).code, 3, "a folder without a report is none");
  assert.doesNotMatch(terminal.stdout, /Lineage/);
  assert.match((await show("out", "--all")).stdout, /Lineage/);
  assert.match((await show("out", "--all", "--format", "md")).stderr, /--all needs --format terminal/);
  assert.ok(!terminal.stdout.includes("\u001b"), "no colour where there is no terminal");
  assert.match((await show("out/report.json", "--format", "svg", "--chart", "roc")).stdout, /^<svg/);
  assert.match(
    (await show("out/report.json", "--format", "svg", "--chart", "pie")).stderr,
    /no chart pie: this report has roc/,
  );
  assert.equal((await show("out/report.json", "--format", "html", "--out", "page.html")).stdout, "");
  assert.match(await readFile(join(cwd, "page.html"), "utf8"), /<html/);
  for (const [out, says] of [
    ["no/such/folder/x", /no\/such\/folder\/x: cannot write here: the folder above it is not there/],
    ["rows.csv/x", /rows\.csv\/x: cannot write here: a part of the path is a file/],
    ["out", /out: cannot write here: it is a folder/],
  ] as const) {
    const refused = await show("out/report.json", "--out", out);
    assert.match(refused.stderr, says);
    assert.equal(refused.code, 3, out);
  }
  for (const file of ["rows.csv", ".github/assay.yml", "none.json"]) {
    const { code, stderr } = await show(file);
    assert.equal(code, 3);
    assert.ok(stderr.includes(file), stderr);
  }
  assert.deepEqual(await names(cwd), [".github", "baseline.onnx", "candidate.onnx", "out", "page.html", "rows.csv"]);
});
