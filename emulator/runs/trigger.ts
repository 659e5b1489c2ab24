import { parse } from "yaml";
import { z } from "zod";
import { changes } from "../git/history.ts";
import type { RepositoryStore } from "../git/store.ts";
import type { Hub } from "../hub.ts";
import type { Repository, User } from "../state/records.ts";
import { workflowsAt } from "./workflows.ts";

export type Occasion = {
  readonly repository: Repository;
  readonly event: string;
  readonly action: string | null;
  readonly ref: string;
  /** The commit that the run is shown on. */
  readonly sha: string;
  /** The commit whose files run, when it is another. */
  readonly executedSha?: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly actor: User;
};

const filterSchema = z.object({
  types: z.union([z.string().transform((text) => [text]), z.array(z.string())]).optional(),
  branches: z.array(z.string()).optional(),
  "branches-ignore": z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
  paths: z.array(z.string()).optional(),
  "paths-ignore": z.array(z.string()).optional(),
});
type Filter = z.output<typeof filterSchema>;

const triggersSchema = z.object({
  on: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
});

/** Starts every workflow whose `on:` names this event and whose filters let it through. */
export async function trigger(hub: Hub, occasion: Occasion): Promise<void> {
  const store = hub.git(occasion.repository);
  for (const { path, source } of await workflowsAt(store, occasion.executedSha ?? occasion.sha)) {
    const filter = filterFor(source, occasion.event);
    if (filter === null || !(await passes(store, filter, occasion))) continue;
    await hub.runs.start({ ...occasion, path, source, inputs: {} });
  }
}

/** The same for events that run the default branch's workflows: comments, timers, dispatches from outside. */
export async function onDefaultBranch(
  hub: Hub,
  repository: Repository,
  event: string,
  action: string | null,
  payload: Readonly<Record<string, unknown>>,
  actor: User,
): Promise<void> {
  const ref = `refs/heads/${repository.defaultBranch}`;
  const sha = await hub.git(repository).resolve(ref);
  if (sha !== null)
    await trigger(hub, {
      repository,
      event,
      action,
      ref,
      sha,
      payload: action === null ? payload : { action, ...payload },
      actor,
    });
}

/** The filters of one event in a workflow's source; null when the workflow does not listen to it. */
export function filterFor(source: string, event: string): Filter | null {
  const on = triggersSchema.safeParse(safeYaml(source)).data?.on;
  if (on === undefined) return null;
  if (typeof on === "string") return on === event ? {} : null;
  if (Array.isArray(on)) return on.includes(event) ? {} : null;
  return event in on ? (filterSchema.safeParse(on[event] ?? {}).data ?? {}) : null;
}

function safeYaml(source: string): unknown {
  try {
    return parse(source);
  } catch {
    return null;
  }
}

const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ["opened", "synchronize", "reopened"],
};

async function passes(store: RepositoryStore, filter: Filter, occasion: Occasion): Promise<boolean> {
  const { event, action, ref } = occasion;
  const types = filter.types ?? defaultTypes[event];
  if (action !== null && types !== undefined && !types.includes(action)) return false;
  const tag = /^refs\/tags\/(.+)$/u.exec(ref)?.[1];
  if (tag !== undefined) return filter.tags === undefined ? filter.branches === undefined : matches(filter.tags, tag);
  const branch = event === "pull_request" ? baseBranch(occasion.payload) : ref.replace("refs/heads/", "");
  if (filter.branches === undefined && filter.tags !== undefined) return false;
  if (filter.branches !== undefined && !matches(filter.branches, branch)) return false;
  if (filter["branches-ignore"] !== undefined && matches(filter["branches-ignore"], branch)) return false;
  if (filter.paths === undefined && filter["paths-ignore"] === undefined) return true;
  const paths = await changedPaths(store, occasion);
  if (paths === null) return true;
  if (filter.paths !== undefined && !paths.some((path) => matches(filter.paths ?? [], path))) return false;
  return filter["paths-ignore"] === undefined || !paths.every((path) => matches(filter["paths-ignore"] ?? [], path));
}

const pullSchema = z.object({ pull_request: z.object({ base: z.object({ ref: z.string(), sha: z.string() }) }) });
const pushSchema = z.object({ before: z.string(), created: z.boolean() });

function baseBranch(payload: Readonly<Record<string, unknown>>): string {
  return pullSchema.safeParse(payload).data?.pull_request.base.ref ?? "";
}

async function changedPaths(store: RepositoryStore, occasion: Occasion): Promise<readonly string[] | null> {
  const push = pushSchema.safeParse(occasion.payload).data;
  const before =
    pullSchema.safeParse(occasion.payload).data?.pull_request.base.sha ??
    (push?.created === false ? push.before : null);
  if (before === null || before === undefined) return null;
  return (await changes(store, before, occasion.sha)).map((change) => change.path);
}

/** GitHub's filter patterns: `*` stays within a slash, `**` does not, a later `!pattern` takes back. */
function matches(patterns: readonly string[], text: string): boolean {
  let result = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    if (toExpression(negated ? pattern.slice(1) : pattern).test(text)) result = !negated;
  }
  return result;
}

function toExpression(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\]/gu, "\\$&")
    .replace(/\*\*\/?|\*|\?/gu, (part) =>
      part === "**/" ? "(?:.*/)?" : part === "**" ? ".*" : part === "*" ? "[^/]*" : "[^/]",
    );
  return new RegExp(`^${source}$`, "u");
}
