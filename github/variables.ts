import { type Client, orNull } from "./octokit.ts";

/** Sets a repository variable of Actions, unless it already has the value. */
export async function putVariable(client: Client, name: string, value: string): Promise<void> {
  const { octokit, owner, repo } = client;
  const found = await orNull(octokit.rest.actions.getRepoVariable({ owner, repo, name }));
  if (found === null) await octokit.rest.actions.createRepoVariable({ owner, repo, name, value });
  else if (found.data.value !== value) await octokit.rest.actions.updateRepoVariable({ owner, repo, name, value });
}
