import { z } from "zod";
import { forbidden, hasRole, lacksRole, needs, needsRole } from "../auth/access.ts";
import { found, notFound, Problem } from "../http/problem.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { onDefaultBranch } from "../runs/trigger.ts";
import { commentShape, commentsOf, issueShape, reactionShape } from "../shapes/issue.ts";
import type { Comment, Reaction } from "../state/records.ts";
import { roleOf } from "../state/world.ts";
import { announceComment } from "../webhooks/announce.ts";
import { issueOf } from "./issues.ts";

const maxBody = 65_536;
const bodySchema = z.object({ body: z.string() });
const reactionSchema = z.object({
  content: z.enum(["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"]),
});

const reading = needs("issues:read", "pull_requests:read");
const writing = needsRole("read", "issues:write", "pull_requests:write");

export const commentRoutes: readonly Route[] = [
  repositoryRoute(
    "get",
    "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    reading,
    ({ hub, repository, parameters, query, page }) => {
      const since = query.get("since");
      const all = commentsOf(hub.world, issueOf(repository, parameters.issue_number)).filter(
        (comment) => since === null || Date.parse(comment.updatedAt) >= Date.parse(since),
      );
      return { status: 200, body: page(all).map((comment) => commentShape(hub.world, comment)) };
    },
  ),
  repositoryRoute("get", "/repos/{owner}/{repo}/issues/comments", reading, ({ hub, repository, page }) => {
    const all = [...hub.world.comments.values()].filter((comment) => comment.issue.repository === repository);
    return { status: 200, body: page(all).map((comment) => commentShape(hub.world, comment)) };
  }),
  repositoryRoute("post", "/repos/{owner}/{repo}/issues/{issue_number}/comments", writing, async (call) => {
    const { hub, sender } = call;
    const issue = issueOf(call.repository, call.parameters.issue_number);
    const now = hub.world.clock.iso();
    const comment: Comment = {
      id: hub.world.newId(),
      issue,
      author: sender,
      body: bodyOf(call),
      via: call.via,
      createdAt: now,
      updatedAt: now,
    };
    hub.world.comments.set(comment.id, comment);
    issue.updatedAt = now;
    announceComment(hub, comment, "created", sender);
    if (call.actor.kind !== "job")
      await onDefaultBranch(
        hub,
        issue.repository,
        "issue_comment",
        "created",
        { issue: issueShape(hub.world, issue), comment: commentShape(hub.world, comment) },
        sender,
      );
    return { status: 201, body: commentShape(hub.world, comment) };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/issues/comments/{comment_id}", reading, (call) => ({
    status: 200,
    body: commentShape(call.hub.world, commentOf(call, call.parameters.comment_id)),
  })),
  repositoryRoute("patch", "/repos/{owner}/{repo}/issues/comments/{comment_id}", writing, (call) => {
    const comment = commentOf(call, call.parameters.comment_id);
    mayChange(call, comment);
    const before = comment.body;
    comment.body = bodyOf(call);
    comment.updatedAt = call.hub.world.clock.iso();
    announceComment(call.hub, comment, "edited", call.sender, before);
    return { status: 200, body: commentShape(call.hub.world, comment) };
  }),
  repositoryRoute("delete", "/repos/{owner}/{repo}/issues/comments/{comment_id}", writing, (call) => {
    const comment = commentOf(call, call.parameters.comment_id);
    mayChange(call, comment);
    call.hub.world.comments.delete(comment.id);
    announceComment(call.hub, comment, "deleted", call.sender);
    return { status: 204, body: null };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", reading, (call) => ({
    status: 200,
    body: call
      .page(reactionsTo(call, commentOf(call, call.parameters.comment_id).id))
      .map((reaction) => reactionShape(call.hub.world, reaction)),
  })),
  repositoryRoute("post", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", writing, (call) =>
    react(call, commentOf(call, call.parameters.comment_id).id),
  ),
  repositoryRoute(
    "delete",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}",
    writing,
    (call) => {
      const reaction = found(call.hub.world.reactions.get(Number(call.parameters.reaction_id)));
      if (reaction.subject !== commentOf(call, call.parameters.comment_id).id || reaction.author !== call.sender)
        throw notFound();
      call.hub.world.reactions.delete(reaction.id);
      return { status: 204, body: null };
    },
  ),
  repositoryRoute("get", "/repos/{owner}/{repo}/issues/{issue_number}/reactions", reading, (call) => ({
    status: 200,
    body: call
      .page(reactionsTo(call, issueOf(call.repository, call.parameters.issue_number).id))
      .map((reaction) => reactionShape(call.hub.world, reaction)),
  })),
  repositoryRoute("post", "/repos/{owner}/{repo}/issues/{issue_number}/reactions", writing, (call) =>
    react(call, issueOf(call.repository, call.parameters.issue_number).id),
  ),
];

function bodyOf(call: RepositoryCall): string {
  const { body } = call.read(bodySchema);
  if (body.trim() === "")
    throw new Problem(422, "Validation Failed", {
      errors: [{ resource: "IssueComment", code: "missing_field", field: "body" }],
    });
  if (Array.from(body).length > maxBody)
    throw new Problem(422, "Validation Failed", {
      errors: [
        {
          resource: "IssueComment",
          code: "custom",
          field: "body",
          message: `body is too long (maximum is ${maxBody} characters)`,
        },
      ],
    });
  return body;
}

function commentOf(call: RepositoryCall, id: string): Comment {
  const comment = found(call.hub.world.comments.get(Number(id)));
  if (comment.issue.repository !== call.repository) throw notFound();
  return comment;
}

/** One's own comments, or any with write access; an App may edit what it did not write only as GitHub allows: not at all. */
function mayChange(call: RepositoryCall, comment: Comment): void {
  const { actor } = call;
  if (comment.author === call.sender) return;
  if (actor.kind === "user" && hasRole(roleOf(call.repository, actor.user), "write")) return;
  throw actor.kind === "user" ? lacksRole("write") : forbidden();
}

const reactionsTo = (call: RepositoryCall, subject: number): readonly Reaction[] =>
  [...call.hub.world.reactions.values()].filter((reaction) => reaction.subject === subject);

/** 201 for a new one, 200 for one that is there already: a retry is safe. */
function react(call: RepositoryCall, subject: number) {
  const { world } = call.hub;
  const { content } = call.read(reactionSchema);
  const known = reactionsTo(call, subject).find(
    (reaction) => reaction.author === call.sender && reaction.content === content,
  );
  if (known !== undefined) return { status: 200 as const, body: reactionShape(world, known) };
  const reaction: Reaction = { id: world.newId(), subject, author: call.sender, content, createdAt: world.clock.iso() };
  world.reactions.set(reaction.id, reaction);
  return { status: 201 as const, body: reactionShape(world, reaction) };
}
