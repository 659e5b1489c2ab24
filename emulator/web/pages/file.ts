/** `/:owner/:repo/blob|tree|raw/:ref/*`: files and folders. */

import { type File, readContents, textOf } from "../contents.ts";
import { type Answer, type Context, page, type Route } from "../context.ts";
import { type Html, html } from "../html.ts";
import { count } from "../parts/diff-view.ts";
import { breadcrumbs, fileList } from "../parts/file-list.ts";
import { icon } from "../parts/icon.ts";
import { inRepository } from "../parts/repository-head.ts";
import { RestError } from "../rest.ts";
import { readRights } from "../rights.ts";
import { fileUrl } from "../url.ts";
import { size } from "./run.ts";

const shownLines = 5000;
const imageTypes: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};

export const blobPage: Route = { pattern: "/:owner/:repo/blob/:ref/*", show, actions: {} };
export const treePage: Route = { pattern: "/:owner/:repo/tree/:ref/*", show, actions: {} };

/** Bytes of a file: images as images, everything else as plain text, so that nothing in a repository becomes a page. */
export const rawPage: Route = {
  pattern: "/:owner/:repo/raw/:ref/*",
  show: async (context) => {
    const found = await readContents(context.rest, placeOf(context));
    if (found?.kind !== "file" || found.bytes === null) throw new RestError(404, "Not Found");
    const extension = found.at.path.split(".").at(-1)?.toLowerCase() ?? "";
    const contentType = imageTypes[extension] ?? "text/plain; charset=utf-8";
    return { kind: "bytes", contentType, bytes: found.bytes };
  },
  actions: {},
};

function placeOf({ params }: Context) {
  return { owner: params.owner, repo: params.repo, ref: params.ref, path: params.path };
}

async function show(context: Context): Promise<Answer> {
  const found = await readContents(context.rest, placeOf(context));
  if (found === null) throw new RestError(404, "Not Found");
  const { at } = found;
  const title = `${at.path || at.repo} at ${at.ref} · ${at.owner}/${at.repo}`;
  if (found.kind === "file") return page(title, inRepository(context, "code", await fileView(context, found)));
  const content =
    found.kind === "folder" ? fileList(at, found.entries) : html`<p class="blank">This is a ${found.type}.</p>`;
  return page(title, inRepository(context, "code", html`${breadcrumbs(at)}<div class="box">${content}</div>`));
}

async function fileView(context: Context, file: File): Promise<Html> {
  const { at } = file;
  const { push } = await readRights(context);
  const text = textOf(file.bytes);
  const extension = at.path.split(".").at(-1)?.toLowerCase() ?? "";
  const folder = at.path.split("/").slice(0, -1).join("/");
  const links = { page: fileUrl("blob", { ...at, path: folder }), image: fileUrl("raw", { ...at, path: folder }) };
  const rendered = text !== null && extension === "md" ? await context.markdown(text, links) : null;
  return html`<div class="title-line">${breadcrumbs(at)}<span class="push">
      <a class="button small" href="${fileUrl("raw", at)}">Raw</a>
      ${push && text !== null && html`<a class="button small" id="edit-file" href="${fileUrl("edit", at)}">${icon("edit")} Edit</a>`}</span></div>
    <div class="box"><div class="box-head muted">${text !== null && `${count(lineCount(text), "line")} · `}${size(file.size)}</div>
    ${rendered !== null && html`<div class="box-body">${rendered}</div>`}
    ${rendered === null && extension in imageTypes && html`<div class="box-body"><img class="file-image" src="${fileUrl("raw", at)}" alt="${at.path}"></div>`}
    ${rendered === null && (text === null ? !(extension in imageTypes) && html`<p class="blank">Binary file, or too large to show.</p>` : source(text))}</div>`;
}

function lineCount(text: string): number {
  return text === "" ? 0 : text.replace(/\n$/, "").split("\n").length;
}

function source(text: string): Html {
  const lines = text.replace(/\n$/, "").split("\n");
  return html`<div class="diff-scroll" tabindex="0" role="region" aria-label="File content"><table class="diff-table"><tbody>${lines
    .slice(0, shownLines)
    .map(
      (line, index) =>
        html`<tr id="L${index + 1}"><td class="number"><a href="#L${index + 1}">${index + 1}</a></td><td class="text">${line}</td></tr>`,
    )}</tbody></table></div>
    ${lines.length > shownLines && html`<p class="blank">${lines.length - shownLines} more lines are not shown; see Raw.</p>`}`;
}
