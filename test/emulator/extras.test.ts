import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { openPull, place, refusal, seedOf, stage } from "./world.ts";

test("an App with the members permission tells active from pending members of a team", async () => {
  const seed = seedOf({ app: { permissions: { contents: "read", members: "read" } } });
  await using scene = await stage({
    ...seed,
    teams: [{ org: "acme", slug: "ml-leads", members: { ada: "active", bob: "pending" } }],
  });
  const ask = async (username: string) =>
    (await scene.installed().teams.getMembershipForUserInOrg({ org: "acme", team_slug: "ml-leads", username })).data
      .state;
  assert.deepEqual([await ask("ada"), await ask("bob")], ["active", "pending"]);
  assert.equal((await refusal(ask("rita"))).status, 404);
});

test("a person who loses a role loses what it allowed", async () => {
  await using scene = await stage();
  const ada = scene.as("ada");
  const bob = scene.as("bob");
  const { number } = await openPull(bob, "topic", { "a.md": "a\n" });
  await ada.repos.addCollaborator({ ...place, username: "bob", permission: "pull" });
  assert.equal((await refusal(bob.pulls.merge({ ...place, pull_number: number }))).status, 403);
  await ada.repos.removeCollaborator({ ...place, username: "bob" });
  assert.equal((await refusal(bob.repos.get(place))).status, 404);
});

test("a branch that is behind is brought up to date, which moves the pull request's head", async () => {
  await using scene = await stage();
  const bob = scene.as("bob");
  const first = await openPull(bob, "one", { "a.md": "a\n" });
  const second = await openPull(bob, "two", { "b.md": "b\n" });
  await bob.pulls.merge({ ...place, pull_number: first.number });
  await bob.pulls.updateBranch({ ...place, pull_number: second.number, expected_head_sha: second.sha });
  const { data: pull } = await bob.pulls.get({ ...place, pull_number: second.number });
  assert.notEqual(pull.head.sha, second.sha);
  const { data: comparison } = await bob.repos.compareCommitsWithBasehead({ ...place, basehead: "main...two" });
  assert.deepEqual([comparison.status, comparison.behind_by], ["ahead", 0]);
});

test("only the failed jobs run again when that is asked for", async () => {
  const workflow = `
on: workflow_dispatch
jobs:
  good: { runs-on: self-hosted, steps: [{ run: "true" }] }
  bad: { runs-on: self-hosted, steps: [{ run: "echo '### It broke' >> $GITHUB_STEP_SUMMARY; echo '::error file=a.md,line=3::broken'; false" }] }
`;
  await using scene = await stage(
    seedOf({
      repository: { files: { ".github/workflows/w.yml": workflow } },
      machines: [{ name: "one", labels: ["self-hosted"] }],
    }),
  );
  const client = scene.installed();
  await client.actions.createWorkflowDispatch({ ...place, workflow_id: "w.yml", ref: "main" });
  await scene.emulator.idle();
  const { data } = await client.actions.listWorkflowRunsForRepo(place);
  const run_id = Number(data.workflow_runs[0]?.id);
  const jobsOf = async (filter: "latest" | "all") =>
    (await client.actions.listJobsForWorkflowRun({ ...place, run_id, filter })).data.jobs;
  const before = await jobsOf("latest");
  assert.deepEqual(
    before.map((job) => [job.name, job.conclusion]),
    [
      ["good", "success"],
      ["bad", "failure"],
    ],
  );
  const { data: check } = await client.checks.get({ ...place, check_run_id: Number(before[1]?.id) });
  assert.deepEqual(
    [check.app?.slug, check.conclusion, check.output.summary?.trim()],
    ["github-actions", "failure", "### It broke"],
  );
  const { data: annotations } = await client.checks.listAnnotations({ ...place, check_run_id: check.id });
  assert.ok(
    annotations.some(
      (annotation) => annotation.path === "a.md" && annotation.start_line === 3 && annotation.message === "broken",
    ),
  );

  await client.actions.reRunWorkflowFailedJobs({ ...place, run_id });
  await scene.emulator.idle();
  const after = await jobsOf("latest");
  assert.deepEqual(
    after.map((job) => [job.name, job.run_attempt]),
    [
      ["good", 2],
      ["bad", 2],
    ],
  );
  assert.equal(after[0]?.started_at, before[0]?.started_at, "the job that had succeeded was taken over");
});

test("a timer starts scheduled workflows and a comment those that listen to comments", async () => {
  const on = (events: string) => `on: ${events}\njobs:\n  j: { runs-on: self-hosted, steps: [{ run: "true" }] }\n`;
  const files = {
    ".github/workflows/nightly.yml": on('{ schedule: [{ cron: "0 3 * * *" }] }'),
    ".github/workflows/talk.yml": on("issue_comment"),
  };
  await using scene = await stage(
    seedOf({ repository: { files }, machines: [{ name: "one", labels: ["self-hosted"] }] }),
  );
  await scene.emulator.schedule("acme/model");
  const { data: issue } = await scene.as("rita").issues.create({ ...place, title: "Talk" });
  await scene.as("rita").issues.createComment({ ...place, issue_number: issue.number, body: "hello" });
  await scene.emulator.idle();
  const { data } = await scene.installed().actions.listWorkflowRunsForRepo(place);
  assert.deepEqual(
    data.workflow_runs.map((run) => [run.event, run.path, run.actor?.login, run.conclusion]),
    [
      ["issue_comment", ".github/workflows/talk.yml", "rita", "success"],
      ["schedule", ".github/workflows/nightly.yml", "acme", "success"],
    ],
  );
});

test("GraphQL is not there, and the attempt is recorded", async () => {
  await using scene = await stage();
  const response = await fetch(`${scene.emulator.url}/api/graphql`, {
    method: "POST",
    body: "{}",
    headers: { authorization: `Bearer ${scene.emulator.tokens["ada"]}` },
  });
  assert.equal(response.status, 501);
  assert.deepEqual(
    scene.emulator.unknownRequests().map((entry) => entry.path),
    ["/api/graphql"],
  );
});

test("a workflow on pull requests runs on the merge, is shown on the head, and obeys its filters", async () => {
  const workflow = (filter: string) =>
    `on: { pull_request: ${filter} }\njobs:\n  j:\n    runs-on: self-hosted\n    steps:\n      - run: echo "at $GITHUB_SHA on $GITHUB_REF"\n`;
  const files = {
    ".github/workflows/all.yml": workflow("{}"),
    ".github/workflows/some.yml": workflow('{ paths: ["models/**", "!models/*.md"] }'),
  };
  await using scene = await stage(
    seedOf({ repository: { files }, machines: [{ name: "one", labels: ["self-hosted"] }] }),
  );
  const bob = scene.as("bob");
  const { sha } = await openPull(bob, "words", { "models/read.md": "words\n" });
  await openPull(bob, "code", { "models/a/train.ts": "code\n" });
  await scene.emulator.idle();
  const client = scene.installed();
  const { data } = await client.actions.listWorkflowRunsForRepo(place);
  assert.deepEqual(
    data.workflow_runs
      .map((run) => [run.head_branch, run.path.split("/").at(-1)])
      .sort((a, b) => a.join().localeCompare(b.join())),
    [
      ["code", "all.yml"],
      ["code", "some.yml"],
      ["words", "all.yml"],
    ],
  );
  const run = data.workflow_runs.find((one) => one.head_branch === "words");
  assert.ok(run !== undefined);
  assert.equal(run.head_sha, sha);
  const { data: jobs } = await client.actions.listJobsForWorkflowRun({ ...place, run_id: run.id });
  const { data: log } = await client.actions.downloadJobLogsForWorkflowRun({
    ...place,
    job_id: Number(jobs.jobs[0]?.id),
  });
  const { data: merge } = await client.git.getRef({ ...place, ref: "pull/1/merge" });
  assert.match(z.string().parse(log), new RegExp(`at ${merge.object.sha} on refs/pull/1/merge`, "u"));
});
