import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** What SQLite says of a file that somebody else has locked (SQLITE_BUSY). */
const busy = 5;

/**
 * Takes a folder for one process. The embedded store keeps no lock of its own, and two processes that write to one
 * folder destroy it. The lock is the operating system's, by way of an SQLite file that stays empty: it ends with its
 * process, however that ends, and holds between containers, whose process numbers mean nothing to each other. Gives the
 * way to release it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  // Loaded where it is needed: older releases of Node warn of it, and a store on a server has no folder.
  const { DatabaseSync } = await import("node:sqlite");
  // Who has it is written down for the message alone, and may be of a process that has ended.
  const ownerFile = join(folder, "assay.lock");
  const lock = new DatabaseSync(join(folder, "lock.sqlite"));
  try {
    lock.exec("begin exclusive");
  } catch (error) {
    lock.close();
    const owner = await readFile(ownerFile, "utf8").catch(() => "another process");
    throw new Error(isBusy(error) ? `${folder} is in use by ${owner}` : `${folder} cannot be locked`, { cause: error });
  }
  await writeFile(ownerFile, `process ${process.pid} on ${hostname()}`);
  return async () => {
    await rm(ownerFile, { force: true });
    lock.close();
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === busy;
}
