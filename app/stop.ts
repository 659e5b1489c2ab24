import type { Server as HttpServer } from "node:http";
import type { Logger } from "pino";

/** How long requests under way may take when the App is asked to end. */
const lastAnswersMs = 2_000;

/** What the work gives, unless the App is asked to end before: then it fails with that, and nobody waits for the work. */
export async function unlessStopped<T>(stop: AbortSignal, work: Promise<T>): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const giveUp = () => stopped.reject(stop.reason);
  if (stop.aborted) giveUp();
  stop.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    stop.removeEventListener("abort", giveUp);
  }
}

/** Takes no request any more; those under way may still be answered. `http` is null for one that never listened. */
export async function closeServer(server: { readonly stop: () => Promise<void> }, http: HttpServer | null) {
  // Browsers hold connections open on which they never ask anything; those would hold up the end for minutes.
  const timer = setTimeout(() => http?.closeAllConnections(), lastAnswersMs);
  await server.stop();
  clearTimeout(timer);
}

/** Waits for all of it to end, whatever goes wrong with one part, and for what hangs no longer than that. */
export async function settleWithin(ms: number, parts: readonly Promise<void>[], log: Logger): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  const settled = parts.map((part) =>
    part.catch((error: unknown) => log.warn({ err: error }, "a part of the App did not end as it should")),
  );
  await Promise.race([Promise.all(settled), late.promise]);
  clearTimeout(timer);
}
