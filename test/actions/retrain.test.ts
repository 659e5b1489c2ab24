import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { z } from "zod";
import { parseConfig } from "../../core/config/parse.ts";
import type { Ticket } from "../../core/ticket.ts";
import { installNativePackage, type Machine, runAction, startMachine } from "./job.ts";
import { nonce, someTicket } from "./tickets.ts";

let machine: Machine;
let ticket: Ticket;
before(async () => {
  machine = await startMachine([{ "train.ts": "base\n" }, { "train.ts": "of the pull request\n", "added.ts": "" }]);
  const head = machine.repository.commits.at(-1);
  assert.ok(head !== undefined);
  ticket = { ...someTicket, ...head };
});
after(() => machine.close());
beforeEach(() => machine.github.reset());

const withMode = (mode: string): Ticket => ({ ...ticket, params: { ...ticket.params, mode } });
const seen = z.object({
  command: z.string(),
  values: z.record(z.string(), z.unknown()),
  config: z.unknown(),
  environment: z.array(z.string()),
  checkout: z.array(z.string()),
});

test("retrain trains the commit of the ticket and uploads the model, then the result", async () => {
  const ended = await runAction(machine, "retrain", ticket);
  assert.equal(ended.code, 0, ended.log);
  assert.deepEqual(ended.artifacts, {
    [`assay-model-${nonce}`]: ["model.onnx", "training.json"],
    [`assay-result-${nonce}`]: ["result.json"],
  });
  assert.equal(ended.result?.outcome, "succeeded");
  assert.equal(ended.result?.training?.seconds, 2);
  assert.match(ended.summary, /Trained \*\*damage\*\* in 2 s/);
  const { command, values, checkout } = seen.parse(ended.record);
  assert.equal(command, "train");
  // `added.ts` is in the commit, but no path of the model names it; nor does training get the history.
  assert.deepEqual(checkout, ["train.ts"]);
  assert.deepEqual(
    [values["model"], values["seed"], values["commit"], values["job"]],
    ["damage", "3", ticket.commit, "j1"],
  );
});

test("the runner gets a valid configuration of this one model, with the ticket's parameters and seed", async () => {
  const { config } = seen.parse((await runAction(machine, "retrain", ticket)).record);
  const parsed = parseConfig(JSON.stringify(config), "config.json");
  assert.ok(parsed.ok, JSON.stringify(parsed));
  assert.deepEqual(Object.keys(parsed.config.models), ["damage"]);
  assert.deepEqual(parsed.config.models["damage"]?.train.params, { mode: "succeed", rate: 0.05, note: "5" });
  assert.deepEqual(parsed.config.models["damage"]?.train.seeds, [3]);
});

test("the training process gets nothing of GitHub's: no token, no input, no command file", async () => {
  const { environment } = seen.parse((await runAction(machine, "retrain", ticket)).record);
  assert.deepEqual(
    environment.filter((name) => /^(ACTIONS_|GITHUB_|INPUT_|STATE_|GIT_CONFIG)/.test(name)),
    [],
  );
  assert.ok(environment.includes("RUNNER_NAME"));
});

test("the token is sent to git's server and to nobody else, and no trace of it stays", async () => {
  const ended = await runAction(machine, "retrain", ticket);
  const basic = `basic ${Buffer.from("x-access-token:gh-token-of-this-job").toString("base64")}`;
  for (const { line, authorization } of machine.github.requests) {
    if (line.includes("/acme/birds/")) assert.equal(authorization, basic, line);
    else assert.ok(authorization === null || !authorization.includes("gh-token"), line);
  }
  assert.deepEqual(readdirSync(ended.workspace), []);
  assert.deepEqual(readdirSync(ended.temp), []);
});

test("what training prints cannot command the runner", async () => {
  const { log } = await runAction(machine, "retrain", ticket);
  const lines = log.split("\n");
  const stop = lines.findIndex((each) => each.startsWith("::stop-commands::"));
  const line = lines.indexOf("::error::a line that only looks like a command");
  const resume = lines.indexOf(`::${lines[stop]?.split("::").at(-1)}::`);
  assert.ok(stop >= 0 && stop < line && line < resume, log);
});

const failures: readonly (readonly [mode: string, reason: string])[] = [
  ["fail", "training_failed"],
  ["nothing", "model_missing"],
  ["tamper", "artifact_digest_mismatch"],
  ["crash", "run_failed"],
];
for (const [mode, reason] of failures) {
  test(`a training that ends in "${mode}" fails the step with ${reason}, and leaves a result without a model`, async () => {
    const ended = await runAction(machine, "retrain", withMode(mode));
    assert.equal(ended.code, 1);
    assert.equal(ended.result?.fault?.reason, reason);
    assert.deepEqual(Object.keys(ended.artifacts), [`assay-result-${nonce}`]);
    assert.match(ended.log, new RegExp(`^::error::${reason}: `, "m"));
    assert.doesNotMatch(ended.summary, /<b>|@/);
  });
}

test("a cancellation is passed on at once, and the result still says what happened", async () => {
  const onLog = (log: string, kill: (signal: NodeJS.Signals) => void) => {
    if (log.endsWith("waiting for a signal\n")) kill("SIGINT");
  };
  const ended = await runAction(machine, "retrain", withMode("hang"), { onLog });
  assert.equal(ended.code, 1);
  assert.equal(ended.result?.fault?.reason, "training_cancelled");
});

test("a refused ticket leaves a result that says so, and nothing is fetched", async () => {
  const ended = await runAction(machine, "retrain", { ...ticket, exp: ticket.iat - 3_600 });
  assert.equal(ended.code, 1);
  assert.equal(ended.result?.fault?.reason, "ticket_expired");
  assert.equal(ended.record, null);
  assert.deepEqual(
    machine.github.requests.filter(({ line }) => line.includes("/acme/")),
    [],
  );
});

test("a nonce that is none names no artifact", async () => {
  const ended = await runAction(machine, "retrain", ticket, { inputs: { nonce: "../../x" } });
  assert.equal(ended.code, 1);
  assert.deepEqual(ended.artifacts, {});
});

test("a commit that cannot be fetched is a fault of its own", async () => {
  const ended = await runAction(machine, "retrain", { ...ticket, commit: "9".repeat(40) });
  assert.equal(ended.result?.fault?.reason, "commit_unavailable");
});

test("packages are installed on first use, from the lock file, without scripts and without credentials", async () => {
  const bin = pathWith(
    "npm",
    `#!/bin/sh\necho "$PWD|$*|$(env | grep -c '^INPUT_\\|^ACTIONS_')"\nmkdir -p node_modules\ncp -r ../kept node_modules/onnxruntime-node\n`,
  );
  const kept = join(machine.actionRoot, "..", "kept");
  const modules = join(machine.actionRoot, "node_modules");
  execFileSync("cp", ["-r", join(modules, "onnxruntime-node"), kept]);
  rmSync(modules, { recursive: true });
  try {
    const ended = await runAction(machine, "retrain", ticket, { environment: { PATH: bin } });
    assert.equal(ended.code, 0, ended.log);
    assert.ok(
      ended.log.includes(`${machine.actionRoot}|ci --omit=dev --ignore-scripts --no-audit --no-fund|0`),
      ended.log,
    );
  } finally {
    installNativePackage(machine.actionRoot);
  }
});

test("a machine without npm is told what it lacks", async () => {
  rmSync(join(machine.actionRoot, "node_modules"), { recursive: true });
  try {
    const ended = await runAction(machine, "retrain", ticket, { environment: { PATH: pathWith("nothing", "") } });
    assert.equal(ended.code, 1);
    assert.match(ended.result?.fault?.message ?? "", /npm is not on this runner's PATH/);
  } finally {
    installNativePackage(machine.actionRoot);
  }
});

/** A PATH with the few programs the action needs, and one of the test's. */
function pathWith(name: string, script: string): string {
  const bin = join(machine.folder, `bin-${name}`);
  mkdirSync(bin);
  for (const program of ["git", "sh", "env", "grep", "mkdir", "cp"]) {
    symlinkSync(execFileSync("which", [program], { encoding: "utf8" }).trim(), join(bin, program));
  }
  writeFileSync(join(bin, name), script);
  chmodSync(join(bin, name), 0o755);
  return bin;
}
