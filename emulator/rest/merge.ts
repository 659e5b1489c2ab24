import { log, mergeTree, rebase } from "../git/history.ts";
import { found, Problem } from "../http/problem.ts";
import type { RepositoryCall } from "../http/route.ts";
import type { PullIssue } from "../state/records.ts";
import { announcePull } from "../webhooks/announce.ts";
import { pushed } from "../webhooks/push.ts";
import { mustMeetProtection } from "./branches.ts";
import { personOf } from "./revision.ts";

export type MergeInput = {
  readonly commit_title?: string | undefined;
  readonly commit_message?: string | undefined;
  readonly sha?: string | undefined;
  readonly merge_method?: "merge" | "squash" | "rebase" | undefined;
};

/** Merges a pull request into its base branch and tells everybody; gives the resulting commit. */
export async function merge(call: RepositoryCall, issue: PullIssue, input: MergeInput): Promise<string> {
  const { git, hub, repository, sender } = call;
  const { pull } = issue;
  if (issue.state !== "open") throw new Problem(405, "Pull Request is not mergeable");
  if (pull.draft) throw new Problem(405, "Pull Request is still a draft");
  if (input.sha !== undefined && input.sha !== pull.headSha)
    throw new Problem(409, "Head branch was modified. Review and try the merge again.");
  mustMeetProtection(call, { branch: pull.baseRef, sha: pull.headSha, status: 405 });
  const ref = `refs/heads/${pull.baseRef}`;
  const base = found(await git.resolve(ref));
  const after = await combine(call, issue, base, input);
  if (after === null) throw new Problem(405, "Merge conflict");
  if (!(await git.updateReference(ref, after, base)))
    throw new Problem(409, "Base branch was modified. Review and try the merge again.");

  const now = hub.world.clock.iso();
  pull.baseSha = base;
  pull.mergedAt = now;
  pull.mergedBy = sender;
  pull.mergeCommitSha = after;
  issue.state = "closed";
  issue.closedAt = now;
  issue.updatedAt = now;
  await announcePull(hub, issue, "closed", sender);
  await pushed(hub, { repository, ref, before: base, after, sender, byJob: call.actor.kind === "job" });
  return after;
}

async function combine(
  call: RepositoryCall,
  issue: PullIssue,
  base: string,
  input: MergeInput,
): Promise<string | null> {
  const { git, hub, sender } = call;
  const { pull, number, title } = issue;
  const author = personOf(sender, hub.world.clock);
  const committer = { ...author, name: "GitHub", email: "noreply@github.com" };
  const method = input.merge_method ?? "merge";
  if (method === "rebase") return rebase(git, base, pull.headSha, committer);
  const tree = await mergeTree(git, base, pull.headSha);
  if (tree === null) return null;
  if (method === "squash") {
    const commits = await log(git, pull.headSha, { exclude: base, oldestFirst: true });
    const listed = commits.map((commit) => `* ${commit.message}`).join("\n\n");
    const first = commits[0];
    const subject = input.commit_title ?? `${title} (#${number})`;
    const message = [subject, input.commit_message ?? listed].filter(Boolean).join("\n\n");
    return git.writeCommit({ tree, parents: [base], author: first?.author ?? author, committer, message });
  }
  const subject =
    input.commit_title ?? `Merge pull request #${number} from ${pull.headRepository.owner.login}/${pull.headRef}`;
  const message = [subject, input.commit_message ?? title].filter(Boolean).join("\n\n");
  return git.writeCommit({ tree, parents: [base, pull.headSha], author, committer, message });
}

/** Merges the base branch into the head branch, so that the pull request is up to date. */
export async function updateBranch(
  call: RepositoryCall,
  issue: PullIssue,
  expected: string | undefined,
): Promise<void> {
  const { hub, sender } = call;
  const { pull } = issue;
  if (expected !== undefined && expected !== pull.headSha)
    throw new Problem(422, "expected_head_sha does not match the pull request's head ref.");
  const base = found(await call.git.resolve(`refs/heads/${pull.baseRef}`));
  const tree = await mergeTree(call.git, pull.headSha, base);
  if (tree === null) throw new Problem(422, "merge conflict between base and head");
  const author = personOf(sender, hub.world.clock);
  const message = `Merge branch '${pull.baseRef}' into ${pull.headRef}`;
  if (pull.headRepository !== call.repository) throw new Problem(403, "Resource not accessible by integration");
  const before = pull.headSha;
  const after = await call.git.writeCommit({ tree, parents: [before, base], author, committer: author, message });
  const ref = `refs/heads/${pull.headRef}`;
  if (!(await call.git.updateReference(ref, after, before))) throw new Problem(409, "The head branch was modified.");
  await pushed(hub, { repository: call.repository, ref, before, after, sender, byJob: call.actor.kind === "job" });
}
