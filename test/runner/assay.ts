import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { reportFailure } from "../../runner/cli/failure.ts";
import { run } from "../../runner/run.ts";
import type { World } from "../../runner/world.ts";

export const main = fileURLToPath(new URL("../../runner/main.ts", import.meta.url));

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type Options = {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sends SIGINT as soon as stderr holds this text. */
  readonly interruptAt?: string;
};

/** Runs the real command in a process of its own. */
export async function assay(args: readonly string[], options: Options): Promise<Ended> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...options.env };
  const child = spawn(process.execPath, [main, ...args], { cwd: options.cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  let sent = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    if (sent || options.interruptAt === undefined || !stderr.includes(options.interruptAt)) return;
    sent = true;
    child.kill("SIGINT");
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout, stderr };
}

/** The same command inside this process: quicker, for tests that are not about the process. */
export async function assayHere(
  args: readonly string[],
  cwd: string,
  interrupt: AbortSignal = new AbortController().signal,
): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  const world: World = {
    args,
    cwd,
    env: { PATH: process.env["PATH"] },
    execPath: process.execPath,
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    terminal: { stdout: false, stderr: false, columns: 100 },
    interrupt,
  };
  const code = await run(world).catch((error: unknown) => reportFailure(world, error));
  return { code, stdout, stderr };
}

/** A folder that is gone after the test. */
export async function scratch(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assay-test-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** All names in a folder, hidden ones too: what a command left behind. */
export async function names(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).toSorted();
}
