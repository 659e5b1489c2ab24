import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";

export type Service = {
  /** The one line of JSON a service prints when it listens. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Resolves with what is wrong when the process ends before it was asked to. */
  readonly died: Promise<string>;
  readonly stop: () => Promise<void>;
};

const stopMs = 10_000;

/** Starts a TypeScript entry as a process of its own and waits until it says that it is ready; its log goes to a file. */
export async function startService(
  name: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly logFile: string },
): Promise<Service> {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(options.logFile, { flags: "a" });
  child.stderr.pipe(log);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`${name} could not be started: ${error.message}`));
    child.once("exit", (code, signal) =>
      resolve(`${name} ended with ${signal ?? `exit code ${code ?? "?"}`}; its log is ${options.logFile}`),
    );
  });
  const ready = await Promise.race([firstJson(child), ended.then((problem) => Promise.reject(new Error(problem)))]);
  child.stdout.pipe(log);
  let asked = false;
  return {
    ready,
    died: new Promise((resolve) => void ended.then((problem) => (asked ? undefined : resolve(problem)))),
    stop: async () => {
      asked = true;
      await stop(child, ended);
    },
  };
}

async function firstJson(child: ChildProcess): Promise<Readonly<Record<string, unknown>>> {
  if (child.stdout === null) throw new Error("the process has no output");
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve) => {
    lines.on("line", (line) => {
      if (!line.startsWith("{")) return;
      const value: unknown = JSON.parse(line);
      if (typeof value === "object" && value !== null && "ready" in value) {
        lines.close();
        resolve({ ...value });
      }
    });
  });
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopMs);
  await ended;
  clearTimeout(timer);
}
