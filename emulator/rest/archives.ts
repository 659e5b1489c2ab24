import { needs } from "../auth/access.ts";
import { type RepositoryCall, type Route, repositoryRoute } from "../http/route.ts";
import { revisionOf } from "./revision.ts";

/** A commit's files as one archive. */
export const archiveRoutes: readonly Route[] = [
  repositoryRoute("get", "/repos/{owner}/{repo}/tarball/{ref}", needs("contents:read"), (call) =>
    pack(call, call.parameters.ref, "tar.gz", "application/x-gzip"),
  ),
  repositoryRoute("get", "/repos/{owner}/{repo}/zipball/{ref}", needs("contents:read"), (call) =>
    pack(call, call.parameters.ref, "zip", "application/zip"),
  ),
];

async function pack(call: RepositoryCall, ref: string, format: "tar.gz" | "zip", type: string) {
  const sha = await revisionOf(call, ref);
  const folder = `${call.repository.owner.login}-${call.repository.name}-${sha.slice(0, 7)}/`;
  const bytes = () => call.git.run(["archive", `--format=${format}`, `--prefix=${folder}`, sha]);
  return { status: 302 as const, location: call.hub.publish(type, bytes) };
}
