import { names } from "./compare.ts";
import type { Client } from "./octokit.ts";

/** Paths a pull request adds, changes, removes or renames (both names), all pages of them. */
export async function changedFiles(client: Client, number: number): Promise<readonly string[]> {
  const { octokit, owner, repo } = client;
  const files = await octokit.paginate(octokit.rest.pulls.listFiles, {
    owner,
    repo,
    pull_number: number,
    per_page: 100,
  });
  return files.flatMap(names);
}

export async function liveHead(client: Client, number: number): Promise<string> {
  const { octokit, owner, repo } = client;
  const pull = await octokit.rest.pulls.get({ owner, repo, pull_number: number });
  return pull.data.head.sha;
}
