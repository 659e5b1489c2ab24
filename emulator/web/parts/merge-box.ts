/** The box at the end of a conversation: checks, whether it can be merged, the merge button. */
import type { Context } from "../context.ts";
import { type Html, html } from "../html.ts";
import type { Pull } from "../shapes.ts";
import { ago } from "../time.ts";
import { pathOf } from "../url.ts";
import { checkList } from "./check-list.ts";
import { form } from "./form.ts";
import { icon } from "./icon.ts";
import { pullState } from "./pull-head.ts";
import { type CheckRow, rollup, stateIcon } from "./state.ts";

export type MergeBox = {
  readonly pull: Pull;
  readonly rows: readonly CheckRow[];
  readonly required: readonly string[];
};

/** The merge box of a pull request in any state. */
export function mergeBox(context: Context, of: MergeBox): Html {
  const state = pullState(of.pull);
  const { owner, repo } = context.params;
  return html`<section class="box merge-box merge-${state}" id="merge-box" aria-label="Merge">
    ${checksPart(context, of)}
    ${
      state === "merged"
        ? html`<div class="box-body merge-line">${icon("merged", "merged")}<div><strong>Pull request merged</strong><p class="muted">${of.pull.merged_by?.login ?? "Someone"} merged it ${ago(of.pull.merged_at, context.now)}${of.pull.merge_commit_sha && html` as <a href="${pathOf(owner, repo, "commit", of.pull.merge_commit_sha)}"><code>${of.pull.merge_commit_sha.slice(0, 7)}</code></a>`}.</p></div></div>`
        : state === "closed"
          ? html`<div class="box-body merge-line">${icon("closed", "closed")}<div><strong>Closed with unmerged commits</strong><p class="muted">This pull request was closed ${ago(of.pull.closed_at, context.now)}.</p></div></div>`
          : mergePart(context, of)
    }
  </section>`;
}

function checksPart(context: Context, of: MergeBox): Html {
  const { owner, repo } = context.params;
  const missing = of.required.filter((name) => !of.rows.some((row) => row.name === name));
  const all = rollup(of.rows);
  const headline =
    all === null
      ? "No checks yet"
      : all.tone === "good"
        ? "All checks have passed"
        : all.tone === "bad"
          ? "Some checks were not successful"
          : "Some checks have not completed yet";
  return html`<details class="merge-checks" id="merge-checks" open>
    <summary class="merge-line">${all === null ? icon("neutral", "quiet") : stateIcon(all)}<span><strong>${headline}</strong> <span class="muted">${all?.text}</span></span></summary>
    ${checkList(of.rows, { owner, repo, required: of.required }, context.now)}
    ${
      missing.length > 0 &&
      html`<ul class="check-list">${missing.map(
        (name) =>
          html`<li class="check" data-check="${name}" data-conclusion="expected">${icon("dot", "busy", "Expected")}<strong class="check-name">${name}</strong> <span class="check-title muted">Expected, waiting for status to be reported</span> <span class="label">Required</span></li>`,
      )}</ul>`
    }
  </details>`;
}

type Merge = { readonly allowed: boolean; readonly title: string; readonly reason: string };

/** Whether GitHub lets this be merged now, and why not; words are those of `mergeable_state`. */
export function mergeability(pull: Pull): Merge {
  if (pull.draft === true) {
    return {
      allowed: false,
      title: "This pull request is still a draft",
      reason: "Draft pull requests cannot be merged.",
    };
  }
  if (pull.mergeable === null) {
    return { allowed: false, title: "Checking for the ability to merge", reason: "GitHub is still working it out." };
  }
  switch (pull.mergeable_state) {
    case "dirty":
      return { allowed: false, title: "This branch has conflicts", reason: "Conflicts must be resolved first." };
    case "blocked":
      return { allowed: false, title: "Merging is blocked", reason: "Required checks or reviews are not there yet." };
    case "behind":
      return { allowed: false, title: "Merging is blocked", reason: "The branch is behind its base." };
    case "unstable":
      return { allowed: true, title: "This branch has no conflicts", reason: "Some checks are not successful." };
    default:
      return pull.mergeable
        ? { allowed: true, title: "This branch has no conflicts", reason: "Merging can be performed automatically." }
        : { allowed: false, title: "This branch cannot be merged", reason: "It has conflicts with its base." };
  }
}

function mergePart(context: Context, { pull }: MergeBox): Html {
  const { allowed, title, reason } = mergeability(pull);
  const chosen = context.draft.get("method") ?? "merge";
  return html`<div class="box-body merge-line">${icon(allowed ? "check" : "alert", allowed ? "good" : "warn")}<div><strong>${title}</strong><p class="muted" id="merge-reason">${reason}</p></div></div>
    <div class="box-body merge-actions">${form(
      context,
      html`<input type="hidden" name="sha" value="${pull.head.sha}">
      <button type="submit" class="button primary" id="merge-button" name="action" value="merge" aria-describedby="merge-reason" ${!allowed && html`disabled`}>Merge pull request</button>
      <label class="method">How <select name="method" id="merge-method">
        <option value="merge" ${chosen === "merge" && html`selected`}>Create a merge commit</option>
        <option value="squash" ${chosen === "squash" && html`selected`}>Squash and merge</option>
      </select></label>`,
      "merge-form",
    )}</div>`;
}
