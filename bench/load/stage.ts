import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { openStore, type Store } from "../../app/store/open.ts";
import { type Service, startService } from "../../demo/process.ts";
import { root } from "../../demo/world.ts";
import { startPostgres } from "../../test/app/postgres.ts";
import { freePort } from "../../test/free-port.ts";

/**
 * Bare Probot, the same with one INSERT before its answer, once so that it waits for the disk and once not, and the App, each
 * a process of its own, with one stand-in for GitHub and a Postgres server.
 */
export type Stage = {
  readonly bareUrl: string;
  readonly storingUrl: string;
  /** Of what may lose what it acknowledged: the least that any Postgres costs, on whatever disk. */
  readonly hastyUrl: string;
  readonly appUrl: string;
  readonly secret: string;
  /** A connection of the bench's own to the App's database. */
  readonly store: Store;
  /** What GitHub was asked since it started. */
  readonly requests: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

const path = "/api/github/webhooks";

/** A checkpoint slows every write for minutes: it must not fall into the time of one and not into that of another. */
const noCheckpoint = ["checkpoint_timeout=30min", "max_wal_size=8GB"];

export async function openStage(options: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
}): Promise<Stage> {
  const folder = join(root, ".tmp", `bench-load-${options.pid}`);
  await mkdir(folder, { recursive: true });
  const endings: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of endings.toReversed()) await end();
  };
  try {
    const postgres = await startPostgres(noCheckpoint);
    if (typeof postgres === "string") throw new Error(postgres);
    endings.push(postgres.stop);
    const start = async (
      name: string,
      args: readonly string[],
      env: Readonly<Record<string, string>>,
    ): Promise<Service> => {
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
    const github = await start("github", ["bench/load/github.ts"], {});
    const host = z.object({ host: z.string() }).parse(github.ready).host;
    const secret = randomBytes(24).toString("hex");
    const settings = {
      APP_ID: "1",
      PRIVATE_KEY: newKey(),
      WEBHOOK_SECRET: secret,
      GHE_HOST: host,
      GHE_PROTOCOL: "http",
      LOG_LEVEL: options.env["LOG_LEVEL"] ?? "info",
    };
    const urlOf = ({ ready }: Service) => `${z.object({ url: z.string() }).parse(ready).url}${path}`;
    const bare = await start("bare", ["bench/load/bare.ts"], settings);
    const storing = await start("storing", ["bench/load/bare.ts"], { ...settings, STORE_URL: postgres.url });
    const hasty = await start("hasty", ["bench/load/bare.ts"], { ...settings, STORE_URL: notWaiting(postgres.url) });
    const app = await start("app", await commandOfApp(), {
      ...settings,
      DATABASE_URL: postgres.url,
      ASSAY_DATA: folder,
    });
    const store = await openStore({ databaseUrl: postgres.url, dataFolder: "" });
    endings.push(() => store.destroy());
    return {
      bareUrl: urlOf(bare),
      storingUrl: urlOf(storing),
      hastyUrl: urlOf(hasty),
      appUrl: urlOf(app),
      secret,
      store,
      requests: async () =>
        z.object({ requests: z.number() }).parse(await (await fetch(`http://${host}/_requests`)).json()).requests,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The same server, whose commits do not wait for the disk. */
function notWaiting(url: string): string {
  const hasty = new URL(url);
  hasty.searchParams.set("options", "-c synchronous_commit=off");
  return hasty.href;
}

/** The App as `npm run app` starts it, with its settings of Node's memory. */
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
