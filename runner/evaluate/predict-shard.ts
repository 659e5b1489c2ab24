import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { artifactFiles } from "../../core/run-result.ts";
import { writePredictions } from "../data/predictions.ts";
import { countRows } from "../data/read-rows.ts";
import { digestFile, prepareFolder } from "../files.ts";
import { batchOf } from "./batch-size.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import { predictRows } from "./predict-rows.ts";
import { prepare } from "./prepare.ts";
import { longRows } from "./sample.ts";
import { type Shard, type ShardFile, shardRange } from "./shard.ts";
import { describeSource } from "./shard-source.ts";

/** Predicts one part of the rows and publishes predictions.parquet and shard.json in `out`. Throws AssayError. */
export async function runShard(options: EvaluateOptions, shard: Shard): Promise<ShardFile> {
  const pending = await prepareFolder(options.out);
  const release: (() => Promise<void> | void)[] = [];
  try {
    const prepared = await prepare(options, release);
    const { evaluate } = options.config;
    const { batch, interrupt, console } = options;
    const source = describeSource(options, prepared, await countRows(prepared.source, evaluate));
    const range = shardRange(source.rows, source.batch, shard);
    const sides = [prepared.candidate, ...(prepared.baseline === null ? [] : [prepared.baseline])];
    const { rows, values } = await predictRows({
      prepared,
      // Only what predictions depend on: the merging run reads the rest.
      evaluate: { ...evaluate, weight: undefined, group: undefined, slices: [], fairness: [] },
      sides: sides.map((side) => ({ side, size: batchOf(side.bindings, batch) })),
      range,
      batch,
      isLong: range.to - range.from >= longRows,
      interrupt,
      console,
    });
    const predictions = join(pending.path, artifactFiles.predictions);
    await writePredictions(predictions, {
      rowNumbers: rows.rowNumbers.subarray(range.from, range.to),
      labels: rows.labels.subarray(range.from, range.to),
      classNames: rows.classNames,
      classes: prepared.plan.width,
      candidate: values[0] ?? new Float64Array(0),
      baseline: values[1] ?? null,
    });
    const { digest } = await digestFile(predictions);
    const file: ShardFile = { schema: 1, ...shard, rows: range, source, predictions: digest };
    await writeFile(join(pending.path, artifactFiles.shard), `${JSON.stringify(file, null, 2)}\n`);
    options.interrupt.throwIfAborted();
    await pending.publish();
    return file;
  } finally {
    for (const close of release) await close();
    await pending.discard();
  }
}
