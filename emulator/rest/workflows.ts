import { z } from "zod";
import type { WorkflowDescription } from "../actions/port.ts";
import { needs } from "../auth/access.ts";
import { found, Problem } from "../http/problem.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { onDefaultBranch } from "../runs/trigger.ts";
import { refreshWorkflows, workflowSource } from "../runs/workflows.ts";
import { repositoryUrl } from "../shapes/repository.ts";
import { attemptOf, runShape, workflowShape } from "../shapes/run.ts";
import type { Workflow } from "../state/records.ts";
import { listRuns } from "./runs.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const dispatchSchema = z.object({
  ref: z.string(),
  inputs: z.record(z.string(), scalar.nullable()).optional(),
  return_run_details: z.boolean().optional(),
});
type Inputs = Record<string, string | number | boolean>;

export const workflowRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/actions/workflows", needs("actions:read"), async (call) => {
    const workflows = (await refreshWorkflows(call.hub, call.repository)).filter(
      (workflow) => workflow.state === "active",
    );
    return {
      status: 200,
      body: {
        total_count: workflows.length,
        workflows: call.page(workflows).map((workflow) => workflowShape(call.hub.world, call.repository, workflow)),
      },
    };
  }),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/actions/workflows/{workflow_id}",
    needs("actions:read"),
    async (call) => ({
      status: 200,
      body: workflowShape(call.hub.world, call.repository, await workflowOf(call, call.parameters.workflow_id)),
    }),
  ),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
    needs("actions:read"),
    async (call) => {
      const workflow = await workflowOf(call, call.parameters.workflow_id);
      const runs = listRuns(call).filter((run) => run.workflow === workflow);
      const shown = call.page(runs).flatMap((run) => {
        const record = attemptOf(run);
        return record === null ? [] : [runShape(call.hub.world, run, record, run.headCommit)];
      });
      return { status: 200, body: { total_count: runs.length, workflow_runs: shown } };
    },
  ),
  repositoryRoute(
    "post",
    "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
    needs("actions:write"),
    async (call) => {
      const { hub, repository, sender } = call;
      const input = call.read(dispatchSchema);
      const workflow = await workflowOf(call, call.parameters.workflow_id);
      const { ref, sha } = await branchOrTag(call, input.ref);
      const source = await workflowSource(call.git, sha, workflow.path);
      if (source === null) throw new Problem(422, `Workflow does not exist at ref '${input.ref}'`);
      const description = await hub.describeWorkflow(workflow.path, source);
      if (!description.events.includes("workflow_dispatch"))
        throw new Problem(422, "Workflow does not have 'workflow_dispatch' trigger");
      const [finding] = description.findings;
      if (finding !== undefined)
        throw new Problem(
          422,
          `failed to parse workflow: (Line: ${finding.line ?? 1}, Col: ${finding.column ?? 1}): ${finding.message}`,
        );
      const inputs = acceptInputs(description, input.inputs ?? {});
      // The event carries every input as a string.
      const strings = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]));
      const run = await hub.runs.start({
        repository,
        path: workflow.path,
        source,
        event: "workflow_dispatch",
        payload: { ref, workflow: workflow.path, inputs: strings },
        ref,
        sha,
        actor: sender,
        inputs,
      });
      if (input.return_run_details !== true) return { status: 204, body: null };
      const runUrl = `${repositoryUrl(hub.world, repository)}/actions/runs/${run.id}`;
      return {
        status: 200,
        body: { workflow_run_id: run.id, run_url: runUrl, html_url: runUrl.replace("/api/v3/repos", "") },
      };
    },
  ),
  repositoryRoute("post", "/repos/{owner}/{repo}/dispatches", needs("contents:write"), async (call) => {
    const schema = z.object({
      event_type: z.string().min(1).max(100),
      client_payload: z.record(z.string(), z.unknown()).optional(),
    });
    const { event_type, client_payload } = call.read(schema);
    const properties = Object.keys(client_payload ?? {}).length;
    if (properties > 10)
      throw new Problem(
        422,
        `Invalid request.\n\nNo more than 10 properties are allowed; ${properties} were supplied.`,
      );
    const { hub, repository, sender } = call;
    const payload = { branch: repository.defaultBranch, client_payload: client_payload ?? {} };
    hub.webhooks.send({ name: "repository_dispatch", action: event_type, repository, sender, payload });
    await onDefaultBranch(hub, repository, "repository_dispatch", event_type, payload, sender);
    return { status: 204, body: null };
  }),
];

/** By number, by file name, or by path. */
async function workflowOf(call: RepositoryCall, name: string): Promise<Workflow> {
  const workflows = await refreshWorkflows(call.hub, call.repository);
  return found(
    workflows.find(
      (workflow) => String(workflow.id) === name || workflow.path === name || workflow.path.endsWith(`/${name}`),
    ),
  );
}

async function branchOrTag(call: RepositoryCall, name: string): Promise<{ ref: string; sha: string }> {
  const candidates = name.startsWith("refs/") ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const ref of candidates) {
    if (!/^refs\/(?:heads|tags)\//u.test(ref)) continue;
    const sha = await call.git.resolve(ref);
    if (sha !== null) return { ref, sha };
  }
  throw new Problem(422, `No ref found for: ${name}`);
}

/** The inputs of a run: declared ones only, required ones present, each of its type, defaults filled in. */
export function acceptInputs(
  description: WorkflowDescription,
  given: Readonly<Record<string, string | number | boolean | null>>,
): Inputs {
  const declared = description.dispatchInputs;
  const names = Object.keys(given);
  if (names.length > 25)
    throw new Problem(
      422,
      `Invalid request.\n\nNo more than 25 properties are allowed; ${names.length} were supplied.`,
    );
  const unknown = names.filter((name) => declared[name] === undefined);
  if (unknown.length > 0) throw new Problem(422, `Unexpected inputs provided: ${JSON.stringify(unknown)}`);
  const accepted: Inputs = {};
  for (const [name, input] of Object.entries(declared)) {
    const value = given[name] ?? input.default;
    const missing = value === null || value === "";
    if (missing && input.required) throw new Problem(422, `Required input '${name}' not provided`);
    if (missing && input.type !== "choice") {
      accepted[name] = input.type === "boolean" ? false : input.type === "number" ? 0 : "";
      continue;
    }
    accepted[name] = convert(name, input, value ?? input.options[0] ?? "");
  }
  return accepted;
}

function convert(
  name: string,
  input: WorkflowDescription["dispatchInputs"][string],
  value: string | number | boolean,
): string | number | boolean {
  const text = String(value);
  switch (input.type) {
    case "boolean":
      if (text !== "true" && text !== "false")
        throw new Problem(422, `Provided value '${text}' for input '${name}' is not a valid boolean`);
      return text === "true";
    case "number":
      if (text.trim() === "" || Number.isNaN(Number(text)))
        throw new Problem(422, `Provided value '${text}' for input '${name}' is not a valid number`);
      return Number(text);
    case "choice":
      if (!input.options.includes(text))
        throw new Problem(422, `Provided value '${text}' for input '${name}' not in the list of allowed values`);
      return text;
    case "environment":
    case "string":
      return text;
  }
}
