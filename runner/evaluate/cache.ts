import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { digestJson, type Json } from "../../core/digest.ts";
import { AssayError } from "../../core/fault.ts";
import { makeFolder, whyUnusable } from "../files.ts";
import { headerBytes, readEntry, writeEntry } from "./cache-entry.ts";

/**
 * Everything that determines the scores of one model on one data set. `preprocessing` is how rows become tensors and
 * tensors scores: label column, input bindings, output plan.
 */
export type PredictionKey = {
  /** Digest of the model file. */
  readonly model: string;
  readonly data: string;
  readonly preprocessing: Json;
  readonly provider: string;
  /** Name and version of the runtime, and the machine's architecture where kernels differ by it. */
  readonly runtime: string;
  readonly batch: number;
};

/** Scores by key. What is damaged or missing is null, and the model predicts as without a cache. */
export type PredictionCache = {
  readonly read: (key: PredictionKey, length: number) => Promise<Float64Array | null>;
  readonly write: (key: PredictionKey, scores: Float64Array) => Promise<void>;
};

export type CacheOptions = {
  readonly folder: string;
  /** All entries together; the least recently used go first. */
  readonly maxBytes: number;
  readonly say: (line: string) => void;
};

export const defaultCacheBytes = 2 * 1024 ** 3;

/** Bytes of a size such as `500MB` or `2GiB`; null when it is none. */
export function parseBytes(text: string): number | null {
  const [, number = "", prefix = "", binary = ""] = /^(\d+(?:\.\d+)?)\s*(?:(?:([kKMGT])(i?))?B)?$/.exec(text) ?? [];
  const power = ["", "K", "M", "G", "T"].indexOf(prefix.toUpperCase());
  const bytes = Math.floor(Number(number || "NaN") * (binary === "" ? 1_000 : 1_024) ** power);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
}

const entryName = /^[0-9a-f]{64}\.scores$/;
const temporaryName = /^\.[0-9a-f]{64}-[0-9a-f]{12}\.tmp$/;
const abandonedMs = 24 * 60 * 60 * 1_000;

/**
 * A folder of predictions, used only where the operator names one: whoever can write to it decides what a model seems to
 * predict, and training code of a pull request may have run on this machine as this user. Safe with several processes:
 * an entry appears complete, under its own name, or not at all. Throws bad_usage when the folder cannot be made.
 */
export async function openCache(options: CacheOptions): Promise<PredictionCache> {
  const { folder, maxBytes } = options;
  await makeFolder(folder, 0o700).catch((error: unknown) => {
    const message = `cannot use the folder of --cache: ${whyUnusable(error)}`;
    throw new AssayError({ reason: "bad_usage", message, place: { file: folder } });
  });
  return {
    read: (key, length) => readCached(options, digestOf(key), length),
    write: async (key, scores) => {
      if (headerBytes + scores.byteLength > maxBytes) return;
      await writeCached(options, digestOf(key), scores).catch((error: unknown) => {
        options.say(`the predictions could not be kept in the cache: ${describe(error)}`);
      });
    },
  };
}

function digestOf(key: PredictionKey): string {
  return digestJson({ entry: 1, ...key }).slice("sha256:".length);
}

async function readCached({ folder, say }: CacheOptions, key: string, length: number): Promise<Float64Array | null> {
  const file = join(folder, `${key}.scores`);
  let handle: FileHandle | null = null;
  try {
    // Neither a link to elsewhere nor a pipe that never ends.
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const scores = await readEntry(handle, key, length);
    if (scores !== null) {
      // The time of the last use; another process may have removed the entry meanwhile, which does no harm.
      await utimes(file, new Date(), new Date()).catch(() => {});
      return scores;
    }
  } catch (error) {
    if (isMissing(error)) return null;
  } finally {
    await handle?.close();
  }
  say(`the cache entry ${file} is damaged; it is removed and the model predicts anew`);
  await rm(file, { recursive: true, force: true }).catch(() => {});
  return null;
}

async function writeCached(options: CacheOptions, key: string, scores: Float64Array): Promise<void> {
  const { folder } = options;
  const temporary = join(folder, `.${key}-${randomBytes(6).toString("hex")}.tmp`);
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await writeEntry(handle, key, scores);
    } finally {
      await handle.close();
    }
    await rename(temporary, join(folder, `${key}.scores`));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await trim(options, `${key}.scores`);
}

/** Removes the least recently used entries until the rest fits, never the newest; and what a crash left behind. */
async function trim({ folder, maxBytes }: CacheOptions, newest: string): Promise<void> {
  const names = await readdir(folder);
  const found = await Promise.all(names.map(async (name) => ({ name, info: await infoOf(join(folder, name)) })));
  const entries = found.flatMap(({ name, info }) =>
    info !== null && entryName.test(name) ? [{ name, bytes: info.size, usedMs: info.mtimeMs }] : [],
  );
  for (const { name, info } of found) {
    const abandoned = info !== null && temporaryName.test(name) && info.mtimeMs < Date.now() - abandonedMs;
    if (abandoned) await rm(join(folder, name), { force: true });
  }
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { name, bytes } of entries.toSorted((a, b) => a.usedMs - b.usedMs || (a.name < b.name ? -1 : 1))) {
    if (total <= maxBytes) return;
    if (name === newest) continue;
    await rm(join(folder, name), { force: true });
    total -= bytes;
  }
}

async function infoOf(file: string): Promise<{ readonly size: number; readonly mtimeMs: number } | null> {
  return stat(file).catch(() => null);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
