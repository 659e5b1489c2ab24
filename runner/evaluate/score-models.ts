import type { ModelConfig } from "../../core/config/schema.ts";
import type { Console } from "../cli/console.ts";
import type { PredictionCache, PredictionKey } from "./cache.ts";
import { mergeParts } from "./merge-parts.ts";
import { checkProbabilities } from "./outputs.ts";
import { batchOf, predict } from "./predict.ts";
import type { Prepared, Side } from "./prepare.ts";
import { describeSource, preprocessingDigest } from "./shard-source.ts";

export type ScoreOptions = {
  readonly model: string;
  readonly config: ModelConfig;
  readonly provider: string;
  /** Folders with what shards of this evaluation predicted; empty: predict here. */
  readonly parts: readonly string[];
  /** Predictions of earlier evaluations, where the operator keeps them. */
  readonly cache: PredictionCache | null;
  readonly interrupt: AbortSignal;
  readonly console: Console;
};

/** What the models say of every row: rows × classes. */
export type Scores = {
  readonly candidate: Float64Array;
  readonly baseline: Float64Array | null;
  /** Which of them were not predicted now. */
  readonly cached: readonly ("candidate" | "baseline")[];
};

/** The scores of both models: from the parts of shards, from the cache, or predicted. Throws AssayError. */
export async function scoreModels(prepared: Prepared, options: ScoreOptions): Promise<Scores> {
  const { candidate, baseline, plan, rowNumbers } = prepared;
  const scores = options.parts.length > 0 ? await merged(prepared, options) : await predicted(prepared, options);
  checkProbabilities(candidate.model, scores.candidate, plan.classes, rowNumbers);
  if (baseline !== null && scores.baseline !== null)
    checkProbabilities(baseline.model, scores.baseline, plan.classes, rowNumbers);
  return scores;
}

async function merged(prepared: Prepared, options: ScoreOptions): Promise<Scores> {
  const { rowNumbers, plan } = prepared;
  const { batch: _batch, provider: _provider, runtime: _runtime, ...wanted } = describeSource(options, prepared);
  const { interrupt, parts: folders } = options;
  return { ...(await mergeParts({ folders, wanted, rowNumbers, classes: plan.classes, interrupt })), cached: [] };
}

async function predicted(prepared: Prepared, options: ScoreOptions): Promise<Scores> {
  const [candidate, baseline] = await Promise.all([
    scoresOf(prepared.candidate, prepared, options),
    prepared.baseline === null ? null : scoresOf(prepared.baseline, prepared, options),
  ]);
  return {
    candidate: candidate.scores,
    baseline: baseline?.scores ?? null,
    cached: [...(candidate.cached ? ["candidate" as const] : []), ...(baseline?.cached ? ["baseline" as const] : [])],
  };
}

type Found = { readonly scores: Float64Array; readonly cached: boolean };

async function scoresOf(side: Side, prepared: Prepared, options: ScoreOptions): Promise<Found> {
  const { cache, console } = options;
  const { plan, rows } = prepared;
  const key = keyOf(side, prepared, options);
  const known = (await cache?.read(key, rows * plan.classes)) ?? null;
  if (known !== null) {
    console.say(`${side.model.role}: the predictions are in the cache`);
    return { scores: known, cached: true };
  }
  const { model, bindings } = side;
  const { interrupt } = options;
  const progress = (done: number): void => console.progress(`${model.role}: ${done} of ${rows} rows`);
  const range = { from: 0, to: rows };
  const scores = await predict({ model, bindings, columns: prepared.columns, plan, range, interrupt, progress });
  // As they were predicted: what is checked and clipped afterwards is so again when they are read.
  await cache?.write(key, scores);
  return { scores, cached: false };
}

function keyOf({ model, bindings }: Side, { data }: Prepared, { config, provider }: ScoreOptions): PredictionKey {
  return {
    model: model.description.digest,
    data: data.digest,
    preprocessing: preprocessingDigest(config.evaluate),
    provider,
    // Kernels differ by processor, and so may the last bits.
    runtime: `${model.description.runtime} ${process.platform} ${process.arch}`,
    batch: batchOf(bindings),
  };
}
