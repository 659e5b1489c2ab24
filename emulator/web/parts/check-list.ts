/** The list of checks of a commit, one row each. */
import { type Html, html } from "../html.ts";
import { duration } from "../time.ts";
import { outsideUrl, pathOf } from "../url.ts";
import { type CheckRow, stateIcon } from "./state.ts";

export type CheckListPlace = { readonly owner: string; readonly repo: string; readonly required: readonly string[] };

/** Every check with its icon, name, title and link; required ones are labeled. */
export function checkList(rows: readonly CheckRow[], at: CheckListPlace, now: Date): Html {
  return html`<ul class="check-list">${rows.map((row) => checkLine(row, at, now))}</ul>`;
}

/** The page of a check: ours for a check run, the given address for a commit status. */
export function checkUrl(row: CheckRow, at: { readonly owner: string; readonly repo: string }): string | null {
  return row.id === null ? outsideUrl(row.detailsUrl) : pathOf(at.owner, at.repo, "runs", row.id);
}

function checkLine(row: CheckRow, at: CheckListPlace, now: Date): Html {
  const url = checkUrl(row, at);
  const details = outsideUrl(row.detailsUrl);
  const took = row.id === null ? null : duration(row.startedAt, row.completedAt, now);
  return html`<li class="check" data-check="${row.name}" data-conclusion="${row.word}">
    ${stateIcon(row.look)}
    <span class="check-name">${row.app && html`<span class="muted">${row.app} / </span>`}${url === null ? html`<strong>${row.name}</strong>` : html`<a href="${url}" class="strong">${row.name}</a>`}</span>
    <span class="check-title muted">${row.title ?? row.look.text}${took && html` · ${took}`}</span>
    ${at.required.includes(row.name) && html`<span class="label">Required</span>`}
    ${details !== null && html`<a class="check-link" href="${details}" rel="nofollow noopener">Details</a>`}
  </li>`;
}
