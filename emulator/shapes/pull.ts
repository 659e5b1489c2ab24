import type { components } from "@octokit/openapi-types";
import { changes, distance, mergeBase, mergeTree } from "../git/history.ts";
import type { RepositoryStore } from "../git/store.ts";
import type { Hub } from "../hub.ts";
import { protectionOf, unmet } from "../state/protection.ts";
import type { PullIssue } from "../state/records.ts";
import { commentsOf, simplePull } from "./issue.ts";
import { simpleUser } from "./user.ts";

type Measured = {
  readonly mergeable: boolean;
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changed_files: number;
};

const measured = new WeakMap<RepositoryStore, Map<string, Measured>>();

/** What git knows of a pull request. The base is the tip of the base branch while open, the recorded one after. */
async function measure(store: RepositoryStore, base: string, head: string): Promise<Measured> {
  const cache = measured.get(store) ?? new Map<string, Measured>();
  measured.set(store, cache);
  const key = `${base} ${head}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const from = (await mergeBase(store, base, head)) ?? base;
  const [files, { ahead }, merged] = await Promise.all([
    changes(store, from, head),
    distance(store, base, head),
    mergeTree(store, base, head),
  ]);
  const sum = (pick: (file: { additions: number; deletions: number }) => number) =>
    files.reduce((total, file) => total + pick(file), 0);
  const result = {
    mergeable: merged !== null,
    commits: ahead,
    additions: sum((file) => file.additions),
    deletions: sum((file) => file.deletions),
    changed_files: files.length,
  };
  cache.set(key, result);
  return result;
}

/** The commit that a pull request is compared with. */
export async function baseOf(hub: Hub, issue: PullIssue): Promise<string> {
  if (issue.pull.mergedAt !== null) return issue.pull.baseSha;
  return (await hub.git(issue.repository).resolve(`refs/heads/${issue.pull.baseRef}`)) ?? issue.pull.baseSha;
}

/** `blocked` for everybody while a required check lacks, also for admins whom the rule does not bind. */
function mergeableState({ world }: Hub, { state, repository, pull }: PullIssue, mergeable: boolean): string {
  if (state !== "open") return "unknown";
  if (!mergeable) return "dirty";
  const protection = protectionOf(repository, pull.baseRef);
  return protection !== null && unmet(world, repository, protection, pull.headSha) !== null ? "blocked" : "clean";
}

/** A pull request in full. */
export async function pullShape(hub: Hub, issue: PullIssue): Promise<components["schemas"]["pull-request"]> {
  const { world } = hub;
  const { pull } = issue;
  const { mergeable, ...numbers } = await measure(hub.git(issue.repository), await baseOf(hub, issue), pull.headSha);
  const merged = pull.mergedAt !== null;
  return {
    ...simplePull(world, issue),
    state: issue.state,
    user: simpleUser(world, issue.author),
    merged,
    mergeable: issue.state === "open" ? mergeable : null,
    rebaseable: issue.state === "open" ? mergeable : null,
    mergeable_state: mergeableState(hub, issue, mergeable),
    merged_by: pull.mergedBy === null ? null : simpleUser(world, pull.mergedBy),
    comments: commentsOf(world, issue).length,
    review_comments: 0,
    maintainer_can_modify: false,
    ...numbers,
  };
}
