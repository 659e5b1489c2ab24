import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Takes a folder for one process. The embedded store keeps no lock of its own, and two processes that write to one
 * folder destroy it. A lock left behind by a process that has ended is taken over. Gives the way to release it.
 */
export async function lockFolder(folder: string, pid: number): Promise<() => Promise<void>> {
  const file = join(folder, "assay.lock");
  for (let attempt = 0; ; attempt += 1) {
    try {
      const handle = await open(file, "wx");
      await handle.writeFile(String(pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (!isTaken(error) || attempt > 0) throw error;
      const owner = Number(await readFile(file, "utf8").catch(() => ""));
      if (owner !== pid && isAlive(owner)) throw new Error(`${folder} is in use by process ${owner}`, { cause: error });
      await rm(file, { force: true });
    }
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
