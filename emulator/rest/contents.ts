import type { components } from "@octokit/openapi-types";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { type TreeEntry, typeOfMode } from "../git/objects.ts";
import { found, notFound, Problem } from "../http/problem.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { gitCommit } from "../shapes/commit.ts";
import { repositoryPage, repositoryUrl } from "../shapes/repository.ts";
import { pushed } from "../webhooks/push.ts";
import { mustMeetProtection } from "./branches.ts";
import { namedPerson, personOf, personSchema, revisionOf } from "./revision.ts";

type Schemas = components["schemas"];

const changeSchema = z.object({
  message: z.string(),
  branch: z.string().optional(),
  sha: z.string().optional(),
  committer: personSchema.optional(),
  author: personSchema.optional(),
});
const putSchema = changeSchema.extend({ content: z.string() });

// Above a megabyte GitHub answers without the content, unless it is asked for raw.
const inlineLimit = 1024 * 1024;

export const contentsRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/contents/{path}", needs("contents:read"), (call) =>
    show(call, call.parameters.path),
  ),
  // The root has no path; the description has only the route with one.
  repositoryRoute("get", "/repos/{owner}/{repo}/readme", needs("contents:read"), async (call) => {
    const commit = await revisionOf(call, call.query.get("ref"));
    const entry = ((await call.git.tree(commit)) ?? []).find((known) => /^readme(?:\.md)?$/iu.test(known.name));
    if (entry === undefined) throw notFound();
    return { status: 200, body: await fileShape(call, commit, entry.name, entry) };
  }),
  repositoryRoute("put", "/repos/{owner}/{repo}/contents/{path}", needs("contents:write"), async (call) => {
    const input = call.read(putSchema);
    const data = Buffer.from(input.content, "base64");
    const { commit, entry, created } = await change(call, call.parameters.path, input, data);
    const content = writtenShape(await fileShape(call, commit.sha, call.parameters.path, entry));
    const body = { content, commit: gitCommit(call.hub.world, call.repository, commit) };
    return created ? { status: 201, body } : { status: 200, body };
  }),
  repositoryRoute("delete", "/repos/{owner}/{repo}/contents/{path}", needs("contents:write"), async (call) => {
    const { commit } = await change(call, call.parameters.path, call.read(changeSchema), null);
    return { status: 200, body: { content: null, commit: gitCommit(call.hub.world, call.repository, commit) } };
  }),
];

/** The answer for a file or a folder, as the caller's media type wants it. */
export async function show(call: RepositoryCall, path: string) {
  const trimmed = path.replace(/^\/+|\/+$/gu, "");
  const commit = await revisionOf(call, call.query.get("ref"));
  const entry = await entryAt(call, commit, trimmed);
  const listing = entry === null || typeOfMode(entry.mode) === "tree";
  if (!listing && call.accept.includes("raw")) {
    const object = found(await call.git.object(entry.sha));
    return { status: 200 as const, type: "application/vnd.github.raw+json; charset=utf-8", bytes: object.data };
  }
  if (!listing) return { status: 200 as const, body: await fileShape(call, commit, trimmed, entry) };
  const entries = found(await call.git.tree(`${commit}:${trimmed}`));
  const body = await Promise.all(
    entries.map(async (child) =>
      itemShape(
        call,
        commit,
        trimmed === "" ? child.name : `${trimmed}/${child.name}`,
        child,
        await sizeOf(call, child),
      ),
    ),
  );
  return { status: 200 as const, body };
}

/** The tree entry of a path; null for the root itself. */
async function entryAt(call: RepositoryCall, commit: string, path: string): Promise<TreeEntry | null> {
  if (path === "") return null;
  // Git would take these as relative to a place that a bare repository does not have.
  if (malformed(path)) throw notFound();
  const slash = path.lastIndexOf("/");
  const entries = await call.git.tree(`${commit}:${slash < 0 ? "" : path.slice(0, slash)}`);
  return found(entries?.find((entry) => entry.name === path.slice(slash + 1)));
}

async function sizeOf(call: RepositoryCall, entry: TreeEntry): Promise<number> {
  return typeOfMode(entry.mode) === "blob" ? ((await call.git.object(entry.sha))?.data.length ?? 0) : 0;
}

const kinds = { tree: "dir", commit: "submodule", blob: "file" } as const;

function itemShape(
  call: RepositoryCall,
  commit: string,
  path: string,
  entry: TreeEntry,
  size: number,
): Schemas["content-directory"][number] {
  const { world } = call.hub;
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const kind = typeOfMode(entry.mode);
  const url = `${repositoryUrl(world, call.repository)}/contents/${encoded}?ref=${commit}`;
  const git = `${repositoryUrl(world, call.repository)}/git/${kind}s/${entry.sha}`;
  const html = `${repositoryPage(world, call.repository)}/${kind}/${commit}/${encoded}`;
  return {
    type: entry.mode === "120000" ? "symlink" : kinds[kind],
    size,
    name: entry.name,
    path,
    sha: entry.sha,
    url,
    git_url: git,
    html_url: html,
    download_url: kind === "blob" ? `${repositoryPage(world, call.repository)}/raw/${commit}/${encoded}` : null,
    _links: { self: url, git, html },
  };
}

async function fileShape(
  call: RepositoryCall,
  commit: string,
  path: string,
  entry: TreeEntry | null,
): Promise<Schemas["content-file"]> {
  const object = found(entry === null ? null : await call.git.object(entry.sha));
  const base = itemShape(call, commit, path, found(entry), object.data.length);
  const inline = object.data.length <= inlineLimit;
  return {
    ...base,
    type: "file",
    encoding: inline ? "base64" : "none",
    content: inline ? object.data.toString("base64").replace(/.{60}/gu, "$&\n") : "",
  };
}

function malformed(path: string): boolean {
  return path.split("/").some((part) => part === "" || part === "." || part === ".." || part.toLowerCase() === ".git");
}

/** A file as the answer to writing it: without its content, and nothing null. */
function writtenShape({
  type,
  name,
  path,
  sha,
  size,
  url,
  html_url,
  git_url,
  download_url,
  _links,
}: Schemas["content-file"]) {
  const links = { self: _links.self, git: _links.git ?? "", html: _links.html ?? "" };
  return {
    type,
    name,
    path,
    sha,
    size,
    url,
    html_url: html_url ?? "",
    git_url: git_url ?? "",
    download_url: download_url ?? "",
    _links: links,
  };
}

async function change(call: RepositoryCall, path: string, input: z.output<typeof changeSchema>, data: Buffer | null) {
  const { git, repository, sender, hub } = call;
  if (malformed(path)) throw new Problem(422, "path contains a malformed path component");
  if (
    call.actor.kind === "installation" &&
    path.startsWith(".github/workflows/") &&
    call.actor.permissions["workflows"] !== "write"
  )
    throw new Problem(403, "Resource not accessible by integration");
  const branch = (input.branch ?? repository.defaultBranch).replace(/^refs\/heads\//u, "");
  const before = await git.resolve(`refs/heads/${branch}`);
  const parent = before === null ? null : await git.commit(before);
  if (before === null || parent === null) throw new Problem(404, `Branch ${branch} not found`);

  const known = await git.object(`${before}:${path}`);
  if (data === null && known === null) throw notFound();
  if (known !== null && input.sha === undefined) throw new Problem(422, `Invalid request.\n\n"sha" wasn't supplied.`);
  if (known !== null && input.sha !== known.sha) throw new Problem(409, `${path} does not match ${input.sha}`);

  const now = personOf(sender, hub.world.clock);
  const committer = namedPerson(input.committer, now);
  const author = namedPerson(input.author, committer);
  const tree = await git.amend(parent.tree, [{ path, data }]);
  const after = await git.writeCommit({ tree, parents: [before], author, committer, message: input.message });
  mustMeetProtection(call, {
    branch,
    sha: after,
    status: 409,
    prefix: `Could not ${data === null ? "delete" : "update"} file: `,
  });
  if (!(await git.updateReference(`refs/heads/${branch}`, after, before)))
    throw new Problem(409, `${branch} is at another commit but expected ${before}`);
  await pushed(hub, {
    repository,
    ref: `refs/heads/${branch}`,
    before,
    after,
    sender,
    byJob: call.actor.kind === "job",
  });
  return {
    commit: found(await git.commit(after)),
    entry: data === null ? null : await entryAt(call, after, path),
    created: known === null,
  };
}
