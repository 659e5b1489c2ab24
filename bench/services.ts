import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { freePort } from "../demo/free-port.ts";
import { type Service, startService } from "../demo/process.ts";
import { root } from "../demo/world.ts";
import { startPostgres } from "../test/app/postgres.ts";

/** A checkpoint slows every write for minutes: it must not fall into the time of one and not into that of another. */
const noCheckpoint = ["checkpoint_timeout=30min", "max_wal_size=8GB"];

/** A Postgres server, and processes that a benchmark starts beside it. */
export type Services = {
  /** Of an empty database. */
  readonly databaseUrl: string;
  /** Starts a TypeScript entry on a port of its own and waits until it listens. */
  readonly start: (name: string, args: readonly string[], env: Readonly<Record<string, string>>) => Promise<Service>;
  /** Starts the App as `npm run app` does, with its settings of Node's memory. */
  readonly startApp: (name: string, env: Readonly<Record<string, string>>) => Promise<Service>;
  /** Done before anything that was started earlier is stopped. */
  readonly atTheEnd: (end: () => Promise<void>) => void;
  readonly stop: () => Promise<void>;
};

/** Throws where no Postgres server starts. */
export async function openServices(options: {
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
}): Promise<Services> {
  const folder = join(root, ".tmp", `bench-${options.name}-${options.pid}`);
  await mkdir(folder, { recursive: true });
  const endings: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of endings.splice(0).toReversed()) await end();
  };
  const postgres = await startPostgres(noCheckpoint);
  if (typeof postgres === "string") {
    await stop();
    throw new Error(postgres);
  }
  endings.push(postgres.stop);
  const start: Services["start"] = async (name, args, env) => {
    const base = {
      PATH: options.env["PATH"] ?? "",
      HOME: folder,
      NODE_ENV: "production",
      PORT: String(await freePort()),
    };
    const logFile = join(folder, `${name}.log`);
    const service = await startService(name, args, { cwd: root, env: { ...base, ...env }, logFile });
    endings.push(service.stop);
    return service;
  };
  return {
    databaseUrl: postgres.url,
    start,
    startApp: async (name, env) => start(name, await commandOfApp(), { ASSAY_DATA: folder, ...env }),
    atTheEnd: (end) => void endings.push(end),
    stop,
  };
}

/** Settings of an App, or of bare Probot, whose GitHub is at `host`. */
export function appSettings(host: string, env: Readonly<Record<string, string | undefined>>) {
  return {
    APP_ID: "1",
    PRIVATE_KEY: newKey(),
    WEBHOOK_SECRET: randomBytes(24).toString("hex"),
    GHE_HOST: host,
    GHE_PROTOCOL: "http",
    LOG_LEVEL: env["LOG_LEVEL"] ?? "info",
  };
}

/** Resident memory of an App's process now, in MB. */
export async function heldMb(appUrl: string): Promise<number> {
  const text = await (await fetch(new URL("/metrics", appUrl))).text();
  const [, bytes] = /^process_resident_memory_bytes (\S+)$/m.exec(text) ?? [];
  return Number(bytes) / 1e6;
}

async function commandOfApp(): Promise<readonly string[]> {
  const { scripts } = z
    .object({ scripts: z.object({ app: z.string().startsWith("node ") }) })
    .parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  return scripts.app.split(" ").slice(1);
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return String(privateKey.export({ type: "pkcs1", format: "pem" }));
}
