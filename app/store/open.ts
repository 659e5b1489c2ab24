import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PGlite, types } from "@electric-sql/pglite";
import { CompiledQuery, type Dialect, Kysely, PGliteDialect, PostgresDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { Pool, types as pgTypes } from "pg";
import { lockFolder } from "./lock.ts";
import { migrations } from "./migrations.ts";
import type { Tables } from "./tables.ts";

export type Store = Kysely<Tables>;

/** Deliveries that wait for their acknowledgement, and what the slots of the worker do meanwhile. */
const connections = 16;
/** GitHub waits ten seconds for an answer: a server that cannot be reached must be known as such before. */
const connectMs = 5_000;
/** Opening a connection costs both sides more than a hundred deliveries: those of a busy minute are kept for the next. */
const idleMs = 10 * 60_000;

/**
 * Opens the store and brings its tables up to date: Postgres by URL, else PGlite in a folder (`memory://` for tests).
 * One dialect, one set of queries. GitHub's ids are 64-bit there and exact as numbers here: they stay far below 2^53.
 */
export async function openStore(options: {
  readonly databaseUrl: string | null;
  readonly dataFolder: string;
}): Promise<Store> {
  if (options.databaseUrl !== null) return upToDate(new ServerStore(connect(options.databaseUrl)));
  if (options.dataFolder.startsWith("memory://"))
    return upToDate(new Kysely<Tables>({ dialect: await embedded(options.dataFolder) }));
  await mkdir(options.dataFolder, { recursive: true });
  const release = await lockFolder(options.dataFolder, process.pid);
  const dialect = await embedded(join(options.dataFolder, "pglite")).catch(async (error: unknown) => {
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

async function embedded(dataDir: string): Promise<PGliteDialect> {
  return new PGliteDialect({ pglite: await PGlite.create({ dataDir, parsers: { [types.INT8]: Number } }) });
}

function connect(url: string): Pool {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: idleMs,
    types: {
      getTypeParser: (oid, format) => (oid === pgTypes.builtins.INT8 ? Number : pgTypes.getTypeParser(oid, format)),
    },
  });
  // The server closed a connection that nobody used, when it was restarted for instance: the next query opens another.
  // Unheard, the event would end the process.
  pool.on("error", () => {});
  // The same while a transaction holds the connection and asks nothing: its next query fails, and that is heard.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}
