import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stopAndAudit } from "./after-story.ts";
import { openWorld, type Stage } from "./open-world.ts";
import { quick } from "./trainings.ts";

let stage: Stage;
before(async () => {
  stage = await openWorld("requests");
});
after(async () => {
  await stage.world.stop();
  await stage.clear();
});

/** What the App asked of GitHub while something happened, sorted. */
async function asked(happening: () => Promise<unknown>): Promise<readonly string[]> {
  const before = (await stage.world.requests()).length;
  await happening();
  const since = (await stage.world.requests()).slice(before);
  return since
    .filter(({ actor }) => actor === "assay")
    .map(({ method, template }) => `${method.toUpperCase()} ${template ?? "?"}`.replace("/repos/{owner}/{repo}", ""))
    .toSorted();
}

async function openAndWait(branch: string, files: Readonly<Record<string, string>>): Promise<number> {
  const pull = await stage.engineer.openPull({ branch, title: branch, body: "", files });
  await stage.see.check(pull, "assay");
  await stage.see.report(pull, () => true);
  return pull;
}

test("from the opened pull request to its verdict the App asks GitHub eleven times", { timeout: 120_000 }, async () => {
  const requests = await asked(() => openAndWait("one", quick("one")));
  assert.deepEqual(requests, [
    "GET /actions/artifacts/{artifact_id}/{archive_format}",
    "GET /actions/artifacts/{artifact_id}/{archive_format}",
    "GET /actions/runs/{run_id}/artifacts",
    "GET /actions/runs/{run_id}/artifacts",
    "GET /git/trees/{tree_sha}",
    "GET /pulls/{pull_number}/files",
    "PATCH /check-runs/{check_run_id}",
    "POST /actions/workflows/{workflow_id}/dispatches",
    "POST /actions/workflows/{workflow_id}/dispatches",
    "POST /check-runs",
    "POST /issues/{issue_number}/comments",
  ]);
});

test("afterwards nothing is left unfinished", async () => {
  await stopAndAudit(stage);
});
