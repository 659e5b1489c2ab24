import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

export type Ending =
  | { readonly kind: "exited"; readonly exitCode: number | null; readonly signal: string | null }
  | { readonly kind: "timeout" }
  | { readonly kind: "interrupted" };

export type Command = {
  readonly run: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Between SIGTERM and SIGKILL: time to write a checkpoint. */
  readonly graceMs: number;
  readonly interrupt: AbortSignal;
  readonly output: (chunk: Buffer) => void;
};

/**
 * Runs a shell command in a process group of its own until it ends, its time is over or the program is interrupted.
 * No process of the group is alive when this returns.
 */
export async function runCommand(command: Command): Promise<Ending> {
  const shell = existsSync("/bin/bash") ? ["/bin/bash", "-eo", "pipefail", "-c"] : ["/bin/sh", "-e", "-c"];
  // One pipe for both outputs: an error stays next to the lines it was printed between.
  const child = spawn("/bin/sh", ["-c", 'exec "$@" 2>&1', "sh", ...shell, command.run], {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  child.stdout.on("data", command.output);
  const closed = once(child, "close");
  const exited = once(child, "exit");
  closed.catch(() => {});

  const ended = new AbortController();
  const exit = exited.then((): "exited" => "exited");
  const reason = await Promise.race([exit, limit(command, ended.signal)]).finally(() => ended.abort());
  if (reason !== "exited") {
    sendToGroup(child, "SIGTERM");
    await emptied(child, command.graceMs);
  }
  // Also after a normal end: what the command left running in its group would hold the GPU.
  sendToGroup(child, "SIGKILL");
  await emptied(child, 5_000);
  await exited;
  // A process that left the group may still hold the pipes open; its output is not waited for.
  await Promise.race([closed, wait(1_000, undefined, { ref: false })]);
  child.stdout.destroy();
  return reason === "exited"
    ? { kind: "exited", exitCode: child.exitCode, signal: child.signalCode }
    : { kind: reason };
}

/** Resolves when the time is over or the program is interrupted, whichever comes first. */
async function limit(command: Command, ended: AbortSignal): Promise<"timeout" | "interrupted"> {
  const stop = AbortSignal.any([command.interrupt, ended]);
  // A Node timer holds at most 2^31-1 ms, 24.8 days.
  const ms = Math.min(command.timeoutMs, 2 ** 31 - 1);
  return wait(ms, "timeout" as const, { signal: stop }).catch(() => "interrupted" as const);
}

/** Sends a signal (0: none, only asks) to the group; false when no process is left in it. */
function sendToGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

/** Waits until the group has no process, at most `ms`. */
async function emptied(child: ChildProcess, ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (sendToGroup(child, 0) && performance.now() < until) await wait(20);
}
