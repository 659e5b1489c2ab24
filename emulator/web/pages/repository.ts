/** `/:owner/:repo`: files of the default branch, README, latest deployments. */

import { readContents, textOf } from "../contents.ts";
import { page, type Route } from "../context.ts";
import { html, nothing } from "../html.ts";
import { live } from "../live.ts";
import { commitRow } from "../parts/commit-row.ts";
import { deploymentRow, newestByEnvironment, readStates } from "../parts/deployment-list.ts";
import { breadcrumbs, fileList } from "../parts/file-list.ts";
import { icon } from "../parts/icon.ts";
import { inRepository } from "../parts/repository-head.ts";
import { fileUrl, pathOf } from "../url.ts";

export const repositoryPage: Route = {
  pattern: "/:owner/:repo",
  show: async (context) => {
    const { owner, repo } = context.params;
    const { rest } = context;
    const repository = await rest.get("/repos/{owner}/{repo}", { owner, repo });
    const at = { owner, repo, ref: repository.default_branch, path: "" };
    const [found, commits, deployments] = await Promise.all([
      readContents(rest, at),
      rest.get("/repos/{owner}/{repo}/commits", { owner, repo, sha: at.ref, per_page: 1 }),
      rest.pages("/repos/{owner}/{repo}/deployments", { owner, repo }),
    ]);
    const entries = found?.kind === "folder" ? found.entries : [];
    const states = await readStates(rest, at, newestByEnvironment(deployments.flat()));
    const latest = commits[0];
    const list = html`${latest !== undefined && commitRow(latest, at, context.now)}${fileList(at, entries)}`;
    const side = html`<h2>About</h2><p>${repository.description ?? html`<span class="muted">No description.</span>`}</p>
      ${repository.topics?.map((topic) => html`<span class="label">${topic}</span> `)}
      <h2>${icon("rocket")} <a class="quiet" href="${pathOf(owner, repo, "deployments")}">Deployments</a></h2>
      ${states.length === 0 ? html`<p class="muted">Nothing deployed yet.</p>` : html`<ul class="rows side-rows">${states.map((state) => deploymentRow(state, at, context.now))}</ul>`}`;
    const readme = entries.find((entry) => /^readme\.md$/i.test(entry.name));
    return page(
      repository.full_name,
      inRepository(
        context,
        "code",
        html`<div class="repository"><div>${breadcrumbs(at)}<div class="box">${live("files", list)}</div>
        ${readme === undefined ? nothing : await readmeBox(context, { ...at, path: readme.path })}</div>
        <aside aria-label="About the repository">${live("side", side)}</aside></div>`,
      ),
    );
  },
  actions: {},
};

async function readmeBox(context: Parameters<Route["show"]>[0], at: Parameters<typeof readContents>[1]) {
  const file = await readContents(context.rest, at);
  const text = file?.kind === "file" ? textOf(file.bytes) : null;
  if (text === null) return nothing;
  const root = { ...at, path: "" };
  const body = await context.markdown(text, { page: fileUrl("blob", root), image: fileUrl("raw", root) });
  return html`<section class="box" aria-label="README"><h2 class="box-head">${icon("file")} ${at.path}</h2><div class="box-body">${body}</div></section>`;
}
