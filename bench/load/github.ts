import type { Answer, Asked } from "../../test/app/reconcile-world.ts";
import { standIn } from "../stand-in.ts";

/**
 * GitHub's side of the load: it answers what the App asks about a pull request of any repository, all of which have files and
 * none of which has a configuration.
 */
const sha = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
const files = Array.from({ length: 40 }, (_, index) => ({
  path: `src/part-${index}.ts`,
  mode: "100644",
  type: "blob",
  sha: index.toString(16).padStart(40, "a"),
  size: 1_000,
}));

function answer({ method, path }: Asked): Answer | null {
  if (path === "/app/hook/deliveries") return { body: [] };
  if (path.includes("/compare/")) {
    const changed = files.slice(0, 5).map(({ path: filename }) => ({ filename, status: "modified" }));
    return { body: { ahead_by: 3, behind_by: 1, files: changed, commits: [], merge_base_commit: { sha } } };
  }
  if (path.includes("/git/trees/")) return { body: { sha, tree: files, truncated: false } };
  if (path.includes("/actions/variables"))
    return method === "GET" ? { body: { name: "ASSAY_JWKS", value: "" } } : { status: 204 };
  return null;
}

standIn(Number(process.env["PORT"] ?? "0"), answer);
