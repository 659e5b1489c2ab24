import { z } from "zod";
import { invalid, Problem } from "../http/problem.ts";
import type { RepositoryCall } from "../http/route.ts";
import type { PullIssue } from "../state/records.ts";
import { announcePull } from "../webhooks/announce.ts";
import { keepHead, triggerPull } from "../webhooks/push.ts";

export const updateSchema = z.object({
  title: z.string().min(1).optional(),
  body: z.string().nullable().optional(),
  state: z.enum(["open", "closed"]).optional(),
  base: z.string().optional(),
});

/** Changes title, body, base or state of a pull request, and tells everybody. */
export async function changePull(
  call: RepositoryCall,
  issue: PullIssue,
  input: z.output<typeof updateSchema>,
): Promise<void> {
  const { hub, sender } = call;
  const { pull } = issue;
  const changed = input.state !== undefined && input.state !== issue.state;
  if (changed && pull.mergedAt !== null) throw unchangeable("The pull request was merged.");
  const head = changed && input.state === "open" ? await headForReopening(call, issue) : null;
  const edits: Record<string, unknown> = {};
  if (input.title !== undefined && input.title !== issue.title) {
    edits["title"] = { from: issue.title };
    issue.title = input.title;
  }
  if (input.body !== undefined && input.body !== issue.body) {
    edits["body"] = { from: issue.body ?? "" };
    issue.body = input.body;
  }
  if (input.base !== undefined && input.base !== pull.baseRef) {
    const baseSha = await call.git.resolve(`refs/heads/${input.base}`);
    if (baseSha === null) throw invalid("PullRequest", "base", "invalid");
    edits["base"] = { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } };
    pull.baseRef = input.base;
    pull.baseSha = baseSha;
  }
  issue.updatedAt = hub.world.clock.iso();
  if (Object.keys(edits).length > 0) await announcePull(hub, issue, "edited", sender, { changes: edits });
  if (!changed || input.state === undefined) return;
  issue.state = input.state;
  issue.closedAt = input.state === "closed" ? issue.updatedAt : null;
  if (head !== null) {
    // A branch that moved while the pull request was closed has a new head at reopening.
    pull.headSha = head;
    await keepHead(hub, issue);
  }
  const payload = await announcePull(hub, issue, input.state === "closed" ? "closed" : "reopened", sender);
  if (input.state === "open" && call.actor.kind !== "job") await triggerPull(hub, issue, "reopened", payload, sender);
}

/** The commit that a reopened pull request has; throws where its branch is gone. */
async function headForReopening({ hub }: RepositoryCall, { pull }: PullIssue): Promise<string> {
  const head = await hub.git(pull.headRepository).resolve(`refs/heads/${pull.headRef}`);
  if (head === null) throw unchangeable(`The ${pull.headRef} branch has been deleted.`);
  return head;
}

function unchangeable(why: string): Problem {
  const message = `state cannot be changed. ${why}`;
  return new Problem(422, "Validation Failed", {
    errors: [{ resource: "PullRequest", code: "invalid", field: "state", message }],
  });
}
