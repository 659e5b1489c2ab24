import assert from "node:assert/strict";
import { test } from "node:test";
import { openPull, place, refusal, stage } from "./world.ts";

const text = (content: string) => Buffer.from(content).toString("base64");

test("contents are read as a file, as a folder, and raw", async () => {
  await using scene = await stage();
  const client = scene.installed();
  const { data: root } = await client.repos.getContent({ ...place, path: "" });
  assert.ok(Array.isArray(root));
  assert.deepEqual(
    root.map((entry) => [entry.type, entry.path]),
    [
      ["file", "README.md"],
      ["dir", "src"],
    ],
  );
  const { data: file } = await client.repos.getContent({ ...place, path: "src/train.ts" });
  assert.ok(!Array.isArray(file) && file.type === "file");
  assert.equal(Buffer.from(file.content, "base64").toString(), "export const rate = 0.1;\n");
  const { data: raw } = await client.repos.getContent({
    ...place,
    path: "README.md",
    mediaType: { format: "raw+json" },
  });
  assert.equal(raw, "# Model\n");
  assert.equal((await refusal(client.repos.getContent({ ...place, path: "missing.md" }))).status, 404);
});

test("writing a file needs the blob it replaces", async () => {
  await using scene = await stage();
  const client = scene.as("bob");
  const change = { ...place, path: "README.md", message: "Change", content: text("new\n") };
  assert.equal((await refusal(client.repos.createOrUpdateFileContents(change))).status, 422);
  assert.equal(
    (await refusal(client.repos.createOrUpdateFileContents({ ...change, sha: "0".repeat(40) }))).status,
    409,
  );
  const { data: before } = await client.repos.getContent({ ...place, path: "README.md" });
  assert.ok(!Array.isArray(before));
  const { data } = await client.repos.createOrUpdateFileContents({ ...change, sha: before.sha });
  assert.equal(data.commit.message, "Change");
  assert.equal((await refusal(client.repos.createOrUpdateFileContents({ ...change, path: "../x" }))).status, 422);
});

test("a pull request shows its files with patches, its commits and its size", async () => {
  await using scene = await stage();
  const client = scene.as("bob");
  const { number } = await openPull(client, "faster", {
    "src/train.ts": "export const rate = 0.2;\n",
    "data/new.csv": "a,b\n1,2\n",
  });
  const { data: pull } = await client.pulls.get({ ...place, pull_number: number });
  assert.deepEqual(
    [pull.state, pull.mergeable, pull.commits, pull.changed_files, pull.additions, pull.deletions],
    ["open", true, 2, 2, 3, 1],
  );
  const { data: files } = await client.pulls.listFiles({ ...place, pull_number: number });
  assert.deepEqual(
    files.map((file) => [file.filename, file.status]),
    [
      ["data/new.csv", "added"],
      ["src/train.ts", "modified"],
    ],
  );
  assert.equal(files[1]?.patch, "@@ -1 +1 @@\n-export const rate = 0.1;\n+export const rate = 0.2;");
  const { data: commits } = await client.pulls.listCommits({ ...place, pull_number: number });
  assert.deepEqual(
    commits.map((commit) => [commit.commit.message, commit.author?.login]),
    [
      ["Change src/train.ts", "bob"],
      ["Change data/new.csv", "bob"],
    ],
  );
});

test("a renamed file is one change that knows its old name", async () => {
  await using scene = await stage();
  const client = scene.as("bob");
  const { data: main } = await client.git.getCommit({
    ...place,
    commit_sha: (await client.repos.getBranch({ ...place, branch: "main" })).data.commit.sha,
  });
  const { data: tree } = await client.git.createTree({
    ...place,
    base_tree: main.tree.sha,
    tree: [
      { path: "src/train.ts", mode: "100644", type: "blob", sha: null },
      { path: "src/fit.ts", mode: "100644", type: "blob", content: "export const rate = 0.1;\n" },
    ],
  });
  const { data: commit } = await client.git.createCommit({
    ...place,
    message: "Rename",
    tree: tree.sha,
    parents: [main.sha],
  });
  await client.git.createRef({ ...place, ref: "refs/heads/rename", sha: commit.sha });
  const { data: comparison } = await client.repos.compareCommitsWithBasehead({ ...place, basehead: "main...rename" });
  assert.deepEqual([comparison.status, comparison.ahead_by, comparison.merge_base_commit.sha], ["ahead", 1, main.sha]);
  assert.deepEqual(
    comparison.files?.map((file) => [file.status, file.previous_filename, file.filename]),
    [["renamed", "src/train.ts", "src/fit.ts"]],
  );
});

for (const [method, parents] of [
  ["merge", 2],
  ["squash", 1],
  ["rebase", 1],
] as const)
  test(`a ${method} puts the change on the base branch`, async () => {
    await using scene = await stage();
    const client = scene.as("bob");
    const { number, sha } = await openPull(client, "topic", { "src/train.ts": "export const rate = 0.3;\n" });
    await openPull(client, "other", { "other.md": "other\n" }).then(({ number }) =>
      client.pulls.merge({ ...place, pull_number: number }),
    );
    assert.equal(
      (await refusal(client.pulls.merge({ ...place, pull_number: number, sha: "0".repeat(40) }))).status,
      409,
    );
    const { data: merged } = await client.pulls.merge({ ...place, pull_number: number, sha, merge_method: method });
    const { data: commit } = await client.repos.getCommit({ ...place, ref: "main" });
    assert.equal(commit.sha, merged.sha);
    assert.equal(commit.parents.length, parents);
    const { data: pull } = await client.pulls.get({ ...place, pull_number: number });
    assert.deepEqual(
      [pull.state, pull.merged, pull.merge_commit_sha, pull.merged_by?.login],
      ["closed", true, merged.sha, "bob"],
    );
    const { data: file } = await client.repos.getContent({
      ...place,
      path: "src/train.ts",
      mediaType: { format: "raw" },
    });
    assert.equal(file, "export const rate = 0.3;\n");
    const { data: other } = await client.repos.getContent({ ...place, path: "other.md", mediaType: { format: "raw" } });
    assert.equal(other, "other\n");
  });

test("two changes of one line conflict, and the merge is refused", async () => {
  await using scene = await stage();
  const client = scene.as("bob");
  const first = await openPull(client, "one", { "README.md": "# One\n" });
  const second = await openPull(client, "two", { "README.md": "# Two\n" });
  await client.pulls.merge({ ...place, pull_number: first.number });
  assert.equal((await client.pulls.get({ ...place, pull_number: second.number })).data.mergeable, false);
  assert.equal((await refusal(client.pulls.merge({ ...place, pull_number: second.number }))).status, 405);
});

test("a pull request from a fork names the fork and keeps its head in the base repository", async () => {
  await using scene = await stage();
  const rita = scene.as("rita");
  await rita.repos.createFork(place);
  const { data: main } = await rita.git.getRef({ owner: "rita", repo: "model", ref: "heads/main" });
  await rita.git.createRef({ owner: "rita", repo: "model", ref: "refs/heads/idea", sha: main.object.sha });
  await rita.repos.createOrUpdateFileContents({
    owner: "rita",
    repo: "model",
    path: "idea.md",
    branch: "idea",
    message: "Idea",
    content: text("idea\n"),
  });
  const { data: pull } = await rita.pulls.create({ ...place, title: "Idea", head: "rita:idea", base: "main" });
  assert.deepEqual(
    [pull.head.repo.full_name, pull.head.repo.fork, pull.author_association],
    ["rita/model", true, "COLLABORATOR"],
  );
  const { data: head } = await scene.installed().git.getRef({ ...place, ref: `pull/${pull.number}/head` });
  assert.equal(head.object.sha, pull.head.sha);
  assert.equal((await refusal(rita.pulls.merge({ ...place, pull_number: pull.number }))).status, 403);
});

test("lists are paged with Link headers, and octokit walks them", async () => {
  await using scene = await stage();
  const client = scene.as("bob");
  for (let index = 1; index <= 5; index += 1) await client.issues.create({ ...place, title: `Issue ${index}` });
  const { headers, data } = await client.issues.listForRepo({ ...place, per_page: 2 });
  assert.equal(data.length, 2);
  assert.match(headers.link ?? "", /<[^>]*page=2[^>]*>; rel="next", <[^>]*page=3[^>]*>; rel="last"/u);
  const all = await client.paginate(client.issues.listForRepo, { ...place, per_page: 2 });
  assert.deepEqual(
    all.map((issue) => issue.title),
    ["Issue 5", "Issue 4", "Issue 3", "Issue 2", "Issue 1"],
  );
});

test("names that git would read as syntax are no names", async () => {
  await using scene = await stage();
  const client = scene.installed();
  for (const path of ["../README.md", "./README.md", "src/../README.md", ".git/config"])
    assert.equal((await refusal(client.repos.getContent({ ...place, path }))).status, 404, path);
  for (const ref of [
    "main~1",
    "main^{tree}",
    ":/Initial",
    "--help",
    "main\nHEAD",
    "refs/heads/main:README.md",
    "@{-1}",
  ])
    assert.ok([404, 422].includes((await refusal(client.repos.getCommit({ ...place, ref }))).status), ref);
  const { data } = await client.repos.getContent({ ...place, path: "README.md", mediaType: { format: "raw" } });
  assert.equal(data, "# Model\n");
});

test("a list of pull requests comes in the order that is asked for, as GitHub's does", async () => {
  await using scene = await stage();
  const client = scene.as("bob");
  const numbers: number[] = [];
  for (const branch of ["one", "two", "three"]) {
    scene.emulator.clock.advance(2_000);
    numbers.push((await openPull(client, branch, { [`${branch}.md`]: "x\n" })).number);
  }
  const [first = 0, second = 0, third = 0] = numbers;
  scene.emulator.clock.advance(2_000);
  await client.issues.createComment({ ...place, issue_number: second, body: "a look at it" });
  scene.emulator.clock.advance(2_000);
  await client.pulls.update({ ...place, pull_number: first, title: "Another title" });
  for (const [order, expected] of [
    [{}, [third, second, first]],
    [{ direction: "asc" }, [first, second, third]],
    [{ sort: "updated" }, [third, second, first]],
    [{ sort: "updated", direction: "desc" }, [first, second, third]],
    [{ sort: "popularity", direction: "desc" }, [second, third, first]],
  ] as const) {
    const { data } = await client.pulls.list({ ...place, state: "all", ...order });
    assert.deepEqual(
      data.map(({ number }) => number),
      expected,
      JSON.stringify(order),
    );
  }
});
