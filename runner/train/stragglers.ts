import { readdir, readFile } from "node:fs/promises";

/**
 * Ends processes that left the command's process group (setsid, a daemon) but still carry its ASSAY_OUTPUT. Reads /proc:
 * does nothing on systems without it. A process that also cleared its environment is not found.
 */
export async function endStragglers(output: string): Promise<number> {
  const entries = await readdir("/proc").catch(() => []);
  const marker = Buffer.from(`ASSAY_OUTPUT=${output}\0`);
  let ended = 0;
  for (const entry of entries.filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${entry}/environ`).catch(() => null);
    if (environment === null || !environment.includes(marker)) continue;
    try {
      process.kill(Number(entry), "SIGKILL");
      ended += 1;
    } catch {
      // Gone in the meantime, which is what was wanted.
    }
  }
  return ended;
}
