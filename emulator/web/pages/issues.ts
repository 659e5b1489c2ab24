/** `/:owner/:repo/issues` and `/:owner/:repo/issues/:id`. */
import { type Context, page, type Route } from "../context.ts";
import { comment, commentForm, mayClose, setState } from "../conversation.ts";
import { type Html, html, nothing } from "../html.ts";
import { live, liveList } from "../live.ts";
import { associationOf, commentBox, issueComment } from "../parts/comment.ts";
import { count } from "../parts/diff-view.ts";
import { icon } from "../parts/icon.ts";
import { name } from "../parts/person.ts";
import { inRepository } from "../parts/repository-head.ts";
import { readRights } from "../rights.ts";
import { ago } from "../time.ts";
import { pathOf } from "../url.ts";

export const issuesPage: Route = {
  pattern: "/:owner/:repo/issues",
  show: async (context) => {
    const { owner, repo } = context.params;
    const state = context.query.get("state") === "closed" ? "closed" : "open";
    const pages = await context.rest.pages("/repos/{owner}/{repo}/issues", { owner, repo, state });
    const issues = pages.flat().filter((issue) => issue.pull_request === undefined);
    const items = issues.map((issue) => ({
      id: `issue-${issue.number}`,
      content: html`<div class="row" data-issue="${issue.number}" data-issue-state="${issue.state}">${issueIcon(issue.state)}<div class="row-main"><a class="strong quiet" href="${pathOf(owner, repo, "issues", issue.number)}">${issue.title}</a>
        ${issue.labels.map(labelOf)}<p class="muted">#${issue.number} opened ${ago(issue.created_at, context.now)} by ${name(issue.user)}</p></div></div>`,
    }));
    const url = pathOf(owner, repo, "issues");
    return page(
      `Issues · ${owner}/${repo}`,
      inRepository(
        context,
        "issues",
        html`<h1 class="page-title">Issues</h1><div class="box"><nav class="box-head filter" aria-label="State"><a href="${url}" ${state === "open" && html`aria-current="page"`}>Open</a> <a href="${url}?state=closed" ${state === "closed" && html`aria-current="page"`}>Closed</a></nav>
        ${liveList("issue-list", items)}${live("issue-none", items.length === 0 ? html`<p class="blank">There are no ${state} issues.</p>` : nothing)}</div>`,
      ),
    );
  },
  actions: {},
};

export const issuePage: Route = {
  pattern: "/:owner/:repo/issues/:id",
  show: async (context) => {
    const { owner, repo, id } = context.params;
    const at = { owner, repo, issue_number: id };
    const [issue, comments] = await Promise.all([
      context.rest.get("/repos/{owner}/{repo}/issues/{issue_number}", at),
      context.rest.pages("/repos/{owner}/{repo}/issues/{issue_number}/comments", at),
    ]);
    const state = issue.state === "closed" ? "closed" : "open";
    const opening = commentBox(
      {
        id: `issue-${issue.number}`,
        commentId: null,
        author: issue.user,
        verb: "opened this",
        createdAt: issue.created_at,
        edited: false,
        association: associationOf(issue.author_association),
        body: await bodyOf(context, issue.body),
        reactions: null,
      },
      context.now,
    );
    const items = await Promise.all(
      comments.flat().map(async (found) => ({
        id: `issuecomment-${found.id}`,
        content: issueComment(found, await context.markdown(found.body ?? ""), context.now),
      })),
    );
    const head = html`<h1 class="pull-title">${issue.title} <span class="muted">#${issue.number}</span></h1>
      <p class="pull-meta"><span class="badge badge-${state === "open" ? "open" : "merged"}" data-issue-state="${state}">${state === "open" ? "Open" : "Closed"}</span>
      <span>${name(issue.user)} opened this issue ${ago(issue.created_at, context.now)} · ${count(issue.comments, "comment")}</span> ${issue.labels.map(labelOf)}</p><hr class="rule">`;
    return page(
      `${issue.title} · Issue #${issue.number} · ${owner}/${repo}`,
      inRepository(
        context,
        "issues",
        html`${live("issue-head", head)}<div class="conversation">${liveList("timeline", [{ id: `issue-${issue.number}`, content: opening }, ...items])}${commentForm(context, { noun: "issue", state, closable: mayClose(context, await readRights(context), issue.user) })}</div>`,
      ),
    );
  },
  actions: { comment, close: setState("closed"), reopen: setState("open") },
};

function bodyOf(context: Context, body: string | null | undefined): Promise<Html> | Html {
  return body ? context.markdown(body) : html`<p class="muted"><em>No description provided.</em></p>`;
}

function issueIcon(state: string): Html {
  return state === "closed" ? icon("check", "merged", "Closed") : icon("dot", "open", "Open");
}

function labelOf(label: string | { readonly name?: string }): Html {
  return html`<span class="label">${typeof label === "string" ? label : label.name}</span> `;
}
