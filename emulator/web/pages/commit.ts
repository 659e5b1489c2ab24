/** `/:owner/:repo/commit/:ref`: one commit with its checks and its diff. */
import { readChecks } from "../checks.ts";
import { page, type Route } from "../context.ts";
import { html } from "../html.ts";
import { live } from "../live.ts";
import { checkList } from "../parts/check-list.ts";
import { diffView } from "../parts/diff-view.ts";
import { avatar } from "../parts/person.ts";
import { inRepository } from "../parts/repository-head.ts";
import { rollup, stateIcon } from "../parts/state.ts";
import { ago } from "../time.ts";
import { fileUrl, pathOf } from "../url.ts";

export const commitPage: Route = {
  pattern: "/:owner/:repo/commit/:ref",
  show: async (context) => {
    const { owner, repo, ref } = context.params;
    const commit = await context.rest.get("/repos/{owner}/{repo}/commits/{ref}", { owner, repo, ref });
    const rows = await readChecks(context.rest, { owner, repo, sha: commit.sha });
    const [subject = "", ...more] = commit.commit.message.split("\n");
    const author = commit.author?.login ?? commit.commit.author?.name ?? "ghost";
    const all = rollup(rows);
    const checks =
      all === null
        ? html`<p class="muted">No checks ran on this commit.</p>`
        : html`<section class="box" aria-label="Checks"><h2 class="box-head">${stateIcon(all)} ${all.text}</h2>${checkList(rows, { owner, repo, required: [] }, context.now)}</section>`;
    return page(
      `${subject} · ${owner}/${repo}@${commit.sha.slice(0, 7)}`,
      inRepository(
        context,
        "code",
        html`<div class="title-line"><h1 class="page-title">${subject}</h1><a class="push button" href="${fileUrl("tree", { owner, repo, ref: commit.sha, path: "" })}">Browse files</a></div>
        ${more.join("\n").trim() !== "" && html`<pre class="message">${more.join("\n").trim()}</pre>`}
        <p class="muted">${avatar({ login: author })}<strong>${author}</strong> committed ${ago(commit.commit.committer?.date, context.now)} · <code class="digest">${commit.sha}</code>
          · parents ${commit.parents.map((parent) => html`<a href="${pathOf(owner, repo, "commit", parent.sha)}"><code>${parent.sha.slice(0, 7)}</code></a> `)}</p>
        ${live("commit-checks", checks)}${diffView(commit.files ?? [])}`,
      ),
    );
  },
  actions: {},
};
