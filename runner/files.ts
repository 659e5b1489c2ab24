import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { access, chmod, lstat, mkdir, mkdtemp, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
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
  const unusable = (error: unknown): never => {
    throw badUsage(`cannot write to the folder of --out: ${whyUnusable(error)}`, out);
  };
  const existing = await findFolder(target).catch(unusable);
  const made = await makeFolder(parent).catch(unusable);
  const path = await mkdtemp(join(parent, temporaryPrefix(target))).catch(unusable);
  let published = false;
  const publish = async (): Promise<void> => {
    await chmod(path, 0o755);
    const files = await readdir(path);
    if (existing) await demandRoom(target, files).catch(unusable);
    const renamed = !existing && (await succeeds(rename(path, target)));
    if (!renamed) await moveAll(files, path, target).catch(unusable);
    published = true;
  };
  const discard = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true });
    if (!published && made !== null) await removeEmpty(parent, made);
  };
  return { path, publish, discard };
}

/** The JSON that describes the other files comes last: whoever finds it finds them. */
async function moveAll(files: readonly string[], from: string, to: string): Promise<void> {
  const isJson = (name: string): boolean => name.endsWith(".json");
  const ordered = [...files.filter((name) => !isJson(name)), ...files.filter(isJson)];
  for (const name of ordered) await rename(join(from, name), join(to, name));
}

/** Whether the folder is there. Throws where something else is, or where nothing may be written in it. */
async function findFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null) {
    if (await succeeds(lstat(path))) throw new Error("it is a link to something that does not exist");
    return false;
  }
  if (!found.isDirectory()) throw new Error("it is a file");
  await access(path, constants.W_OK);
  return true;
}

/** Throws where a folder has the name of one of the files: none of them must be replaced before that is known. */
async function demandRoom(target: string, files: readonly string[]): Promise<void> {
  for (const name of files) {
    const found = await lstat(join(target, name)).catch(() => null);
    if (found?.isDirectory() === true) throw new Error(`${name} in it is a folder`);
  }
}

/** Hidden, and short enough for a name that is as long as a file system allows. */
function temporaryPrefix(target: string): string {
  return `.${basename(target).slice(0, 40)}-`;
}

/**
 * Makes a folder and those above it; gives the topmost that was not there, null where all were. Node's own recursive
 * mkdir never comes back where a file system refuses with ENOENT, as /proc does.
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<string | null> {
  const found = await stat(folder).catch(() => null);
  if (found !== null) {
    if (!found.isDirectory()) throw new Error(`${folder} is a file`);
    return null;
  }
  const parent = dirname(folder);
  const above = parent === folder ? null : await makeFolder(parent, mode);
  const made = await mkdir(folder, { mode }).then(
    () => true,
    async (error: unknown) => {
      // Another process may have made it meanwhile.
      const now = await stat(folder).catch(() => null);
      if (now?.isDirectory() !== true) throw error;
      return false;
    },
  );
  return above ?? (made ? folder : null);
}

const plainCauses: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the device",
  ENAMETOOLONG: "the name is too long",
  ENOTDIR: "a part of the path is a file",
  ENOENT: "the folder above it is not there and cannot be made",
  EISDIR: "it is a folder",
  ERR_INVALID_ARG_VALUE: "the name holds a character that no name may hold",
};

/** What keeps a folder from being used, in words rather than system calls. */
export function whyUnusable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return plainCauses[code] ?? (error instanceof Error ? error.message : String(error));
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

/** Removes the folders from `from` up to `to` as far as they are empty: others may have put something there. */
async function removeEmpty(from: string, to: string): Promise<void> {
  const removed = await succeeds(rmdir(from));
  if (removed && from !== to) await removeEmpty(dirname(from), to);
}

function badUsage(message: string, file: string): AssayError {
  return new AssayError({ reason: "bad_usage", message, place: { file } });
}
