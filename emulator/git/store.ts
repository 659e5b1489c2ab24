import { mkdir } from "node:fs/promises";
import { type GitObject, createObjectReader } from "./batch.ts";
import {
  type Commit,
  type Person,
  type TreeEntry,
  decodeCommit,
  decodeTree,
  encodeCommit,
  encodeTree,
  typeOfMode,
  writeObject,
} from "./objects.ts";
import { type GitEnvironment, git, runGit } from "./run.ts";

export type Reference = { readonly name: string; readonly sha: string; readonly type: string };
/** What becomes of one path: bytes of a file, or null to delete it. */
export type Change = { readonly path: string; readonly data: Buffer | null; readonly mode?: string };

/** One bare repository: objects and references, nothing of pull requests or people. */
export type RepositoryStore = ReturnType<typeof openStore>;

/** Makes the bare repository if there is none yet. */
export async function createStore(
  gitDir: string,
  env: GitEnvironment,
  defaultBranch: string,
): Promise<RepositoryStore> {
  await mkdir(gitDir, { recursive: true });
  await git(gitDir, env, ["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`]);
  const settings = [
    ["uploadpack.allowAnySHA1InWant", "true"],
    ["uploadpack.allowFilter", "true"],
    ["http.receivepack", "true"],
    ["gc.auto", "0"],
    ["receive.autogc", "false"],
    // GitHub's own references are read by everybody and pushed by nobody.
    ["receive.hideRefs", "refs/pull"],
  ] as const;
  for (const [name, value] of settings) await git(gitDir, env, ["config", name, value]);
  return openStore(gitDir, env);
}

function openStore(gitDir: string, env: GitEnvironment) {
  const objects = createObjectReader(gitDir, env);
  const run = (args: readonly string[], input?: Buffer | string) => git(gitDir, env, args, input);

  async function commit(name: string): Promise<Commit | null> {
    const object = await objects.read(`${name}^{commit}`);
    return object === null || object.type !== "commit" ? null : decodeCommit(object.sha, object.data);
  }
  async function tree(name: string): Promise<readonly TreeEntry[] | null> {
    const object = await objects.read(name);
    if (object?.type === "tree") return decodeTree(object.data);
    if (object === null || object.type === "blob") return null;
    const below = await objects.read(`${object.sha}^{tree}`);
    return below === null ? null : decodeTree(below.data);
  }
  async function writeTree(entries: readonly TreeEntry[]): Promise<string> {
    return writeObject(gitDir, "tree", encodeTree(entries));
  }

  /** A tree with some paths changed; null when nothing is left in it. */
  async function amend(base: string | null, changes: readonly Change[]): Promise<string | null> {
    const entries = new Map((base === null ? [] : ((await tree(base)) ?? [])).map((entry) => [entry.name, entry]));
    const below = new Map<string, Change[]>();
    for (const change of changes) {
      const slash = change.path.indexOf("/");
      if (slash >= 0) {
        const folder = change.path.slice(0, slash);
        below.set(folder, [...(below.get(folder) ?? []), { ...change, path: change.path.slice(slash + 1) }]);
      } else if (change.data === null) entries.delete(change.path);
      else {
        const mode = change.mode ?? entries.get(change.path)?.mode ?? "100644";
        entries.set(change.path, {
          name: change.path,
          mode: typeOfMode(mode) === "blob" ? mode : "100644",
          sha: await writeObject(gitDir, "blob", change.data),
        });
      }
    }
    for (const [folder, inner] of below) {
      const known = entries.get(folder);
      const sha = await amend(known !== undefined && typeOfMode(known.mode) === "tree" ? known.sha : null, inner);
      if (sha === null) entries.delete(folder);
      else entries.set(folder, { name: folder, mode: "040000", sha });
    }
    return entries.size === 0 ? null : writeTree([...entries.values()]);
  }

  return {
    gitDir,
    env,
    run,
    tree,
    commit,
    object: (name: string): Promise<GitObject | null> => objects.read(name),
    writeBlob: (data: Buffer) => writeObject(gitDir, "blob", data),
    writeTree,
    amend: async (base: string | null, changes: readonly Change[]) =>
      (await amend(base, changes)) ?? (await writeTree([])),
    writeCommit: (parts: {
      tree: string;
      parents: readonly string[];
      author: Person;
      committer: Person;
      message: string;
    }) => writeObject(gitDir, "commit", encodeCommit(parts)),

    /** The commit that a name stands for: a commit id, a full or shortened reference, a branch, a tag. */
    async resolve(name: string): Promise<string | null> {
      if (!isRevision(name)) return null;
      if (/^[0-9a-f]{7,40}$/u.test(name)) {
        const exact = await commit(name);
        if (exact !== null) return exact.sha;
      }
      const candidates =
        name === "HEAD" || name.startsWith("refs/")
          ? [name]
          : [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`];
      for (const candidate of candidates) {
        const known = await commit(candidate);
        if (known !== null) return known.sha;
      }
      return null;
    },
    async reference(name: string): Promise<Reference | null> {
      if (!isRevision(name)) return null;
      const object = await objects.read(name);
      return object === null ? null : { name, sha: object.sha, type: object.type };
    },
    async references(prefix: string): Promise<readonly Reference[]> {
      const out = await run(["for-each-ref", "--format=%(refname)%00%(objectname)%00%(objecttype)"]);
      return out
        .toString("utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => {
          const [name = "", sha = "", type = ""] = line.split("\0");
          return { name, sha, type };
        })
        .filter((reference) => reference.name.startsWith(prefix));
    },
    /** Compare-and-set; `before` null means that it must not exist, undefined that it does not matter. False if it lost. */
    async updateReference(name: string, after: string, before?: string | null): Promise<boolean> {
      const expected = before === undefined ? [] : [before ?? "0".repeat(40)];
      return (await runGit(gitDir, env, ["update-ref", name, after, ...expected])).code === 0;
    },
    async deleteReference(name: string): Promise<void> {
      await run(["update-ref", "-d", name]);
    },
    close: objects.close,
  };
}

/** Whether a caller's text may be given to git as a name: no ranges, no search syntax, no options. */
export function isRevision(name: string): boolean {
  return name !== "" && !/^[-/]|\.\.|@\{|\/\/|\.lock$|\/$|\.$|[\0-\x20\x7f~^:?*[\\]/u.test(name);
}
