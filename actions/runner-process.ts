import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { childEnvironment } from "./child-environment.ts";
import type { World } from "./world.ts";

export type RunnerExit = {
  /** Null when a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  /** The end of its log, at most 16 KiB. */
  readonly logTail: string;
  readonly timedOut: boolean;
};

export type RunnerStart = {
  readonly main: string;
  readonly args: readonly string[];
  /** An empty or private folder: a workspace may hold what an earlier job left. */
  readonly cwd: string;
  readonly environment: World["environment"];
  /** What the runner is told beyond that. */
  readonly added?: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null;
};

const signals = ["SIGINT", "SIGTERM"] as const;
const maxStdoutBytes = 32 * 1024 * 1024;
const maxTailChars = 16_384;
const killAfterMs = 10_000;

/**
 * Runs one `assay` command to its end. Its log appears in this step's log, with workflow commands switched off, so that
 * a training script cannot speak to GitHub's runner. The signals of a cancellation are passed on at once: GitHub leaves
 * ten seconds in all, and only the first process of a step gets them.
 */
export async function runRunner({ main, args, cwd, environment, added, timeoutMs }: RunnerStart): Promise<RunnerExit> {
  const resumeToken = randomUUID();
  process.stdout.write(`::stop-commands::${resumeToken}\n`);
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: childEnvironment(environment, added),
  });
  const passOn = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of signals) process.on(signal, passOn);

  const stdout: Buffer[] = [];
  let stdoutBytes = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    stdoutBytes += chunk.length;
    if (stdoutBytes <= maxStdoutBytes) stdout.push(chunk);
  });
  let tail = "";
  child.stderr.on("data", (chunk: Buffer) => {
    tail = (tail + chunk.toString("utf8")).slice(-maxTailChars).toWellFormed();
  });
  child.stderr.pipe(process.stdout, { end: false });

  let timedOut = false;
  const timers: NodeJS.Timeout[] = [];
  if (timeoutMs !== null) {
    timers.push(
      setTimeout(() => {
        timedOut = true;
        child.kill("SIGTERM");
        timers.push(setTimeout(() => child.kill("SIGKILL"), killAfterMs));
      }, timeoutMs),
    );
  }

  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    return { code, stdout: Buffer.concat(stdout).toString("utf8"), logTail: tail, timedOut };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    for (const signal of signals) process.off(signal, passOn);
    process.stdout.write(`\n::${resumeToken}::\n`);
  }
}
