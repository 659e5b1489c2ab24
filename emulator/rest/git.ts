import { z } from "zod";
import { needs } from "../auth/access.ts";
import { mergeBase } from "../git/history.ts";
import { typeOfMode } from "../git/objects.ts";
import { isRevision, type Reference } from "../git/store.ts";
import { found, notFound, Problem } from "../http/problem.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { gitCommit } from "../shapes/commit.ts";
import { repositoryUrl } from "../shapes/repository.ts";
import { isExempt, protectionOf } from "../state/protection.ts";
import { pushed } from "../webhooks/push.ts";
import { mustMeetProtection } from "./branches.ts";
import { namedPerson, personOf, personSchema } from "./revision.ts";

const shaSchema = z.string().regex(/^[0-9a-f]{40}$/u);

/** The git database: references, trees, blobs, commits. */
export const gitRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/git/ref/{ref}", needs("contents:read"), async (call) => {
    const reference = found(await call.git.reference(`refs/${call.parameters.ref.replace(/^refs\//u, "")}`));
    return { status: 200, body: referenceShape(call, reference) };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/git/matching-refs/{ref}", needs("contents:read"), async (call) => {
    const all = await call.git.references(`refs/${call.parameters.ref}`);
    return { status: 200, body: call.page(all).map((reference) => referenceShape(call, reference)) };
  }),
  repositoryRoute("post", "/repos/{owner}/{repo}/git/refs", needs("contents:write"), async (call) => {
    const { ref, sha } = call.read(z.object({ ref: z.string(), sha: shaSchema }));
    if (!/^refs\/[^/]+\/./u.test(ref) || !isRevision(ref))
      throw new Problem(422, "Reference name must start with 'refs/' and have at least 2 slashes.");
    if ((await call.git.object(sha)) === null) throw new Problem(422, "Object does not exist");
    if (!(await call.git.updateReference(ref, sha, null))) throw new Problem(422, "Reference already exists");
    await announce(call, ref, null, sha);
    return { status: 201, body: referenceShape(call, found(await call.git.reference(ref))) };
  }),
  repositoryRoute("patch", "/repos/{owner}/{repo}/git/refs/{ref}", needs("contents:write"), async (call) => {
    const { sha, force } = call.read(z.object({ sha: shaSchema, force: z.boolean().optional() }));
    const ref = `refs/${call.parameters.ref.replace(/^refs\//u, "")}`;
    const before = await call.git.reference(ref);
    if (before === null) throw new Problem(422, "Reference does not exist");
    if ((await call.git.object(sha)) === null) throw new Problem(422, "Object does not exist");
    if (force !== true && (await mergeBase(call.git, before.sha, sha)) !== before.sha)
      throw new Problem(422, "Update is not a fast forward");
    mustMeetProtection(call, { branch: branchOf(ref), sha, status: 422 });
    if (!(await call.git.updateReference(ref, sha, before.sha)))
      throw new Problem(409, "Reference was updated meanwhile");
    await announce(call, ref, before.sha, sha);
    return { status: 200, body: referenceShape(call, found(await call.git.reference(ref))) };
  }),
  repositoryRoute("delete", "/repos/{owner}/{repo}/git/refs/{ref}", needs("contents:write"), async (call) => {
    const ref = `refs/${call.parameters.ref.replace(/^refs\//u, "")}`;
    const before = await call.git.reference(ref);
    if (before === null) throw new Problem(422, "Reference does not exist");
    const protection = protectionOf(call.repository, branchOf(ref));
    if (protection !== null && !isExempt(call.actor, call.repository, protection))
      throw new Problem(422, "Cannot delete this protected branch");
    await call.git.deleteReference(ref);
    await announce(call, ref, before.sha, null);
    return { status: 204, body: null };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/git/blobs/{file_sha}", needs("contents:read"), async (call) => {
    const object = found(await call.git.object(checked(call.parameters.file_sha)));
    if (object.type !== "blob") throw notFound();
    if (call.accept.includes("raw")) return { status: 200, type: "application/octet-stream", bytes: object.data };
    return {
      status: 200,
      body: {
        sha: object.sha,
        node_id: `B_${object.sha}`,
        size: object.data.length,
        url: `${repositoryUrl(call.hub.world, call.repository)}/git/blobs/${object.sha}`,
        content: object.data.toString("base64").replace(/.{60}/gu, "$&\n"),
        encoding: "base64",
      },
    };
  }),
  repositoryRoute("post", "/repos/{owner}/{repo}/git/blobs", needs("contents:write"), async (call) => {
    const { content, encoding } = call.read(
      z.object({ content: z.string(), encoding: z.enum(["utf-8", "base64"]).optional() }),
    );
    const sha = await call.git.writeBlob(Buffer.from(content, encoding === "base64" ? "base64" : "utf8"));
    return { status: 201, body: { sha, url: `${repositoryUrl(call.hub.world, call.repository)}/git/blobs/${sha}` } };
  }),
  repositoryRoute("get", "/repos/{owner}/{repo}/git/commits/{commit_sha}", needs("contents:read"), async (call) => {
    const commit = found(await call.git.commit(checked(call.parameters.commit_sha)));
    return { status: 200, body: gitCommit(call.hub.world, call.repository, commit) };
  }),
  repositoryRoute("post", "/repos/{owner}/{repo}/git/commits", needs("contents:write"), async (call) => {
    const schema = z.object({
      message: z.string(),
      tree: shaSchema,
      parents: z.array(shaSchema).optional(),
      author: personSchema.optional(),
      committer: personSchema.optional(),
    });
    const input = call.read(schema);
    if ((await call.git.tree(input.tree)) === null) throw new Problem(422, "Tree SHA does not exist");
    for (const parent of input.parents ?? [])
      if ((await call.git.commit(parent)) === null)
        throw new Problem(422, "Parent SHA does not exist or is not a commit object");
    const now = personOf(call.sender, call.hub.world.clock);
    const author = namedPerson(input.author, now);
    const committer = namedPerson(input.committer, author);
    const sha = await call.git.writeCommit({
      tree: input.tree,
      parents: input.parents ?? [],
      author,
      committer,
      message: input.message,
    });
    return { status: 201, body: gitCommit(call.hub.world, call.repository, found(await call.git.commit(sha))) };
  }),
];

/** The branch that a reference is; empty for any other reference, which no rule protects. */
function branchOf(ref: string): string {
  return /^refs\/heads\/(.+)$/u.exec(ref)?.[1] ?? "";
}

function checked(name: string): string {
  if (!/^[0-9a-f]{40}$/u.test(name)) throw notFound();
  return name;
}

function referenceShape(call: RepositoryCall, reference: Reference) {
  const root = repositoryUrl(call.hub.world, call.repository);
  return {
    ref: reference.name,
    node_id: `REF_${Buffer.from(reference.name).toString("base64url")}`,
    url: `${root}/git/${reference.name}`,
    object: { type: reference.type, sha: reference.sha, url: `${root}/git/${reference.type}s/${reference.sha}` },
  };
}

async function announce(call: RepositoryCall, ref: string, before: string | null, after: string | null): Promise<void> {
  if (!/^refs\/(?:heads|tags)\//u.test(ref)) return;
  await pushed(call.hub, {
    repository: call.repository,
    ref,
    before,
    after,
    sender: call.sender,
    byJob: call.actor.kind === "job",
  });
}

const treeSchema = z.object({
  base_tree: shaSchema.optional(),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.enum(["100644", "100755", "040000", "160000", "120000"]).optional(),
      type: z.string().optional(),
      sha: shaSchema.nullable().optional(),
      content: z.string().optional(),
    }),
  ),
});

export const treeRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/git/trees/{tree_sha}", needs("contents:read"), async (call) => {
    const name = call.parameters.tree_sha;
    const commit = await call.git.resolve(name);
    const object = found(await call.git.object(`${commit ?? checked(name)}^{tree}`));
    return {
      status: 200,
      body: {
        sha: object.sha,
        url: treeUrl(call, object.sha),
        tree: await list(call, object.sha, "", call.query.has("recursive")),
        truncated: false,
      },
    };
  }),
  repositoryRoute("post", "/repos/{owner}/{repo}/git/trees", needs("contents:write"), async (call) => {
    const input = call.read(treeSchema);
    if (input.base_tree !== undefined && (await call.git.tree(input.base_tree)) === null)
      throw new Problem(422, "base_tree is not a valid tree oid");
    const changes = await Promise.all(
      input.tree.map(async ({ path, mode, sha, content }) => {
        if (sha === null) return { path, data: null };
        const data = content === undefined ? (await call.git.object(sha ?? ""))?.data : Buffer.from(content);
        if (data === undefined || mode === "040000" || mode === "160000")
          throw new Problem(422, "tree.sha is not a valid blob");
        return { path, data, ...(mode === undefined ? {} : { mode }) };
      }),
    );
    const sha = await call.git.amend(input.base_tree ?? null, changes);
    return {
      status: 201,
      body: { sha, url: treeUrl(call, sha), tree: await list(call, sha, "", false), truncated: false },
    };
  }),
];

function treeUrl(call: RepositoryCall, sha: string): string {
  return `${repositoryUrl(call.hub.world, call.repository)}/git/trees/${sha}`;
}

type Listed = { path: string; mode: string; type: string; sha: string; size?: number; url: string };

async function list(call: RepositoryCall, sha: string, prefix: string, recursive: boolean): Promise<Listed[]> {
  const root = repositoryUrl(call.hub.world, call.repository);
  const entries = (await call.git.tree(sha)) ?? [];
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const type = typeOfMode(entry.mode);
      const path = `${prefix}${entry.name}`;
      const size = type === "blob" ? { size: (await call.git.object(entry.sha))?.data.length ?? 0 } : {};
      const own = { path, mode: entry.mode, type, sha: entry.sha, ...size, url: `${root}/git/${type}s/${entry.sha}` };
      return type === "tree" && recursive ? [own, ...(await list(call, entry.sha, `${path}/`, true))] : [own];
    }),
  );
  return nested.flat();
}
