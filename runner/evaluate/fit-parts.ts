import { AssayError } from "../../core/fault.ts";
import { type ShardFile, type ShardSource, shardRange } from "./shard.ts";

/** A part as it was found: its folder, and what its shard.json says. */
export type Part = { readonly folder: string; readonly file: ShardFile };

const words: Readonly<Record<keyof ShardSource, string>> = {
  model: "the model",
  candidate: "the candidate's digest",
  baseline: "the baseline's digest",
  data: "the data's digest",
  config: "the digest of the configuration",
  rows: "the number of rows",
  batch: "the batch size",
  provider: "the execution provider",
  runtime: "the runtime",
};

/** What a part must have been made from, as far as the merging run knows. */
export type Wanted = Omit<ShardSource, "batch" | "provider" | "runtime">;

/**
 * The parts in the order of their rows, found to be one whole: made from the same models, data and configuration, in the
 * same way, each once, all there. Throws parts_mismatch that names the folder and what differs.
 */
export function fitParts(parts: readonly Part[], wanted: Wanted): readonly Part[] {
  const [first] = parts;
  if (first === undefined) throw new Error("there is no part to merge");
  for (const part of parts) {
    demandSource(part, wanted, "this run has");
    // What this run does not know by itself, the parts have to agree on.
    demandSource(part, first.file.source, `shard ${first.file.shard} has`);
    if (part.file.of !== first.file.of)
      throw misfit(part, `it is one of ${part.file.of} parts, shard ${first.file.shard} is one of ${first.file.of}`);
    const { source, rows } = part.file;
    const expected = shardRange(source.rows, source.batch, part.file);
    if (rows.from !== expected.from || rows.to !== expected.to) {
      const range = `${expected.from} to ${expected.to}`;
      throw misfit(part, `it holds the rows ${rows.from} to ${rows.to}; shard ${part.file.shard} has ${range}`);
    }
  }
  const sorted = parts.toSorted((a, b) => a.file.shard - b.file.shard);
  for (const [index, part] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before?.file.shard === part.file.shard)
      throw misfit(part, `it is shard ${part.file.shard} of ${part.file.of}, as is another part`);
  }
  const known = new Set(sorted.map(({ file }) => file.shard));
  const absent = Array.from({ length: first.file.of }, (_, index) => index + 1).filter((shard) => !known.has(shard));
  if (absent.length > 0)
    throw misfit(first, `it is one of ${first.file.of} parts; missing are shard ${absent.join(", ")}`);
  return sorted;
}

function demandSource(part: Part, expected: Partial<ShardSource>, whose: string): void {
  for (const key of sourceKeys) {
    const [own, other] = [part.file.source[key], expected[key]];
    if (other === undefined || own === other) continue;
    throw misfit(part, `${words[key]} is ${own ?? "none"}, ${whose} ${other ?? "none"}`);
  }
}

const sourceKeys = [
  "model",
  "candidate",
  "baseline",
  "data",
  "config",
  "rows",
  "batch",
  "provider",
  "runtime",
] as const satisfies readonly (keyof ShardSource)[];

function misfit(part: Part, message: string): AssayError {
  return new AssayError({
    reason: "parts_mismatch",
    message: `the part does not fit: ${message}`,
    place: { file: part.folder },
  });
}
