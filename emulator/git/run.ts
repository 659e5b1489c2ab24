import { spawn } from "node:child_process";

export type GitResult = { readonly code: number; readonly stdout: Buffer; readonly stderr: string };
export type GitEnvironment = Readonly<Record<string, string>>;

/** The environment of every git process: nothing of the user's own configuration. */
export function gitEnvironment(home: string, path: string): GitEnvironment {
  return {
    PATH: path,
    HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
  };
}

/** Runs git with an argument array, never through a shell; any exit status is an answer. */
export function runGit(
  gitDir: string,
  env: GitEnvironment,
  args: readonly string[],
  input?: Buffer | string,
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["--git-dir", gitDir, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code: code ?? 1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString("utf8") }),
    );
    // A git that answers without reading its input closes the pipe early.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** The same, where anything but success is a broken invariant. */
export async function git(
  gitDir: string,
  env: GitEnvironment,
  args: readonly string[],
  input?: Buffer | string,
): Promise<Buffer> {
  const result = await runGit(gitDir, env, args, input);
  if (result.code !== 0) throw new Error(`git ${args.join(" ")} ended with ${result.code}: ${result.stderr.trim()}`);
  return result.stdout;
}
