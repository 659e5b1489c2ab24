/** The lower part of the merge box: whether an open pull request can be merged, why not, and the button. */
import type { BranchRule } from "../branch-rule.ts";
import type { Context } from "../context.ts";
import { type Html, html } from "../html.ts";
import type { Rights } from "../rights.ts";
import type { Pull } from "../shapes.ts";
import { form } from "./form.ts";
import { icon } from "./icon.ts";
import type { CheckRow } from "./state.ts";

export type MergeBox = {
  readonly pull: Pull;
  readonly rows: readonly CheckRow[];
  readonly rule: BranchRule;
  readonly rights: Rights;
};

type Merge = {
  /** `bypass`: only because the visitor's rights go beyond the branch's rule. */
  readonly button: "enabled" | "disabled" | "bypass";
  readonly title: string;
  readonly reason: string;
};

/** Whether GitHub lets the visitor merge this now, and why not; the cases are those of `mergeable_state`. */
export function mergeability({ pull, rows, rule }: Omit<MergeBox, "rights">): Merge {
  if (pull.draft === true) return refuse("This pull request is still a draft", "Draft pull requests cannot be merged.");
  if (pull.mergeable === null) return refuse("Checking for the ability to merge", "GitHub is still working it out.");
  switch (pull.mergeable_state) {
    case "dirty":
      return refuse("This branch has conflicts", "Conflicts must be resolved first.");
    case "blocked": {
      const reason = lack(rule.required, rows);
      if (!rule.exempt) return refuse("Merging is blocked", reason);
      const more = "As an administrator you may merge all the same.";
      return { button: "bypass", title: "Merging is blocked", reason: `${reason} ${more}` };
    }
    case "behind":
      return refuse("Merging is blocked", "The branch is behind its base.");
    case "unstable":
      return { button: "enabled", title: "This branch has no conflicts", reason: "Some checks are not successful." };
    default:
      if (!pull.mergeable) return refuse("This branch cannot be merged", "It has conflicts with its base.");
      return {
        button: "enabled",
        title: "This branch has no conflicts",
        reason: "Merging can be performed automatically.",
      };
  }
}

function refuse(title: string, reason: string): Merge {
  return { button: "disabled", title, reason };
}

/** Which required checks hold it up, each with its state. */
function lack(required: readonly string[], rows: readonly CheckRow[]): string {
  const open = required.flatMap((name) => {
    const row = rows.find((known) => known.name === name);
    if (row === undefined) return [`"${name}" is expected`];
    if (passed.has(row.word)) return [];
    return [`"${name}" is ${row.look.tone === "busy" ? "in progress" : "failing"}`];
  });
  if (open.length === 0) return "Required checks or reviews are not there yet.";
  return `Required ${open.length === 1 ? "check" : "checks"} ${open.join(", ")}.`;
}

const passed: ReadonlySet<string> = new Set(["success", "neutral", "skipped"]);

/** Title, reason, and for who may push the button. */
export function mergePart(context: Context, of: MergeBox): Html {
  const { button, title, reason } = mergeability(of);
  const good = button === "enabled";
  return html`<div class="box-body merge-line">${icon(good ? "check" : "alert", good ? "good" : "warn")}<div><strong>${title}</strong><p class="muted" id="merge-reason">${reason}</p></div></div>
    <div class="box-body merge-actions">${
      of.rights.push
        ? mergeForm(context, of.pull, button)
        : html`<p class="muted" id="merge-denied">Only those with write access to this repository can merge pull requests.</p>`
    }</div>`;
}

function mergeForm(context: Context, pull: Pull, button: Merge["button"]): Html {
  const chosen = context.draft.get("method") ?? "merge";
  const bypass = button === "bypass";
  return form(
    context,
    html`<input type="hidden" name="sha" value="${pull.head.sha}">
      <button type="submit" class="button ${bypass ? "danger" : "primary"}" id="merge-button" name="action" value="merge" aria-describedby="merge-reason" ${button === "disabled" && html`disabled`}>${bypass ? "Bypass rules and merge" : "Merge pull request"}</button>
      <label class="method">How <select name="method" id="merge-method">
        <option value="merge" ${chosen === "merge" && html`selected`}>Create a merge commit</option>
        <option value="squash" ${chosen === "squash" && html`selected`}>Squash and merge</option>
      </select></label>`,
    "merge-form",
  );
}
