import { type Client, orNull } from "./octokit.ts";

export type InstalledRepository = {
  readonly installationId: number;
  readonly id: number;
  readonly fullName: string;
  readonly defaultBranch: string;
};

/** The App's own login, `slug[bot]`: author of its comments. Asked with the App's own token. */
export async function appLogin(octokit: Client["octokit"]): Promise<string> {
  const app = await octokit.rest.apps.getAuthenticated();
  return `${app.data?.slug ?? ""}[bot]`;
}

export async function installationIds(octokit: Client["octokit"]): Promise<readonly number[]> {
  const installations = await octokit.paginate(octokit.rest.apps.listInstallations, { per_page: 100 });
  return installations
    .filter((installation) => installation.suspended_at == null)
    .map((installation) => installation.id);
}

/** Repositories one installation can see, asked with the installation's token. */
export async function installedRepositories(
  octokit: Client["octokit"],
  installationId: number,
): Promise<readonly InstalledRepository[]> {
  const repositories = await octokit.paginate(octokit.rest.apps.listReposAccessibleToInstallation, { per_page: 100 });
  return repositories.map((repository) => ({
    installationId,
    id: repository.id,
    fullName: repository.full_name,
    defaultBranch: repository.default_branch,
  }));
}

/** The commit a branch points to, or null when there is no such branch. */
export async function branchHead({ octokit, owner, repo }: Client, branch: string): Promise<string | null> {
  const ref = await orNull(octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }));
  return ref?.data.object.sha ?? null;
}
