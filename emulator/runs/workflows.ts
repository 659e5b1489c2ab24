import { typeOfMode } from "../git/objects.ts";
import type { RepositoryStore } from "../git/store.ts";
import type { Hub } from "../hub.ts";
import type { Repository, Workflow } from "../state/records.ts";

const folder = ".github/workflows";

export type WorkflowFile = { readonly path: string; readonly source: string };

/** The workflow files of one commit. */
export async function workflowsAt(store: RepositoryStore, revision: string): Promise<readonly WorkflowFile[]> {
  const entries = (await store.tree(`${revision}:${folder}`)) ?? [];
  const files = entries.filter((entry) => typeOfMode(entry.mode) === "blob" && /\.ya?ml$/u.test(entry.name));
  return Promise.all(
    files.map(async ({ name, sha }) => ({
      path: `${folder}/${name}`,
      source: (await store.object(sha))?.data.toString("utf8") ?? "",
    })),
  );
}

export async function workflowSource(store: RepositoryStore, revision: string, path: string): Promise<string | null> {
  const object = await store.object(`${revision}:${path}`);
  return object?.type === "blob" ? object.data.toString("utf8") : null;
}

/** The workflow of that path, registered on first sight. */
export async function registerWorkflow(
  hub: Hub,
  repository: Repository,
  { path, source }: WorkflowFile,
): Promise<Workflow> {
  const name = await nameOf(hub, path, source);
  // Looked up after the wait: two requests may register at once, and both must meet the same record.
  const known = repository.workflows.find((workflow) => workflow.path === path);
  if (known !== undefined) {
    known.name = name;
    return known;
  }
  const workflow: Workflow = { id: hub.world.newId(), path, name, state: "active", createdAt: hub.world.clock.iso() };
  repository.workflows.push(workflow);
  return workflow;
}

async function nameOf(hub: Hub, path: string, source: string): Promise<string> {
  const description = await hub.describeWorkflow(path, source).catch(() => null);
  return description === null || description.name === "" ? path : description.name;
}

/** Reads the default branch again: GitHub knows a workflow once its file is there. */
export async function refreshWorkflows(hub: Hub, repository: Repository): Promise<readonly Workflow[]> {
  const files = await workflowsAt(hub.git(repository), `refs/heads/${repository.defaultBranch}`);
  for (const file of files) await registerWorkflow(hub, repository, file);
  for (const workflow of repository.workflows)
    workflow.state = files.some((file) => file.path === workflow.path) ? "active" : "deleted";
  return repository.workflows;
}
