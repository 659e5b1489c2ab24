import type { Client } from "./octokit.ts";

export type CommitFiles = {
  readonly sha: string;
  readonly tree: string;
  readonly files: readonly { readonly path: string; readonly sha: string }[];
};

/** A commit's tree id and all its files with their blob ids; two requests for any number of files up to 100,000. */
export async function readCommit(client: Client, sha: string): Promise<CommitFiles> {
  const { octokit, owner, repo } = client;
  const commit = await octokit.rest.git.getCommit({ owner, repo, commit_sha: sha });
  const tree = await octokit.rest.git.getTree({ owner, repo, tree_sha: commit.data.tree.sha, recursive: "1" });
  if (tree.data.truncated) throw new RangeError(`the tree of ${sha} has too many files for one answer of GitHub's`);
  return {
    sha,
    tree: commit.data.tree.sha,
    files: tree.data.tree
      .filter((entry) => entry.type === "blob")
      .map((entry) => ({ path: entry.path, sha: entry.sha })),
  };
}
