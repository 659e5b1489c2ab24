import { type Block, isSteady, median } from "../../core/metrics/operations.ts";
import type { Probe } from "./probe.ts";
import type { Size } from "./protocol.ts";

const leastWarmUps = 50;
const mostWarmUps = 2_000;
const warmUpsAtOnce = 25;

/** Queries of a model in half a block, at most; slow models get fewer. */
const mostQueries: Readonly<Record<Size, number>> = { single: 50, batch: 5 };
/** Queries that do not count: while the other model ran, the processor's caches forgot this one. */
const leadQueries: Readonly<Record<Size, number>> = { single: 10, batch: 2 };

export type Pair = { readonly candidate: Probe; readonly baseline: Probe | null };

export type Timing = {
  readonly size: Size;
  readonly budgetMs: number;
  /** The baseline goes first. */
  readonly isMirrored: boolean;
};

/**
 * Times both models in one block, candidate baseline baseline candidate or the mirror image, so that a drift of the
 * machine meets both alike. A model alone is timed in the same halves without the other.
 */
export async function timeBlock({ candidate, baseline }: Pair, timing: Timing): Promise<Block> {
  const { size, budgetMs } = timing;
  const end = performance.now() + budgetMs;
  // What comes first is mirrored as a whole, so that over the rounds no model gains by its place.
  const order = [candidate, baseline].filter((probe) => probe !== null);
  if (timing.isMirrored) order.reverse();
  let queryMs = 0;
  for (const probe of order) queryMs += await warmUp(probe, size, (0.5 * budgetMs) / order.length);
  const fitting = Math.floor((end - performance.now()) / (2 * queryMs));
  const queries = Math.max(1, Math.min(mostQueries[size], fitting));
  const lead = Math.min(leadQueries[size], queries - 1);
  const times = new Map<Probe, Float64Array>();
  for (const probe of [...order, ...order.toReversed()]) {
    const half = (await probe.time(size, lead + queries)).slice(lead);
    times.set(probe, joined(times.get(probe), half));
  }
  return { candidate: joined(times.get(candidate)), baseline: baseline === null ? null : joined(times.get(baseline)) };
}

/** Runs a model until its times are steady, at least fifty times where that fits into the time; gives ms per query. */
async function warmUp(probe: Probe, size: Size, limitMs: number): Promise<number> {
  const end = performance.now() + limitMs;
  let times = await probe.time(size, 1);
  while (times.length < mostWarmUps && performance.now() < end) {
    if (times.length >= leastWarmUps && isSteady(times)) break;
    const fitting = Math.floor((end - performance.now()) / (times.at(-1) ?? 1));
    times = joined(times, await probe.time(size, Math.max(1, Math.min(warmUpsAtOnce, fitting))));
  }
  return median(times.slice(-20));
}

function joined(first: Float64Array = new Float64Array(), second: Float64Array = new Float64Array()): Float64Array {
  const all = new Float64Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
