import { z } from "zod";
import { needs, needsRole } from "../auth/access.ts";
import { found, invalid, Problem } from "../http/problem.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { issueShape, labelShape } from "../shapes/issue.ts";
import type { Issue, Label, Repository } from "../state/records.ts";
import { isPull, nextNumber } from "../state/world.ts";
import { announceIssue, announcePull } from "../webhooks/announce.ts";
import { changePull } from "./change-pull.ts";
import { mustOwn } from "./pulls.ts";

const labelNames = z.array(z.union([z.string(), z.object({ name: z.string() }).transform((label) => label.name)]));
const bodySchema = z.string().max(65_536);
const createSchema = z.object({
  title: z.union([z.string(), z.number()]).transform(String),
  body: bodySchema.nullish(),
  labels: labelNames.optional(),
});
const updateSchema = z.object({
  title: z.union([z.string(), z.number()]).transform(String).nullish(),
  body: bodySchema.nullish(),
  state: z.enum(["open", "closed"]).optional(),
  state_reason: z.enum(["completed", "not_planned", "reopened"]).nullish(),
  labels: labelNames.optional(),
});

export const issueRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/issues", needs("issues:read"), ({ hub, repository, query, page }) => {
    const state = query.get("state") ?? "open";
    const wanted = (query.get("labels") ?? "").split(",").filter(Boolean);
    const creator = query.get("creator");
    const listed = [...repository.issues.values()].filter(
      (issue) =>
        (state === "all" || issue.state === state) &&
        wanted.every((name) => issue.labels.some((label) => label.name === name)) &&
        (creator === null || issue.author.login === creator),
    );
    return { status: 200, body: page(listed.toReversed()).map((issue) => issueShape(hub.world, issue)) };
  }),
  repositoryRoute("post", "/repos/{owner}/{repo}/issues", needsRole("read", "issues:write"), (call) => {
    const { hub, repository, sender } = call;
    const input = call.read(createSchema);
    const now = hub.world.clock.iso();
    const issue: Issue = {
      id: hub.world.newId(),
      repository,
      number: nextNumber(repository),
      author: sender,
      title: input.title,
      body: input.body ?? null,
      state: "open",
      stateReason: null,
      labels: (input.labels ?? []).map((name) => ensureLabel(call, name)),
      createdAt: now,
      updatedAt: now,
      closedAt: null,
      via: call.via,
      pull: null,
    };
    repository.issues.set(issue.number, issue);
    announceIssue(hub, issue, "opened", sender);
    return { status: 201, body: issueShape(hub.world, issue) };
  }),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/issues/{issue_number}",
    needs("issues:read", "pull_requests:read"),
    ({ hub, repository, parameters }) => ({
      status: 200,
      body: issueShape(hub.world, issueOf(repository, parameters.issue_number)),
    }),
  ),
  repositoryRoute(
    "patch",
    "/repos/{owner}/{repo}/issues/{issue_number}",
    needsRole("read", "issues:write", "pull_requests:write"),
    async (call) => {
      const issue = issueOf(call.repository, call.parameters.issue_number);
      mustOwn(call, issue);
      await update(call, issue);
      return { status: 200, body: issueShape(call.hub.world, issue) };
    },
  ),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/labels",
    needs("issues:read", "pull_requests:read"),
    ({ hub, repository, page }) => ({
      status: 200,
      body: page(repository.labels).map((label) => labelShape(hub.world, repository, label)),
    }),
  ),
  repositoryRoute("post", "/repos/{owner}/{repo}/labels", needs("issues:write", "pull_requests:write"), (call) => {
    const input = call.read(
      z.object({ name: z.string(), color: z.string().optional(), description: z.string().optional() }),
    );
    if (call.repository.labels.some((label) => label.name.toLowerCase() === input.name.toLowerCase()))
      throw invalid("Label", "name", "already_exists");
    const label = ensureLabel(call, input.name, input);
    return { status: 201, body: labelShape(call.hub.world, call.repository, label) };
  }),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/labels/{name}",
    needs("issues:read", "pull_requests:read"),
    ({ hub, repository, parameters }) => ({
      status: 200,
      body: labelShape(hub.world, repository, found(repository.labels.find((label) => label.name === parameters.name))),
    }),
  ),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/issues/{issue_number}/labels",
    needs("issues:read", "pull_requests:read"),
    ({ hub, repository, parameters }) => ({
      status: 200,
      body: issueOf(repository, parameters.issue_number).labels.map((label) =>
        labelShape(hub.world, repository, label),
      ),
    }),
  ),
  repositoryRoute(
    "post",
    "/repos/{owner}/{repo}/issues/{issue_number}/labels",
    needs("issues:write", "pull_requests:write"),
    async (call) => {
      const issue = issueOf(call.repository, call.parameters.issue_number);
      const input = call.read(
        z.union([z.object({ labels: labelNames }), labelNames.transform((labels) => ({ labels }))]),
      );
      for (const label of input.labels.map((name) => ensureLabel(call, name))) {
        if (issue.labels.includes(label)) continue;
        issue.labels.push(label);
        await announceLabel(call, issue, "labeled", label);
      }
      return { status: 200, body: issue.labels.map((label) => labelShape(call.hub.world, call.repository, label)) };
    },
  ),
  repositoryRoute(
    "delete",
    "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}",
    needs("issues:write", "pull_requests:write"),
    async (call) => {
      const issue = issueOf(call.repository, call.parameters.issue_number);
      const label = issue.labels.find((known) => known.name === call.parameters.name);
      if (label === undefined) throw new Problem(404, "Label does not exist");
      issue.labels = issue.labels.filter((known) => known !== label);
      await announceLabel(call, issue, "unlabeled", label);
      return { status: 200, body: issue.labels.map((known) => labelShape(call.hub.world, call.repository, known)) };
    },
  ),
];

export function issueOf(repository: Repository, number: string): Issue {
  return found(repository.issues.get(Number(number)));
}

function ensureLabel(
  call: RepositoryCall,
  name: string,
  more: { color?: string | undefined; description?: string | undefined } = {},
): Label {
  const { labels } = call.repository;
  const known = labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known;
  const label: Label = {
    id: call.hub.world.newId(),
    name,
    color: (more.color ?? "ededed").replace(/^#/u, ""),
    description: more.description ?? null,
  };
  labels.push(label);
  return label;
}

async function announceLabel(
  call: RepositoryCall,
  issue: Issue,
  action: "labeled" | "unlabeled",
  label: Label,
): Promise<void> {
  const more = { label: labelShape(call.hub.world, call.repository, label) };
  if (isPull(issue)) await announcePull(call.hub, issue, action, call.sender, more);
  else announceIssue(call.hub, issue, action, call.sender, more);
}

async function update(call: RepositoryCall, issue: Issue): Promise<void> {
  const { hub, sender } = call;
  const input = call.read(updateSchema);
  if (input.labels !== undefined) issue.labels = input.labels.map((name) => ensureLabel(call, name));
  // What Apps hear of a pull request is an event of pull requests, by whichever route it was changed.
  if (isPull(issue)) {
    const { title, body, state } = input;
    return changePull(call, issue, { title: title ?? undefined, body, state });
  }
  const edits: Record<string, unknown> = {};
  if (typeof input.title === "string" && input.title !== issue.title) {
    edits["title"] = { from: issue.title };
    issue.title = input.title;
  }
  if (input.body !== undefined && input.body !== issue.body) {
    edits["body"] = { from: issue.body ?? "" };
    issue.body = input.body;
  }
  issue.updatedAt = hub.world.clock.iso();
  if (Object.keys(edits).length > 0) announceIssue(hub, issue, "edited", sender, { changes: edits });
  if (input.state === undefined || input.state === issue.state) return;
  issue.state = input.state;
  issue.stateReason = input.state === "closed" ? (input.state_reason ?? "completed") : "reopened";
  issue.closedAt = input.state === "closed" ? issue.updatedAt : null;
  announceIssue(hub, issue, input.state === "closed" ? "closed" : "reopened", sender);
}
