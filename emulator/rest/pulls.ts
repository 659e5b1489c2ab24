import { z } from "zod";
import { hasRole, lacksRole, needs, needsRole } from "../auth/access.ts";
import { changes, log, mergeBase } from "../git/history.ts";
import { found, invalid, Problem } from "../http/problem.ts";
import { type Call, type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { commitShape, diffEntry } from "../shapes/commit.ts";
import { issuePage, simplePull } from "../shapes/issue.ts";
import { baseOf, pullShape } from "../shapes/pull.ts";
import type { Issue, Pull, PullIssue, Repository } from "../state/records.ts";
import { findRepository, isPull, nextNumber, pullsOf, roleOf, type World } from "../state/world.ts";
import { announcePull } from "../webhooks/announce.ts";
import { keepHead, triggerPull } from "../webhooks/push.ts";
import { changePull, updateSchema } from "./change-pull.ts";
import { merge, updateBranch } from "./merge.ts";

const createSchema = z.object({
  title: z.string().min(1),
  head: z.string().min(1),
  base: z.string().min(1),
  body: z.string().nullish(),
  draft: z.boolean().optional(),
});
const mergeSchema = z.object({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z.enum(["merge", "squash", "rebase"]).optional(),
});

export const pullRoutes: readonly Route[] = [
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/pulls",
    needs("pull_requests:read"),
    ({ hub, repository, query, page }) => {
      const state = query.get("state") ?? "open";
      const head = query.get("head");
      const base = query.get("base");
      const listed = pullsOf(repository).filter(
        ({ pull, state: own }) =>
          (state === "all" || own === state) &&
          (base === null || pull.baseRef === base) &&
          (head === null || `${pull.headRepository.owner.login}:${pull.headRef}` === head),
      );
      const ordered = inOrder(listed, query.get("sort") ?? "created", query.get("direction"), hub.world);
      return { status: 200, body: page(ordered).map((issue) => simplePull(hub.world, issue)) };
    },
  ),
  repositoryRoute("post", "/repos/{owner}/{repo}/pulls", needsRole("read", "pull_requests:write"), async (call) => {
    const issue = await open(call);
    const payload = await announcePull(call.hub, issue, "opened", call.sender);
    if (call.actor.kind !== "job") await triggerPull(call.hub, issue, "opened", payload, call.sender);
    return { status: 201, body: await pullShape(call.hub, issue) };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/pulls/{pull_number}", needs("pull_requests:read"), async (call) => {
    const issue = pullOf(call.repository, call.parameters.pull_number);
    if (/[.+]diff\b/u.test(call.accept)) {
      const base = await baseOf(call.hub, issue);
      const from = (await mergeBase(call.git, base, issue.pull.headSha)) ?? base;
      return {
        status: 200,
        type: "application/vnd.github.diff; charset=utf-8",
        bytes: await call.git.run(["diff-tree", "-r", "-M", "-p", from, issue.pull.headSha]),
      };
    }
    return { status: 200, body: await pullShape(call.hub, issue) };
  }),
  repositoryRoute(
    "patch",
    "/repos/{owner}/{repo}/pulls/{pull_number}",
    needsRole("read", "pull_requests:write"),
    async (call) => {
      const issue = pullOf(call.repository, call.parameters.pull_number);
      mustOwn(call, issue);
      await changePull(call, issue, call.read(updateSchema));
      return { status: 200, body: await pullShape(call.hub, issue) };
    },
  ),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/pulls/{pull_number}/files",
    needs("pull_requests:read"),
    async (call) => {
      const issue = pullOf(call.repository, call.parameters.pull_number);
      const base = await baseOf(call.hub, issue);
      const head = issue.pull.headSha;
      const files = await changes(call.git, (await mergeBase(call.git, base, head)) ?? base, head);
      return {
        status: 200,
        body: call.page(files).map((file) => diffEntry(call.hub.world, call.repository, head, file)),
      };
    },
  ),
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/pulls/{pull_number}/commits",
    needs("pull_requests:read"),
    async (call) => {
      const issue = pullOf(call.repository, call.parameters.pull_number);
      const commits = await log(call.git, issue.pull.headSha, {
        exclude: await baseOf(call.hub, issue),
        oldestFirst: true,
      });
      return {
        status: 200,
        body: call.page(commits).map((commit) => commitShape(call.hub.world, call.repository, commit)),
      };
    },
  ),
  repositoryRoute("get", "/repos/{owner}/{repo}/pulls/{pull_number}/merge", needs("pull_requests:read"), (call) => {
    if (pullOf(call.repository, call.parameters.pull_number).pull.mergedAt === null)
      throw new Problem(404, "Not Found");
    return { status: 204, body: null };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", needs("pull_requests:read"), (call) => {
    pullOf(call.repository, call.parameters.pull_number);
    return { status: 200, body: [] };
  }),
  repositoryRoute("put", "/repos/{owner}/{repo}/pulls/{pull_number}/merge", needs("contents:write"), async (call) => {
    const sha = await merge(call, pullOf(call.repository, call.parameters.pull_number), call.read(mergeSchema));
    return { status: 200, body: { sha, merged: true, message: "Pull Request successfully merged" } };
  }),
  repositoryRoute(
    "put",
    "/repos/{owner}/{repo}/pulls/{pull_number}/update-branch",
    needs("pull_requests:write"),
    async (call) => {
      const issue = pullOf(call.repository, call.parameters.pull_number);
      await updateBranch(
        call,
        issue,
        call.read(z.object({ expected_head_sha: z.string().optional() })).expected_head_sha,
      );
      return { status: 202, body: { message: "Updating pull request branch.", url: issuePage(call.hub.world, issue) } };
    },
  ),
];

export function pullOf(repository: Repository, number: string): PullIssue {
  const issue = found(repository.issues.get(Number(number)));
  if (!isPull(issue)) throw new Problem(404, "Not Found");
  return issue;
}

/** GitHub's orders of a list: the newest first unless something else is asked for, and then the smallest first. */
function inOrder(
  listed: readonly PullIssue[],
  sort: string,
  direction: string | null,
  world: World,
): readonly PullIssue[] {
  const comments = Map.groupBy(sort === "popularity" ? world.comments.values() : [], ({ issue }) => issue);
  const rank = (issue: PullIssue): number => {
    if (sort === "popularity") return comments.get(issue)?.length ?? 0;
    return Date.parse(sort === "updated" ? issue.updatedAt : issue.createdAt);
  };
  const ascending = listed.toSorted((a, b) => rank(a) - rank(b) || a.number - b.number);
  const isDescending = direction === null ? sort === "created" : direction === "desc";
  return isDescending ? ascending.toReversed() : ascending;
}

/** People may change what is theirs; others need triage access. */
export function mustOwn(call: Pick<RepositoryCall, "actor" | "repository">, issue: Issue): void {
  const { actor } = call;
  if (actor.kind === "user" && issue.author !== actor.user && !hasRole(roleOf(call.repository, actor.user), "triage"))
    throw lacksRole("triage");
}

async function open(call: RepositoryCall): Promise<PullIssue> {
  const { hub, repository, sender } = call;
  const input = call.read(createSchema);
  const { headRepository, headRef } = headOf(call, input.head);
  const headSha = await hub.git(headRepository).resolve(`refs/heads/${headRef}`);
  const baseSha = await call.git.resolve(`refs/heads/${input.base}`);
  if (headSha === null) throw invalid("PullRequest", "head", "invalid");
  if (baseSha === null) throw invalid("PullRequest", "base", "invalid");
  const taken = pullsOf(repository).some(
    (known) =>
      known.state === "open" &&
      known.pull.headRepository === headRepository &&
      known.pull.headRef === headRef &&
      known.pull.baseRef === input.base,
  );
  if (taken)
    throw new Problem(422, "Validation Failed", {
      errors: [
        {
          resource: "PullRequest",
          code: "custom",
          message: `A pull request already exists for ${headRepository.owner.login}:${headRef}.`,
        },
      ],
    });
  if (headSha === baseSha)
    throw new Problem(422, "Validation Failed", {
      errors: [{ resource: "PullRequest", code: "custom", message: `No commits between ${input.base} and ${headRef}` }],
    });

  const now = hub.world.clock.iso();
  const pull: Pull = {
    id: hub.world.newId(),
    baseRef: input.base,
    baseSha,
    headRepository,
    headRef,
    headSha,
    draft: input.draft ?? false,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
  };
  const issue: PullIssue = {
    id: hub.world.newId(),
    repository,
    number: nextNumber(repository),
    author: sender,
    title: input.title,
    body: input.body ?? null,
    state: "open",
    stateReason: null,
    labels: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    via: call.via,
    pull,
  };
  repository.issues.set(issue.number, issue);
  await keepHead(hub, issue);
  return issue;
}

/** `branch`, or `owner:branch` of a fork. */
function headOf(
  call: Call & { repository: Repository },
  head: string,
): { headRepository: Repository; headRef: string } {
  const colon = head.indexOf(":");
  if (colon < 0) return { headRepository: call.repository, headRef: head };
  const owner = head.slice(0, colon);
  const headRef = head.slice(colon + 1);
  if (owner.toLowerCase() === call.repository.owner.login.toLowerCase())
    return { headRepository: call.repository, headRef };
  const fork = findRepository(call.hub.world, owner, call.repository.name);
  if (fork === null || fork.parent !== call.repository) throw invalid("PullRequest", "head", "invalid");
  return { headRepository: fork, headRef };
}
