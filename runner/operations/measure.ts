import { operationSpecs } from "../../core/metrics/operation-specs.ts";
import {
  type Block,
  exactOperation,
  latencyIds,
  latencyOperation,
  memoryOperation,
  throughputOperation,
} from "../../core/metrics/operations.ts";
import type { Operation, Report } from "../../core/report.ts";
import type { Subject } from "./probe.ts";
import type { Size } from "./protocol.ts";
import { measureRounds, type Round } from "./rounds.ts";

/** Enough for models that load in half a second; three times as long at most: see rounds.ts. */
const defaultBudgetMs = 20_000;

export type MeasuredModel = Subject & {
  readonly bytes: number;
  readonly parameters: number | null;
  /** Rows of its batch request. */
  readonly batchRows: number;
};

export type OperationOptions = {
  readonly candidate: MeasuredModel;
  readonly baseline: MeasuredModel | null;
  readonly provider: string;
  /** Ids of operational metrics; size and parameters are told in any case, because they cost nothing. */
  readonly wanted: readonly string[];
  /** One-sided levels of the gates, besides the customary ones. */
  readonly levels: readonly number[];
  readonly budgetMs?: number;
  readonly interrupt: AbortSignal;
  readonly progress: (line: string) => void;
};

/**
 * What running the candidate costs, and how that compares with the baseline on this very machine. Each model runs in a
 * process of its own; no process is left when this returns or throws.
 */
export async function measureOperations(options: OperationOptions): Promise<Report["operations"]> {
  const { wanted, levels, candidate, baseline, budgetMs = defaultBudgetMs } = options;
  const latencies = latencyIds.filter((id) => wanted.includes(id));
  const throughput = wanted.includes("throughput");
  const memory = wanted.includes("peak_rss");
  const sizes: readonly Size[] = [
    ...(latencies.length > 0 ? ["single" as const] : []),
    ...(throughput ? ["batch" as const] : []),
  ];
  const found = new Map<string, Operation>(fileOperations(options));
  if (sizes.length > 0 || memory) {
    const progress = (done: number, of: number): void => options.progress(`speed and memory: ${done} of ${of}`);
    const rounds = await measureRounds({ ...options, sizes, memory, budgetMs, progress });
    for (const id of latencies) found.set(id, latencyOperation(id, blocksOf(rounds, "single"), levels));
    const rows = { candidate: candidate.batchRows, baseline: baseline?.batchRows ?? null };
    if (throughput) found.set("throughput", throughputOperation(blocksOf(rounds, "batch"), rows, levels));
    const peaks = rounds.map((round) => round.peak).filter((peak) => peak !== null);
    if (memory) found.set("peak_rss", memoryOperation(peaks, levels));
  }
  const ids = operationSpecs.map((spec) => spec.id);
  return Object.fromEntries([...found].toSorted(([a], [b]) => ids.indexOf(a) - ids.indexOf(b)));
}

function fileOperations({ candidate, baseline, levels }: OperationOptions): readonly [string, Operation][] {
  const { bytes, parameters } = candidate;
  const found: [string, Operation][] = [["model_bytes", exactOperation(bytes, baseline?.bytes ?? null, "B", levels)]];
  if (parameters !== null)
    found.push(["parameters", exactOperation(parameters, baseline?.parameters ?? null, "", levels)]);
  return found;
}

function blocksOf(rounds: readonly Round[], size: Size): readonly Block[] {
  return rounds.map((round) => round.blocks[size]).filter((block) => block !== undefined);
}
