/** `/:owner/:repo/pull/:id`: the conversation, its forms, the merge box. */

import { readBranchRule } from "../branch-rule.ts";
import type { Action, Context, Route } from "../context.ts";
import { page } from "../context.ts";
import { comment, commentForm, mayClose, setState } from "../conversation.ts";
import { type Html, html } from "../html.ts";
import { live, liveList } from "../live.ts";
import { associationOf, commentBox, issueComment } from "../parts/comment.ts";
import { deploymentRow, newestByEnvironment, readStates } from "../parts/deployment-list.ts";
import { icon } from "../parts/icon.ts";
import { mergeBox } from "../parts/merge-box.ts";
import { avatar, name } from "../parts/person.ts";
import { inPull, pullState } from "../parts/pull-head.ts";
import { environmentsOf, pullSide } from "../parts/pull-side.ts";
import { type PullAt, pullAt, readPull } from "../pull-reads.ts";
import { readRights } from "../rights.ts";
import type { Comment, Commit, Pull } from "../shapes.ts";
import { ago } from "../time.ts";
import { pathOf } from "../url.ts";

type Entry = { readonly at: string; readonly id: string; readonly content: Html };

export const pullPage: Route = {
  pattern: "/:owner/:repo/pull/:id",
  show: async (context) => {
    const { at, pull, rows, checks } = await readPull(context);
    const { owner, repo } = at;
    const rights = await readRights(context);
    const [comments, commits, rule, deployments, environments] = await Promise.all([
      context.rest.pages("/repos/{owner}/{repo}/issues/{issue_number}/comments", {
        owner,
        repo,
        issue_number: pull.number,
      }),
      context.rest.pages("/repos/{owner}/{repo}/pulls/{pull_number}/commits", at),
      readBranchRule(context, pull.base.ref, rights),
      deploymentsOf(context, at, pull),
      environmentsOf(context, at),
    ]);
    const state = pullState(pull);
    const entries = [
      ...(await Promise.all(comments.flat().map((comment) => commentEntry(context, comment)))),
      ...commits.flat().map((commit) => commitEntry(context, commit)),
      ...endEntries(context, pull),
    ].toSorted((left, right) => left.at.localeCompare(right.at));
    const items = [await openingItem(context, pull), ...entries];
    return page(
      `${pull.title} · Pull request #${pull.number} · ${owner}/${repo}`,
      inPull(
        context,
        { pull, tab: "conversation", checks },
        html`<div class="with-aside"><div class="conversation">
          ${liveList("timeline", items)}
          ${live("merge", html`${deployments}${mergeBox(context, { pull, rows, rule, rights })}`)}
          ${commentForm(context, { noun: "pull request", state: state === "draft" ? "open" : state, closable: mayClose(context, rights, pull.user) })}
        </div>${live("pull-side", pullSide(context, { pull, comments: comments.flat(), environments }))}</div>`,
      ),
    );
  },
  actions: { comment, close: setState("closed"), reopen: setState("open"), merge },
};

async function openingItem(context: Context, pull: Pull): Promise<{ id: string; content: Html }> {
  const body = pull.body
    ? await context.markdown(pull.body)
    : html`<p class="muted"><em>No description provided.</em></p>`;
  const box = commentBox(
    {
      id: `issue-${pull.number}`,
      commentId: null,
      author: pull.user,
      verb: "opened this",
      createdAt: pull.created_at,
      edited: false,
      association: associationOf(pull.author_association),
      body,
      reactions: null,
    },
    context.now,
  );
  return { id: `issue-${pull.number}`, content: box };
}

async function commentEntry(context: Context, comment: Comment): Promise<Entry> {
  const body = await context.markdown(comment.body ?? "");
  return {
    at: comment.created_at,
    id: `issuecomment-${comment.id}`,
    content: issueComment(comment, body, context.now),
  };
}

function commitEntry({ params }: Context, commit: Commit): Entry {
  const url = pathOf(params.owner, params.repo, "commit", commit.sha);
  return {
    at: commit.commit.committer?.date ?? commit.commit.author?.date ?? "",
    id: `commit-${commit.sha}`,
    content: html`<p class="event" data-commit="${commit.sha}">${icon("commit")}${avatar({ login: commit.author?.login ?? commit.commit.author?.name ?? "ghost" })}
      <a class="quiet event-text" href="${url}">${commit.commit.message.split("\n")[0]}</a> <a class="event-sha" href="${url}"><code>${commit.sha.slice(0, 7)}</code></a></p>`,
  };
}

function endEntries({ now, params }: Context, pull: Pull): readonly Entry[] {
  const state = pullState(pull);
  if (state === "merged" && pull.merged_at) {
    const sha = pull.merge_commit_sha ?? "";
    return [
      {
        at: pull.merged_at,
        id: "event-merged",
        content: html`<p class="event event-merged">${icon("merged")}${avatar(pull.merged_by)}<span>${name(pull.merged_by)} merged commit
          <a href="${pathOf(params.owner, params.repo, "commit", sha)}"><code>${sha.slice(0, 7)}</code></a> into <span class="branch">${pull.base.ref}</span> ${ago(pull.merged_at, now)}</span></p>`,
      },
    ];
  }
  if (state !== "closed" || !pull.closed_at) return [];
  const content = html`<p class="event event-closed">${icon("closed")}<span>This was closed ${ago(pull.closed_at, now)}</span></p>`;
  return [{ at: pull.closed_at, id: "event-closed", content }];
}

/** Deployments of the merge commit, newest per environment. */
async function deploymentsOf(context: Context, at: PullAt, pull: Pull): Promise<Html | null> {
  if (!pull.merged_at || !pull.merge_commit_sha) return null;
  const { owner, repo } = at;
  const pages = await context.rest.pages("/repos/{owner}/{repo}/deployments", {
    owner,
    repo,
    sha: pull.merge_commit_sha,
  });
  const states = await readStates(context.rest, at, newestByEnvironment(pages.flat()));
  if (states.length === 0) return null;
  return html`<section class="box" aria-label="Deployments of the merge commit"><h2 class="box-head">${icon("rocket")} Deployments</h2>
    <ul class="rows">${states.map((state) => deploymentRow(state, at, context.now))}</ul></section>`;
}

async function merge(context: Context, fields: ReadonlyMap<string, string>): ReturnType<Action> {
  const method = fields.get("method") === "squash" ? "squash" : "merge";
  const params = { ...pullAt(context) };
  const body = { merge_method: method, sha: fields.get("sha") };
  await context.rest.send("PUT", "/repos/{owner}/{repo}/pulls/{pull_number}/merge", params, body);
  return { to: context.path, notice: "Pull request merged." };
}
