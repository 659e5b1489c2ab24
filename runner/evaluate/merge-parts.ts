import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssayError } from "../../core/fault.ts";
import { artifactFiles } from "../../core/run-result.ts";
import { doublesOf } from "../data/chunk.ts";
import { firstLines, openSource, type Source } from "../data/source.ts";
import { quoteName } from "../data/sql.ts";
import { digestFile } from "../files.ts";
import { fitParts, type Part, type Wanted } from "./fit-parts.ts";
import { shardFile } from "./shard.ts";

/** Scores of all rows, in the order of the file: rows × classes. */
export type MergedScores = { readonly candidate: Float64Array; readonly baseline: Float64Array | null };

export type Merging = {
  readonly folders: readonly string[];
  readonly wanted: Wanted;
  /** Rows of the data that have a label, as numbers in the file, ascending. */
  readonly rowNumbers: Uint32Array;
  readonly classes: number;
  readonly interrupt: AbortSignal;
};

/** The scores of all shards, put together. Throws parts_mismatch that names the folder of a part that does not fit. */
export async function mergeParts(merging: Merging): Promise<MergedScores> {
  const parts = fitParts(await Promise.all(merging.folders.map(readPart)), merging.wanted);
  const length = merging.rowNumbers.length * merging.classes;
  const candidate = new Float64Array(length);
  const baseline = merging.wanted.baseline === null ? null : new Float64Array(length);
  for (const part of parts) await takeScores(merging, part, { candidate, baseline });
  return { candidate, baseline };
}

async function readPart(folder: string): Promise<Part> {
  const text = await readFile(join(folder, artifactFiles.shard), "utf8").catch(() => {
    throw misfit(folder, `it holds no ${artifactFiles.shard}`);
  });
  const parsed = shardFile.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw misfit(
      folder,
      `its ${artifactFiles.shard} is not one: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
    );
  }
  const { digest } = await digestFile(join(folder, artifactFiles.predictions)).catch(() => {
    throw misfit(folder, `it holds no ${artifactFiles.predictions}`);
  });
  if (digest !== parsed.data.predictions)
    throw misfit(
      folder,
      `its ${artifactFiles.predictions} is damaged: its digest is not the one in ${artifactFiles.shard}`,
    );
  return { folder, file: parsed.data };
}

async function takeScores(merging: Merging, { folder, file }: Part, into: MergedScores): Promise<void> {
  const { from, to } = file.rows;
  if (from === to) return;
  const source = await openSource({
    file: join(folder, artifactFiles.predictions),
    textColumns: [],
    needed: [{ column: "row", by: "a part" }],
    interrupt: merging.interrupt,
  });
  try {
    const places = placesOf(merging, folder, source.columns, into);
    const own = merging.rowNumbers.subarray(from, to);
    const read = await readScores(source, places, own, from * merging.classes).catch((error: unknown): never => {
      throw misfit(folder, firstLines(error));
    });
    if (!read) throw misfit(folder, "its rows are not those of the data");
  } finally {
    source.close();
  }
}

/** A column of a part, and where its numbers go: from `first` on, `stride` apart. */
type Place = { readonly column: string; readonly into: Float64Array; readonly first: number; readonly stride: number };

function placesOf(
  { classes }: Merging,
  folder: string,
  columns: Source["columns"],
  into: MergedScores,
): readonly Place[] {
  // By place, not by name: a class may be called anything.
  const names = columns.map(({ name }) => name).slice(2);
  return (["candidate", "baseline"] as const).flatMap((side, at) => {
    const scores = into[side];
    if (scores === null) return [];
    const own = names.slice(at * classes, (at + 1) * classes);
    if (own.length < classes) throw misfit(folder, "its columns are not those of the classes");
    return own.map((column, first) => ({ column, into: scores, first, stride: classes }));
  });
}

/** Whether the rows are the ones wanted; what is no number is NaN. */
async function readScores(
  source: Source,
  places: readonly Place[],
  rowNumbers: Uint32Array,
  offset: number,
): Promise<boolean> {
  const cells = places.map(({ column }) => `coalesce(CAST(${quoteName(column)} AS DOUBLE), 'nan'::DOUBLE)`);
  const row = `coalesce(CAST(${quoteName("row")} AS DOUBLE), 'nan'::DOUBLE)`;
  const { chunks } = await source.stream(`SELECT ${[row, ...cells].join(", ")} FROM ${source.reader}`);
  let done = 0;
  for await (const chunk of chunks) {
    const { rowCount } = chunk;
    if (doublesOf(chunk, 0).some((number, at) => number !== rowNumbers[done + at])) return false;
    for (const [index, { into, first, stride }] of places.entries()) {
      const values = doublesOf(chunk, index + 1);
      for (let at = 0; at < rowCount; at++) into[offset + (done + at) * stride + first] = values[at] ?? Number.NaN;
    }
    done += rowCount;
  }
  return done === rowNumbers.length;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function misfit(folder: string, message: string): AssayError {
  return new AssayError({
    reason: "parts_mismatch",
    message: `the part does not fit: ${message}`,
    place: { file: folder },
  });
}
