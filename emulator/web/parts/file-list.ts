/** Entries of a folder. */
import type { Entry } from "../contents.ts";
import { type Html, html } from "../html.ts";
import { type FilePlace, fileUrl, pathOf } from "../url.ts";
import { icon } from "./icon.ts";

/** Folders first, then files. */
export function fileList(at: FilePlace, entries: readonly Entry[]): Html {
  return html`<ul class="file-list">${entries.map((entry) => {
    const folder = entry.type === "dir";
    const url = fileUrl(folder ? "tree" : "blob", { ...at, path: entry.path });
    return html`<li data-entry="${entry.name}">${icon(folder ? "folder" : "file", folder ? "folder" : "quiet", folder ? "Folder" : "File")}<a class="quiet" href="${url}">${entry.name}</a></li>`;
  })}</ul>`;
}

/** "name / models / train.ts", each part a link. */
export function breadcrumbs(at: FilePlace): Html {
  const parts = at.path === "" ? [] : at.path.split("/");
  return html`<h1 class="sr-only">${at.path || at.repo}</h1><nav class="crumbs" aria-label="Path"><span class="branch">${at.ref}</span>
    <a href="${at.path === "" ? pathOf(at.owner, at.repo) : fileUrl("tree", { ...at, path: "" })}"><strong>${at.repo}</strong></a>${parts.map(
      (part, index) => {
        const path = parts.slice(0, index + 1).join("/");
        return html` <span class="muted">/</span> ${index === parts.length - 1 ? html`<strong>${part}</strong>` : html`<a href="${fileUrl("tree", { ...at, path })}">${part}</a>`}`;
      },
    )}</nav>`;
}
