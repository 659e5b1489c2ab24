import type { Event } from "../core/plan/event.ts";
import { branchHead, installationIds, installedRepositories } from "../github/installations.ts";
import { type Client, clientFor } from "../github/octokit.ts";
import { type DecideOptions, decideEvent } from "./decide.ts";

/** Visits every installed repository: publishes keys and adopts models, whatever webhooks were missed meanwhile. */
export async function catchUp(appOctokit: () => Promise<Client["octokit"]>, options: DecideOptions): Promise<void> {
  for (const installationId of await installationIds(await appOctokit())) {
    const octokit = await options.octokitFor(installationId);
    const repositories = await installedRepositories(octokit, installationId).catch((error: unknown) => {
      options.log.warn({ err: error, installationId }, "an installation could not be visited at the start");
      return [];
    });
    for (const { id, fullName, defaultBranch } of repositories) {
      const repository = { id, fullName, defaultBranch };
      try {
        await visit(octokit, { installationId, repository }, options);
      } catch (error) {
        // One repository that cannot be read, an empty one for instance, must not keep the others waiting.
        options.log.warn({ err: error, repository: fullName }, "a repository could not be visited at the start");
      }
    }
  }
}

async function visit(
  octokit: Client["octokit"],
  at: Pick<Event, "installationId" | "repository">,
  options: DecideOptions,
): Promise<void> {
  const { fullName, defaultBranch } = at.repository;
  const commit = await branchHead(clientFor(octokit, fullName), defaultBranch);
  if (commit === null) return;
  const event: Event = { ...at, at: options.now().toISOString(), kind: "default_branch_changed", commit };
  await decideEvent(event, options, "start", async () => {});
}
