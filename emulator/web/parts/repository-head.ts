/** The head that every page of a repository shares: its name and its tabs. */
import type { Context } from "../context.ts";
import { type Html, html } from "../html.ts";
import { pathOf } from "../url.ts";
import { type IconName, icon } from "./icon.ts";

export type Tab = "code" | "issues" | "pulls" | "actions" | "deployments";

const tabs: readonly {
  readonly tab: Tab;
  readonly text: string;
  readonly icon: IconName;
  readonly path: readonly string[];
}[] = [
  { tab: "code", text: "Code", icon: "code", path: [] },
  { tab: "issues", text: "Issues", icon: "comment", path: ["issues"] },
  { tab: "pulls", text: "Pull requests", icon: "open", path: ["pulls"] },
  { tab: "actions", text: "Actions", icon: "play", path: ["actions"] },
  { tab: "deployments", text: "Deployments", icon: "rocket", path: ["deployments"] },
];

/** Puts the repository's head above a page. */
export function inRepository({ params }: Context, current: Tab, content: Html): Html {
  return html`<div class="repository-head">
    <p class="repository-name">${icon("repo")} <a href="/">${params.owner}</a> <span class="muted">/</span> <a class="strong" href="${pathOf(params.owner, params.repo)}">${params.repo}</a></p>
    <nav class="tabs" aria-label="Repository">${tabs.map(
      (tab) =>
        html`<a href="${pathOf(params.owner, params.repo, ...tab.path)}" ${tab.tab === current && html`aria-current="page"`}>${icon(tab.icon)}${tab.text}</a>`,
    )}</nav>
  </div>
  <main id="main" class="page">${content}</main>`;
}
