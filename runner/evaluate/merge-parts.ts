import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssayError } from "../../core/fault.ts";
import { artifactFiles } from "../../core/run-result.ts";
import { quoteName } from "../data/sql.ts";
import { openTable } from "../data/table.ts";
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
  const table = await openTable({
    file: join(folder, artifactFiles.predictions),
    label: "row",
    needed: [],
    textColumns: [],
    interrupt: merging.interrupt,
  });
  try {
    const rows = await table.read(quoteName("row"));
    const own = merging.rowNumbers.subarray(from, to);
    if (rows.length !== own.length || rows.some((row, at) => Number(row) !== own[at]))
      throw misfit(folder, "its rows are not those of the data");
    for (const side of ["candidate", "baseline"] as const) {
      const scores = into[side];
      if (scores === null) continue;
      // By place, not by name: a class may be called anything.
      const columns = table.columns.map(({ name }) => name).slice(2);
      const sides = side === "candidate" ? columns.slice(0, merging.classes) : columns.slice(merging.classes);
      if (sides.length < merging.classes) throw misfit(folder, "its columns are not those of the classes");
      for (const [at, name] of sides.slice(0, merging.classes).entries()) {
        const values = await table.read(quoteName(name));
        for (const [row, value] of values.entries())
          scores[(from + row) * merging.classes + at] = typeof value === "number" ? value : Number.NaN;
      }
    }
  } finally {
    table.close();
  }
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
