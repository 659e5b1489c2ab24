/** `/:owner/:repo/pulls`: open and closed pull requests with the state of their checks. */
import { readChecks } from "../checks.ts";
import { type Context, page, type Route } from "../context.ts";
import { type Html, html, nothing } from "../html.ts";
import { live, liveList } from "../live.ts";
import { name } from "../parts/person.ts";
import { pullIcon, pullState } from "../parts/pull-head.ts";
import { inRepository } from "../parts/repository-head.ts";
import { rollup, stateIcon } from "../parts/state.ts";
import type { Answer } from "../rest.ts";
import { ago } from "../time.ts";
import { pathOf } from "../url.ts";

export type ListedPull = Answer<"/repos/{owner}/{repo}/pulls">[number];
type Place = { readonly owner: string; readonly repo: string };

/** Reading the checks of every listed pull request costs a call each. */
const withChecks = 50;

export const pullsPage: Route = {
  pattern: "/:owner/:repo/pulls",
  show: async (context) => {
    const { owner, repo } = context.params;
    const read = async (state: "open" | "closed") =>
      (await context.rest.pages("/repos/{owner}/{repo}/pulls", { owner, repo, state })).flat();
    const [open, closed] = await Promise.all([read("open"), read("closed")]);
    const current = context.query.get("state") === "closed" ? "closed" : "open";
    const listed = current === "open" ? open : closed;
    const items = await pullItems(context, { owner, repo }, listed);
    const url = pathOf(owner, repo, "pulls");
    const head = html`<nav class="box-head filter" aria-label="State">
      <a href="${url}" ${current === "open" && html`aria-current="page"`}>${open.length} Open</a>
      <a href="${url}?state=closed" ${current === "closed" && html`aria-current="page"`}>${closed.length} Closed</a></nav>`;
    return page(
      `Pull requests · ${owner}/${repo}`,
      inRepository(
        context,
        "pulls",
        html`<h1 class="page-title">Pull requests</h1><div class="box">${live("pull-counts", head)}${liveList("pull-list", items)}
        ${live("pull-none", items.length === 0 ? html`<p class="blank">There are no ${current} pull requests.</p>` : nothing)}</div>`,
      ),
    );
  },
  actions: {},
};

/** Rows of pull requests for a live list. */
export async function pullItems(
  context: Context,
  at: Place,
  pulls: readonly ListedPull[],
): Promise<readonly { readonly id: string; readonly content: Html }[]> {
  return Promise.all(
    pulls.map(async (pull, index) => {
      const place = { ...at, sha: pull.head.sha };
      const checks = index < withChecks ? rollup(await readChecks(context.rest, place)) : null;
      const state = pullState(pull);
      return {
        id: `pull-${at.owner}-${at.repo}-${pull.number}`,
        content: html`<div class="row" data-pull="${pull.number}" data-pull-state="${state}">${pullIcon(state)}
          <div class="row-main"><a class="strong quiet" href="${pathOf(at.owner, at.repo, "pull", pull.number)}">${pull.title}</a> ${checks && stateIcon(checks)}
          ${pull.labels.map((label) => html`<span class="label">${label.name}</span>`)}
          <p class="muted">#${pull.number} opened ${ago(pull.created_at, context.now)} by ${name(pull.user)} · <span class="branch">${pull.head.ref}</span></p></div></div>`,
      };
    }),
  );
}
