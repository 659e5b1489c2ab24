import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { AssayError, type Reason } from "../core/fault.ts";

export type FileDigest = { readonly digest: string; readonly bytes: number };

/** `sha256:…` and size of a file, read as a stream. */
export async function digestFile(file: string): Promise<FileDigest> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(file)) {
    const part: Buffer = chunk;
    hash.update(part);
    bytes += part.length;
  }
  return { digest: `sha256:${hash.digest("hex")}`, bytes };
}

/** Throws a fault that names the file unless it exists and is a regular file. */
export async function demandFile(file: string, reason: Reason, what: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  const problem = found === null ? "there is no such file" : found.isFile() ? null : "it is not a file";
  if (problem !== null) throw new AssayError({ reason, message: `cannot read ${what}: ${problem}`, place: { file } });
}

/** A folder that is filled under a temporary name and appears under its own name only when it is complete. */
export type PendingFolder = {
  /** Where to write until then. */
  readonly path: string;
  readonly publish: () => Promise<void>;
  /** Removes what was not published; to be called in any case. */
  readonly discard: () => Promise<void>;
};

/** Prepares `out` (which may exist: its files of the same name are replaced). Throws bad_usage when it cannot be one. */
export async function prepareFolder(out: string): Promise<PendingFolder> {
  const target = resolve(out);
  const parent = dirname(target);
  const existing = await stat(target).catch(() => null);
  if (existing !== null && !existing.isDirectory()) throw unusable(out, "it is a file");
  const made = await mkdir(parent, { recursive: true }).catch((error: Error) =>
    Promise.reject(unusable(out, error.message)),
  );
  const path = await mkdtemp(join(parent, `.${basename(target)}-`)).catch((error: Error) =>
    Promise.reject(unusable(out, error.message)),
  );
  let published = false;
  const publish = async (): Promise<void> => {
    await chmod(path, 0o755);
    if (
      existing !== null ||
      !(await rename(path, target)
        .then(() => true)
        .catch(() => false))
    ) {
      const files = await readdir(path);
      const isJson = (name: string): boolean => name.endsWith(".json");
      // The JSON that describes the other files comes last: whoever finds it finds them.
      const ordered = [...files.filter((name) => !isJson(name)), ...files.filter(isJson)];
      for (const name of ordered) await rename(join(path, name), join(target, name));
    }
    published = true;
  };
  const discard = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true });
    if (!published && made !== undefined) await removeEmpty(parent, made);
  };
  return { path, publish, discard };
}

/** Removes the folders from `from` up to `to` as far as they are empty: others may have put something there. */
async function removeEmpty(from: string, to: string): Promise<void> {
  const removed = await rmdir(from).then(
    () => true,
    () => false,
  );
  if (removed && from !== to) await removeEmpty(dirname(from), to);
}

function unusable(out: string, why: string): AssayError {
  return new AssayError({
    reason: "bad_usage",
    message: `cannot write to the folder of --out: ${why}`,
    place: { file: out },
  });
}
