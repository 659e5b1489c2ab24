import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export type Repository = {
  readonly bare: string;
  /** Commits of the history in order, each with its tree. */
  readonly commits: readonly { readonly commit: string; readonly tree: string }[];
};

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "assay-actions-"));
}

/** A bare repository `<folder>/acme/birds`, one commit for each given set of files (null deletes nothing, adds all). */
export function createRepository(
  folder: string,
  history: readonly Readonly<Record<string, string | Uint8Array>>[],
): Repository {
  const work = join(folder, "work");
  const bare = join(folder, "acme", "birds");
  mkdirSync(work, { recursive: true });
  git(work, "init", "--quiet", "--initial-branch=main", ".");
  const commits = history.map((files, index) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), content);
      if (path.endsWith(".sh")) chmodSync(join(work, path), 0o755);
    }
    git(work, "add", "--all");
    git(work, "commit", "--quiet", "--message", `commit ${index}`);
    return { commit: git(work, "rev-parse", "HEAD"), tree: git(work, "rev-parse", "HEAD^{tree}") };
  });
  mkdirSync(dirname(bare), { recursive: true });
  git(folder, "clone", "--quiet", "--bare", work, bare);
  git(bare, "config", "uploadpack.allowAnySHA1InWant", "true");
  return { bare, commits };
}

export function git(folder: string, ...args: readonly string[]): string {
  const env = {
    PATH: process.env["PATH"],
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@example.com",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@example.com",
  };
  return execFileSync("git", ["-C", folder, ...args], {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
