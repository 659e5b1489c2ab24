import type { ModelConfig } from "../../core/config/schema.ts";
import type { Console } from "../cli/console.ts";
import { countRows, type Rows } from "../data/read-rows.ts";
import { batchOf, fixedRows } from "./batch-size.ts";
import type { PredictionCache, PredictionKey } from "./cache.ts";
import { calibrate } from "./calibrate.ts";
import { mergeParts } from "./merge-parts.ts";
import { predictRows } from "./predict-rows.ts";
import type { Prepared, Side } from "./prepare.ts";
import type { Sample } from "./sample.ts";
import type { Scored } from "./scored.ts";
import type { SettledSide } from "./settle.ts";
import { settleRows } from "./settle-rows.ts";
import { describeSource, preprocessingDigest } from "./shard-source.ts";

export type ScoreOptions = {
  readonly model: string;
  readonly config: ModelConfig;
  /** Rows in a batch; null: measured, or customary. */
  readonly batch: number | null;
  /** Folders with what shards of this evaluation predicted; empty: predict here. */
  readonly parts: readonly string[];
  /** Predictions of earlier evaluations, where the operator keeps them. */
  readonly cache: PredictionCache | null;
  readonly interrupt: AbortSignal;
  readonly console: Console;
};

export type ScoredModels = {
  readonly scored: Scored;
  /** Rows that the candidate predicted at once. */
  readonly batch: number;
  /** Whose predictions were not made now. */
  readonly cached: readonly ("candidate" | "baseline")[];
};

/** What the models say of every row, `width` numbers each, as they were predicted. */
type Predicted = {
  readonly rows: Rows;
  readonly candidate: Float64Array;
  readonly baseline: Float64Array | null;
  readonly batch: number;
  readonly cached: ScoredModels["cached"];
};

/** All rows with the truth and what both models say: from the parts of shards, the cache, or predicted. Throws AssayError. */
export async function scoreModels(prepared: Prepared, sample: Sample, options: ScoreOptions): Promise<ScoredModels> {
  const predicted = await (options.parts.length > 0 ? merged(prepared, options) : predict(prepared, sample, options));
  const { rows, batch, cached } = predicted;
  if (rows.dropped > 0) options.console.say(`${rows.dropped} row(s) without a label are left out`);
  return { scored: settle(prepared, predicted, options), batch, cached };
}

async function merged(prepared: Prepared, options: ScoreOptions): Promise<Predicted> {
  const { plan, candidate } = prepared;
  const { parts: folders, interrupt, console, batch } = options;
  const { evaluate } = options.config;
  const { rows } = await predictRows({
    prepared,
    evaluate,
    sides: [],
    range: null,
    batch,
    isLong: false,
    interrupt,
    console,
  });
  const { rowNumbers } = rows;
  const source = describeSource(options, prepared, rowNumbers.length);
  const { batch: _batch, provider: _provider, runtime: _runtime, ...wanted } = source;
  const scores = await mergeParts({ folders, wanted, rowNumbers, classes: plan.width, interrupt });
  return { rows, ...scores, batch: batchOf(candidate.bindings, batch), cached: [] };
}

async function predict(prepared: Prepared, sample: Sample, options: ScoreOptions): Promise<Predicted> {
  const { candidate, baseline, plan, source } = prepared;
  const { cache, interrupt, console } = options;
  const { evaluate } = options.config;
  const sides = baseline === null ? [candidate] : [candidate, baseline];
  const count = cache === null ? 0 : await countRows(source, evaluate);
  const known = await Promise.all(
    sides.map(async (side) => (await cache?.read(keyOf(side, prepared, options), count * plan.width)) ?? null),
  );
  const wanted = sides.filter((_, at) => known[at] === null);
  for (const side of sides.filter((side) => !wanted.includes(side)))
    console.say(`${side.model.role}: the predictions are in the cache`);
  const size = await chooseSize(prepared, sample, wanted, options);
  const sized = wanted.map((side) => ({ side, size: fixedRows(side.bindings) ?? size }));
  const { batch } = options;
  const { rows, values } = await predictRows({
    prepared,
    evaluate,
    sides: sized,
    range: null,
    batch,
    isLong: sample.isLong,
    interrupt,
    console,
  });
  // As they were predicted: what is checked and clipped afterwards is so again when they are read.
  for (const [at, side] of wanted.entries()) {
    const own = values[at];
    if (own !== undefined) await cache?.write(keyOf(side, prepared, options), own);
  }
  const scoresOf = (side: Side | null): Float64Array | null => {
    if (side === null) return null;
    return values[wanted.indexOf(side)] ?? known[sides.indexOf(side)] ?? null;
  };
  return {
    rows,
    candidate: scoresOf(candidate) ?? new Float64Array(0),
    baseline: scoresOf(baseline),
    batch: fixedRows(candidate.bindings) ?? size,
    cached: [
      ...(wanted.includes(candidate) ? [] : ["candidate" as const]),
      ...(baseline === null || wanted.includes(baseline) ? [] : ["baseline" as const]),
    ],
  };
}

/** Rows in a batch of the models that accept any number. */
async function chooseSize(
  { candidate, baseline, plan }: Prepared,
  sample: Sample,
  wanted: readonly Side[],
  { batch }: ScoreOptions,
): Promise<number> {
  const customary = batchOf(candidate.bindings, batch);
  const sides = [candidate, baseline].flatMap((side, at) => {
    const own = sample.batches[at];
    return side === null || own === undefined || !wanted.includes(side) ? [] : [{ ...side, sample: own }];
  });
  const free = sides.every(({ bindings }) => fixedRows(bindings) === null);
  if (batch !== null || !sample.isLong || !free || sides.length === 0) return customary;
  return calibrate(sides.map(({ model, sample }) => ({ model, output: plan.name, sample })));
}

/** Whatever number of rows was found fastest, the predictions are those of the customary one. */
function keyOf({ model, bindings }: Side, { data }: Prepared, { config, batch }: ScoreOptions): PredictionKey {
  const { digest, provider, runtime } = model.description;
  return {
    model: digest,
    data: data.digest,
    preprocessing: preprocessingDigest(config.evaluate),
    provider,
    // Kernels differ by processor, and so may the last bits.
    runtime: `${runtime} ${process.platform} ${process.arch}`,
    batch: batchOf(bindings, batch),
  };
}

function settle({ candidate, baseline, plan }: Prepared, predicted: Predicted, { config }: ScoreOptions): Scored {
  const { task, on_nan: onNan } = config.evaluate;
  const { kind, width } = plan;
  const sideOf = ({ model: { role, file } }: Side, values: Float64Array): SettledSide => ({ role, file, values });
  return settleRows({
    task,
    kind,
    width,
    onNan,
    rows: predicted.rows,
    candidate: sideOf(candidate, predicted.candidate),
    baseline: baseline === null || predicted.baseline === null ? null : sideOf(baseline, predicted.baseline),
    naming: "configuration",
  });
}
