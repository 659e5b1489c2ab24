import type { ModelConfig } from "../../core/config/schema.ts";
import { digestJson } from "../../core/digest.ts";
import { batchOf } from "./predict.ts";
import type { Prepared } from "./prepare.ts";
import type { ShardSource } from "./shard.ts";

type Described = { readonly model: string; readonly config: ModelConfig; readonly provider: string };

/** What the predictions of this evaluation are made from and with: the same on every machine that shares it. */
export function describeSource(options: Described, prepared: Prepared): ShardSource {
  const { candidate, baseline, data, rows } = prepared;
  return {
    model: options.model,
    candidate: candidate.model.description.digest,
    baseline: baseline?.model.description.digest ?? null,
    data: data.digest,
    config: preprocessingDigest(options.config.evaluate),
    rows,
    batch: commonMultiple(batchOf(candidate.bindings), batchOf(baseline?.bindings ?? candidate.bindings)),
    provider: options.provider,
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
