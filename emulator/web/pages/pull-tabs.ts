/** The other tabs of a pull request: commits, checks, files changed. */
import { readCheckRuns } from "../checks.ts";
import { page, type Route } from "../context.ts";
import { html, nothing } from "../html.ts";
import { live, liveList } from "../live.ts";
import { checkActions, checkRunBox } from "../parts/check-run-box.ts";
import { commitRow } from "../parts/commit-row.ts";
import { diffView } from "../parts/diff-view.ts";
import { inPull } from "../parts/pull-head.ts";
import { checkRows, stateIcon } from "../parts/state.ts";
import { readPull } from "../pull-reads.ts";

export const pullCommits: Route = {
  pattern: "/:owner/:repo/pull/:id/commits",
  show: async (context) => {
    const { at, pull, checks } = await readPull(context);
    const commits = (await context.rest.pages("/repos/{owner}/{repo}/pulls/{pull_number}/commits", at)).flat();
    const items = commits.map((commit) => ({ id: `c-${commit.sha}`, content: commitRow(commit, at, context.now) }));
    return page(
      `Commits · ${pull.title} #${pull.number}`,
      inPull(
        context,
        { pull, tab: "commits", checks },
        html`<div class="box rows">${liveList("commits", items)}</div>`,
      ),
    );
  },
  actions: {},
};

export const pullChecks: Route = {
  pattern: "/:owner/:repo/pull/:id/checks",
  show: async (context) => {
    const { at, pull, rows, checks } = await readPull(context);
    const runs = await readCheckRuns(context.rest, { owner: at.owner, repo: at.repo, sha: pull.head.sha });
    const items = await Promise.all(
      runs.map(async (run) => ({ id: `check-${run.id}`, content: await checkRunBox(context, run) })),
    );
    const index = html`<nav class="side-nav" aria-label="Checks">${checkRows(runs, []).map(
      (row) => html`<a href="#check-${row.id}">${stateIcon(row.look)}<span>${row.name}</span></a>`,
    )}</nav>`;
    const content = html`<div class="with-side">${live("check-index", index)}<div>${liveList("checks", items)}
      ${live("no-checks", rows.length === 0 ? html`<p class="blank">No checks have reported on this commit yet.</p>` : nothing)}</div></div>`;
    return page(`Checks · ${pull.title} #${pull.number}`, inPull(context, { pull, tab: "checks", checks }, content));
  },
  actions: checkActions,
};

export const pullFiles: Route = {
  pattern: "/:owner/:repo/pull/:id/files",
  show: async (context) => {
    const { at, pull, checks } = await readPull(context);
    const files = (await context.rest.pages("/repos/{owner}/{repo}/pulls/{pull_number}/files", at)).flat();
    return page(
      `Files changed · ${pull.title} #${pull.number}`,
      inPull(context, { pull, tab: "files", checks }, live("files", diffView(files))),
    );
  },
  actions: {},
};
