import { changes, log, mergeBase, mergeTree } from "../git/history.ts";
import { runGit } from "../git/run.ts";
import type { Hub } from "../hub.ts";
import { trigger } from "../runs/trigger.ts";
import { emailOf, pushedCommit } from "../shapes/commit.ts";
import { repositoryPage } from "../shapes/repository.ts";
import { simpleUser } from "../shapes/user.ts";
import type { CheckSuite, PullIssue, Repository, User } from "../state/records.ts";
import { installationOn, pullsOf } from "../state/world.ts";
import { announcePull, announceSuite } from "./announce.ts";

export type Push = {
  readonly repository: Repository;
  /** `refs/heads/…` or `refs/tags/…`. */
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly sender: User;
  /** A push by a job's own token starts no workflows. */
  readonly byJob: boolean;
};

const none = "0".repeat(40);

/** Everything that follows when a reference has moved, by whatever route: webhooks, pull requests, workflows. */
export async function pushed(hub: Hub, push: Push): Promise<void> {
  const { repository, ref, after } = push;
  if (push.before === after) return;
  repository.pushedAt = hub.world.clock.iso();
  const payload = await announcePush(hub, push);
  const branch = /^refs\/heads\/(.+)$/u.exec(ref)?.[1];
  if (branch !== undefined) {
    if (after !== null) await requestSuites(hub, repository, branch, after, push.sender);
    await movePulls(hub, push, branch);
  }
  if (after !== null && !push.byJob)
    await trigger(hub, { repository, event: "push", action: null, ref, sha: after, payload, actor: push.sender });
}

async function announcePush(hub: Hub, push: Push): Promise<Record<string, unknown>> {
  const { repository, ref, before, after, sender } = push;
  const { world } = hub;
  const store = hub.git(repository);
  const page = repositoryPage(world, repository);
  const isBranch = ref.startsWith("refs/heads/");
  const listed =
    after === null || !isBranch
      ? []
      : await log(store, after, before === null ? { limit: 1 } : { exclude: before, limit: 20 });
  const commits = await Promise.all(
    listed.map(async (commit) => {
      const [parent] = commit.parents;
      return pushedCommit(
        world,
        repository,
        commit,
        parent === undefined ? [] : await changes(store, parent, commit.sha),
      );
    }),
  );
  const forced = before !== null && after !== null && isBranch && (await mergeBase(store, before, after)) !== before;
  const payload = {
    ref,
    before: before ?? none,
    after: after ?? none,
    created: before === null,
    deleted: after === null,
    forced,
    base_ref: null,
    compare: `${page}/compare/${(before ?? none).slice(0, 12)}...${(after ?? none).slice(0, 12)}`,
    commits: commits.toReversed(),
    head_commit: commits[0] ?? null,
    pusher: { name: sender.login, email: emailOf(sender) },
  };
  hub.webhooks.send({ name: "push", action: null, repository, sender, payload });
  return { ...payload, sender: simpleUser(world, sender) };
}

/** Each App that may write checks gets its suite on a pushed commit. */
async function requestSuites(
  hub: Hub,
  repository: Repository,
  branch: string,
  sha: string,
  sender: User,
): Promise<void> {
  for (const app of hub.world.apps.values()) {
    if (app.permissions["checks"] !== "write" || installationOn(hub.world, app, repository) === null) continue;
    if (
      [...hub.world.suites.values()].some(
        (suite) => suite.app === app && suite.repository === repository && suite.sha === sha,
      )
    )
      continue;
    const suite: CheckSuite = { id: hub.world.newId(), repository, app, sha, branch, createdAt: hub.world.clock.iso() };
    hub.world.suites.set(suite.id, suite);
    await announceSuite(hub, suite, "requested", sender);
  }
}

async function movePulls(hub: Hub, push: Push, branch: string): Promise<void> {
  for (const target of hub.world.repositories.values())
    for (const issue of pullsOf(target)) {
      const { pull } = issue;
      if (issue.state !== "open" || pull.headRepository !== push.repository || pull.headRef !== branch) continue;
      if (push.after === null) await closeHeadless(hub, issue, push.sender);
      else await synchronize(hub, issue, push.after, push);
    }
}

async function synchronize(hub: Hub, issue: PullIssue, after: string, push: Push): Promise<void> {
  const before = issue.pull.headSha;
  issue.pull.headSha = after;
  issue.pull.baseSha =
    (await hub.git(issue.repository).resolve(`refs/heads/${issue.pull.baseRef}`)) ?? issue.pull.baseSha;
  issue.updatedAt = hub.world.clock.iso();
  await keepHead(hub, issue);
  const payload = await announcePull(hub, issue, "synchronize", push.sender, { before, after });
  if (!push.byJob) await triggerPull(hub, issue, "synchronize", payload, push.sender);
}

async function closeHeadless(hub: Hub, issue: PullIssue, sender: User): Promise<void> {
  issue.state = "closed";
  issue.closedAt = hub.world.clock.iso();
  issue.updatedAt = issue.closedAt;
  await announcePull(hub, issue, "closed", sender);
}

/** Starts the workflows that listen to a pull request; not for forks, as in any private repository of GitHub's. */
export async function triggerPull(
  hub: Hub,
  issue: PullIssue,
  action: string,
  payload: Record<string, unknown>,
  actor: User,
): Promise<void> {
  const { pull, repository, number } = issue;
  if (pull.headRepository !== repository) return;
  const ref = `refs/pull/${number}/merge`;
  const executedSha = await mergeForTest(hub, issue, ref);
  // Nothing runs on a pull request that conflicts.
  if (executedSha === null) return;
  await trigger(hub, {
    repository,
    event: "pull_request",
    action,
    ref,
    sha: pull.headSha,
    executedSha,
    payload: { ...payload, action },
    actor,
  });
}

/** The merge of head and base under `refs/pull/N/merge`, which GitHub makes for workflows to run on. */
async function mergeForTest(hub: Hub, issue: PullIssue, ref: string): Promise<string | null> {
  const store = hub.git(issue.repository);
  const base = await store.resolve(`refs/heads/${issue.pull.baseRef}`);
  const tree = base === null ? null : await mergeTree(store, base, issue.pull.headSha);
  if (base === null || tree === null) return null;
  const author = { name: "GitHub", email: "noreply@github.com", date: hub.world.clock.iso() };
  const message = `Merge ${issue.pull.headSha} into ${base}`;
  const sha = await store.writeCommit({
    tree,
    parents: [base, issue.pull.headSha],
    author,
    committer: author,
    message,
  });
  await store.updateReference(ref, sha);
  return sha;
}

/** `refs/pull/N/head` keeps the commit reachable; a fork's objects are fetched into the base repository. */
export async function keepHead(hub: Hub, issue: PullIssue): Promise<void> {
  const store = hub.git(issue.repository);
  const { pull } = issue;
  if (pull.headRepository !== issue.repository) {
    const fork = hub.git(pull.headRepository);
    await runGit(store.gitDir, store.env, [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-write-fetch-head",
      fork.gitDir,
      pull.headSha,
    ]);
  }
  await store.updateReference(`refs/pull/${issue.number}/head`, pull.headSha);
}
