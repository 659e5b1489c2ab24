/** The `github` and `runner` contexts of a job, and the environment variables that repeat them. */
import { isRecord } from "./expressions.ts";
import type { HostPort, Machine, RunRequest } from "./port.ts";
import type { WorkflowFile } from "./workflow-file.ts";

/** Where a machine keeps things: the layout of a real self-hosted runner. */
export type Folders = {
  readonly work: string;
  readonly actions: string;
  readonly temp: string;
  readonly tools: string;
  /** Parent of the workspace: `<work>/<repository>`. */
  readonly pipeline: string;
  readonly workspace: string;
};

export type GithubContext = Readonly<Record<string, unknown>>;

/** The `inputs` context: declared defaults under what the event brought, each in its declared type. */
export function inputsOf(
  request: RunRequest,
  workflow: WorkflowFile,
): Readonly<Record<string, string | number | boolean>> {
  if (request.event.name !== "workflow_dispatch") return request.inputs;
  const declared = Object.entries(workflow.dispatchInputs).map(([name, input]) => {
    const given = request.inputs[name] ?? input.default;
    if (input.type === "boolean") return [name, String(given) === "true"] as const;
    if (input.type === "number" && given !== null) return [name, Number(given)] as const;
    return [name, given ?? ""] as const;
  });
  return { ...request.inputs, ...Object.fromEntries(declared) };
}

/** The payload as steps see it: a dispatch carries its inputs as text, the way GitHub sends them. */
export function eventOf(request: RunRequest, workflow: WorkflowFile): Readonly<Record<string, unknown>> {
  const { payload } = request.event;
  if (request.event.name !== "workflow_dispatch" || payload["inputs"] !== undefined) return payload;
  const inputs = Object.entries(inputsOf(request, workflow)).map(([key, value]) => [key, String(value)] as const);
  return { ...payload, inputs: Object.fromEntries(inputs) };
}

/** The part of `github` that holds for the whole run. */
export function githubContext(request: RunRequest, port: HostPort, workflow: WorkflowFile): GithubContext {
  const { owner, name, id } = request.repository;
  const payload = eventOf(request, workflow);
  const pull = payload["pull_request"];
  return {
    actor: request.actor,
    triggering_actor: request.actor,
    api_url: port.apiUrl,
    graphql_url: `${port.apiUrl}/graphql`,
    server_url: port.serverUrl,
    event: payload,
    event_name: request.event.name,
    base_ref: branchOf(pull, "base"),
    head_ref: branchOf(pull, "head"),
    ref: request.ref,
    ref_name: request.ref.replace(/^refs\/(heads|tags|pull)\//, ""),
    ref_protected: false,
    ref_type: request.ref.startsWith("refs/tags/") ? "tag" : "branch",
    repository: `${owner}/${name}`,
    repository_id: String(id),
    repository_owner: owner,
    retention_days: "90",
    run_attempt: String(request.attempt),
    run_id: String(request.runId),
    run_number: String(request.runNumber),
    secret_source: "Actions",
    sha: request.sha,
    workflow: workflow.name,
    workflow_ref: `${owner}/${name}/${request.workflow.path}@${request.ref}`,
    workflow_sha: request.sha,
  };
}

/** The `runner` context of a machine. */
export function runnerContext(machine: Machine, folders: Folders): Readonly<Record<string, string>> {
  return {
    name: machine.name,
    os: process.platform === "darwin" ? "macOS" : process.platform === "win32" ? "Windows" : "Linux",
    arch: process.arch === "arm64" ? "ARM64" : "X64",
    environment: "self-hosted",
    temp: folders.temp,
    tool_cache: folders.tools,
    workspace: folders.pipeline,
  };
}

/** Everything of `github` that a runner also sets as `GITHUB_*`. The token is not among it. */
const exported = [
  "action",
  "action_path",
  "action_ref",
  "action_repository",
  "actor",
  "api_url",
  "base_ref",
  "event_name",
  "event_path",
  "graphql_url",
  "head_ref",
  "job",
  "ref",
  "ref_name",
  "ref_protected",
  "ref_type",
  "repository",
  "repository_id",
  "repository_owner",
  "retention_days",
  "run_attempt",
  "run_id",
  "run_number",
  "server_url",
  "sha",
  "triggering_actor",
  "workflow",
  "workflow_ref",
  "workflow_sha",
  "workspace",
] as const;

/** `GITHUB_*` and `RUNNER_*` variables of the two contexts. */
export function contextVariables(
  github: GithubContext,
  runner: Readonly<Record<string, string>>,
): Record<string, string> {
  const variables: Record<string, string> = { GITHUB_ACTIONS: "true" };
  for (const name of exported) {
    const value = github[name];
    if (typeof value === "string" || typeof value === "boolean")
      variables[`GITHUB_${name.toUpperCase()}`] = String(value);
  }
  for (const [name, value] of Object.entries(runner)) variables[`RUNNER_${name.toUpperCase()}`] = value;
  return variables;
}

function branchOf(pull: unknown, side: "base" | "head"): string {
  const branch = isRecord(pull) ? pull[side] : undefined;
  const ref = isRecord(branch) ? branch["ref"] : undefined;
  return typeof ref === "string" ? ref : "";
}
