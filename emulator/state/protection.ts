import { matchesGlob } from "node:path";
import type { Actor } from "../auth/actor.ts";
import type { BranchProtection, CheckRun, CommitStatus, Repository } from "./records.ts";
import { roleOf, type World } from "./world.ts";

/** How far a required check is at a commit; the words are those of GitHub's refusals. */
export type Standing = "passed" | "failing" | "expected" | "pending" | "queued" | "in progress";

/** The rule of a branch: the one with its very name, else the first whose pattern fits; null for an open branch. */
export function protectionOf(repository: Repository, branch: string): BranchProtection | null {
  const named = repository.protectedBranches.get(branch);
  if (named !== undefined) return named;
  for (const [pattern, protection] of repository.protectedBranches) if (matchesGlob(branch, pattern)) return protection;
  return null;
}

/** Whether the rule does not bind the caller: by GitHub's default it does not bind admins. */
export function isExempt(actor: Actor, repository: Repository, { enforceAdmins }: BranchProtection): boolean {
  return !enforceAdmins && actor.kind === "user" && roleOf(repository, actor.user) === "admin";
}

/** What still lacks at a commit, in GitHub's words; null once every required check has passed there. */
export function unmet(
  world: World,
  repository: Repository,
  { requiredChecks }: BranchProtection,
  sha: string,
): string | null {
  const all = requiredChecks.map((name) => ({ name, standing: standingOf(world, repository, sha, name) }));
  const open = all.filter(({ standing }) => standing !== "passed");
  const [first] = open;
  if (first === undefined) return null;
  if (all.length === 1) return `Required status check "${first.name}" is ${first.standing}.`;
  const counts = new Map<Standing, number>();
  for (const { standing } of open) counts.set(standing, (counts.get(standing) ?? 0) + 1);
  const of = `${open.length} of ${all.length} required status checks`;
  if (counts.size === 1 && open.length === all.length) return `${of} are ${first.standing}.`;
  const listed = [...counts].map(([standing, count]) => `${count} ${standing}`).join(" and ");
  return `${of} have not succeeded: ${listed}.`;
}

/** The newest check run or commit status of that name decides. */
function standingOf(world: World, repository: Repository, sha: string, name: string): Standing {
  const run = [...world.checkRuns.values()].findLast(
    (known) => known.name === name && known.suite.sha === sha && known.suite.repository === repository,
  );
  const status = world.statuses.findLast(
    (known) => known.context === name && known.sha === sha && known.repository === repository,
  );
  if (run !== undefined && (status === undefined || run.id > status.id)) return ofRun(run);
  return status === undefined ? "expected" : ofStatus(status);
}

function ofRun({ status, conclusion }: CheckRun): Standing {
  if (status !== "completed") return status === "queued" ? "queued" : "in progress";
  return conclusion === "success" || conclusion === "neutral" || conclusion === "skipped" ? "passed" : "failing";
}

function ofStatus({ state }: CommitStatus): Standing {
  if (state === "pending") return "pending";
  return state === "success" ? "passed" : "failing";
}
