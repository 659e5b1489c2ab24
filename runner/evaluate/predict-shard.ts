import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { artifactFiles } from "../../core/run-result.ts";
import { writePredictions } from "../data/predictions.ts";
import { digestFile, prepareFolder } from "../files.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import { predict } from "./predict.ts";
import { prepare, type Side } from "./prepare.ts";
import { type Shard, type ShardFile, shardRange } from "./shard.ts";
import { describeSource } from "./shard-source.ts";

/** Predicts one part of the rows and publishes predictions.parquet and shard.json in `out`. Throws AssayError. */
export async function runShard(options: EvaluateOptions, shard: Shard): Promise<ShardFile> {
  const pending = await prepareFolder(options.out);
  const release: (() => Promise<void> | void)[] = [];
  try {
    const prepared = await prepare(options, release);
    const source = describeSource(options, prepared);
    const rows = shardRange(source.rows, source.batch, shard);
    const scoresOf = async ({ model, bindings }: Side): Promise<Float64Array> => {
      const { columns, plan } = prepared;
      const progress = (done: number): void =>
        options.console.progress(`${model.role}: ${done} of ${rows.to - rows.from} rows`);
      return predict({ model, bindings, columns, plan, range: rows, interrupt: options.interrupt, progress });
    };
    const [candidate, baseline] = await Promise.all([
      scoresOf(prepared.candidate),
      prepared.baseline === null ? null : scoresOf(prepared.baseline),
    ]);
    const predictions = join(pending.path, artifactFiles.predictions);
    await writePredictions(predictions, {
      rowNumbers: prepared.rowNumbers.subarray(rows.from, rows.to),
      labels: prepared.labels.subarray(rows.from, rows.to),
      classNames: prepared.classNames,
      classes: prepared.plan.classes,
      candidate,
      baseline,
    });
    const { digest } = await digestFile(predictions);
    const file: ShardFile = { schema: 1, ...shard, rows, source, predictions: digest };
    await writeFile(join(pending.path, artifactFiles.shard), `${JSON.stringify(file, null, 2)}\n`);
    options.interrupt.throwIfAborted();
    await pending.publish();
    return file;
  } finally {
    for (const close of release) await close();
    await pending.discard();
  }
}
