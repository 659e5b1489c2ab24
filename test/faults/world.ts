import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cp } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { Octokit } from "@octokit/rest";
import { openStore, type Store } from "../../app/store/open.ts";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import type { Doing } from "./machine.ts";
import { root, seedOf, webhookSecret } from "./place.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const busyStates: readonly string[] = ["pending", "leased"];
const quietMs = 25_000;
/** Longer than leases last, and the reconciler's lead: what a dead process held is free when the next one starts. */
const betweenStartsMs = 181_000;

/** A GitHub in this process and the App in one of its own, so that it can be killed in earnest. */
export type World = AsyncDisposable & {
  readonly emulator: Emulator;
  readonly person: Octokit;
  /** Ends the App: at once and without a word, or as a machine's shutdown would. */
  readonly endApp: (signal: "SIGKILL" | "SIGTERM") => Promise<void>;
  /** Starts the App on the same data, some minutes later. */
  readonly startApp: () => Promise<void>;
  /** Resolves when nothing is under way on either side; throws what is left when that takes too long. */
  readonly quiet: () => Promise<void>;
  /** What the machines did, in order. */
  readonly doings: () => readonly Doing[];
  /** What the App remembers; it must have ended. */
  readonly withStore: <T>(read: (store: Store) => Promise<T>) => Promise<T>;
};

/** A migrated, empty store to begin from: making one takes longer than a life. */
export type Template = AsyncDisposable & { readonly folder: string };

export async function makeTemplate(): Promise<Template> {
  const folder = mkdtempSync(join(tmpdir(), "assay-faults-template-"));
  await (await openStore({ databaseUrl: null, dataFolder: folder })).destroy();
  return {
    folder,
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A world in a folder of its own; with `logFile` the App's log is appended there. */
export async function openWorld(template: Template, logFile: string | null = null): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "assay-faults-"));
  const doingsFile = join(folder, "doings.jsonl");
  const dataFolder = join(folder, "app");
  await cp(template.folder, dataFolder, { recursive: true });
  const port = await freePort();
  const appUrl = `http://127.0.0.1:${port}`;
  const emulator = await startEmulator({
    folder: join(folder, "github"),
    seed: seedOf(`${appUrl}/api/github/webhooks`),
    actionEnvironment: { FAULTS_DOINGS: doingsFile },
  });
  const identity = emulator.apps["assay"];
  if (identity === undefined) throw new Error("the emulator did not make the App");
  const env = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    APP_ID: String(identity.id),
    PRIVATE_KEY: identity.privateKey,
    WEBHOOK_SECRET: webhookSecret,
    GHE_HOST: new URL(emulator.url).host,
    GHE_PROTOCOL: "http",
    ASSAY_DATA: dataFolder,
    PORT: String(port),
    LOG_LEVEL: logFile === null ? "fatal" : "debug",
  };
  let child: ChildProcess | null = null;
  let aheadMs = -betweenStartsMs;
  let started = 0;
  const endApp = async (signal: "SIGKILL" | "SIGTERM") => {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, "exit");
    ending.kill(signal);
    await ended;
  };
  return {
    emulator,
    person: new Octokit({ baseUrl: emulator.apiUrl, auth: emulator.tokens["grace"], log: silent }),
    endApp,
    startApp: async () => {
      aheadMs += betweenStartsMs;
      if (aheadMs > 0) emulator.clock.advance(betweenStartsMs, { keepTokens: true });
      started = emulator.requests().length;
      child = await startProcess({ ...env, FAULTS_CLOCK_AHEAD_MS: String(aheadMs) }, logFile);
    },
    quiet: () => becomeQuiet(emulator, appUrl, () => started),
    doings: () => readDoings(doingsFile),
    withStore: async (read) => {
      const store = await openStore({ databaseUrl: null, dataFolder });
      try {
        return await read(store);
      } finally {
        await store.destroy();
      }
    },
    async [Symbol.asyncDispose]() {
      await endApp("SIGKILL");
      await emulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startProcess(env: Readonly<Record<string, string>>, logFile: string | null): Promise<ChildProcess> {
  const args = ["--import", new URL("clock.ts", import.meta.url).href, "app/main.ts"];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-2_000);
  });
  if (logFile !== null) {
    const log = createWriteStream(logFile, { flags: "a" });
    child.stdout.pipe(log);
    child.stderr.pipe(log, { end: false });
  }
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    lines.on("line", (line) => (line.startsWith('{"ready"') ? resolve() : undefined));
    child.once("exit", (code, signal) => reject(new Error(`the App ended with ${signal ?? code}: ${said}`)));
  });
  return child;
}

/**
 * Both sides have to be quiet three times in a row: what one finishes may begin something at the other. An App that has
 * started is not quiet before it has asked for the deliveries that it missed.
 */
async function becomeQuiet(emulator: Emulator, appUrl: string, started: () => number): Promise<void> {
  const until = performance.now() + quietMs;
  let calm = 0;
  let left = "the emulator is busy";
  while (calm < 3) {
    if (performance.now() > until) throw new Error(`not quiet after ${quietMs / 1_000} s: ${left}`);
    const idle = await Promise.race([emulator.idle().then(() => true), pause(1_000, false)]);
    if (!idle) continue;
    const before = emulator.requests().length;
    const text = await (await fetch(`${appUrl}/metrics`)).text();
    left = text
      .split("\n")
      .filter((line) => /^assay_(?:deliveries|effects)\{/.test(line) && !line.endsWith(" 0"))
      .filter((line) => busyStates.some((state) => line.includes(`state="${state}"`)))
      .join(", ");
    // A poll of another process's state: there is no event to wait for.
    await pause(20);
    const asked = emulator.requests().slice(started());
    if (!asked.some(({ template }) => template === "/app/hook/deliveries"))
      left = "it has not asked for what it missed";
    calm = left === "" && emulator.requests().length === before ? calm + 1 : 0;
  }
}

function readDoings(file: string): readonly Doing[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Doing => JSON.parse(line));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
