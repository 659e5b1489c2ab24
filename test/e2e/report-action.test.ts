import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Octokit } from "@octokit/rest";
import { z } from "zod";
import { markerOf, stampOf } from "../../actions/report/stamp.ts";
import { root } from "../../demo/world.ts";
import { place, type Scene, seedOf, stage } from "../emulator/world.ts";
import { reportOf } from "../report/fixtures.ts";
import { push } from "./acts.ts";

/** The action as GitHub fetches it, without the packages of the checkout: the bundle must not need them. */
const actionsRepository = mkdtempSync(join(tmpdir(), "assay-actions-"));
cpSync(join(root, "actions"), join(actionsRepository, "actions"), { recursive: true });
writeFileSync(join(actionsRepository, "package.json"), '{ "type": "module" }');
after(() => rmSync(actionsRepository, { recursive: true }));

const file = "out/report.json";
const workflow = (access: "read" | "write") => `name: Models
on:
  pull_request:
    paths: [out/**]
permissions:
  contents: read
  pull-requests: ${access}
jobs:
  report:
    runs-on: self-hosted
    steps:
      - uses: actions/checkout@v4
      - id: report
        uses: assay-ci/assay/actions/report@v0
        with:
          report: out/*.json
      - if: always()
        env:
          VERDICT: \${{ steps.report.outputs.verdict }}
          CODE: \${{ steps.report.outputs.exit-code }}
          COMMENT: \${{ steps.report.outputs.comment-id }}
        run: echo "outputs=$VERDICT,$CODE,$COMMENT."
`;

/** A repository that has the workflow and no App. */
function open(access: "read" | "write"): Promise<Scene> {
  const files = { "README.md": "# Model\n", ".github/workflows/models.yml": workflow(access) };
  const seed = seedOf({ repository: { files, apps: [] }, machines: [{ name: "one", labels: ["self-hosted"] }] });
  const actions = {
    owner: "assay-ci",
    name: "assay",
    folder: actionsRepository,
    tags: ["v0"],
    collaborators: { ada: "read" as const, bob: "read" as const },
    apps: [],
    environments: [],
  };
  const users = [...seed.users, { login: "acme" }, { login: "assay-ci" }];
  return stage({ ...seed, users, repositories: [...seed.repositories, actions] });
}

const text = (name: string) => `${JSON.stringify(reportOf(name), null, 2)}\n`;

async function openPull(bob: Octokit): Promise<number> {
  const main = await bob.git.getRef({ ...place, ref: "heads/main" });
  await bob.git.createRef({ ...place, ref: "refs/heads/topic", sha: main.data.object.sha });
  await pushAs(bob, { "notes.md": "A change that measures nothing.\n" });
  const { data } = await bob.pulls.create({ ...place, head: "topic", base: "main", title: "Change", body: "" });
  return data.number;
}

const pushAs = (bob: Octokit, files: Readonly<Record<string, string>>) => push({ octokit: bob }, "topic", files, place);

const bot = "github-actions[bot]";

/** The comments of a pull request: those of the workflow's token, and everybody else's. */
async function commentsOf(client: Octokit, pull: number) {
  const { data } = await client.issues.listComments({ ...place, issue_number: pull, per_page: 100 });
  const all = data.map(({ id, body = "", user }) => ({ id, body, login: user?.login ?? "" }));
  return { ours: all.filter(({ login }) => login === bot), others: all.filter(({ login }) => login !== bot) };
}

/** The newest run, once everything is quiet: how it ended, and what its job wrote. */
async function lastRun({ emulator }: Scene, client: Octokit) {
  await emulator.idle();
  const { data } = await client.actions.listWorkflowRunsForRepo(place);
  const id = Math.max(...data.workflow_runs.map((run) => run.id));
  return { id, ...(await runOf(client, id)) };
}

async function runOf(client: Octokit, id: number) {
  const run = await client.actions.getWorkflowRun({ ...place, run_id: id });
  const jobs = await client.actions.listJobsForWorkflowRun({ ...place, run_id: id });
  const log = await client.actions.downloadJobLogsForWorkflowRun({ ...place, job_id: Number(jobs.data.jobs[0]?.id) });
  return { conclusion: run.data.conclusion, log: z.string().parse(log.data) };
}

test("without the App, a workflow keeps one comment that only its own runs write, and never an older over a newer", {
  timeout: 180_000,
}, async () => {
  await using scene = await open("write");
  const [ada, bob] = [scene.as("ada"), scene.as("bob")];
  const pull = await openPull(bob);
  const mine = () => commentsOf(bob, pull);

  // Somebody plants our marker first, with a generation that no run will reach.
  const stamp = stampOf(pull, "Models", { runId: 999_999_999, attempt: 1, head: "f".repeat(40) });
  const planted = `Looks good to me.\n\n${stamp}\n`;
  const { data: foreign } = await bob.issues.createComment({ ...place, issue_number: pull, body: planted });

  const firstHead = await pushAs(bob, { [file]: text("pass") });
  const first = await lastRun(scene, bob);
  assert.equal(first.conclusion, "success", first.log);
  const [made, ...more] = (await mine()).ours;
  assert.ok(made !== undefined);
  assert.deepEqual(more, []);
  assert.match(made.body, /damage: /);
  assert.ok(made.body.includes(firstHead.slice(0, 12)) && made.body.includes(markerOf(pull, "Models")));
  assert.doesNotMatch(made.body, /\/(help|retrain)/);
  assert.ok(first.log.includes(`outputs=pass,0,${made.id}.`), first.log);

  // A worse model: the same comment, and a step that fails.
  await pushAs(bob, { [file]: text("fail") });
  const second = await lastRun(scene, bob);
  assert.equal(second.conclusion, "failure");
  assert.match(second.log, /the verdict is fail: "damage"/);
  assert.ok(second.log.includes(`outputs=fail,1,${made.id}.`), second.log);
  const afterSecond = await mine();
  assert.deepEqual(
    afterSecond.ours.map(({ id }) => id),
    [made.id],
  );
  assert.match(afterSecond.ours[0]?.body ?? "", /damage: worse/);

  // The first run ends once more, after the second.
  await bob.actions.reRunWorkflow({ ...place, run_id: first.id });
  await scene.emulator.idle();
  assert.match((await runOf(bob, first.id)).log, /left alone: a newer run wrote it/);
  assert.deepEqual(await mine(), afterSecond);

  // The second run ends once more: what it would write is there already.
  const writes = () =>
    scene.emulator.requests().filter(({ method, path }) => method !== "GET" && path.includes("/comments"));
  const before = writes().length;
  await bob.actions.reRunWorkflow({ ...place, run_id: second.id });
  await scene.emulator.idle();
  assert.match((await runOf(bob, second.id)).log, /says this already/);
  assert.equal(writes().length, before);

  // Somebody deletes it, and it comes back with the next result.
  await ada.issues.deleteComment({ ...place, comment_id: made.id });
  await pushAs(bob, { [file]: text("inconclusive") });
  const third = await lastRun(scene, bob);
  assert.equal(third.conclusion, "success", third.log);
  const { ours, others } = await mine();
  assert.equal(ours.length, 1);
  assert.notEqual(ours[0]?.id, made.id);
  assert.ok(third.log.includes(`outputs=inconclusive,2,${ours[0]?.id}.`), third.log);
  assert.deepEqual(others, [{ id: foreign.id, body: planted, login: "bob" }]);
  assert.deepEqual(scene.emulator.unknownRequests(), []);
});

test("with a token that can only read there is no comment, no failure, and a reason in the log", {
  timeout: 120_000,
}, async () => {
  await using scene = await open("read");
  const bob = scene.as("bob");
  const pull = await openPull(bob);
  await pushAs(bob, { [file]: text("pass") });
  const run = await lastRun(scene, bob);
  assert.equal(run.conclusion, "success", run.log);
  assert.match(run.log, /No comment, the reports are in the job summary: the token may not write to pull requests/);
  assert.ok(run.log.includes("outputs=pass,0,."));
  assert.deepEqual(await commentsOf(bob, pull), { ours: [], others: [] });

  // A report that is none fails the step, and is named.
  await pushAs(bob, { [file]: "{}" });
  const broken = await lastRun(scene, bob);
  assert.equal(broken.conclusion, "failure");
  assert.match(broken.log, /report_invalid: out\/report\.json schema: it is not a report/);
  assert.ok(broken.log.includes("outputs=,3,."));
});
