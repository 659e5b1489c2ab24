import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PGlite, types } from "@electric-sql/pglite";
import { Kysely, PGliteDialect, PostgresDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { Pool, types as pgTypes } from "pg";
import { lockFolder } from "./lock.ts";
import { migrations } from "./migrations.ts";
import type { Tables } from "./tables.ts";

export type Store = Kysely<Tables>;

/**
 * Opens the store and brings its tables up to date: Postgres by URL, else PGlite in a folder (`memory://` for tests).
 * One dialect, one set of queries. GitHub's ids are 64-bit there and exact as numbers here: they stay far below 2^53.
 */
export async function openStore(options: {
  readonly databaseUrl: string | null;
  readonly dataFolder: string;
}): Promise<Store> {
  const store = new Kysely<Tables>({
    dialect: options.databaseUrl === null ? await embedded(options.dataFolder) : server(options.databaseUrl),
  });
  const migrator = new Migrator({ db: store, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await store.destroy();
    throw new Error("the store's tables could not be brought up to date", { cause: error });
  }
  return store;
}

async function embedded(folder: string): Promise<PGliteDialect> {
  const parsers = { [types.INT8]: Number };
  if (folder.startsWith("memory://"))
    return new PGliteDialect({ pglite: await PGlite.create({ dataDir: folder, parsers }) });
  await mkdir(folder, { recursive: true });
  const release = await lockFolder(folder, process.pid);
  try {
    const pglite = await PGlite.create({ dataDir: join(folder, "pglite"), parsers });
    const close = pglite.close.bind(pglite);
    pglite.close = async () => {
      await close();
      await release();
    };
    return new PGliteDialect({ pglite });
  } catch (error) {
    await release();
    throw error;
  }
}

function server(url: string): PostgresDialect {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    types: {
      getTypeParser: (oid, format) => (oid === pgTypes.builtins.INT8 ? Number : pgTypes.getTypeParser(oid, format)),
    },
  });
  return new PostgresDialect({ pool });
}
