import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { PGlite, types } from "@electric-sql/pglite";
import { CompiledQuery, type Dialect, Kysely, PGliteDialect, PostgresDialect } from "kysely";
import { Migrator } from "kysely/migration";
import type { Pool } from "pg";
import { connect, endlessPatience, type Patience, usualPatience } from "./connect.ts";
import { lockFolder } from "./lock.ts";
import { migrations } from "./migrations.ts";
import type { Tables } from "./tables.ts";

export type Store = Kysely<Tables>;

export type StoreOptions = {
  readonly databaseUrl: string | null;
  readonly dataFolder: string;
  /** With a server; other than usual in tests. */
  readonly patience?: Patience;
};

/**
 * Opens the store and brings its tables up to date: Postgres by URL, else PGlite in a folder (`memory://` for tests).
 * One dialect, one set of queries. GitHub's ids are 64-bit there and exact as numbers here: they stay far below 2^53.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  if (options.databaseUrl !== null) return openServer(options.databaseUrl, options.patience);
  if (options.dataFolder.startsWith("memory://"))
    return upToDate(new Kysely<Tables>({ dialect: await embedded(options.dataFolder) }));
  await mkdir(options.dataFolder, { recursive: true });
  const release = await lockFolder(options.dataFolder);
  const dialect = await embeddedIn(options.dataFolder).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  const store = await upToDate(new FolderStore({ dialect }, release));
  // Nobody else has this folder: what a process of before held, it holds no more.
  for (const table of ["deliveries", "effects"] as const)
    await store.updateTable(table).set({ leased_until: null }).where("leased_until", "is not", null).execute();
  await store.deleteFrom("leads").execute();
  return store;
}

async function openServer(url: string, patience: Patience = usualPatience): Promise<Store> {
  // An index of a large table takes as long as it takes, and so does the replica that makes it while this one waits.
  await (await upToDate(new ServerStore(connect(url, endlessPatience)))).destroy();
  return new ServerStore(connect(url, patience));
}

/** A store in a folder that nobody else may use until it is closed. */
class FolderStore extends Kysely<Tables> {
  readonly #release: () => Promise<void>;

  constructor(options: { readonly dialect: Dialect }, release: () => Promise<void>) {
    super(options);
    this.#release = release;
  }

  override async destroy(): Promise<void> {
    await super.destroy();
    await this.#release();
  }
}

/** A store on a server, whose connections can hold statements ready. */
class ServerStore extends Kysely<Tables> {
  readonly pool: Pool;

  constructor(pool: Pool) {
    super({ dialect: new PostgresDialect({ pool }) });
    this.pool = pool;
  }
}

/** What a server reads and plans once for each connection; only for statements that have one way to be executed. */
export type Prepared = { readonly name: string; readonly text: string };

/** Executes a statement that is sent all the time; gives the rows that it returns. */
export async function executePrepared<Row extends object>(
  store: Store,
  statement: Prepared,
  parameters: readonly unknown[],
): Promise<readonly Row[]> {
  if (store instanceof ServerStore)
    return (await store.pool.query<Row>({ ...statement, values: [...parameters] })).rows;
  const query: CompiledQuery<Row> = CompiledQuery.raw(statement.text, [...parameters]);
  return (await store.executeQuery(query)).rows;
}

async function upToDate(store: Store): Promise<Store> {
  const migrator = new Migrator({ db: store, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return store;
  await store.destroy();
  throw new Error("the store's tables could not be brought up to date", { cause: error });
}

/** A new database is made under another name: one that was left half made, by a process that was killed, never opens. */
async function embeddedIn(folder: string): Promise<PGliteDialect> {
  const [made, unfinished] = [join(folder, "pglite"), join(folder, "pglite.new")];
  if (!existsSync(made)) {
    await rm(unfinished, { recursive: true, force: true });
    await (await PGlite.create(unfinished)).close();
    await rename(unfinished, made);
  }
  return embedded(made);
}

async function embedded(dataDir: string): Promise<PGliteDialect> {
  return new PGliteDialect({ pglite: await PGlite.create({ dataDir, parsers: { [types.INT8]: Number } }) });
}
