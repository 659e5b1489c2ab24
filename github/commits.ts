import { createHash } from "node:crypto";
import type { Client } from "./octokit.ts";

export type CommitFiles = {
  readonly sha: string;
  /** Id of the root tree: two commits with the same one hold the same files. */
  readonly tree: string;
  readonly files: readonly { readonly path: string; readonly sha: string }[];
};

type Entry = { readonly path: string; readonly mode: string; readonly sha: string };

/**
 * A commit's root tree and all its files with their blob ids: one request for any number of files up to 100,000. Throws
 * RangeError beyond that.
 */
export async function readCommit(client: Client, sha: string): Promise<CommitFiles> {
  const { octokit, owner, repo } = client;
  const { data } = await octokit.rest.git.getTree({ owner, repo, tree_sha: sha, recursive: "1" });
  if (data.truncated) throw new RangeError(`the tree of ${sha} has too many files for one answer of GitHub's`);
  return {
    sha,
    tree: treeId(data.tree.filter((entry) => !entry.path.includes("/"))),
    files: data.tree.filter((entry) => entry.type === "blob").map((entry) => ({ path: entry.path, sha: entry.sha })),
  };
}

/**
 * The id that git gives to a tree of these entries. GitHub answers a listing by commit with the commit's id and leaves
 * the tree's out; reckoning it saves the request that would ask for it.
 */
export function treeId(entries: readonly Entry[]): string {
  const rows = entries
    .map((entry) => {
      const isFolder = entry.mode === "040000";
      const name = Buffer.from(entry.path);
      // Git sorts folders as if their names ended in a slash.
      const key = isFolder ? Buffer.concat([name, Buffer.from("/")]) : name;
      const mode = entry.mode.replace(/^0/, "");
      return {
        key,
        row: Buffer.concat([Buffer.from(`${mode} `), name, Buffer.from([0]), Buffer.from(entry.sha, "hex")]),
      };
    })
    .toSorted((a, b) => Buffer.compare(a.key, b.key))
    .map(({ row }) => row);
  const body = Buffer.concat(rows);
  return createHash("sha1").update(`tree ${body.length}\0`).update(body).digest("hex");
}
