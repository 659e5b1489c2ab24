import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { Octokit } from "@octokit/rest";
import { openStore, type Store } from "../../app/store/open.ts";
import { freePort } from "../../demo/free-port.ts";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import type { Doing } from "./machine.ts";
import { root, seedOf, webhookSecret } from "./place.ts";
import type { Stores } from "./stores.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const quietMs = 90_000;
/** When nothing has moved for so long, what one side waits for has been lost. */
const stillMs = 1_500;
/** Longer than leases last, the reconciler's lead, and its patience with webhooks: what is due after a while is due now. */
const aWhileMs = 181_000;
/** When the reconciler's last round began longer ago than this, it has not compared anything since the last such while. */
const roundAgeSeconds = 150;
/** How far the clock leaps to what is not due yet. */
const shortestLeapMs = 2_000;
const longestLeapMs = 30_000;

/** A GitHub in this process and the App in one of its own, so that it can be killed in earnest. */
export type World = AsyncDisposable & {
  readonly emulator: Emulator;
  readonly person: Octokit;
  /** Ends the App: at once and without a word, or as a machine's shutdown would. */
  readonly endApp: (signal: "SIGKILL" | "SIGTERM") => Promise<void>;
  /** Starts the App on the same data, a while later. */
  readonly startApp: () => Promise<void>;
  /** Time passes, for GitHub, the App and its store. */
  readonly leap: (ms: number) => Promise<void>;
  /** So much time passes that the App looks for what it missed; the next quiet waits for that. */
  readonly pauseAWhile: () => Promise<void>;
  /** The App's database server crashes and comes back; false if it has none. */
  readonly crashStore: () => Promise<boolean>;
  /** Resolves when nothing is under way on either side; throws what is left when that takes too long. */
  readonly quiet: () => Promise<void>;
  /** What the machines did, in order. */
  readonly doings: () => readonly Doing[];
  /** What the App remembers; it must have ended. */
  readonly withStore: <T>(read: (store: Store) => Promise<T>) => Promise<T>;
};

/** A world in a folder of its own; with `logFile` the App's log is appended there. */
export async function openWorld(stores: Stores, logFile: string | null = null): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "assay-faults-"));
  const doingsFile = join(folder, "doings.jsonl");
  const store = await stores.take();
  const port = await freePort();
  const appUrl = `http://127.0.0.1:${port}`;
  const emulator = await startEmulator({
    folder: join(folder, "github"),
    seed: seedOf(`${appUrl}/api/github/webhooks`),
    actionEnvironment: { FAULTS_DOINGS: doingsFile, NODE_COMPILE_CACHE: stores.cacheFolder },
  });
  const identity = emulator.apps["assay"];
  if (identity === undefined) throw new Error("the emulator did not make the App");
  const { databaseUrl, dataFolder } = store.settings;
  const env = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    NODE_COMPILE_CACHE: stores.cacheFolder,
    APP_ID: String(identity.id),
    PRIVATE_KEY: identity.privateKey,
    WEBHOOK_SECRET: webhookSecret,
    GHE_HOST: new URL(emulator.url).host,
    GHE_PROTOCOL: "http",
    ...(databaseUrl === null ? { ASSAY_DATA: dataFolder } : { DATABASE_URL: databaseUrl }),
    PORT: String(port),
    LOG_LEVEL: logFile === null ? "fatal" : "debug",
  };
  let child: ChildProcess | null = null;
  let aheadMs = -aWhileMs;
  const pass = async (ms: number) => {
    aheadMs += ms;
    if (aheadMs <= 0) return;
    emulator.clock.advance(ms, { keepTokens: true });
    await store.pass(ms);
  };
  const leap = async (ms: number) => {
    await pass(ms);
    if (child?.connected === true) child.send(ms);
  };
  const pauseAWhile = () => leap(aWhileMs);
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
      await pass(aWhileMs);
      child = await startProcess({ ...env, FAULTS_CLOCK_AHEAD_MS: String(aheadMs) }, logFile);
    },
    leap,
    pauseAWhile,
    crashStore: async () => {
      await store.crash?.();
      return store.crash !== null;
    },
    quiet: () => becomeQuiet(emulator, appUrl, { leap, pauseAWhile }),
    doings: () => readDoings(doingsFile),
    withStore: async (read) => {
      const opened = await openStore(store.settings);
      try {
        return await read(opened);
      } finally {
        await opened.destroy();
      }
    },
    async [Symbol.asyncDispose]() {
      await endApp("SIGKILL");
      await emulator.close();
      await store.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startProcess(env: Readonly<Record<string, string>>, logFile: string | null): Promise<ChildProcess> {
  const args = ["--import", new URL("clock.ts", import.meta.url).href, "app/main.ts"];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let said = "";
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("the App's output cannot be read");
  stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-2_000);
  });
  if (logFile !== null) {
    const log = createWriteStream(logFile, { flags: "a" });
    stdout.pipe(log);
    stderr.pipe(log, { end: false });
  }
  const lines = createInterface({ input: stdout });
  await new Promise<void>((resolve, reject) => {
    lines.on("line", (line) => (line.startsWith('{"ready"') ? resolve() : undefined));
    child.once("exit", (code, signal) => reject(new Error(`the App ended with ${signal ?? code}: ${said}`)));
  });
  return child;
}

/**
 * Both sides have to be quiet three times in a row: what one finishes may begin something at the other. The App is not quiet
 * before its reconciler has ended a round that it began lately. While all that is left is not due yet, the clock leaps; and
 * when a run waits for the App, which has not heard of it, it leaps to where the App asks.
 */
async function becomeQuiet(
  emulator: Emulator,
  appUrl: string,
  { leap, pauseAWhile }: Pick<World, "leap" | "pauseAWhile">,
): Promise<void> {
  const until = performance.now() + quietMs;
  let calm = 0;
  let leapMs = shortestLeapMs;
  let workedAt = performance.now();
  let left = "the emulator is busy";
  while (calm < 3) {
    if (performance.now() > until) throw new Error(`not quiet after ${quietMs / 1_000} s: ${left}`);
    const before = emulator.requests().length;
    const isIdle = await Promise.race([emulator.idle().then(() => true), pause(stillMs, false)]);
    const isStill = () => emulator.requests().length === before;
    if (!isIdle) {
      if (isStill()) await pauseAWhile();
      continue;
    }
    const metrics = await metricsOf(appUrl);
    const busy = metrics.filter((line) => line.includes('state="pending"') || line.startsWith("assay_leases"));
    const hasCompared = metrics.some(isRecentRound);
    const isWorking = metrics.some((line) => line.startsWith("assay_leases"));
    // A poll of another process's state: there is no event to wait for.
    await pause(20);
    left = hasCompared ? busy.join(", ") : "the reconciler has not ended its round";
    calm = left === "" && isStill() ? calm + 1 : 0;
    const now = performance.now();
    const isUnderWay = isWorking || !hasCompared;
    if (!isUnderWay || !isStill()) workedAt = now;
    // A lease that is held for long while nothing moves is that of somebody who has died, and a round that was to begin in
    // the midst of another begins at its next turn: either comes with time.
    if (left === "" || !isStill() || (isUnderWay && now - workedAt < stillMs)) continue;
    await leap(leapMs);
    leapMs = Math.min(2 * leapMs, longestLeapMs);
  }
}

/** The lines of the App's metrics about deliveries, effects, leases and the reconciler that are not zero. */
async function metricsOf(appUrl: string): Promise<readonly string[]> {
  const answer = await fetch(`${appUrl}/metrics`).catch((error: unknown) => {
    throw new Error("the App does not answer: it ended by itself", { cause: error });
  });
  return (await answer.text())
    .split("\n")
    .filter((line) => /^assay_(?:deliveries|effects|leases|cursor_age_seconds)\{/.test(line) && !line.endsWith(" 0"));
}

function isRecentRound(line: string): boolean {
  const [, age] = /^assay_cursor_age_seconds\{cursor="round"\} (\S+)$/.exec(line) ?? [];
  return age !== undefined && Number(age) < roundAgeSeconds;
}

function readDoings(file: string): readonly Doing[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Doing => JSON.parse(line));
}
