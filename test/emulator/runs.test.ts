import assert from "node:assert/strict";
import { test } from "node:test";
import { listen, place, pointHook, refusal, type Scene, seedOf, stage } from "./world.ts";

const workflow = `
name: Assay
run-name: assay \${{ inputs.nonce }}
on:
  workflow_dispatch:
    inputs:
      nonce: { required: true, type: string }
      stage: { required: false, type: choice, options: [train, deploy], default: train }
      loud: { type: boolean, default: false }
jobs:
  train:
    if: inputs.stage == 'train'
    runs-on: [self-hosted, gpu]
    steps:
      - run: echo "training \${{ inputs.nonce }}"
  deploy:
    if: inputs.stage == 'deploy'
    runs-on: [self-hosted, gpu]
    environment: { name: staging, url: "http://model.example/\${{ inputs.nonce }}" }
    steps:
      - run: echo deploying
`;

const environments = [{ name: "staging", reviewers: ["rita"], protectionApps: ["assayer"] }];

function staging() {
  return stage(
    seedOf({
      repository: {
        files: { ".github/workflows/assay.yml": workflow, ".github/workflows/other.yml": "on: push\njobs: {}\n" },
        environments,
      },
      machines: [{ name: "gpu-1", labels: ["self-hosted", "gpu"] }],
    }),
  );
}

const dispatched = (scene: Scene, inputs: Record<string, string>, more: Record<string, unknown> = {}) =>
  scene.installed().request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
    ...place,
    workflow_id: "assay.yml",
    ref: "main",
    inputs,
    ...more,
  });

async function start(scene: Scene, inputs: Record<string, string>): Promise<number> {
  const { data } = await dispatched(scene, inputs, { return_run_details: true });
  return Number(data?.workflow_run_id);
}

async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const value = await ask();
    if (value !== null) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test("a dispatch is checked against the workflow, in GitHub's words", async () => {
  await using scene = await staging();
  const cases: [Record<string, string>, Record<string, unknown>, number, RegExp][] = [
    [{}, {}, 422, /Required input 'nonce' not provided/u],
    [{ nonce: "a", color: "red" }, {}, 422, /Unexpected inputs provided: \["color"\]/u],
    [{ nonce: "a", stage: "fly" }, {}, 422, /'fly' for input 'stage' not in the list of allowed values/u],
    [{ nonce: "a" }, { ref: "nowhere" }, 422, /No ref found for: nowhere/u],
    [{ nonce: "a" }, { workflow_id: "other.yml" }, 422, /Workflow does not have 'workflow_dispatch' trigger/u],
    [{ nonce: "a" }, { workflow_id: "missing.yml" }, 404, /Not Found/u],
  ];
  for (const [inputs, more, status, message] of cases) {
    const refused = await refusal(dispatched(scene, inputs, more));
    assert.equal(refused.status, status);
    assert.match(refused.message, message);
  }
});

test("a dispatched run runs, tells every state, and keeps its log", async () => {
  await using scene = await staging();
  await using listener = await listen();
  await pointHook(scene, listener.url);
  const run_id = await start(scene, { nonce: "n-1" });
  const { payload } = await listener.wait("workflow_run", "completed");
  assert.partialDeepStrictEqual(payload, {
    workflow_run: {
      id: run_id,
      conclusion: "success",
      display_title: "assay n-1",
      event: "workflow_dispatch",
      head_branch: "main",
    },
    workflow: { path: ".github/workflows/assay.yml" },
  });
  await scene.emulator.idle();
  const told = listener.received.filter(
    (one) =>
      one.event === "workflow_run" ||
      (one.event === "workflow_job" && JSON.stringify(one.payload["workflow_job"]).includes('"name":"train"')),
  );
  assert.deepEqual(
    told.map((one) => `${one.event}.${one.action}`),
    [
      "workflow_run.requested",
      "workflow_job.queued",
      "workflow_job.in_progress",
      "workflow_run.in_progress",
      "workflow_job.completed",
      "workflow_run.completed",
    ],
  );
  const client = scene.installed();
  const { data: jobs } = await client.actions.listJobsForWorkflowRun({ ...place, run_id });
  assert.deepEqual(
    jobs.jobs.map((job) => [job.name, job.conclusion]),
    [
      ["train", "success"],
      ["deploy", "skipped"],
    ],
  );
  const { data: log } = await client.actions.downloadJobLogsForWorkflowRun({
    ...place,
    job_id: Number(jobs.jobs[0]?.id),
  });
  assert.match(String(log), /training n-1/u);
  const { data: listed } = await client.actions.listWorkflowRunsForRepo({
    ...place,
    event: "workflow_dispatch",
    status: "success",
  });
  assert.equal(listed.total_count, 1);
  const { data: runners } = await client.request("GET /repos/{owner}/{repo}/actions/runners", place);
  assert.deepEqual(
    runners.runners.map((runner) => [runner.name, runner.busy]),
    [["gpu-1", false]],
  );
});

test("a job waits for its reviewer and its protection rule, then its deployment succeeds", async () => {
  await using scene = await staging();
  await using listener = await listen();
  await pointHook(scene, listener.url);
  const run_id = await start(scene, { nonce: "n-2", stage: "deploy" });
  const asked = await listener.wait("deployment_protection_rule", "requested");
  assert.partialDeepStrictEqual(asked.payload, {
    environment: "staging",
    event: "workflow_dispatch",
    deployment: { environment: "staging", creator: { login: "github-actions[bot]" } },
  });
  assert.match(
    String(asked.payload["deployment_callback_url"]),
    new RegExp(`/actions/runs/${run_id}/deployment_protection_rule$`, "u"),
  );

  const client = scene.installed();
  const { data: pending } = await client.actions.getPendingDeploymentsForRun({ ...place, run_id });
  assert.deepEqual(
    pending.map((one) => [one.environment.name, one.reviewers?.length]),
    [["staging", 1]],
  );
  const review = {
    ...place,
    run_id,
    environment_ids: [Number(pending[0]?.environment.id)],
    state: "approved" as const,
    comment: "go",
  };
  assert.equal(
    (await refusal(client.actions.reviewPendingDeploymentsForRun(review))).status,
    403,
    "an App is no reviewer",
  );
  assert.equal(
    (await refusal(scene.as("bob").actions.reviewPendingDeploymentsForRun(review))).status,
    422,
    "nor is somebody else",
  );

  await client.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule", {
    ...place,
    run_id,
    environment_name: "staging",
    comment: "looking",
    state: "approved",
  });
  assert.equal((await client.actions.getWorkflowRun({ ...place, run_id })).data.conclusion, null);
  await scene.as("rita").actions.reviewPendingDeploymentsForRun(review);
  const { payload } = await listener.wait("workflow_run", "completed");
  assert.partialDeepStrictEqual(payload, { workflow_run: { id: run_id, conclusion: "success" } });
  await scene.emulator.idle();
  const states = listener.received
    .filter((one) => one.event === "deployment_status")
    .map((one) => /"state":"(\w+)"/u.exec(JSON.stringify(one.payload["deployment_status"]))?.[1]);
  assert.deepEqual(states, ["waiting", "in_progress", "success"]);
  const { data: deployments } = await client.repos.listDeployments({ ...place, environment: "staging" });
  const { data: statuses } = await client.repos.listDeploymentStatuses({
    ...place,
    deployment_id: Number(deployments[0]?.id),
  });
  assert.deepEqual([statuses[0]?.state, statuses[0]?.environment_url], ["success", "http://model.example/n-2"]);
  const { data: approvals } = await client.actions.getReviewsForRun({ ...place, run_id });
  assert.deepEqual(
    approvals.map((one) => [one.state, one.user.login, one.comment]),
    [["approved", "rita", "go"]],
  );
});

test("a rejected environment fails the job and its deployment", async () => {
  await using scene = await staging();
  const run_id = await start(scene, { nonce: "n-3", stage: "deploy" });
  const client = scene.installed();
  await until(async () =>
    (await client.actions.getPendingDeploymentsForRun({ ...place, run_id })).data.length > 0 ? true : null,
  );
  await client.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule", {
    ...place,
    run_id,
    environment_name: "staging",
    comment: "no",
    state: "rejected",
  });
  await scene.emulator.idle();
  assert.equal((await client.actions.getWorkflowRun({ ...place, run_id })).data.conclusion, "failure");
  const { data: deployments } = await client.repos.listDeployments(place);
  const { data: statuses } = await client.repos.listDeploymentStatuses({
    ...place,
    deployment_id: Number(deployments[0]?.id),
  });
  assert.equal(statuses[0]?.state, "failure");
});

test("a run without a machine waits until it is cancelled, and can be run again", async () => {
  await using scene = await stage(seedOf({ repository: { files: { ".github/workflows/assay.yml": workflow } } }));
  const run_id = await start(scene, { nonce: "n-4" });
  const client = scene.installed();
  assert.equal((await client.actions.getWorkflowRun({ ...place, run_id })).data.status, "queued");
  assert.equal((await client.actions.cancelWorkflowRun({ ...place, run_id })).status, 202);
  await scene.emulator.idle();
  assert.equal((await client.actions.getWorkflowRun({ ...place, run_id })).data.conclusion, "cancelled");
  assert.equal((await refusal(client.actions.cancelWorkflowRun({ ...place, run_id }))).status, 409);
  await client.actions.reRunWorkflow({ ...place, run_id });
  assert.equal((await client.actions.getWorkflowRun({ ...place, run_id })).data.run_attempt, 2);
  assert.equal(
    (await client.actions.getWorkflowRunAttempt({ ...place, run_id, attempt_number: 1 })).data.conclusion,
    "cancelled",
  );
});

test("a wait timer opens the door when the emulator's clock says so", async () => {
  const timed = [{ name: "staging", reviewers: [], protectionApps: [], waitTimerMinutes: 60 }];
  await using scene = await stage(
    seedOf({
      repository: { files: { ".github/workflows/assay.yml": workflow }, environments: timed },
      machines: [{ name: "gpu-1", labels: ["self-hosted", "gpu"] }],
    }),
  );
  const run_id = await start(scene, { nonce: "n-5", stage: "deploy" });
  await scene.emulator.idle();
  const statusOf = async () => (await scene.as("ada").actions.getWorkflowRun({ ...place, run_id })).data;
  assert.equal((await statusOf()).status, "waiting");
  scene.emulator.clock.advance(59 * 60_000);
  assert.equal((await statusOf()).status, "waiting");
  scene.emulator.clock.advance(61_000);
  await scene.emulator.idle();
  assert.equal((await statusOf()).conclusion, "success");
});

test("who started a run may not review it where that is forbidden", async () => {
  const strict = [{ name: "staging", reviewers: ["bob"], preventSelfReview: true, protectionApps: [] }];
  await using scene = await stage(
    seedOf({
      repository: { files: { ".github/workflows/assay.yml": workflow }, environments: strict },
      machines: [{ name: "gpu-1", labels: ["self-hosted", "gpu"] }],
    }),
  );
  const bob = scene.as("bob");
  await bob.actions.createWorkflowDispatch({
    ...place,
    workflow_id: "assay.yml",
    ref: "main",
    inputs: { nonce: "n-6", stage: "deploy" },
  });
  await scene.emulator.idle();
  const { data } = await bob.actions.listWorkflowRunsForRepo(place);
  const run_id = Number(data.workflow_runs[0]?.id);
  const { data: pending } = await bob.actions.getPendingDeploymentsForRun({ ...place, run_id });
  assert.equal(pending[0]?.current_user_can_approve, false);
  const review = {
    ...place,
    run_id,
    environment_ids: [Number(pending[0]?.environment.id)],
    state: "approved" as const,
    comment: "mine",
  };
  assert.equal((await refusal(bob.actions.reviewPendingDeploymentsForRun(review))).status, 422);
});
