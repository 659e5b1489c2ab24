import assert from "node:assert/strict";
import { test } from "node:test";
import { openPull, place, refusal, stage } from "./world.ts";

test("an App's comment carries its bot and the App", async () => {
  await using scene = await stage();
  const { number } = await openPull(scene.as("bob"), "topic", { "a.md": "a\n" });
  const client = scene.installed();
  const { data: comment } = await client.issues.createComment({ ...place, issue_number: number, body: "hello" });
  assert.deepEqual(
    [comment.user?.login, comment.user?.type, comment.performed_via_github_app?.slug],
    ["assayer[bot]", "Bot", "assayer"],
  );
  const { data: edited } = await client.issues.updateComment({ ...place, comment_id: comment.id, body: "goodbye" });
  assert.equal(edited.body, "goodbye");
  assert.match(edited.html_url, new RegExp(`/acme/model/pull/${number}#issuecomment-${comment.id}$`, "u"));
  assert.equal(
    (await refusal(scene.as("rita").issues.updateComment({ ...place, comment_id: comment.id, body: "mine" }))).status,
    403,
  );
  await client.issues.deleteComment({ ...place, comment_id: comment.id });
  assert.equal((await refusal(client.issues.getComment({ ...place, comment_id: comment.id }))).status, 404);
});

test("a comment may have 65,536 characters and no more", async () => {
  await using scene = await stage();
  const client = scene.installed();
  const { data: issue } = await client.issues.create({ ...place, title: "Long" });
  await client.issues.createComment({ ...place, issue_number: issue.number, body: "x".repeat(65_536) });
  const refused = await refusal(
    client.issues.createComment({ ...place, issue_number: issue.number, body: "x".repeat(65_537) }),
  );
  assert.equal(refused.status, 422);
  assert.match(refused.message, /body is too long/u);
});

test("a reaction is new once and then known", async () => {
  await using scene = await stage();
  const client = scene.installed();
  const { data: issue } = await client.issues.create({ ...place, title: "React" });
  const { data: comment } = await scene
    .as("rita")
    .issues.createComment({ ...place, issue_number: issue.number, body: "/help" });
  const react = () => client.reactions.createForIssueComment({ ...place, comment_id: comment.id, content: "eyes" });
  assert.equal((await react()).status, 201);
  assert.equal((await react()).status, 200);
  const { data: reactions } = await client.reactions.listForIssueComment({ ...place, comment_id: comment.id });
  assert.deepEqual(
    reactions.map((reaction) => [reaction.content, reaction.user?.login]),
    [["eyes", "assayer[bot]"]],
  );
});

test("a check run collects annotations fifty at a time and belongs to its App", async () => {
  await using scene = await stage();
  const { sha } = await openPull(scene.as("bob"), "topic", { "a.md": "a\n" });
  const client = scene.installed();
  const annotations = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      path: "a.md",
      start_line: index + 1,
      end_line: index + 1,
      annotation_level: "warning" as const,
      message: "look",
    }));
  const output = { title: "Title", summary: "Summary" };
  const { data: run } = await client.checks.create({
    ...place,
    name: "damage",
    head_sha: sha,
    external_id: "job-1",
    output: { ...output, annotations: annotations(50) },
  });
  assert.deepEqual(
    [run.status, run.external_id, run.app?.slug, run.pull_requests.length],
    ["queued", "job-1", "assayer", 1],
  );
  assert.equal(
    (
      await refusal(
        client.checks.update({ ...place, check_run_id: run.id, output: { ...output, annotations: annotations(51) } }),
      )
    ).status,
    422,
  );
  await client.checks.update({ ...place, check_run_id: run.id, output: { ...output, annotations: annotations(3) } });
  const all = await client.paginate(client.checks.listAnnotations, { ...place, check_run_id: run.id });
  assert.equal(all.length, 53);
  assert.equal(
    (
      await refusal(
        client.checks.update({ ...place, check_run_id: run.id, output: { title: "t", summary: "x".repeat(65_536) } }),
      )
    ).status,
    422,
  );
  assert.equal(
    (await refusal(client.checks.update({ ...place, check_run_id: run.id, status: "completed" }))).status,
    422,
  );
  const { data: done } = await client.checks.update({
    ...place,
    check_run_id: run.id,
    conclusion: "success",
    actions: [{ label: "Again", description: "Train again", identifier: "retrain" }],
  });
  assert.deepEqual([done.status, done.conclusion], ["completed", "success"]);
  const { data: listed } = await client.checks.listForRef({ ...place, ref: sha, check_name: "damage" });
  assert.equal(listed.total_count, 1);
  assert.equal((await refusal(scene.as("ada").checks.create({ ...place, name: "x", head_sha: sha }))).status, 403);
});

test("an API deployment shows GitHub's traps", async () => {
  await using scene = await stage();
  const client = scene.installed();
  const { sha } = await openPull(scene.as("bob"), "topic", { "a.md": "a\n" });
  await client.repos.createCommitStatus({ ...place, sha, context: "lint", state: "pending" });
  const blocked = await refusal(client.repos.createDeployment({ ...place, ref: sha, auto_merge: false }));
  assert.equal(blocked.status, 409);
  const deploy = async (environment: string) => {
    const { data } = await client.repos.createDeployment({
      ...place,
      ref: sha,
      auto_merge: false,
      required_contexts: [],
      environment,
      payload: { version: "damage@v1" },
    });
    assert.ok("id" in data);
    await client.repos.createDeploymentStatus({
      ...place,
      deployment_id: data.id,
      state: "success",
      environment_url: "http://model.example",
    });
    return data.id;
  };
  const stateOf = async (deployment_id: number) =>
    (await client.repos.listDeploymentStatuses({ ...place, deployment_id })).data[0]?.state;
  const [oldStaging, oldProduction] = [await deploy("staging"), await deploy("production")];
  await deploy("staging");
  await deploy("production");
  assert.equal(await stateOf(oldStaging), "inactive");
  assert.equal(await stateOf(oldProduction), "success", "production deployments are never made inactive by GitHub");
  const { data: listed } = await client.repos.listDeployments({ ...place, environment: "staging" });
  assert.equal(listed.length, 2);
  assert.equal(
    (
      await refusal(
        client.repos.createDeploymentStatus({
          ...place,
          deployment_id: oldStaging,
          state: "success",
          description: "x".repeat(141),
        }),
      )
    ).status,
    422,
  );
});

test("a deployment merges the default branch into a branch that is behind, unless told not to", async () => {
  await using scene = await stage();
  const client = scene.installed();
  const bob = scene.as("bob");
  await openPull(bob, "behind", { "a.md": "a\n" });
  const { number } = await openPull(bob, "ahead", { "b.md": "b\n" });
  await bob.pulls.merge({ ...place, pull_number: number });
  const { status, data } = await client.repos.createDeployment({ ...place, ref: "behind", required_contexts: [] });
  assert.equal(status, 202);
  assert.ok(!("id" in data));
});

test("variables are kept under their upper-case names", async () => {
  await using scene = await stage();
  const client = scene.installed();
  await client.actions.createRepoVariable({ ...place, name: "assay_key", value: "one" });
  assert.equal(
    (await refusal(client.actions.createRepoVariable({ ...place, name: "ASSAY_KEY", value: "two" }))).status,
    409,
  );
  await client.actions.updateRepoVariable({ ...place, name: "ASSAY_KEY", value: "three" });
  assert.equal((await client.actions.getRepoVariable({ ...place, name: "ASSAY_KEY" })).data.value, "three");
});

test("Markdown becomes HTML that cannot run anything", async () => {
  await using scene = await stage();
  const text =
    '# Hi\n\n| a | b |\n|---|---|\n| 1 | ✅ |\n\n<details><summary>More</summary>\n\n**bold**\n\n</details>\n\n<script>alert(1)</script>\n<img src=x onerror=alert(1)>\n<picture><source media="(prefers-color-scheme: dark)" srcset="http://127.0.0.1/dark.svg"><img src="http://127.0.0.1/light.svg" alt="chart"></picture>\n\n[x](javascript:alert(1))';
  const { data } = await scene.as("ada").markdown.render({ text });
  assert.match(data, /<table>/u);
  assert.match(data, /<details><summary>More<\/summary>/u);
  assert.match(data, /<strong>bold<\/strong>/u);
  assert.match(data, /<source media="\(prefers-color-scheme: dark\)" srcset="http:\/\/127\.0\.0\.1\/dark\.svg">/u);
  assert.doesNotMatch(data, /<script|onerror|javascript:/u);
});
