import { type ChildProcess, spawn } from "node:child_process";
import type { GitEnvironment } from "./run.ts";

export type GitObject = {
  readonly sha: string;
  readonly type: "commit" | "tree" | "blob" | "tag";
  readonly data: Buffer;
};

/** Reads objects through one long-lived `git cat-file --batch`. */
export type ObjectReader = { readonly read: (name: string) => Promise<GitObject | null>; readonly close: () => void };

type Waiting = { readonly resolve: (object: GitObject | null) => void; readonly reject: (error: Error) => void };

const types = new Set(["commit", "tree", "blob", "tag"]);

/** Starts on the first read; `name` is anything that git resolves to one object. */
export function createObjectReader(gitDir: string, env: GitEnvironment): ObjectReader {
  let child: ChildProcess | null = null;
  let buffered: Buffer = Buffer.alloc(0);
  const queue: Waiting[] = [];

  function take(): boolean {
    const end = buffered.indexOf(10);
    const waiting = queue[0];
    if (end < 0 || waiting === undefined) return false;
    const [sha = "", type = "", size] = buffered.subarray(0, end).toString("utf8").split(" ");
    if (!isType(type) || size === undefined) {
      buffered = buffered.subarray(end + 1);
      queue.shift();
      waiting.resolve(null);
      return true;
    }
    const bytes = Number(size);
    if (buffered.length < end + 1 + bytes + 1) return false;
    const data = Buffer.from(buffered.subarray(end + 1, end + 1 + bytes));
    buffered = buffered.subarray(end + 1 + bytes + 1);
    queue.shift();
    waiting.resolve({ sha, type, data });
    return true;
  }

  function start(): ChildProcess {
    const started = spawn("git", ["--git-dir", gitDir, "cat-file", "--batch"], {
      env,
      stdio: ["pipe", "pipe", "ignore"],
    });
    started.stdout.on("data", (chunk: Buffer) => {
      buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
      while (take());
    });
    started.stdin.on("error", () => undefined);
    started.on("error", (error) => end(error));
    started.on("close", () => end(new Error("git cat-file ended")));
    // It must not keep a process alive that has nothing else to do.
    started.unref();
    return started;
  }
  function end(error: Error): void {
    child = null;
    buffered = Buffer.alloc(0);
    for (const waiting of queue.splice(0)) waiting.reject(error);
  }

  return {
    read(name) {
      // One line is one question: a name with a line break would be two.
      if (/[\0\n\r]/u.test(name)) return Promise.resolve(null);
      child ??= start();
      const running = child;
      return new Promise((resolve, reject) => {
        queue.push({ resolve, reject });
        running.stdin?.write(`${name}\n`);
      });
    },
    close() {
      child?.kill();
    },
  };
}

function isType(text: string): text is GitObject["type"] {
  return types.has(text);
}
