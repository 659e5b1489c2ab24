/** How often something took at most so many seconds; `buckets` count cumulatively, as Prometheus wants it. */
export type HistogramReading = {
  readonly buckets: readonly (readonly [atMost: number, count: number])[];
  readonly sum: number;
  readonly count: number;
};

export type Histogram = { readonly observe: (seconds: number) => void; readonly read: () => HistogramReading };

export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = bounds.map(() => 0);
  let sum = 0;
  let count = 0;
  return {
    observe: (seconds) => {
      sum += seconds;
      count += 1;
      for (const [index, bound] of bounds.entries()) if (seconds <= bound) counts[index] = (counts[index] ?? 0) + 1;
    },
    read: () => ({ buckets: bounds.map((bound, index) => [bound, counts[index] ?? 0]), sum, count }),
  };
}
