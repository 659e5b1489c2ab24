/** The box at the end of a conversation: checks, whether it can be merged, the merge button. */
import type { Context } from "../context.ts";
import { type Html, html } from "../html.ts";
import { ago } from "../time.ts";
import { pathOf } from "../url.ts";
import { checkList } from "./check-list.ts";
import { icon } from "./icon.ts";
import { type MergeBox, mergePart } from "./merge-part.ts";
import { pullState } from "./pull-head.ts";
import { rollup, stateIcon } from "./state.ts";

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
  const { required } = of.rule;
  const missing = required.filter((name) => !of.rows.some((row) => row.name === name));
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
    ${checkList(of.rows, { owner, repo, required }, context.now)}
    ${
      missing.length > 0 &&
      html`<ul class="check-list">${missing.map(
        (name) =>
          html`<li class="check" data-check="${name}" data-conclusion="expected">${icon("dot", "busy", "Expected")}<strong class="check-name">${name}</strong> <span class="check-title muted">Expected, waiting for status to be reported</span> <span class="label">Required</span></li>`,
      )}</ul>`
    }
  </details>`;
}
