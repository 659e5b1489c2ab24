/** Step processes: each leads its own process group, can be cancelled as GitHub's runner does it, and leaves no orphan. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as setTimeoutAsync } from "node:timers/promises";

export type ProcessRequest = {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  /** Aborting starts the ladder: SIGINT, 7.5 s, SIGTERM, 2.5 s, kill. */
  readonly cancel: AbortSignal;
  /** Aborting kills at once. */
  readonly force: AbortSignal;
};

export type ProcessEnd =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "not_started"; readonly message: string }
  | { readonly kind: "cancelled" };

/** The processes of one job. */
export type ProcessTable = {
  readonly run: (request: ProcessRequest) => Promise<ProcessEnd>;
  /** Kills every process that any step has left behind and waits until none is left. */
  readonly killAll: () => Promise<void>;
};

const sigtermAfterMs = 7_500;
const killAfterMs = 2_500;
/** After the step's own process has ended, a background process may hold the pipe: output is awaited until it is silent. */
const silenceMs = 300;
const longestWaitMs = 5_000;
const killPauseMs = 10;
const mostKillRounds = 200;
const longestLine = 1 << 20;

/** A table that recognizes the job's processes by group and by `RUNNER_TRACKING_ID=<trackingId>` in their environment. */
export function createProcessTable(trackingId: string): ProcessTable {
  const groups = new Set<number>();
  const tracked = `RUNNER_TRACKING_ID=${trackingId}`;
  return {
    run: (request) => runProcess(request, (pid) => groups.add(pid)),
    async killAll() {
      for (const pid of groups) killTree(pid);
      // Again and again, because a process may start another one just before it dies.
      const isOurs = (pid: number) => groups.has(statOf(pid).group) || environmentOf(pid).includes(tracked);
      for (let round = 0; round < mostKillRounds; round += 1) {
        const left = processIds().filter((pid) => statOf(pid).isAlive && isOurs(pid));
        if (left.length === 0) break;
        for (const pid of left) signal(pid, "SIGKILL");
        await setTimeoutAsync(killPauseMs);
      }
      groups.clear();
    },
  };
}

function runProcess(request: ProcessRequest, started: (pid: number) => void): Promise<ProcessEnd> {
  if (request.cancel.aborted || request.force.aborted) return Promise.resolve({ kind: "cancelled" });
  const child = spawn(request.command, [...request.args], {
    cwd: request.cwd,
    env: { ...request.env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid !== undefined) started(child.pid);
  const faults: unknown[] = [];
  const onLine = (line: string) => {
    try {
      request.onLine(line);
    } catch (error) {
      // Thrown here, it would end the whole emulator: nobody catches what a stream's listener throws.
      faults.push(error);
    }
  };
  const flush = [readLines(child.stdout, onLine), readLines(child.stderr, onLine)];
  const ladder = createLadder(child);
  request.cancel.addEventListener("abort", ladder.start, { once: true });
  request.force.addEventListener("abort", ladder.kill, { once: true });

  return new Promise((resolve, reject) => {
    let cleanUp = () => {};
    const settle = (end: ProcessEnd) => {
      cleanUp();
      ladder.stop();
      request.cancel.removeEventListener("abort", ladder.start);
      request.force.removeEventListener("abort", ladder.kill);
      for (const each of flush) each();
      if (faults.length > 0) reject(faults[0]);
      else resolve(request.cancel.aborted || request.force.aborted ? { kind: "cancelled" } : end);
    };
    child.once("error", (error) => settle({ kind: "not_started", message: error.message }));
    child.once("exit", (code, signalName) => {
      ladder.stop();
      const end: ProcessEnd = { kind: "exited", code: code ?? 128 + signalNumber(signalName) };
      const silence = setTimeout(() => settle(end), silenceMs);
      const limit = setTimeout(() => settle(end), longestWaitMs);
      const listen = () => silence.refresh();
      child.stdout.on("data", listen);
      child.stderr.on("data", listen);
      cleanUp = () => {
        clearTimeout(silence);
        clearTimeout(limit);
        child.stdout.off("data", listen);
        child.stderr.off("data", listen);
      };
      child.once("close", () => settle(end));
    });
  });
}

function createLadder(child: ChildProcess): { start: () => void; kill: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const kill = () => {
    if (child.pid !== undefined) killTree(child.pid);
  };
  // The runner signals the step's entry process only: a shell does not pass SIGINT on to what it waits for.
  const start = () => {
    if (child.pid === undefined) return;
    signal(child.pid, "SIGINT");
    timer = setTimeout(() => {
      if (child.pid !== undefined) signal(child.pid, "SIGTERM");
      timer = setTimeout(kill, killAfterMs);
    }, sigtermAfterMs);
  };
  return { start, kill, stop: () => clearTimeout(timer) };
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): () => void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  stream?.on("data", (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > longestLine) {
      lines.push(rest);
      rest = "";
    }
    for (const line of lines) onLine(line.replace(/\r$/, ""));
  });
  return () => {
    const last = rest + decoder.end();
    rest = "";
    if (last !== "") onLine(last);
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // The process is gone already, which is what a signal is for.
  }
}

function killTree(pid: number): void {
  const tree = descendantsOf(pid);
  signal(-pid, "SIGKILL");
  for (const each of tree) signal(each, "SIGKILL");
}

/** Descendants that may have left the process group; empty where there is no /proc. */
function descendantsOf(root: number): readonly number[] {
  const childrenOf = new Map<number, number[]>();
  for (const pid of processIds()) {
    const { parent } = statOf(pid);
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
  }
  const found: number[] = [];
  const pending = [root];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    const children = childrenOf.get(pid) ?? [];
    found.push(...children);
    pending.push(...children);
  }
  return found;
}

function environmentOf(pid: number): readonly string[] {
  return read(`/proc/${pid}/environ`).split("\0");
}

function processIds(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** What /proc says of a process; one that is gone, or waits only to be reaped, is not alive. */
function statOf(pid: number): { readonly isAlive: boolean; readonly parent: number; readonly group: number } {
  // The command name is in parentheses and may contain anything, so fields are counted from the last parenthesis.
  const stat = read(`/proc/${pid}/stat`);
  const [state = "", parent = "", group = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { isAlive: stat !== "" && state !== "Z" && state !== "X", parent: Number(parent), group: Number(group) };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function signalNumber(name: NodeJS.Signals | null): number {
  return name === "SIGKILL" ? 9 : name === "SIGTERM" ? 15 : name === "SIGINT" ? 2 : 1;
}
