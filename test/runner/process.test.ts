import assert from "node:assert/strict";
import { test } from "node:test";
import { type Command, runCommand } from "../../runner/train/process.ts";
import { scratch } from "./assay.ts";

function command(run: string, changes: Partial<Command>): Command {
  const env = { PATH: process.env["PATH"] ?? "" };
  const interrupt = new AbortController().signal;
  return { run, cwd: "/", env, timeoutMs: 20_000, graceMs: 200, interrupt, output: () => {}, ...changes };
}

test("a command that ignores SIGTERM is killed when its grace is over", async (t) => {
  const interrupt = new AbortController();
  let output = "";
  const ending = await runCommand(
    command("trap 'echo asked' TERM; echo ready; while true; do sleep 0.05 || true; done", {
      cwd: await scratch(t),
      interrupt: interrupt.signal,
      output: (chunk) => {
        output += chunk.toString();
        if (output.includes("ready")) interrupt.abort();
      },
    }),
  );
  assert.deepEqual(ending, { kind: "interrupted" });
  assert.match(output, /asked/);
});

test("an interruption before the start ends the command at once", async () => {
  assert.deepEqual(await runCommand(command("sleep 20", { interrupt: AbortSignal.abort() })), { kind: "interrupted" });
});

test("the end of a command is its exit code, or the signal that ended it", async () => {
  assert.deepEqual(await runCommand(command("exit 7", {})), { kind: "exited", exitCode: 7, signal: null });
  assert.deepEqual(await runCommand(command("kill -KILL $$", {})), {
    kind: "exited",
    exitCode: null,
    signal: "SIGKILL",
  });
});

test("both outputs arrive, all of them", async () => {
  const seen: string[] = [];
  await runCommand(
    command("for i in 1 2 3; do echo out $i; echo err $i >&2; done", {
      output: (chunk) => seen.push(chunk.toString()),
    }),
  );
  assert.deepEqual(seen.join("").split("\n"), ["out 1", "err 1", "out 2", "err 2", "out 3", "err 3", ""]);
});
