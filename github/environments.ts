import { type Client, orNull } from "./octokit.ts";

/** The environments that a run waits for, for whatever reason; none when there is no such run. */
export async function pendingEnvironments(client: Client, runId: number): Promise<readonly string[]> {
  const { octokit, owner, repo } = client;
  const pending = await orNull(octokit.rest.actions.getPendingDeploymentsForRun({ owner, repo, run_id: runId }));
  return (pending?.data ?? []).flatMap(({ environment: { name } }) => (name === undefined ? [] : [name]));
}

/** Must the App of this login (`assay[bot]`) let deployments into the environment? */
export async function isGatedBy(client: Client, environment: string, login: string): Promise<boolean> {
  const { octokit, owner, repo } = client;
  const rules = await orNull(
    octokit.rest.repos.getAllDeploymentProtectionRules({ owner, repo, environment_name: environment }),
  );
  const slug = login.replace(/\[bot\]$/, "");
  return (rules?.data.custom_deployment_protection_rules ?? []).some((rule) => rule.enabled && rule.app.slug === slug);
}
