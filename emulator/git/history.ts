import type { Commit, Person } from "./objects.ts";
import { runGit } from "./run.ts";
import type { RepositoryStore } from "./store.ts";

/** Questions over more than one commit, each answered by git itself. */
export type FileChange = {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  readonly blob: string;
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string | null;
};

export async function mergeBase(store: RepositoryStore, a: string, b: string): Promise<string | null> {
  const result = await runGit(store.gitDir, store.env, ["merge-base", a, b]);
  return result.code === 0 ? (result.stdout.toString("utf8").trim().split("\n")[0] ?? null) : null;
}

/** How many commits are only in `head`, and only in `base`. */
export async function distance(
  store: RepositoryStore,
  base: string,
  head: string,
): Promise<{ ahead: number; behind: number }> {
  const out = await store.run(["rev-list", "--left-right", "--count", `${base}...${head}`]);
  const [behind = 0, ahead = 0] = out.toString("utf8").trim().split("\t").map(Number);
  return { ahead, behind };
}

/** Commits that `include` reaches and `exclude` does not, newest first. */
export async function log(
  store: RepositoryStore,
  include: string,
  options: { exclude?: string; path?: string; skip?: number; limit?: number; oldestFirst?: boolean } = {},
): Promise<Commit[]> {
  const args = ["rev-list", "--date-order", include];
  if (options.exclude !== undefined) args.push(`^${options.exclude}`);
  if (options.oldestFirst === true) args.push("--reverse");
  if (options.skip !== undefined) args.push(`--skip=${options.skip}`);
  if (options.limit !== undefined) args.push(`--max-count=${options.limit}`);
  if (options.path !== undefined) args.push("--", options.path);
  const names = (await store.run(args)).toString("utf8").split("\n").filter(Boolean);
  const commits = await Promise.all(names.map((name) => store.commit(name)));
  return commits.filter((commit) => commit !== null);
}

const statusOf: Readonly<Record<string, FileChange["status"]>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  C: "copied",
  T: "changed",
};

/** What changed from one commit or tree to another, with renames found and patches as the web shows them. */
export async function changes(store: RepositoryStore, from: string, to: string): Promise<readonly FileChange[]> {
  const [raw, text] = await Promise.all([
    store.run(["diff-tree", "-r", "-M", "--raw", "--numstat", "-z", "--no-abbrev", from, to]),
    store.run(["diff-tree", "-r", "-M", "-p", from, to]),
  ]);
  const patches = text
    .toString("utf8")
    .split(/^diff --git /mu)
    .slice(1);
  return parseChanges(raw.toString("utf8")).map((change, index) => ({
    ...change,
    patch: hunksOf(patches[index] ?? ""),
  }));
}

function hunksOf(section: string): string | null {
  const start = section.indexOf("\n@@ ");
  return start < 0 ? null : section.slice(start + 1).replace(/\n$/u, "");
}

function parseChanges(text: string): Omit<FileChange, "patch">[] {
  const fields = text.split("\0");
  const found: Omit<FileChange, "patch" | "additions" | "deletions">[] = [];
  const counts = new Map<string, { additions: number; deletions: number }>();
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at] ?? "";
    if (field.startsWith(":")) {
      const [, , before = "", after = "", letter = ""] = field.split(" ");
      const status = statusOf[letter.charAt(0)] ?? "changed";
      const moved = status === "renamed" || status === "copied";
      const first = fields[at + 1] ?? "";
      const second = moved ? (fields[at + 2] ?? "") : first;
      found.push({
        path: second,
        previousPath: moved ? first : null,
        status,
        blob: status === "removed" ? before : after,
      });
      at += moved ? 2 : 1;
    } else if (field !== "") {
      const [additions = "0", deletions = "0", path = ""] = field.split("\t");
      // A rename leaves the path empty and puts both names in the next two fields.
      const name = path === "" ? (fields[at + 2] ?? "") : path;
      if (path === "") at += 2;
      counts.set(name, { additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
    }
  }
  return found.map((change) => ({ ...change, ...(counts.get(change.path) ?? { additions: 0, deletions: 0 }) }));
}

/** The tree of both sides merged, or null if they conflict. */
export async function mergeTree(store: RepositoryStore, ours: string, theirs: string): Promise<string | null> {
  const result = await runGit(store.gitDir, store.env, [
    "merge-tree",
    "--write-tree",
    "--allow-unrelated-histories",
    ours,
    theirs,
  ]);
  return result.code === 0 ? result.stdout.toString("utf8").trim() : null;
}

/** Replays the commits of `head` that `base` lacks on top of it; null if one conflicts. */
export async function rebase(
  store: RepositoryStore,
  base: string,
  head: string,
  committer: Person,
): Promise<string | null> {
  let tip = base;
  for (const commit of await log(store, head, { exclude: base, oldestFirst: true })) {
    const [parent] = commit.parents;
    const tipCommit = await store.commit(tip);
    if (parent === undefined || tipCommit === null || commit.parents.length > 1) continue;
    // A stand-in for the tip whose only ancestor is the commit's own parent: merging with it is a cherry-pick.
    const standIn = await store.writeCommit({ ...tipCommit, parents: [parent] });
    const tree = await mergeTree(store, standIn, commit.sha);
    if (tree === null) return null;
    tip = await store.writeCommit({ tree, parents: [tip], author: commit.author, committer, message: commit.message });
  }
  return tip;
}
