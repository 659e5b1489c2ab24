/**
 * Milliseconds of the fastest of several calls, and what the last one gave. The fastest, because whatever else the machine
 * does only ever adds time; the peers are timed in the same way. Runs at least twice and for about `budgetMs`.
 */
export function bestOf<T>(work: () => T, budgetMs = 2_000): { readonly ms: number; readonly result: T } {
  const begin = performance.now();
  let result = work();
  let ms = performance.now() - begin;
  let calls = 1;
  while (calls < 2 || (performance.now() - begin < budgetMs && calls < 200)) {
    const start = performance.now();
    result = work();
    ms = Math.min(ms, performance.now() - start);
    calls += 1;
  }
  return { ms, result };
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
