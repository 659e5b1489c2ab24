import { nonceOfTitle } from "../core/plan/event.ts";
import type { ObservedRun } from "../core/plan/observe.ts";
import { type Client, orNull, statusOf } from "./octokit.ts";

export const workflowFile = "assay.yml";
export const workflowPath = `.github/workflows/${workflowFile}`;

export type StartedRun = { readonly id: number; readonly url: string };

/** Starts the workflow of the default branch and gives the run; `dispatch` may be called again only after `findRun`. */
export async function dispatch(
  client: Client,
  ref: string,
  inputs: Readonly<Record<string, string>>,
): Promise<StartedRun | null> {
  const { octokit, owner, repo } = client;
  // The answer carries the run since 2026; older GitHub Enterprise servers answer 204 without it.
  const answer = await octokit.request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
    owner,
    repo,
    workflow_id: workflowFile,
    ref,
    inputs,
    return_run_details: true,
  });
  const body: unknown = answer.data;
  if (typeof body !== "object" || body === null || !("workflow_run_id" in body) || !("html_url" in body)) return null;
  return { id: Number(body.workflow_run_id), url: String(body.html_url) };
}

/** By what a run of our making is known: we started it, on the default branch. */
export type Ours = { readonly login: string; readonly branch: string };

/** A name can be copied; who started a run, of which workflow and on which branch, cannot. */
export function isOwnRun(
  run: { readonly path: string; readonly branch: string | null; readonly actor: string | null },
  ours: Ours,
): boolean {
  return run.path.split("@", 1)[0] === workflowPath && run.branch === ours.branch && run.actor === ours.login;
}

/** The run of our making whose name carries the nonce, among the newest hundred, or null. */
export async function findRun(client: Client, nonce: string, ours: Ours): Promise<StartedRun | null> {
  const { octokit, owner, repo } = client;
  const runs = await octokit.rest.actions.listWorkflowRuns({
    owner,
    repo,
    workflow_id: workflowFile,
    event: "workflow_dispatch",
    per_page: 100,
  });
  const found = runs.data.workflow_runs.find(
    (run) => run.display_title.endsWith(` ${nonce}`) && isOwnRun(identity(run), ours),
  );
  return found === undefined ? null : { id: found.id, url: found.html_url };
}

/** The name of a run of our making; null for anybody else's. */
export async function ownRunTitle(client: Client, runId: number, ours: Ours): Promise<string | null> {
  const { octokit, owner, repo } = client;
  const run = await octokit.rest.actions.getWorkflowRun({ owner, repo, run_id: runId });
  return isOwnRun(identity(run.data), ours) ? run.data.display_title : null;
}

/** The runs of our making since a time, and whether they are all of them; at most `maxPages` requests. */
export async function listRuns(
  client: Client,
  since: Date,
  ours: Ours,
  maxPages: number,
): Promise<{ readonly runs: readonly ObservedRun[]; readonly isComplete: boolean; readonly requests: number }> {
  const { octokit, owner, repo } = client;
  const runs: ObservedRun[] = [];
  let seen = 0;
  for (let page = 1; page <= maxPages; page += 1) {
    const { data } = await octokit.rest.actions.listWorkflowRuns({
      owner,
      repo,
      workflow_id: workflowFile,
      event: "workflow_dispatch",
      created: `>=${since.toISOString().slice(0, 19)}Z`,
      per_page: 100,
      page,
    });
    seen += data.workflow_runs.length;
    for (const run of data.workflow_runs) if (isOwnRun(identity(run), ours)) runs.push(observe(run));
    if (seen >= data.total_count || data.workflow_runs.length === 0)
      return { runs, isComplete: seen >= data.total_count, requests: page };
  }
  return { runs, isComplete: false, requests: maxPages };
}

/**
 * A run as GitHub has it now; null when it has none of that id. The id is one that we remember as our run's: since then the
 * default branch, or we, may have been given another name.
 */
export async function readRun(client: Client, runId: number): Promise<ObservedRun | null> {
  const { octokit, owner, repo } = client;
  const run = await orNull(octokit.rest.actions.getWorkflowRun({ owner, repo, run_id: runId }));
  return run === null ? null : observe(run.data);
}

function observe(run: {
  readonly id: number;
  readonly html_url: string;
  readonly display_title: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly run_started_at?: string;
  readonly created_at: string;
  readonly updated_at: string;
}): ObservedRun {
  return {
    id: run.id,
    url: run.html_url,
    nonce: nonceOfTitle(run.display_title),
    status: statusFrom(run.status),
    conclusion: run.conclusion,
    startedAt: run.run_started_at ?? run.created_at,
    updatedAt: run.updated_at,
  };
}

/** Of GitHub's states: pending waits for another run of its concurrency group, waiting for an environment's rules. */
function statusFrom(status: string | null): ObservedRun["status"] {
  if (status === "completed" || status === "in_progress") return status;
  return status === "waiting" || status === "pending" ? "waiting" : "queued";
}

function identity(run: {
  readonly path: string;
  readonly head_branch: string | null;
  readonly actor?: { readonly login: string } | undefined;
}) {
  return { path: run.path, branch: run.head_branch, actor: run.actor?.login ?? null };
}

/** Asks a run to stop; a run that has already ended is left as it is. */
export async function cancelRun(client: Client, runId: number): Promise<void> {
  const { octokit, owner, repo } = client;
  try {
    await octokit.rest.actions.cancelWorkflowRun({ owner, repo, run_id: runId });
  } catch (error) {
    const status = statusOf(error);
    if (status !== 409 && status !== 404) throw error;
  }
}

/** Answers an environment's custom protection rule. A rule that has been answered before is left as it is. */
export async function decideProtection(
  client: Client,
  answer: {
    readonly runId: number;
    readonly environment: string;
    readonly state: "approved" | "rejected";
    readonly comment: string;
  },
): Promise<void> {
  const { octokit, owner, repo } = client;
  try {
    await octokit.rest.actions.reviewCustomGatesForRun({
      owner,
      repo,
      run_id: answer.runId,
      environment_name: answer.environment,
      state: answer.state,
      comment: answer.comment,
    });
  } catch (error) {
    if (statusOf(error) !== 422) throw error;
  }
}
