import { z } from "zod";

/** One part of an evaluation's predictions, counted from 1. */
export type Shard = { readonly shard: number; readonly of: number };

/** Rows `from` to `to` (without it) of the rows that have a label, in the order of the file. */
export type RowRange = { readonly from: number; readonly to: number };

export const maxShards = 64;

/** Reads `2/3`; null when it is no part. */
export function parseShard(text: string): Shard | null {
  const [, shard = 0, of = 0] = /^([1-9][0-9]?)\/([1-9][0-9]?)$/.exec(text)?.map(Number) ?? [];
  return shard >= 1 && shard <= of && of <= maxShards ? { shard, of } : null;
}

/**
 * The rows of a shard: whole batches, shared out evenly, so that every batch holds the rows it holds on one machine and
 * no score depends on the number of shards. Where there are fewer batches than shards, some have no rows.
 */
export function shardRange(rows: number, batch: number, { shard, of }: Shard): RowRange {
  const batches = Math.ceil(rows / batch);
  const boundary = (index: number): number => Math.min(rows, Math.floor((batches * index) / of) * batch);
  return { from: boundary(shard - 1), to: boundary(shard) };
}

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** shard.json: what a part was predicted from and with. All parts of an evaluation agree on `source`. */
export const shardFile = z.strictObject({
  schema: z.literal(1),
  shard: z.int().min(1).max(maxShards),
  of: z.int().min(1).max(maxShards),
  rows: z.strictObject({ from: z.int().nonnegative(), to: z.int().nonnegative() }),
  source: z.strictObject({
    model: z.string(),
    candidate: digest,
    baseline: digest.nullable(),
    data: digest,
    /** Digest of the configuration as far as it determines predictions. */
    config: digest,
    /** Rows with a label in the whole file. */
    rows: z.int().nonnegative(),
    batch: z.int().positive(),
    provider: z.string(),
    runtime: z.string(),
  }),
  /** Of predictions.parquet beside it. */
  predictions: digest,
});
export type ShardFile = z.infer<typeof shardFile>;
export type ShardSource = ShardFile["source"];
