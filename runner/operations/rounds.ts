import type { Block, Peak } from "../../core/metrics/operations.ts";
import { type Probe, type Subject, startProbe } from "./probe.ts";
import type { Size } from "./protocol.ts";
import { type Pair, timeBlock } from "./timing.ts";

const mostRounds = 12;
/** Fewer rounds have no two-sided 95 % interval of the ratio. */
const enoughRounds = 6;

export type RoundOptions = {
  readonly candidate: Subject;
  readonly baseline: Subject | null;
  readonly provider: string;
  /** What is timed, in this order. */
  readonly sizes: readonly Size[];
  readonly memory: boolean;
  /** After this time no round starts if six are done; after three times as long, none in any case. */
  readonly budgetMs: number;
  readonly interrupt: AbortSignal;
  readonly progress: (round: number, of: number) => void;
};

export type Round = { readonly blocks: Readonly<Partial<Record<Size, Block>>>; readonly peak: Peak | null };

/**
 * Measures both models in rounds, at least one, each in fresh processes. Where in memory a process happens to lie makes it
 * some per cent faster or slower for as long as it lives (Kalibera and Jones 2013, "Rigorous benchmarking in reasonable
 * time"): blocks within one process would take that for a difference of the models.
 */
export async function measureRounds(options: RoundOptions): Promise<readonly Round[]> {
  const start = performance.now();
  const rounds: Round[] = [];
  while (rounds.length < mostRounds) {
    const spentMs = performance.now() - start;
    const limitMs = rounds.length < enoughRounds ? 3 * options.budgetMs : options.budgetMs;
    if (rounds.length > 0 && spentMs > limitMs) break;
    rounds.push(await measureRound(options, rounds.length % 2 === 1));
    options.progress(rounds.length, mostRounds);
  }
  options.interrupt.throwIfAborted();
  return rounds;
}

async function measureRound(options: RoundOptions, isMirrored: boolean): Promise<Round> {
  const { sizes, memory } = options;
  const subjects = [options.candidate, options.baseline, null];
  const wanted = [true, options.baseline !== null, memory];
  const settled = await Promise.allSettled(
    subjects.map(async (subject, at) => (wanted[at] === true ? open(subject, options) : null)),
  );
  const probes = settled.map((one) => (one.status === "fulfilled" ? one.value : null));
  try {
    const failed = settled.find((one) => one.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const [candidate = null, baseline = null, empty = null] = probes;
    if (candidate === null) throw new Error("no process was started for the candidate");
    const pair: Pair = { candidate, baseline };
    // Before anything else has made the processes larger.
    const peak = empty === null ? null : await peakOf(pair, empty, isMirrored);
    const blocks: Partial<Record<Size, Block>> = {};
    const budgetMs = options.budgetMs / (mostRounds * Math.max(1, sizes.length));
    for (const size of sizes) blocks[size] = await timeBlock(pair, { size, budgetMs, isMirrored });
    return { blocks, peak };
  } finally {
    await Promise.all(probes.filter((probe) => probe !== null).map((probe) => probe.close()));
  }
}

async function open(subject: Subject | null, { provider, interrupt }: RoundOptions): Promise<Probe> {
  const probe = await startProbe(interrupt);
  try {
    if (subject !== null) await probe.open(subject, provider);
    return probe;
  } catch (error) {
    await probe.close();
    throw error;
  }
}

/** Bytes at the peak of loading a model and predicting a batch, above those of a process with the runtime alone. */
async function peakOf({ candidate, baseline }: Pair, empty: Probe, isMirrored: boolean): Promise<Peak> {
  const above = await empty.peakBytes();
  const bytes = new Map<Probe, number>();
  const order = [candidate, baseline].filter((probe) => probe !== null);
  for (const probe of isMirrored ? order.toReversed() : order) {
    await probe.time("batch", 2);
    bytes.set(probe, (await probe.peakBytes()) - above);
  }
  return { candidate: bytes.get(candidate) ?? 0, baseline: baseline === null ? null : (bytes.get(baseline) ?? 0) };
}
