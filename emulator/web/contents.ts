/** Files and folders of a repository at a branch, tag or commit. */
import type { Rest, Answer as RestAnswer } from "./rest.ts";
import type { FilePlace } from "./url.ts";

type Contents = RestAnswer<"/repos/{owner}/{repo}/contents/{path}">;
export type Entry = Extract<Contents, readonly unknown[]>[number];
export type Folder = { readonly kind: "folder"; readonly at: FilePlace; readonly entries: readonly Entry[] };
export type File = {
  readonly kind: "file";
  readonly at: FilePlace;
  readonly sha: string;
  readonly bytes: Buffer | null;
  readonly size: number;
};
export type Other = { readonly kind: "other"; readonly at: FilePlace; readonly type: string };

/**
 * What lies at a place; null if nothing does. An address cannot tell where a branch name with slashes ends, so when the
 * first reading finds nothing, the branches of the repository are tried.
 */
export async function readContents(rest: Rest, place: FilePlace): Promise<Folder | File | Other | null> {
  const direct = await readAt(rest, place);
  if (direct !== null || place.path === "") return direct;
  const pages = await rest.pages("/repos/{owner}/{repo}/branches", { owner: place.owner, repo: place.repo });
  const whole = `${place.ref}/${place.path}`;
  const branch = pages
    .flat()
    .find(({ name }) => name.includes("/") && (whole === name || whole.startsWith(`${name}/`)));
  if (branch === undefined) return null;
  return readAt(rest, { ...place, ref: branch.name, path: whole.slice(branch.name.length + 1) });
}

async function readAt(rest: Rest, at: FilePlace): Promise<Folder | File | Other | null> {
  const found = await rest.find("/repos/{owner}/{repo}/contents/{path}", { ...at });
  if (found === null) return null;
  if (Array.isArray(found)) {
    const order = (entry: Entry) => `${entry.type === "dir" ? 0 : 1}${entry.name}`;
    return { kind: "folder", at, entries: found.toSorted((left, right) => order(left).localeCompare(order(right))) };
  }
  if (found.type !== "file" || !("content" in found)) return { kind: "other", at, type: found.type };
  const bytes = found.encoding === "base64" ? Buffer.from(found.content, "base64") : null;
  return { kind: "file", at, sha: found.sha, bytes, size: found.size };
}

/** Text of a file; null when it is not there or does not look like text. */
export function textOf(bytes: Buffer | null): string | null {
  if (bytes === null || bytes.subarray(0, 8000).includes(0)) return null;
  return bytes.toString("utf8");
}
