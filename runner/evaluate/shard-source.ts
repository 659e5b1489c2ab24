import type { ModelConfig } from "../../core/config/schema.ts";
import { digestJson } from "../../core/digest.ts";
import { batchOf } from "./batch-size.ts";
import type { Prepared } from "./prepare.ts";
import type { ShardSource } from "./shard.ts";

type Described = { readonly model: string; readonly config: ModelConfig; readonly batch: number | null };

/**
 * What the predictions of this evaluation are made from and with: the same on every machine that shares it. `rows` have
 * a label.
 */
export function describeSource(
  { model, config, batch }: Described,
  { candidate, baseline, data }: Prepared,
  rows: number,
): ShardSource {
  const own = batchOf(candidate.bindings, batch);
  return {
    model,
    candidate: candidate.model.description.digest,
    baseline: baseline?.model.description.digest ?? null,
    data: data.digest,
    config: preprocessingDigest(config.evaluate),
    rows,
    batch: commonMultiple(own, baseline === null ? own : batchOf(baseline.bindings, batch)),
    provider: candidate.model.description.provider,
    runtime: candidate.model.description.runtime,
  };
}

/** Digest of the configuration as far as it determines predictions and which rows have them. */
export function preprocessingDigest({
  task,
  label,
  positive,
  classes,
  inputs,
  output,
}: ModelConfig["evaluate"]): string {
  return digestJson({ task, label, positive, classes, inputs, output });
}

/** The least number of rows that is whole batches of both models: one may insist on a size of its own. */
function commonMultiple(a: number, b: number): number {
  let [divisor, rest] = [a, b];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}
