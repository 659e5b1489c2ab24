import { setTimeout as pause } from "node:timers/promises";

/** A state that did not come in time; says what was waited for and what there was instead. */
export class NotReached extends Error {
  override name = "NotReached";
}

const lookEveryMs = 100;

/**
 * Waits for a state: looks until the probe gives a value that is not null. Fails with what was last seen when the time
 * is up, and at once when `abort` says that it cannot come any more.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null>,
  options: { readonly timeoutMs: number; readonly abort: Promise<string>; readonly seen?: () => Promise<string> },
): Promise<T> {
  const deadline = performance.now() + options.timeoutMs;
  let problem: string | null = null;
  void options.abort.then((reason) => {
    problem = reason;
  });
  for (;;) {
    const found = await probe();
    if (found !== null) return found;
    if (problem !== null) throw new NotReached(`${what}: ${String(problem)}`);
    if (performance.now() > deadline) {
      const seen = options.seen === undefined ? "" : `; seen instead: ${await options.seen()}`;
      throw new NotReached(`${what}: not within ${options.timeoutMs / 1_000} s${seen}`);
    }
    await pause(lookEveryMs);
  }
}
