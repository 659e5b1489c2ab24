import { encodeTree, type TreeEntry, typeOfMode, writeObject } from "./objects.ts";

/** What becomes of one path: bytes of a file, or null to delete it. */
export type Change = { readonly path: string; readonly data: Buffer | null; readonly mode?: string };

type Trees = { readonly gitDir: string; readonly tree: (name: string) => Promise<readonly TreeEntry[] | null> };

/** Writes a tree like `base` with some paths changed, and the trees below it; null when nothing is left in it. */
export async function amend(trees: Trees, base: string | null, changes: readonly Change[]): Promise<string | null> {
  const known = base === null ? [] : ((await trees.tree(base)) ?? []);
  const entries = new Map(known.map((entry) => [entry.name, entry]));
  const below = new Map<string, Change[]>();
  for (const { path, data, mode } of changes) {
    const slash = path.indexOf("/");
    if (slash >= 0) {
      const folder = path.slice(0, slash);
      const inner = { path: path.slice(slash + 1), data, ...(mode === undefined ? {} : { mode }) };
      below.set(folder, [...(below.get(folder) ?? []), inner]);
    } else if (data === null) entries.delete(path);
    else
      entries.set(path, {
        name: path,
        mode: modeOf(mode, entries.get(path)),
        sha: await writeObject(trees.gitDir, "blob", data),
      });
  }
  for (const [folder, inner] of below) {
    const entry = entries.get(folder);
    const sha = await amend(trees, entry !== undefined && typeOfMode(entry.mode) === "tree" ? entry.sha : null, inner);
    if (sha === null) entries.delete(folder);
    else entries.set(folder, { name: folder, mode: "040000", sha });
  }
  return entries.size === 0 ? null : writeObject(trees.gitDir, "tree", encodeTree([...entries.values()]));
}

/** A file keeps its mode unless told otherwise; what was a folder becomes a plain file. */
function modeOf(asked: string | undefined, before: TreeEntry | undefined): string {
  const mode = asked ?? before?.mode ?? "100644";
  return typeOfMode(mode) === "blob" ? mode : "100644";
}
