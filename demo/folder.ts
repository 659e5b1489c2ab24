import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * A folder for one world, named after the process that owns it, so that two demos never meet. What processes that have
 * ended left behind is removed, except the newest, whose logs somebody may still want to read.
 */
export async function claimFolder(parent: string, pid: number): Promise<string> {
  await mkdir(parent, { recursive: true });
  const left = (await readdir(parent))
    .map(Number)
    .filter((owner) => Number.isInteger(owner) && owner !== pid && !isAlive(owner));
  for (const owner of left.toSorted((a, b) => a - b).slice(0, -1))
    await rm(join(parent, String(owner)), { recursive: true, force: true });
  return join(parent, String(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
