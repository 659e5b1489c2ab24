/** Addresses of the pages, and the check that an address given by someone else may become a link. */

/** A `http:` or `https:` address as it was given, else null: `javascript:`, `data:` and relative text never become links. */
export function outsideUrl(url: string | null | undefined): string | null {
  if (!url || !URL.canParse(url)) return null;
  const { protocol } = new URL(url);
  return protocol === "http:" || protocol === "https:" ? url : null;
}

/** A path on this site to go back to, else "/": `//host` and `/\host` would leave the site. */
export function localPath(path: string | null | undefined): string {
  return path && /^\/(?![/\\])[\x21-\x7e]*$/.test(path) ? path : "/";
}

/** `/owner/name` with each part percent-encoded; a slash inside a part (a branch name) is encoded too. */
export function pathOf(...parts: readonly (string | number | bigint)[]): string {
  return `/${parts.map((part) => encodeURIComponent(String(part))).join("/")}`;
}

/** A file path percent-encoded part by part, slashes kept. */
export function filePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** Page of one file or folder at a branch, tag or commit. */
export function fileUrl(view: "blob" | "tree" | "raw" | "edit", at: FilePlace): string {
  const base = pathOf(at.owner, at.repo, view, at.ref);
  return at.path === "" ? base : `${base}/${filePath(at.path)}`;
}

export type FilePlace = { readonly owner: string; readonly repo: string; readonly ref: string; readonly path: string };
