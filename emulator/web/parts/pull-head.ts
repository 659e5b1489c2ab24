/** Title, state and tabs that the four pages of a pull request share. */
import type { Context } from "../context.ts";
import { type Html, html } from "../html.ts";
import { live } from "../live.ts";
import type { Pull } from "../shapes.ts";
import { fileUrl, pathOf } from "../url.ts";
import { type IconName, icon } from "./icon.ts";
import { isBot } from "./person.ts";
import { inRepository } from "./repository-head.ts";
import type { Look } from "./state.ts";

export type PullTab = "conversation" | "commits" | "checks" | "files";
export type PullState = "open" | "draft" | "closed" | "merged";

/** Open, draft, closed or merged. */
export function pullState(pull: {
  readonly state: string;
  readonly merged_at?: string | null;
  readonly draft?: boolean;
}): PullState {
  if (pull.merged_at) return "merged";
  if (pull.state === "closed") return "closed";
  return pull.draft === true ? "draft" : "open";
}

const badges: Readonly<Record<PullState, { readonly text: string; readonly icon: IconName }>> = {
  open: { text: "Open", icon: "open" },
  draft: { text: "Draft", icon: "open" },
  closed: { text: "Closed", icon: "closed" },
  merged: { text: "Merged", icon: "merged" },
};

export function pullIcon(state: PullState): Html {
  return icon(badges[state].icon, state, badges[state].text);
}

/** A pull request's page around the content of one tab. */
export function inPull(context: Context, of: { pull: Pull; tab: PullTab; checks: Look | null }, content: Html): Html {
  const { pull, tab } = of;
  const { owner, repo } = context.params;
  const base = [owner, repo, "pull", pull.number] as const;
  const tabs = [
    { tab: "conversation", text: "Conversation", icon: "comment", url: pathOf(...base), count: pull.comments },
    { tab: "commits", text: "Commits", icon: "commit", url: pathOf(...base, "commits"), count: pull.commits },
    { tab: "checks", text: "Checks", icon: "check", url: pathOf(...base, "checks"), count: null },
    { tab: "files", text: "Files changed", icon: "file", url: pathOf(...base, "files"), count: pull.changed_files },
  ] as const;
  const head = html`<h1 class="pull-title">${pull.title} <span class="muted">#${pull.number}</span></h1>
    <p class="pull-meta">${badge(pullState(pull))} <span>${sentence(pull, owner, repo)}</span></p>
    <nav class="tabs pull-tabs" aria-label="Pull request">${tabs.map(
      (entry) =>
        html`<a href="${entry.url}" ${entry.tab === tab && html`aria-current="page"`}>${entry.tab === "checks" && of.checks !== null ? icon(of.checks.icon, of.checks.tone) : icon(entry.icon)}${entry.text}${entry.count !== null && html` <span class="counter">${entry.count}</span>`}</a>`,
    )}</nav>`;
  return inRepository(context, "pulls", html`${live("pull-head", head)}${content}`);
}

function badge(state: PullState): Html {
  return html`<span class="badge badge-${state}" data-pull-state="${state}">${icon(badges[state].icon)}${badges[state].text}</span>`;
}

function sentence(pull: Pull, owner: string, repo: string): Html {
  const state = pullState(pull);
  const who = state === "merged" ? pull.merged_by : pull.user;
  const verb = state === "merged" ? "merged" : "wants to merge";
  const headPlace = { owner, repo, ref: pull.head.ref, path: "" };
  return html`<strong>${who?.login ?? "ghost"}</strong>${isBot(who) && html` <span class="label">bot</span>`} ${verb}
    ${pull.commits} ${pull.commits === 1 ? "commit" : "commits"} into
    <a class="branch" href="${fileUrl("tree", { owner, repo, ref: pull.base.ref, path: "" })}">${pull.base.ref}</a>
    <span aria-label="from">←</span> <a class="branch" href="${fileUrl("tree", headPlace)}">${pull.head.repo?.full_name === pull.base.repo.full_name ? pull.head.ref : pull.head.label}</a>`;
}
