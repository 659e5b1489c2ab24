/** Changed files with their diffs. */
import { createHash } from "node:crypto";
import { type DiffLine, parsePatch } from "../diff.ts";
import { type Html, html } from "../html.ts";
import type { DiffEntry } from "../shapes.ts";

const foldedFrom = 400;
const shownLines = 5000;

/** "3 changed files with 20 additions and 4 deletions", then each file. */
export function diffView(files: readonly DiffEntry[]): Html {
  const added = files.reduce((sum, file) => sum + file.additions, 0);
  const removed = files.reduce((sum, file) => sum + file.deletions, 0);
  return html`<p class="diff-sum">Showing <strong>${count(files.length, "changed file")}</strong> with
    <strong class="tone-good">${count(added, "addition")}</strong> and <strong class="tone-bad">${count(removed, "deletion")}</strong>.</p>
    ${files.map(fileDiff)}`;
}

/** Stable anchor of a file in a diff, as GitHub makes it. */
export function diffAnchor(path: string): string {
  return `diff-${createHash("sha256").update(path).digest("hex")}`;
}

export function count(of: number, word: string): string {
  return `${of.toLocaleString("en-US")} ${word}${of === 1 ? "" : "s"}`;
}

function fileDiff(file: DiffEntry): Html {
  const folded = file.changes > foldedFrom;
  const moved = file.status === "renamed" ? html`${file.previous_filename} → ` : null;
  return html`<details class="box diff" id="${diffAnchor(file.filename)}" data-file="${file.filename}" ${folded ? null : html`open`}>
    <summary class="box-head"><span class="diff-name"><code>${moved}${file.filename}</code></span>
      <span class="label">${file.status}</span>
      <span class="push diff-counts"><span class="tone-good">+${file.additions}</span> <span class="tone-bad">−${file.deletions}</span></span>
      ${folded && html`<span class="muted">large diff, folded</span>`}
    </summary>
    ${diffBody(file)}
  </details>`;
}

function diffBody(file: DiffEntry): Html {
  if (file.patch === undefined || file.patch === "") {
    const text =
      file.changes > 0
        ? "The diff is too large to be shown."
        : file.status === "renamed"
          ? "File renamed without changes."
          : "Binary file, or no change in text.";
    return html`<p class="box-body muted">${text}</p>`;
  }
  const lines = parsePatch(file.patch);
  const rest = lines.length - shownLines;
  return html`<div class="diff-scroll" tabindex="0" role="region" aria-label="Diff of ${file.filename}"><table class="diff-table"><tbody>${lines.slice(0, shownLines).map(diffLine)}</tbody></table></div>
    ${rest > 0 && html`<p class="box-body muted">${count(rest, "more line")} not shown.</p>`}`;
}

function diffLine(line: DiffLine): Html {
  const before = "before" in line ? line.before : null;
  const after = "after" in line ? line.after : null;
  const sign = signs[line.kind];
  return html`<tr class="line-${line.kind}"><td class="number">${before}</td><td class="number">${after}</td><td class="text">${sign !== null && html`<span class="sign">${sign}</span>`}${line.text}</td></tr>`;
}

const signs = { hunk: null, note: null, added: "+", removed: "-", same: " " } as const;
