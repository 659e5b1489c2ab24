import type { ModelConfig } from "../../core/config/schema.ts";
import { bytesOf } from "../data/chunk.ts";
import { explainViolation } from "../data/demands.ts";
import { planFacts } from "../data/facts.ts";
import { createSelectList } from "../data/select-list.ts";
import { dataFault, firstLines, type Source } from "../data/source.ts";
import type { Batch } from "../onnx/batches.ts";
import { bytesPerRow } from "./batch-size.ts";
import type { Binding } from "./inputs.ts";
import { planInputs } from "./read-inputs.ts";

/** The first rows of the data as each model takes them. */
export type Sample = {
  readonly batches: readonly Batch[];
  /** Whether the data is long enough for a measured batch size to be worth the measuring. */
  readonly isLong: boolean;
};

/** Rows of a sample, and of data that is long. */
export const sampleRows = 16_384;
export const longRows = 1_000_000;
const maxSampleBytes = 32 * 1024 * 1024;

/** Reads the first rows that have a label, fewer where they are wide. Throws data_unreadable, data_invalid. */
export async function readSample(
  source: Source,
  evaluate: ModelConfig["evaluate"],
  sides: readonly (readonly Binding[])[],
): Promise<Sample> {
  const widest = Math.max(...sides.map(bytesPerRow));
  const capacity = Math.max(1, Math.min(sampleRows, Math.floor(maxSampleBytes / Math.max(1, widest))));
  const list = createSelectList();
  const { present } = await planFacts(source, { ...evaluate, slices: [], fairness: [] }, createSelectList());
  const readers = sides.map((bindings) => planInputs(source, bindings, list, capacity));
  const demands = readers.flatMap((reader) => reader.demands);
  const violated = demands.length === 0 ? null : list.add(demands.map((demand) => demand.violated).join(" OR "));
  const sql = `SELECT ${list.expressions.join(", ")} FROM ${source.reader} WHERE ${present} LIMIT ${capacity}`;
  let rows = 0;
  const unreadable = (error: unknown): never => {
    throw dataFault("data_unreadable", source.file, firstLines(error));
  };
  const { chunks } = await source.stream(sql).catch(unreadable);
  for (;;) {
    const next = await chunks.next().catch(unreadable);
    if (next.done === true) break;
    const chunk = next.value;
    if (violated !== null && bytesOf(chunk, violated, 1).some((flag) => flag !== 0))
      await explainViolation(
        source,
        demands.map((demand) => ({ ...demand, violated: `(${present} AND ${demand.violated})` })),
      );
    const places = Int32Array.from({ length: chunk.rowCount }, (_, row) => row);
    for (const reader of readers) reader.take(chunk, places, 0);
    rows += chunk.rowCount;
  }
  const batches = readers.map((reader) => reader.finish(true)).filter((batch) => batch !== null);
  return { batches, isLong: rows === sampleRows && (await isLong(source)) };
}

async function isLong({ read, reader }: Source): Promise<boolean> {
  const [counted] = await read(`SELECT count(*) FROM (SELECT 1 FROM ${reader} LIMIT ${longRows})`);
  return Number(counted?.[0] ?? 0) === longRows;
}
