import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { training } from "../../core/run-result.ts";
import { assay, type Ended, main, names, type Options, scratch } from "./assay.ts";

/** A repository with one model whose training command is this script. */
async function repository(t: TestContext, script: string, timeout = "1m", run = "node train.mjs"): Promise<string> {
  const folder = await scratch(t);
  await mkdir(join(folder, ".github"));
  await writeFile(join(folder, "train.mjs"), script);
  const config = {
    version: 1,
    environments: { production: {} },
    models: {
      tiny: {
        paths: ["train.mjs"],
        train: { run, timeout, params: { rate: 0.5, deep: false, kind: "plain" } },
        evaluate: {
          task: "binary",
          data: "rows.csv",
          label: "y",
          inputs: { x: ["a", "b"] },
          output: { name: "p" },
          metrics: ["roc_auc"],
        },
      },
    },
  };
  await writeFile(join(folder, ".github/assay.yml"), JSON.stringify(config));
  return folder;
}

const before = [".github", "train.mjs"];

function train(cwd: string, extra: readonly string[] = [], options: Partial<Options> = {}): Promise<Ended> {
  const args = ["train", "--config", ".github/assay.yml", "--model", "tiny", "--out", "out", "--json", ...extra];
  return assay(args, { cwd, ...options });
}

const leaveModel = `
import { writeFileSync } from "node:fs";
const out = process.env.ASSAY_OUTPUT;
const leave = (text = "model") => writeFileSync(out + "/model.onnx", text);
`;

test("a command that leaves a model gives model.onnx and training.json, and nothing else", async (t) => {
  const cwd = await repository(t, `${leaveModel}leave("weights");`);
  const { code, stdout } = await train(cwd);
  assert.equal(code, 0);
  const result = JSON.parse(stdout);
  assert.equal(result.outcome, "succeeded");
  assert.equal(result.fault, null);
  assert.equal(result.training.modelBytes, 7);
  assert.deepEqual(await names(join(cwd, "out")), ["model.onnx", "training.json"]);
  assert.deepEqual(await names(cwd), [".github", "out", "train.mjs"]);
  const written = training.parse(JSON.parse(await readFile(join(cwd, "out/training.json"), "utf8")));
  assert.deepEqual(written, result.training);
});

test("the command sees its own variables and typed parameters, and no secret of the parent", async (t) => {
  const cwd = await repository(
    t,
    `${leaveModel}
    import { readFileSync } from "node:fs";
    leave(JSON.stringify({ env: process.env, params: JSON.parse(readFileSync(process.env.ASSAY_PARAMS, "utf8")) }));`,
  );
  const secrets = {
    GITHUB_TOKEN: "hush",
    GITHUB_OUTPUT: "hush",
    ACTIONS_RUNTIME_TOKEN: "hush",
    INPUT_TICKET: "hush",
    AWS_SECRET_ACCESS_KEY: "hush",
    NVIDIA_API_KEY: "hush",
    NODE_OPTIONS: "--no-warnings",
    ASSAY_SIGNING_KEY: "hush",
  };
  const env = { ...secrets, CUDA_VISIBLE_DEVICES: "1", NVIDIA_VISIBLE_DEVICES: "all" };
  const changes = [
    "--param",
    "rate=0.25",
    "--param",
    "deep=true",
    "--param",
    "kind=a=b",
    "--seed",
    "7",
    "--commit",
    "c0ffee",
  ];
  assert.equal((await train(cwd, changes, { env })).code, 0);
  const seen = JSON.parse(await readFile(join(cwd, "out/model.onnx"), "utf8"));
  assert.deepEqual(seen.params, { rate: 0.25, deep: true, kind: "a=b" });
  // Folders differ from run to run; the last three are the shell's own.
  const varying = ["PATH", "ASSAY_OUTPUT", "ASSAY_PARAMS", "ASSAY_CHECKPOINT", "HOME", "TMPDIR", "PWD", "SHLVL", "_"];
  const fixed = Object.entries(seen.env).filter(([name]) => !varying.includes(name));
  assert.deepEqual(Object.fromEntries(fixed), {
    LANG: "C.UTF-8",
    CUDA_VISIBLE_DEVICES: "1",
    NVIDIA_VISIBLE_DEVICES: "all",
    ASSAY_PARAM_RATE: "0.25",
    ASSAY_PARAM_DEEP: "true",
    ASSAY_PARAM_KIND: "a=b",
    ASSAY_SEED: "7",
    ASSAY_COMMIT: "c0ffee",
    ASSAY_JOB: "",
  });
  assert.ok(!JSON.stringify(seen).includes("hush"));
});

const failures = [
  {
    name: "exits with 1",
    script: "console.error('no \\u001b[31mdata\\u001b[0m'); process.exit(1);",
    reason: "training_failed",
    says: /exit code 1/,
  },
  { name: "leaves no model", script: "", reason: "model_missing", says: /left no/ },
  { name: "leaves an empty model", script: `${leaveModel}leave("");`, reason: "model_missing", says: /empty/ },
  {
    name: "leaves a folder",
    script: "import { mkdirSync } from 'node:fs'; mkdirSync(process.env.ASSAY_OUTPUT + '/model.onnx');",
    reason: "model_missing",
    says: /not a file/,
  },
  {
    name: "links to a file outside",
    script:
      "import { symlinkSync } from 'node:fs'; symlinkSync('/etc/hostname', process.env.ASSAY_OUTPUT + '/model.onnx');",
    reason: "model_missing",
    says: /symbolic link/,
  },
  {
    name: "replaces the output folder by a link",
    script: `import { rmdirSync, symlinkSync, mkdtempSync, writeFileSync } from "node:fs";
      const elsewhere = mkdtempSync(process.env.ASSAY_CHECKPOINT + "/x");
      writeFileSync(elsewhere + "/model.onnx", "m");
      rmdirSync(process.env.ASSAY_OUTPUT); symlinkSync(elsewhere, process.env.ASSAY_OUTPUT);`,
    reason: "model_missing",
    says: /replaced/,
  },
];

for (const { name, script, reason, says } of failures) {
  test(`a command that ${name} fails with ${reason} and leaves nothing`, async (t) => {
    const cwd = await repository(t, script);
    const { code, stdout } = await train(cwd);
    assert.equal(code, 1);
    const { outcome, fault } = JSON.parse(stdout);
    assert.equal(outcome, "failed");
    assert.equal(fault.reason, reason);
    assert.match(fault.message, says);
    assert.deepEqual(await names(cwd), before);
  });
}

test("the fault carries the tail of the log without control characters", async (t) => {
  const cwd = await repository(
    t,
    `const lines = Array.from({ length: 5000 }, (_, i) => "line " + i + "\\n").join("");
    process.stdout.write(lines, () => console.error("no \\u001b[31mdata\\u001b[0m\\u0007")); process.exitCode = 3;`,
  );
  const { fault, training } = JSON.parse((await train(cwd)).stdout);
  assert.equal(training.exitCode, 3);
  const lines: string[] = fault.detail.split("\n");
  assert.equal(lines.length, 200);
  assert.ok(lines.includes("no data"));
  assert.ok(lines.includes("line 4999"));
});

test("a first failing line of a script is a failure", async (t) => {
  const cwd = await repository(t, `${leaveModel}leave();`, "1m", "false | cat\nnode train.mjs");
  assert.equal((await train(cwd)).code, 1);
});

test("progress is thinned to 200 points and a malformed line is one warning", async (t) => {
  const cwd = await repository(
    t,
    `${leaveModel}leave();
    const lines = Array.from({ length: 1000 }, (_, i) => JSON.stringify({ step: i + 1, of: 1000, metrics: { loss: 1 / (i + 1) } }));
    writeFileSync(out + "/metrics.jsonl", [...lines, "{oops", '{"step":"x"}'].join("\\n"));`,
  );
  const { stdout, stderr } = await train(cwd);
  const { progress } = JSON.parse(stdout).training;
  assert.equal(progress.length, 200);
  assert.equal(progress[0].step, 1);
  assert.equal(progress[199].step, 1000);
  assert.equal(stderr.match(/malformed/g)?.length, 1);
});

test("a command beyond its timeout is ended with its children", async (t) => {
  const cwd = await repository(
    t,
    `import { spawn } from "node:child_process";
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    console.log("child " + child.pid);
    setInterval(() => {}, 1000);`,
    "1s",
  );
  const { code, stdout, stderr } = await train(cwd);
  assert.equal(code, 1);
  assert.equal(JSON.parse(stdout).fault.reason, "training_timeout");
  await gone(pidOf(stderr));
  assert.deepEqual(await names(cwd), before);
});

test("what a successful command leaves running is ended, even outside its process group", async (t) => {
  const cwd = await repository(
    t,
    `${leaveModel}
    import { spawn } from "node:child_process";
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit", detached: true });
    child.unref(); console.log("child " + child.pid);
    leave();`,
  );
  const { code, stderr } = await train(cwd);
  assert.equal(code, 0);
  await gone(pidOf(stderr));
});

test("Ctrl-C reaches the command at once, which may write a checkpoint that is kept", async (t) => {
  const cwd = await repository(
    t,
    `import { writeFileSync } from "node:fs";
    process.on("SIGTERM", () => { writeFileSync(process.env.ASSAY_CHECKPOINT + "/step", "12"); process.exit(0); });
    setInterval(() => {}, 1000); console.log("ready");`,
  );
  const { code, stdout } = await train(cwd, ["--checkpoint", "kept"], { interruptAt: "ready" });
  assert.equal(code, 130);
  assert.equal(JSON.parse(stdout).fault.reason, "training_cancelled");
  assert.equal(await readFile(join(cwd, "kept/step"), "utf8"), "12");
  assert.deepEqual(await names(cwd), [".github", "kept", "train.mjs"]);
});

test("a training goes on when nobody reads its log any more", async (t) => {
  const cwd = await repository(
    t,
    `${leaveModel}
    for (let line = 0; line < 200; line += 1) { console.log("line " + line); await new Promise((done) => setTimeout(done, 2)); }
    leave();`,
  );
  const args = [main, "train", "--config", ".github/assay.yml", "--model", "tiny", "--out", "out"];
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  child.stderr.once("data", () => child.stderr.destroy());
  const code = await new Promise((resolve) => child.on("exit", resolve));
  assert.equal(code, 0);
  assert.deepEqual(await names(join(cwd, "out")), ["model.onnx", "training.json"]);
});

test("a failed training leaves the result of an earlier one alone", async (t) => {
  const cwd = await repository(t, `${leaveModel}leave();`);
  assert.equal((await train(cwd)).code, 0);
  await writeFile(join(cwd, "train.mjs"), "process.exit(1)");
  assert.equal((await train(cwd)).code, 1);
  assert.equal(await readFile(join(cwd, "out/model.onnx"), "utf8"), "model");
});

const refusals = [
  {
    args: ["--param", "rat=1"],
    reason: "param_unknown",
    says: /did you mean rate\? the parameters are rate, deep, kind/,
  },
  { args: ["--param", "rate=fast"], reason: "bad_argument", says: /rate must be a number/ },
  { args: ["--param", "deep=1"], reason: "bad_argument", says: /deep must be true or false/ },
  { args: ["--param", "rate"], reason: "bad_argument", says: /NAME=VALUE/ },
  { args: ["--seed", "1.5"], reason: "bad_usage", says: /whole number/ },
  { args: ["--checkout", "nowhere"], reason: "bad_usage", says: /not a folder/ },
];

for (const { args, reason, says } of refusals) {
  test(`train ${args.join(" ")} is refused before anything runs`, async (t) => {
    const cwd = await repository(t, `${leaveModel}leave();`);
    const { code, stdout, stderr } = await train(cwd, args);
    assert.equal(code, 3);
    assert.match(stderr, says);
    const result = JSON.parse(stdout);
    assert.equal(result.fault.reason, reason);
    assert.equal(result.outcome, "failed");
    assert.deepEqual(await names(cwd), before);
  });
}

function pidOf(stderr: string): number {
  return Number(/child (\d+)/.exec(stderr)?.[1]);
}

/** Waits until no process has the id; a zombie that init has yet to collect counts as gone. */
async function gone(pid: number): Promise<void> {
  assert.ok(pid > 1);
  for (let tries = 0; tries < 100; tries += 1) {
    const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    if (state === null || / Z /.test(state)) return;
    await wait(50);
  }
  assert.fail(`process ${pid} is still running`);
}
