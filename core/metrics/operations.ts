import type { Bounds, Operation } from "../report.ts";
import { hodgesLehmann, signedRankBounds } from "../stats/hodges-lehmann.ts";
import { nearestRank, quantileInterval } from "../stats/order-statistics.ts";

/** Milliseconds of every query of a block; null: there is no baseline. */
export type Block = { readonly candidate: Float64Array; readonly baseline: Float64Array | null };

/** Bytes of one round, above those of a process without a model. */
export type Peak = { readonly candidate: number; readonly baseline: number | null };

const shares = { latency_p50: 0.5, latency_p95: 0.95, latency_p99: 0.99 } as const;
export type LatencyId = keyof typeof shares;
export const latencyIds: readonly LatencyId[] = ["latency_p50", "latency_p95", "latency_p99"];

const intervalLevel = 0.95;
const customaryLevels: readonly number[] = [0.9, 0.95, 0.975, 0.99];

/** The nearest-rank quantile x_(⌈pn⌉) of all queries; the ratio compares the quantile of each block with its pair. */
export function latencyOperation(id: LatencyId, blocks: readonly Block[], levels: readonly number[]): Operation {
  const share = shares[id];
  const pairs = blocks.map((block) => ({
    candidate: nearestRank(block.candidate.toSorted(), share),
    baseline: block.baseline === null ? null : nearestRank(block.baseline.toSorted(), share),
  }));
  const own = blocks.flatMap((block) => [...block.candidate]);
  const theirs = blocks.flatMap((block) => [...(block.baseline ?? [])]);
  return { ...quantiles(own, theirs, share), unit: "ms", ...ratios(pairs, levels), method: "block-paired" };
}

/** Rows per second of batch after batch: the median block, each block as fast as all of its batches together. */
export function throughputOperation(
  blocks: readonly Block[],
  rows: { readonly candidate: number; readonly baseline: number | null },
  levels: readonly number[],
): Operation {
  const pairs = blocks.map(({ candidate, baseline }) => ({
    candidate: rowsPerSecond(candidate, rows.candidate),
    baseline: baseline === null || rows.baseline === null ? null : rowsPerSecond(baseline, rows.baseline),
  }));
  return { ...medians(pairs), unit: "rows/s", ...ratios(pairs, levels), method: "block-paired" };
}

/** The median round. No ratio where a model needs so little that the empty process came out larger. */
export function memoryOperation(peaks: readonly Peak[], levels: readonly number[]): Operation {
  return { ...medians(peaks), unit: "B", ...ratios(peaks, levels), method: "block-paired" };
}

/** A number that is read off a file: its interval is the number itself. */
export function exactOperation(
  value: number,
  baseline: number | null,
  unit: string,
  levels: readonly number[],
): Operation {
  const ratio = baseline === null || baseline === 0 ? null : value / baseline;
  const of = {
    value,
    unit,
    interval: [value, value] satisfies [number, number],
    baseline,
    ratio,
    method: "exact",
    n: 1,
  };
  if (ratio === null) return { ...of, ratioInterval: null, ratioBounds: [] };
  const ratioBounds = allLevels(levels).map((level) => ({ level, lower: ratio, upper: ratio }));
  return { ...of, ratioInterval: [ratio, ratio], ratioBounds };
}

/** Whether the last twenty times vary by less than 5 % of their mean (coefficient of variation). */
export function isSteady(times: Float64Array): boolean {
  const last = times.slice(-20);
  const mean = last.reduce((sum, time) => sum + time, 0) / last.length;
  const squares = last.reduce((sum, time) => sum + (time - mean) ** 2, 0);
  return last.length === 20 && Math.sqrt(squares / (last.length - 1)) < 0.05 * mean;
}

/** The nearest-rank median; NaN of nothing. */
export function median(values: Float64Array): number {
  return nearestRank(values.toSorted(), 0.5);
}

function medians(pairs: readonly Peak[]): ReturnType<typeof quantiles> {
  const own = pairs.map((pair) => pair.candidate);
  return quantiles(
    own,
    pairs.map((pair) => pair.baseline).filter((one) => one !== null),
    0.5,
  );
}

function quantiles(
  own: readonly number[],
  theirs: readonly number[],
  share: number,
): Pick<Operation, "value" | "interval" | "baseline" | "n"> {
  const sorted = Float64Array.from(own).sort();
  const baseline = Float64Array.from(theirs).sort();
  const { lower, upper } = quantileInterval(sorted, share, intervalLevel);
  return {
    value: nearestRank(sorted, share),
    interval: lower === null || upper === null ? null : [lower, upper],
    baseline: baseline.length === 0 ? null : nearestRank(baseline, share),
    n: sorted.length,
  };
}

function rowsPerSecond(ms: Float64Array, rows: number): number {
  return (1_000 * rows * ms.length) / ms.reduce((sum, time) => sum + time, 0);
}

/**
 * Candidate over baseline by the paired log ratio of each block: the Hodges-Lehmann estimate with bounds by Wilcoxon's
 * signed ranks, which one slow block does not move. Bounds that so few blocks cannot give are left out.
 */
function ratios(
  pairs: readonly Peak[],
  levels: readonly number[],
): Pick<Operation, "ratio" | "ratioInterval" | "ratioBounds"> {
  const logs = pairs.map(({ candidate, baseline }) => Math.log(candidate / (baseline ?? Number.NaN)));
  if (logs.length === 0 || !logs.every(Number.isFinite)) return { ratio: null, ratioInterval: null, ratioBounds: [] };
  const bounds = allLevels(levels).flatMap((level): readonly Bounds[] => {
    const bound = signedRankBounds(Float64Array.from(logs), level);
    return bound === null ? [] : [{ level, lower: Math.exp(bound.lower), upper: Math.exp(bound.upper) }];
  });
  const both = bounds.find((bound) => bound.level === (1 + intervalLevel) / 2);
  return {
    ratio: Math.exp(hodgesLehmann(Float64Array.from(logs))),
    ratioInterval: both === undefined ? null : [both.lower, both.upper],
    ratioBounds: bounds,
  };
}

function allLevels(levels: readonly number[]): readonly number[] {
  return [...new Set([...customaryLevels, ...levels])].toSorted((a, b) => a - b);
}
