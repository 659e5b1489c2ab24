import { type Client, orNull } from "./octokit.ts";

export type Comparison = {
  /** Commits that the head has and the base lacks. */
  readonly ahead: number;
  /** Commits that the base has and the head lacks. */
  readonly behind: number;
  /** Paths that differ between their merge base and the head, renamed ones by both names; null when too many to list. */
  readonly files: readonly string[] | null;
};

/** GitHub lists no more files in a comparison. */
const listedFiles = 300;

/** How a head stands to a base, both by commit; null when they have no common ancestor, or one of them is gone. */
export async function compareCommits(client: Client, base: string, head: string): Promise<Comparison | null> {
  const { octokit, owner, repo } = client;
  // One commit a page is enough: its first page brings all files.
  const answer = await orNull(
    octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: `${base}...${head}`, per_page: 1 }),
  );
  if (answer === null) return null;
  const { ahead_by: ahead, behind_by: behind, files } = answer.data;
  const isWhole = files !== undefined && files.length < listedFiles;
  return { ahead, behind, files: isWhole ? files.flatMap(names) : null };
}

/** The names a change touches: a renamed file has two. */
export function names(file: { readonly filename: string; readonly previous_filename?: string }): readonly string[] {
  return file.previous_filename === undefined ? [file.filename] : [file.filename, file.previous_filename];
}
