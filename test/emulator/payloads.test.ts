import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { z } from "zod";
import { listen, openPull, place, pointHook, seedOf, stage } from "./world.ts";

const record = z.record(z.string(), z.unknown());
const examples = z
  .array(z.object({ name: z.string(), examples: z.array(record) }))
  .parse(createRequire(import.meta.url)("@octokit/webhooks-examples"));

const workflow = `
on: workflow_dispatch
jobs:
  j: { runs-on: self-hosted, environment: staging, steps: [{ run: "true" }] }
`;

// Facts about GitHub's own accounts, and fields of other products, that no consumer of these events reads.
const exempt =
  /\.permissions\.|\.organization$|custom_properties|\.owner\.(?:name|email)$|\.stargazers$|\.master_branch$|\.active_lock_reason$|\.check_run\.deployment$|\.workflow_job_run$|\.reviewers\[\]\.reviewer\./u;

/** Paths that the example has and ours lacks, four levels deep. */
function missing(example: unknown, ours: unknown, path: string, depth: number): readonly string[] {
  if (Array.isArray(example))
    return Array.isArray(ours) && example.length > 0 && ours.length > 0
      ? missing(example[0], ours[0], `${path}[]`, depth)
      : [];
  const [left, right] = [record.safeParse(example), record.safeParse(ours)];
  if (!left.success || !right.success || depth > 4) return [];
  return Object.keys(left.data).flatMap((key) =>
    key in right.data ? missing(left.data[key], right.data[key], `${path}.${key}`, depth + 1) : [`${path}.${key}`],
  );
}

test("webhooks carry every field of GitHub's published examples", async () => {
  const repository = {
    files: { ".github/workflows/w.yml": workflow },
    environments: [{ name: "staging", reviewers: ["rita"], protectionApps: [] }],
  };
  await using scene = await stage(seedOf({ repository, machines: [{ name: "one", labels: ["self-hosted"] }] }));
  await using listener = await listen();
  await pointHook(scene, listener.url);
  const bob = scene.as("bob");
  const { number, sha } = await openPull(bob, "topic", { "a.md": "a\n" });
  const { data: comment } = await bob.issues.createComment({ ...place, issue_number: number, body: "x" });
  await bob.issues.updateComment({ ...place, comment_id: comment.id, body: "y" });
  const client = scene.installed();
  await client.checks.create({
    ...place,
    name: "n",
    head_sha: sha,
    conclusion: "success",
    output: { title: "t", summary: "s" },
  });
  await client.actions.createWorkflowDispatch({ ...place, workflow_id: "w.yml", ref: "main" });
  const asked = await listener.wait("deployment_review", "requested");
  const { workflow_run } = z.object({ workflow_run: z.object({ id: z.number() }) }).parse(asked.payload);
  const run_id = workflow_run.id;
  const { data: pending } = await client.actions.getPendingDeploymentsForRun({ ...place, run_id });
  await scene.as("rita").actions.reviewPendingDeploymentsForRun({
    ...place,
    run_id,
    environment_ids: [Number(pending[0]?.environment.id)],
    state: "approved",
    comment: "go",
  });
  await scene.emulator.idle();

  const compared = new Set<string>();
  for (const { event, action, payload } of listener.received) {
    const example = examples
      .find((one) => one.name === event)
      ?.examples.find((one) => action === null || one["action"] === action);
    if (example === undefined) continue;
    compared.add(event);
    assert.deepEqual(
      missing(example, payload, "", 0).filter((path) => !exempt.test(path)),
      [],
      `${event}.${action}`,
    );
  }
  assert.deepEqual([...compared].sort(), [
    "check_run",
    "check_suite",
    "deployment",
    "deployment_review",
    "deployment_status",
    "installation",
    "issue_comment",
    "pull_request",
    "push",
    "workflow_job",
    "workflow_run",
  ]);
});
