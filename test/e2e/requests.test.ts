import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../../demo/wait.ts";
import { repository as at } from "../../demo/world.ts";
import { ended, headOf, runOf } from "./acts.ts";
import { settled, stopAndAudit } from "./after-story.ts";
import { openWorld, type Stage } from "./open-world.ts";
import { gate, quick, script } from "./trainings.ts";

let stage: Stage;
before(async () => {
  stage = await openWorld("requests");
  // What the App does once in a repository's life is not counted.
  const { octokit } = stage.owner;
  const published = () => octokit.rest.actions.getRepoVariable({ ...at, name: "ASSAY_JWKS" }).catch(() => null);
  await until("the keys to be published", published, { timeoutMs: 30_000, abort: stage.world.died });
});
after(async () => {
  await stage.world.stop();
  await stage.clear();
});

/** The pull request of the first test, which the second one merges. */
let merged = 0;

/** Once a minute, however many pull requests there are. */
const ofTheReconciler = ["GET /pulls", "GET /app/hook/deliveries", "GET /actions/workflows/{workflow_id}/runs"];

/** What the App asked of GitHub while something happened, sorted. */
async function asked(happening: () => Promise<unknown>): Promise<readonly string[]> {
  const before = (await stage.world.requests()).length;
  await happening();
  // What a request did is seen before it is answered, and it is recorded when it is.
  await settled(stage.world);
  const since = (await stage.world.requests()).slice(before);
  return since
    .filter(({ actor }) => actor === "assay")
    .map(({ method, template }) => `${method.toUpperCase()} ${template ?? "?"}`.replace("/repos/{owner}/{repo}", ""))
    .filter((request) => !ofTheReconciler.includes(request))
    .toSorted();
}

async function openAndWait(branch: string, files: Readonly<Record<string, string>>): Promise<number> {
  const pull = await stage.engineer.openPull({ branch, title: branch, body: "", files });
  await stage.see.check(pull, "assay");
  await stage.see.report(pull, () => true);
  return pull;
}

test("from the opened pull request to its verdict the App asks GitHub ten times, fourteen at most", {
  timeout: 120_000,
}, async () => {
  const requests = await asked(async () => {
    merged = await openAndWait("one", quick("one"));
  });
  const isProgress = (request: string) => request === "PATCH /check-runs/{check_run_id}";
  assert.deepEqual(
    requests.filter((request) => !isProgress(request)),
    [
      "GET /actions/artifacts/{artifact_id}/{archive_format}",
      "GET /actions/runs/{run_id}/artifacts",
      "GET /actions/runs/{run_id}/artifacts",
      "GET /compare/{basehead}",
      "GET /git/trees/{tree_sha}",
      "POST /actions/workflows/{workflow_id}/dispatches",
      "POST /actions/workflows/{workflow_id}/dispatches",
      "POST /check-runs",
      "POST /issues/{issue_number}/comments",
    ],
  );
  // One write ends the check. On a slow machine each of the states before is ten seconds old, and told, before the next:
  // queued in a run, training, evaluating, in a run.
  const writes = requests.filter(isProgress).length;
  assert.ok(writes >= 1 && writes <= 5, `${writes} writes to the check`);
});

test("from the merge to production the App asks GitHub for no more than it must", { timeout: 120_000 }, async () => {
  const requests = await asked(async () => {
    await stage.engineer.merge(merged);
    await stage.see.deployment("staging", "success");
    const run = await stage.see.waitingRun("production");
    await stage.owner.approve(run.id, "production", "Fine.");
    await stage.see.deployment("production", "success");
    await stage.see.report(merged, (body) => /production.*deployed|deployed.*production/is.test(body));
  });
  const isTelling = (request: string) => request === "PATCH /issues/comments/{comment_id}";
  assert.deepEqual(
    requests.filter((request) => !isTelling(request)),
    [
      "GET /actions/runs/{run_id}",
      "GET /actions/runs/{run_id}",
      "GET /actions/variables/{name}",
      "GET /contents/{path}",
      "GET /git/trees/{tree_sha}",
      "POST /actions/runs/{run_id}/deployment_protection_rule",
      "POST /actions/runs/{run_id}/deployment_protection_rule",
      "POST /actions/workflows/{workflow_id}/dispatches",
      "POST /actions/workflows/{workflow_id}/dispatches",
    ],
  );
  // Two environments, each waiting, deploying and deployed: what follows quickly is told at once.
  const tellings = requests.filter(isTelling).length;
  assert.ok(tellings >= 2 && tellings <= 6, `${tellings} writes to the comment`);
});

test("a training shows on its check how far it is, and /cancel ends it", { timeout: 120_000 }, async () => {
  const waiting = gate(stage.world, "long");
  const metrics = `fs.writeFileSync(join(process.env["ASSAY_OUTPUT"], "metrics.jsonl"), '{"step":10,"of":40,"metrics":{}}\\n');`;
  const files = script(`${metrics}\n${waiting.body}`);
  const pull = await stage.engineer.openPull({ branch: "long", title: "A long training", body: "", files });
  await waiting.begun();
  const head = await headOf(stage, pull);
  const check = async () => {
    const { data } = await stage.owner.octokit.rest.checks.listForRef({ ...at, ref: head, check_name: "assay" });
    return data.check_runs[0];
  };
  const options = { timeoutMs: 60_000, abort: stage.world.died };
  const shown = await until(
    "the check to show progress",
    async () => {
      const found = await check();
      return /step 10 of 40 \(25 %\)/.test(found?.output.title ?? "") ? found : null;
    },
    options,
  );
  assert.equal(shown?.status, "in_progress");
  const run = await runOf(stage, head);
  await stage.engineer.comment(pull, "/cancel damage");
  assert.equal((await ended(stage, run)).conclusion, "cancelled");
  const cancelled = await stage.see.check(pull, "assay");
  assert.equal(cancelled.conclusion, "cancelled");
  waiting.open();
});

test("afterwards nothing is left unfinished", async () => {
  await stopAndAudit(stage);
});
