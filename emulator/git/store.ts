import { mkdir } from "node:fs/promises";
import { amend, type Change } from "./amend.ts";
import { createObjectReader, type GitObject } from "./batch.ts";
import {
  type Commit,
  decodeCommit,
  decodeTree,
  encodeCommit,
  encodeTree,
  type Person,
  type TreeEntry,
  writeObject,
} from "./objects.ts";
import { type GitEnvironment, git, runGit } from "./run.ts";

export type { Change } from "./amend.ts";

export type Reference = { readonly name: string; readonly sha: string; readonly type: string };
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

  return {
    gitDir,
    env,
    run,
    tree,
    commit,
    object: (name: string): Promise<GitObject | null> => objects.read(name),
    writeBlob: (data: Buffer) => writeObject(gitDir, "blob", data),
    writeTree,
    /** The name of a tree with some paths changed. */
    amend: async (base: string | null, changes: readonly Change[]) =>
      (await amend({ gitDir, tree }, base, changes)) ?? (await writeTree([])),
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
