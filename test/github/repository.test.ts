import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, test } from "node:test";
import { readCommit, treeId } from "../../github/commits.ts";
import { readText } from "../../github/contents.ts";
import { branchHead } from "../../github/installations.ts";
import { clientFor, statusOf } from "../../github/octokit.ts";
import { permissionOf } from "../../github/permissions.ts";
import { changedFiles } from "../../github/pulls.ts";
import { putVariable } from "../../github/variables.ts";
import { assertAllAsked, client, github } from "./client.ts";

afterEach(assertAllAsked);

const permissions = [
  ["admin", "admin"],
  ["maintain", "write"],
  ["write", "write"],
  ["triage", "read"],
  ["read", "read"],
  ["none", "none"],
  ["something new", "none"],
] as const;

for (const [github_, ours] of permissions) {
  test(`GitHub's permission ${github_} is ${ours} to us`, async () => {
    github().get("/collaborators/grace/permission").reply(200, { permission: github_ });
    assert.equal(await permissionOf(client, "grace"), ours);
  });
}

test("a stranger has no permission, and an error of GitHub's gives none either", async () => {
  github().get("/collaborators/mallory/permission").reply(404);
  assert.equal(await permissionOf(client, "mallory"), "none");
  github().get("/collaborators/mallory/permission").reply(500);
  await assert.rejects(permissionOf(client, "mallory"), { status: 500 });
});

test("a variable is made, changed, or left as it is", async () => {
  github()
    .get("/actions/variables/KEYS")
    .reply(404)
    .post("/actions/variables", { name: "KEYS", value: "new" })
    .reply(201);
  await putVariable(client, "KEYS", "new");
  github()
    .get("/actions/variables/KEYS")
    .reply(200, { name: "KEYS", value: "old" })
    .patch("/actions/variables/KEYS", { value: "new" })
    .reply(204);
  await putVariable(client, "KEYS", "new");
  github().get("/actions/variables/KEYS").reply(200, { name: "KEYS", value: "new" });
  await putVariable(client, "KEYS", "new");
});

test("a rename counts as a change of both names", async () => {
  github()
    .get("/pulls/42/files?per_page=100")
    .reply(200, [{ filename: "b.ts", previous_filename: "a.ts" }, { filename: "c.ts" }]);
  assert.deepEqual(await changedFiles(client, 42), ["b.ts", "a.ts", "c.ts"]);
});

test("a file is read at a commit: small ones from contents, large ones from their blob, missing ones as null", async () => {
  const file = {
    type: "file",
    size: 5,
    sha: "s",
    encoding: "base64",
    content: Buffer.from("hällo").toString("base64"),
  };
  const path = `/contents/${encodeURIComponent(".github/assay.yml")}?ref=c`;
  github().get(path).reply(200, file);
  assert.equal(await readText(client, ".github/assay.yml", "c", 100), "hällo");
  github()
    .get(path)
    .reply(200, { ...file, encoding: "none", content: "" })
    .get("/git/blobs/s")
    .reply(200, { content: file.content });
  assert.equal(await readText(client, ".github/assay.yml", "c", 100), "hällo");
  github().get(path).reply(404);
  assert.equal(await readText(client, ".github/assay.yml", "c", 100), null);
  github().get(path).reply(200, [file]);
  assert.equal(await readText(client, ".github/assay.yml", "c", 100), null, "a folder is no file");
  github()
    .get(path)
    .reply(200, { ...file, size: 101 });
  await assert.rejects(readText(client, ".github/assay.yml", "c", 100), RangeError);
});

test("a commit is its tree and its files; a tree too large to list is an error, not a smaller tree", async () => {
  const [file, folder, inner, module] = ["11", "22", "33", "44"].map((pair) => pair.repeat(20));
  const tree = [
    { path: "a.ts", type: "blob", mode: "100644", sha: file },
    { path: "folder", type: "tree", mode: "040000", sha: folder },
    { path: "folder/b.ts", type: "blob", mode: "100755", sha: inner },
    { path: "module", type: "commit", mode: "160000", sha: module },
  ];
  const answer = (truncated: boolean) => github().get("/git/trees/c?recursive=1").reply(200, { truncated, tree });
  answer(false);
  const read = await readCommit(client, "c");
  assert.deepEqual(read.files, [
    { path: "a.ts", sha: file },
    { path: "folder/b.ts", sha: inner },
  ]);
  assert.match(read.tree, /^[0-9a-f]{40}$/);
  answer(true);
  await assert.rejects(readCommit(client, "c"), RangeError);
});

test("a tree has the id that git gives it", async (t) => {
  assert.equal(treeId([]), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  const folder = await mkdtemp(join(tmpdir(), "assay-tree-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();
  git("init", "-q");
  // The folder "a" sorts after "a.ts" and before "a0", because git compares it as "a/".
  for (const name of ["a.ts", "a0", "é", "Z", "a/inner"]) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), name);
  }
  await chmod(join(folder, "Z"), 0o755);
  await symlink("a0", join(folder, "link"));
  git("add", "-A");
  const entries = git("-c", "core.quotePath=false", "ls-tree", git("write-tree"))
    .split("\n")
    .map((line) => {
      const [, mode = "", sha = "", path = ""] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/.exec(line) ?? [];
      return { mode, sha, path };
    });
  assert.equal(entries.length, 6);
  assert.equal(treeId(entries.toReversed()), git("write-tree"));
});

test("a branch that does not exist has no head", async () => {
  github().get("/git/ref/heads%2Fmain").reply(404);
  assert.equal(await branchHead(client, "main"), null);
});

test("a repository is owner/name and nothing else", () => {
  assert.equal(clientFor(client.octokit, "acme/birds").repo, "birds");
  for (const name of ["acme", "acme/", "/birds", "a/b/c", ""]) {
    assert.throws(() => clientFor(client.octokit, name), TypeError);
  }
});

test("a call that never got an answer has no status", () => {
  assert.equal(statusOf(new Error("socket hang up")), null);
  assert.equal(statusOf({ status: "404" }), null);
  assert.equal(statusOf({ status: 404 }), 404);
});
