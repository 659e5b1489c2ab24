import { z } from "zod";
import { mayBeAddressed } from "../core/plan/comment-created.ts";
import { type Event, type EventOf, nonceOfTitle, type PullSnapshot, type RunSnapshot } from "../core/plan/event.ts";
import { cancelAction } from "../github/checks.ts";
import { isOwnRun } from "../github/runs.ts";
import { laneOf } from "./store/memory.ts";

/** Only the fields that are read; everything else of a payload is nobody's business here. */
const repository = z.object({ id: z.int(), full_name: z.string(), default_branch: z.string() });
const envelope = z.object({ repository, installation: z.object({ id: z.int() }), action: z.string().optional() });
const user = z.object({ login: z.string(), type: z.string().optional() });

const pullRequest = z.object({
  pull_request: z.object({
    number: z.int(),
    user,
    updated_at: z.string(),
    merged: z.boolean().optional(),
    merged_at: z.string().nullish(),
    merge_commit_sha: z.string().nullish(),
    head: z.object({ sha: z.string(), repo: z.object({ id: z.int() }).nullable() }),
    base: z.object({ ref: z.string(), sha: z.string() }),
  }),
  changes: z.object({ base: z.unknown().optional() }).optional(),
});
const issueComment = z.object({
  issue: z.object({ number: z.int(), pull_request: z.unknown().optional() }),
  comment: z.object({ id: z.int(), body: z.string(), user, created_at: z.string() }),
  sender: user.optional(),
});
const workflowRun = z.object({
  workflow_run: z.object({
    id: z.int(),
    html_url: z.string(),
    display_title: z.string(),
    event: z.string(),
    conclusion: z.string().nullable(),
    updated_at: z.string(),
    path: z.string(),
    head_branch: z.string().nullable(),
    actor: user,
  }),
});
const checkRun = z.object({
  check_run: z.object({ external_id: z.string().nullable(), head_sha: z.string() }),
  requested_action: z.object({ identifier: z.string() }).optional(),
  sender: user,
});
const checkSuite = z.object({
  check_suite: z.object({ head_sha: z.string(), pull_requests: z.array(z.object({ number: z.int() })) }),
  sender: user,
});
const protection = z.object({
  environment: z.string(),
  deployment_callback_url: z.string(),
  deployment: z.object({ id: z.int(), created_at: z.string() }).optional().catch(undefined),
});
const review = z.object({
  approver: user.optional(),
  workflow_run: z.object({ id: z.int(), updated_at: z.string() }),
  workflow_job_runs: z.array(z.object({ environment: z.string() })).optional(),
  environment: z.string().optional(),
});
const push = z.object({ ref: z.string(), after: z.string(), deleted: z.boolean().optional() });

/** Identity of a check of ours, as it stands in `external_id`: `assay:PULL:MODEL`, MODEL empty for the aggregate. */
export const checkIdentity = {
  write: (pull: number, model: string | null) => `assay:${pull}:${model ?? ""}`,
  read: (text: string): { pull: number; model: string | null } | null => {
    const found = /^assay:(\d{1,9}):([a-z0-9_-]*)$/.exec(text);
    return found === null
      ? null
      : { pull: Number(found[1]), model: found[2] === undefined || found[2] === "" ? null : found[2] };
  },
} as const;

/**
 * A webhook as the event it means to us, or null when it means nothing: unknown events, other actions, payloads without
 * the fields we need. `receivedAt` stands in where GitHub states no time; `login` is ours, by which runs of our making
 * are told from others that carry a copied name.
 */
export function narrow(name: string, payload: object, receivedAt: string, login: string): Event | null {
  const outer = envelope.safeParse(payload);
  if (!outer.success) return null;
  const { data } = outer;
  const base = {
    installationId: data.installation.id,
    repository: {
      id: data.repository.id,
      fullName: data.repository.full_name,
      defaultBranch: data.repository.default_branch,
    },
    at: receivedAt,
  };
  const action = data.action ?? "";
  switch (name) {
    case "pull_request":
      return pullEvent(base, action, payload);
    case "issue_comment":
      return action === "created" ? commentEvent(base, payload) : disturbedEvent(base, action, payload, login);
    case "workflow_run":
      return runEvent(base, action, payload, login);
    case "check_run":
      return checkEvent(base, action, payload);
    case "check_suite":
      return action === "rerequested" ? suiteEvent(base, payload) : null;
    case "deployment_protection_rule":
      return action === "requested" ? protectionEvent(base, payload) : null;
    case "deployment_review":
      return action === "approved" || action === "rejected" ? reviewEvent(base, action, payload) : null;
    case "push":
      return pushEvent(base, payload);
    default:
      return null;
  }
}

/**
 * The lane of a delivery: what is about one pull request is worked on one after the other. Read before anything is known
 * of the payload but its signature; null where it names no repository.
 */
export function laneOfDelivery(payload: object): string | null {
  const parsed = subject.safeParse(payload);
  if (!parsed.success) return null;
  const { repository: of, pull_request: pull, issue, check_run: check } = parsed.data;
  const number = pull?.number ?? issue?.number ?? checkIdentity.read(check?.external_id ?? "")?.pull ?? null;
  return laneOf(of.id, number);
}

const numbered = z.object({ number: z.int() }).optional().catch(undefined);
const subject = z.object({
  repository: z.object({ id: z.int() }),
  pull_request: numbered,
  issue: numbered,
  check_run: z.object({ external_id: z.string().nullish() }).optional().catch(undefined),
});

type Base = Pick<Event, "installationId" | "repository" | "at">;

function pullEvent(base: Base, action: string, payload: object): Event | null {
  const parsed = pullRequest.safeParse(payload);
  if (!parsed.success) return null;
  const { pull_request: pull, changes } = parsed.data;
  const snapshot: PullSnapshot = {
    number: pull.number,
    author: pull.user.login,
    fork: pull.head.repo?.id !== base.repository.id,
    head: pull.head.sha,
    base: pull.base,
  };
  const at = pull.updated_at;
  if (action === "closed")
    return {
      ...base,
      at,
      kind: "pull_closed",
      pull: snapshot,
      mergeCommit: pull.merged === true ? (pull.merge_commit_sha ?? null) : null,
      mergedAt: pull.merged === true ? (pull.merged_at ?? null) : null,
    };
  if (action === "edited" && changes?.base === undefined) return null;
  if (action !== "opened" && action !== "synchronize" && action !== "reopened" && action !== "edited") return null;
  return { ...base, at, kind: "pull_changed", action, pull: snapshot };
}

function commentEvent(base: Base, payload: object): Event | null {
  const parsed = issueComment.safeParse(payload);
  if (!parsed.success || parsed.data.issue.pull_request === undefined) return null;
  const { comment, issue } = parsed.data;
  const event: EventOf<"comment_created"> = {
    ...base,
    at: comment.created_at,
    kind: "comment_created",
    pull: issue.number,
    commentId: comment.id,
    author: comment.user.login,
    authorIsBot: comment.user.type === "Bot",
    body: comment.body,
  };
  return mayBeAddressed(event) ? event : null;
}

/** What others did to a comment of ours; what we do to it ourselves is no news. */
function disturbedEvent(base: Base, action: string, payload: object, login: string): Event | null {
  if (action !== "deleted" && action !== "edited") return null;
  const parsed = issueComment.safeParse(payload);
  if (!parsed.success || parsed.data.issue.pull_request === undefined) return null;
  const { comment, issue, sender } = parsed.data;
  if (comment.user.login !== login || comment.user.type !== "Bot" || sender?.login === login) return null;
  return { ...base, kind: "comment_disturbed", pull: issue.number, commentId: comment.id, change: action };
}

function runEvent(base: Base, action: string, payload: object, login: string): Event | null {
  const parsed = workflowRun.safeParse(payload);
  if (!parsed.success || parsed.data.workflow_run.event !== "workflow_dispatch") return null;
  const { workflow_run: found } = parsed.data;
  const isOurs = isOwnRun(
    { ...found, branch: found.head_branch, actor: found.actor.login },
    { login, branch: base.repository.defaultBranch },
  );
  const nonce = isOurs ? nonceOfTitle(found.display_title) : null;
  const run: RunSnapshot = { id: found.id, url: found.html_url, nonce };
  const at = found.updated_at;
  if (action === "in_progress") return { ...base, at, kind: "run_started", run };
  if (action === "completed")
    return { ...base, at, kind: "run_completed", run, conclusion: found.conclusion ?? "unknown" };
  return null;
}

/** A button of a check: GitHub's own "Re-run", or the one that we put there while it is at work. */
function checkEvent(base: Base, action: string, payload: object): Event | null {
  const parsed = checkRun.safeParse(payload);
  const identity = checkIdentity.read(parsed.data?.check_run.external_id ?? "");
  if (!parsed.success || identity === null) return null;
  const { check_run: check, sender, requested_action: requested } = parsed.data;
  const pressed = { ...identity, head: check.head_sha, by: sender.login };
  if (action === "rerequested") return { ...base, kind: "check_rerequested", ...pressed };
  const isCancel = action === "requested_action" && requested?.identifier === cancelAction;
  return isCancel ? { ...base, kind: "cancel_requested", ...pressed } : null;
}

/** "Re-run all checks" is about every model of the pull request. */
function suiteEvent(base: Base, payload: object): Event | null {
  const parsed = checkSuite.safeParse(payload);
  const { check_suite: suite, sender } = parsed.data ?? {};
  const [pull] = suite?.pull_requests ?? [];
  if (suite === undefined || sender === undefined || pull === undefined) return null;
  return {
    ...base,
    kind: "check_rerequested",
    pull: pull.number,
    model: null,
    head: suite.head_sha,
    by: sender.login,
  };
}

function protectionEvent(base: Base, payload: object): Event | null {
  const parsed = protection.safeParse(payload);
  // The run's id is nowhere but in the callback address.
  const runId = /\/actions\/runs\/(\d{1,16})\/deployment_protection_rule$/.exec(
    parsed.data?.deployment_callback_url ?? "",
  )?.[1];
  if (!parsed.success || runId === undefined) return null;
  const { environment, deployment } = parsed.data;
  const asked = deployment === undefined ? null : { id: deployment.id, createdAt: deployment.created_at };
  return { ...base, kind: "protection_requested", runId: Number(runId), environment, deployment: asked };
}

function reviewEvent(base: Base, state: "approved" | "rejected", payload: object): Event | null {
  const parsed = review.safeParse(payload);
  const environment = parsed.data?.environment ?? parsed.data?.workflow_job_runs?.[0]?.environment;
  if (!parsed.success || environment === undefined || parsed.data.approver === undefined) return null;
  const { workflow_run: run, approver } = parsed.data;
  return { ...base, at: run.updated_at, kind: "review_decided", runId: run.id, environment, state, by: approver.login };
}

function pushEvent(base: Base, payload: object): Event | null {
  const parsed = push.safeParse(payload);
  if (!parsed.success || parsed.data.deleted === true) return null;
  if (parsed.data.ref !== `refs/heads/${base.repository.defaultBranch}`) return null;
  return { ...base, kind: "default_branch_changed", commit: parsed.data.after };
}
