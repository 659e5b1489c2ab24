/** `/`: repositories the visitor can see, with their open pull requests and the last closed ones. */
import { type Context, page, type Route } from "../context.ts";
import { html, nothing } from "../html.ts";
import { live, liveList } from "../live.ts";
import { icon } from "../parts/icon.ts";
import { pathOf } from "../url.ts";
import { pullItems } from "./pulls.ts";

const shown = 20;
const closedShown = 5;

export const homePage: Route = {
  pattern: "/",
  show: async (context) => {
    const repositories = (await readRepositories(context)).slice(0, shown);
    const sections = await Promise.all(
      repositories.map(async (repository) => {
        const at = { owner: repository.owner.login, repo: repository.name };
        const pulls = await readPulls(context, at);
        const items = await pullItems(context, at, pulls);
        const id = `${at.owner}-${at.repo}`;
        return html`<section class="box" data-repository="${repository.full_name}"><header class="box-head">${icon("repo")}
          <h2><a href="${pathOf(at.owner, at.repo)}">${repository.full_name}</a></h2>${repository.private && html`<span class="label">Private</span>`}
          <nav class="push" aria-label="${repository.full_name}"><a href="${pathOf(at.owner, at.repo, "pulls")}">Pull requests</a> <a href="${pathOf(at.owner, at.repo, "actions")}">Actions</a> <a href="${pathOf(at.owner, at.repo, "deployments")}">Deployments</a></nav></header>
          ${repository.description && html`<p class="box-body muted">${repository.description}</p>`}
          ${liveList(`pulls-${id}`, items)}${live(`none-${id}`, items.length === 0 ? html`<p class="blank">No pull requests yet.</p>` : nothing)}</section>`;
      }),
    );
    return page(
      "Repositories · GitHub emulator",
      html`<main id="main" class="page"><h1 class="page-title">Repositories</h1>${sections.length > 0 ? sections : html`<p class="blank">There is no repository yet.</p>`}</main>`,
    );
  },
  actions: {},
};

async function readRepositories({ rest, viewer }: Context) {
  return viewer === null ? [] : (await rest.pages("/user/repos")).flat();
}

async function readPulls({ rest }: Context, at: { readonly owner: string; readonly repo: string }) {
  const [open, closed] = await Promise.all([
    rest.pages("/repos/{owner}/{repo}/pulls", { ...at, state: "open" }),
    rest.get("/repos/{owner}/{repo}/pulls", { ...at, state: "closed", per_page: closedShown }),
  ]);
  return [...open.flat(), ...closed.filter((pull) => pull.state === "closed")];
}
