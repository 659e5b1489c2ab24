/** One commit in a list. */
import { type Html, html } from "../html.ts";
import type { Commit } from "../shapes.ts";
import { ago } from "../time.ts";
import { pathOf } from "../url.ts";
import { avatar } from "./person.ts";

/** Subject, author and time of a commit, with a link to it. */
export function commitRow(commit: Commit, at: { readonly owner: string; readonly repo: string }, now: Date): Html {
  const url = pathOf(at.owner, at.repo, "commit", commit.sha);
  const author = commit.author?.login ?? commit.commit.author?.name ?? "ghost";
  return html`<div class="row" data-commit="${commit.sha}"><div class="row-main"><a class="strong quiet" href="${url}">${commit.commit.message.split("\n")[0]}</a>
    <p class="muted">${avatar({ login: author })}<strong>${author}</strong> committed ${ago(commit.commit.committer?.date, now)}</p></div>
    <span class="row-side"><a href="${url}"><code>${commit.sha.slice(0, 7)}</code></a></span></div>`;
}
