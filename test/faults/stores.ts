import { mkdtempSync, rmSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { openStore } from "../../app/store/open.ts";
import { startPostgres } from "../app/postgres.ts";

export const storeKinds = ["embedded", "postgres"] as const;
export type StoreKind = (typeof storeKinds)[number];

/** Where the stores of many lives come from: copies of one that is migrated and empty. */
export type Stores = AsyncDisposable & {
  readonly kind: StoreKind;
  /** Keeps what Node compiled, so that the App starts faster from the second time on. */
  readonly cacheFolder: string;
  readonly take: () => Promise<LifeStore>;
};

/** The store of one life. */
export type LifeStore = {
  readonly settings: { readonly databaseUrl: string | null; readonly dataFolder: string };
  /** Moves the store's clock on. The embedded store has the App's clock. */
  readonly pass: (ms: number) => Promise<void>;
  /** The database server crashes, and recovers: resolves when it answers again. Null where there is no server. */
  readonly crash: (() => Promise<void>) | null;
  readonly drop: () => Promise<void>;
};

/** Stores of a kind, or why there can be none of it on this machine. */
export async function makeStores(kind: StoreKind): Promise<Stores | string> {
  const folder = mkdtempSync(join(tmpdir(), "assay-faults-stores-"));
  const stores = kind === "embedded" ? await inFolders(folder) : await onServer(folder);
  if (typeof stores === "string") rmSync(folder, { recursive: true, force: true });
  return stores;
}

async function inFolders(folder: string): Promise<Stores> {
  const template = join(folder, "template");
  await (await openStore({ databaseUrl: null, dataFolder: template })).destroy();
  let taken = 0;
  return {
    kind: "embedded",
    cacheFolder: join(folder, "cache"),
    take: async () => {
      taken += 1;
      const dataFolder = join(folder, String(taken));
      await cp(template, dataFolder, { recursive: true });
      return {
        settings: { databaseUrl: null, dataFolder },
        pass: async () => {},
        crash: null,
        drop: async () => rmSync(dataFolder, { recursive: true, force: true }),
      };
    },
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * What `now()` means to the App here: the server's clock, and as much as a life says. A role that looks into `public`
 * first finds this one; nothing of the App has to know.
 */
const movableClock = [
  "create table clock (ahead interval not null)",
  "insert into clock values (interval '0')",
  "create function public.now() returns timestamptz stable language sql as 'select pg_catalog.now() + ahead from public.clock'",
  "alter role assay set search_path = public, pg_catalog",
];

/**
 * Of the processes that read ahead for others, one may outlive a crash, and the server then waits for it for ever. What is
 * written outlives every process, also unsynchronized: the machine itself does not crash.
 */
const serverSettings = ["io_method=sync", "fsync=off"];

async function onServer(folder: string): Promise<Stores | string> {
  const server = await startPostgres(serverSettings);
  if (typeof server === "string") return server;
  for (const statement of movableClock) await ask(server.url, statement);
  await (await openStore({ databaseUrl: server.url, dataFolder: "" })).destroy();
  const administration = urlOf(server.url, "postgres");
  let taken = 0;
  return {
    kind: "postgres",
    cacheFolder: join(folder, "cache"),
    take: async () => {
      taken += 1;
      const name = `life_${taken}`;
      await ask(administration, `create database ${name} template assay strategy file_copy`);
      const databaseUrl = urlOf(server.url, name);
      return {
        settings: { databaseUrl, dataFolder: "" },
        pass: async (ms) => ask(databaseUrl, `update clock set ahead = ahead + interval '${ms} milliseconds'`),
        crash: () => crash(administration),
        drop: async () => ask(administration, `drop database ${name} with (force)`),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function urlOf(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href;
}

async function ask(url: string, statement: string): Promise<void> {
  const client = new Client(url);
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** One process of the server dies of `kill -9`; the server then ends all others, forgets its memory and recovers. */
async function crash(url: string): Promise<void> {
  const client = new Client(url);
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query<{ readonly pid: number }>("select pg_backend_pid() as pid");
  const gone = new Promise((resolve) => client.once("end", resolve));
  for (const { pid } of rows) process.kill(pid, "SIGKILL");
  await gone;
  for (let attempt = 1; ; attempt += 1)
    try {
      return await ask(url, "select 1");
    } catch (error) {
      if (attempt === 200) throw error;
      // Another process's state: there is no event to wait for.
      await pause(25);
    }
}
