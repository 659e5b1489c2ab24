import { reportFailure } from "./cli/failure.ts";
import { run } from "./run.ts";
import type { World } from "./world.ts";

const graceMs = 1_000;

/** Runs the command of a process and gives its exit code, with the failure said. */
export async function runToEnd(world: World): Promise<number> {
  const code = await run(world).catch((error: unknown) => reportFailure(world, error));
  if (world.interrupt.aborted) endStuckThreads();
  return code;
}

/**
 * Ends the process when a thread does not end by itself, because a model computes and computes: exiting would wait for
 * it, so the process dies of SIGINT, which a shell sees as exit code 130 too. A process that can end is not kept.
 */
function endStuckThreads(): void {
  const die = (): void => {
    process.removeAllListeners("SIGINT");
    process.kill(process.pid, "SIGINT");
  };
  setTimeout(die, graceMs).unref();
}
