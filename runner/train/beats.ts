import { type Progress, readProgress } from "./progress.ts";

export type Beats = {
  /** Where the App takes progress, and the ticket that shows whose it is. */
  readonly url: string;
  readonly token: string;
  readonly everyMs: number;
};

const timeoutMs = 5_000;

/**
 * Tells the App the last point of metrics.jsonl now and then, when there is a new one. Nobody depends on it: an App that
 * cannot be reached costs the training nothing. Gives the way to end it, which waits for a telling under way.
 */
export function tellProgress(file: string, { url, token, everyMs }: Beats): () => Promise<void> {
  let told: Progress | null = null;
  let current: Promise<void> = Promise.resolve();
  const ending = new AbortController();
  const tell = async () => {
    const last = (await readProgress(file)).points.at(-1) ?? null;
    if (last === null || (told !== null && last.step === told.step && last.of === told.of)) return;
    told = last;
    const answer = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ step: last.step, of: last.of }),
      redirect: "error",
      signal: AbortSignal.any([ending.signal, AbortSignal.timeout(timeoutMs)]),
    });
    await answer.body?.cancel();
  };
  const timer = setInterval(() => {
    current = current.then(tell).catch(() => {});
  }, everyMs);
  return async () => {
    clearInterval(timer);
    ending.abort();
    await current;
  };
}
