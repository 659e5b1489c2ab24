import { setTimeout as pause } from "node:timers/promises";

/** How long to wait before the second attempt, the third, and so on. */
export const defaultPausesMs: readonly number[] = [1_000, 4_000];

const longestWaitMs = 60_000;

/**
 * Tries again after a fault of the server or of the network, or when GitHub asks to wait; any other answer, such as 404,
 * is final. Throws what the last attempt threw. The request must be one that may be repeated.
 */
export async function retryFaults<T>(request: () => Promise<T>, pausesMs = defaultPausesMs): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await request();
    } catch (error) {
      if (!mayPass(error)) throw error;
      await pause(Math.max(pauseMs, Math.min(retryAfterMs(error) ?? 0, longestWaitMs)));
    }
  }
  return await request();
}

/** HTTP status of a failed request, or null when no answer came. */
export function statusOf(error: unknown): number | null {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : null;
}

function mayPass(error: unknown): boolean {
  const status = statusOf(error);
  return status === null || status >= 500 || status === 429 || retryAfterMs(error) !== null;
}

/** What the answer's `retry-after` asks for: GitHub sends it with 403 or 429 at its secondary limits. */
function retryAfterMs(error: unknown): number | null {
  const response: unknown = error instanceof Error && "response" in error ? error.response : null;
  if (typeof response !== "object" || response === null || !("headers" in response)) return null;
  const { headers } = response;
  if (typeof headers !== "object" || headers === null || !("retry-after" in headers)) return null;
  const seconds = Number(headers["retry-after"]);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null;
}
