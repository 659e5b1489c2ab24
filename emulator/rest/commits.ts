import { needs } from "../auth/access.ts";
import { changes, distance, log, mergeBase } from "../git/history.ts";
import { found, invalid, Problem } from "../http/problem.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { commitShape, diffEntry } from "../shapes/commit.ts";
import { simplePull } from "../shapes/issue.ts";
import { repositoryPage, repositoryUrl } from "../shapes/repository.ts";
import { pullsOf } from "../state/world.ts";
import { commitOf, revisionOf } from "./revision.ts";

/** Commits, tags and what lies between two commits. */
export const commitRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/commits", needs("contents:read"), async (call) => {
    const start = await revisionOf(call, call.query.get("sha"));
    const path = call.query.get("path");
    const commits = await log(call.git, start, { limit: 1000, ...(path === null ? {} : { path }) });
    return {
      status: 200,
      body: call.page(commits).map((commit) => commitShape(call.hub.world, call.repository, commit)),
    };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/commits/{ref}", needs("contents:read"), async (call) => {
    const sha = await commitOf(call, call.parameters.ref);
    if (/[./]sha$/u.test(call.accept)) return { status: 200, type: "application/vnd.github.sha", bytes: sha };
    const commit = found(await call.git.commit(sha));
    const [parent] = commit.parents;
    const files = await changes(call.git, parent ?? emptyTree, sha);
    const shape = commitShape(call.hub.world, call.repository, commit);
    const additions = files.reduce((sum, file) => sum + file.additions, 0);
    const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
    return {
      status: 200,
      body: {
        ...shape,
        stats: { additions, deletions, total: additions + deletions },
        files: call.page(files).map((file) => diffEntry(call.hub.world, call.repository, sha, file)),
      },
    };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/commits/{commit_sha}/pulls", needs("contents:read"), (call) => {
    const listed = pullsOf(call.repository).filter(
      (issue) =>
        issue.pull.headSha === call.parameters.commit_sha || issue.pull.mergeCommitSha === call.parameters.commit_sha,
    );
    return { status: 200, body: call.page(listed).map((issue) => simplePull(call.hub.world, issue)) };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/compare/{basehead}", needs("contents:read"), compare),
  repositoryRoute("get", "/repos/{owner}/{repo}/tags", needs("contents:read"), async (call) => {
    const tags = call.page(await call.git.references("refs/tags/"));
    const page = repositoryPage(call.hub.world, call.repository);
    const body = await Promise.all(
      tags.map(async ({ name, sha }) => {
        const short = name.slice("refs/tags/".length);
        const commit = (await call.git.resolve(name)) ?? sha;
        return {
          name: short,
          commit: { sha: commit, url: commitUrl(call, commit) },
          zipball_url: `${page}/archive/${name}.zip`,
          tarball_url: `${page}/archive/${name}.tar.gz`,
          node_id: `REF_${short}`,
        };
      }),
    );
    return { status: 200, body };
  }),
];

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

function commitUrl(call: RepositoryCall, sha: string): string {
  return `${repositoryUrl(call.hub.world, call.repository)}/commits/${sha}`;
}

function relation(ahead: number, behind: number): "diverged" | "ahead" | "behind" | "identical" {
  if (ahead > 0) return behind > 0 ? "diverged" : "ahead";
  return behind > 0 ? "behind" : "identical";
}

async function compare(call: RepositoryCall<"/repos/{owner}/{repo}/compare/{basehead}">) {
  const { git, repository } = call;
  const { world } = call.hub;
  const [baseName, headName] = call.parameters.basehead.split("...");
  if (baseName === undefined || headName === undefined) throw invalid("Comparison", "basehead", "invalid");
  const side = async (name: string) => found(await git.resolve(name.slice(name.indexOf(":") + 1)));
  const [base, head] = [await side(baseName), await side(headName)];
  const common = await mergeBase(git, base, head);
  if (common === null) throw new Problem(404, `No common ancestor between ${baseName} and ${headName}.`);
  const [{ ahead, behind }, files, commits] = await Promise.all([
    distance(git, base, head),
    changes(git, common, head),
    log(git, head, { exclude: base, oldestFirst: true }),
  ]);
  const shape = async (sha: string) => commitShape(world, repository, found(await git.commit(sha)));
  const page = `${repositoryPage(world, repository)}/compare/${baseName}...${headName}`;
  const status = relation(ahead, behind);
  // The files come with the first page only; the pages are pages of commits.
  const first = (call.query.get("page") ?? "1") === "1";
  return {
    status: 200 as const,
    body: {
      url: `${repositoryUrl(world, repository)}/compare/${baseName}...${headName}`,
      html_url: page,
      permalink_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      base_commit: await shape(base),
      merge_base_commit: await shape(common),
      status,
      ahead_by: ahead,
      behind_by: behind,
      total_commits: commits.length,
      commits: call.page(commits).map((commit) => commitShape(world, repository, commit)),
      files: first ? files.slice(0, 300).map((file) => diffEntry(world, repository, head, file)) : [],
    },
  };
}
