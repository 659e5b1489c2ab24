import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { strFromU8, unzipSync } from "fflate";
import { type Report, report as reportSchema } from "../../core/report.ts";
import { repository as at, root } from "../../demo/world.ts";
import { push } from "./acts.ts";
import { openWorld, type Stage } from "./open-world.ts";
import { features, script } from "./trainings.ts";

let stage: Stage;
before(async () => {
  stage = await openWorld("shards");
});
after(async () => {
  await stage.world.stop();
  await stage.clear();
});

const configFile = ".github/assay.yml";
const config = readFileSync(join(root, "fixtures/repos/birdstrikes", configFile), "utf8");

/** The same model twice: evaluated by one job, and shared out to three. */
function twice(): string {
  const [head = "", tail = ""] = config.split("\nenvironments:\n");
  const block = head.slice(head.indexOf("  damage:\n"));
  const shared = block
    .replace("  damage:\n", "  shared:\n")
    .replace("    evaluate:\n", "    evaluate:\n      shards: 3\n");
  return `${head}\n${shared}\nenvironments:\n${tail}`;
}

/** The reports that evaluation runs have uploaded, by model, with the jobs of their run. */
async function evaluations() {
  const { octokit } = stage.owner;
  const { data } = await octokit.rest.actions.listWorkflowRunsForRepo({ ...at, per_page: 100 });
  const runs = data.workflow_runs.filter((run) => run.display_title.startsWith("assay evaluate "));
  const found = await Promise.all(
    runs.map(async ({ id: run_id, conclusion }) => {
      const [artifacts, jobs] = await Promise.all([
        octokit.rest.actions.listWorkflowRunArtifacts({ ...at, run_id }),
        octokit.rest.actions.listJobsForWorkflowRun({ ...at, run_id }),
      ]);
      const names = artifacts.data.artifacts.map(({ name }) => name.replace(/[0-9a-f]{32}/, "N")).toSorted();
      const result = artifacts.data.artifacts.find(({ name }) => name.startsWith("assay-result-"));
      const report = result === undefined ? null : await reportOf(result.id);
      const legs = jobs.data.jobs.map((job) => `${job.name}: ${job.conclusion}`).toSorted();
      return { conclusion, names, legs, report };
    }),
  );
  return new Map(found.map((each) => [each.report?.model ?? "none", each] as const));
}

async function reportOf(artifact: number): Promise<Report | null> {
  const answer = await stage.owner.octokit.rest.actions.downloadArtifact({
    ...at,
    artifact_id: artifact,
    archive_format: "zip",
  });
  assert.ok(answer.data instanceof ArrayBuffer);
  const text = unzipSync(new Uint8Array(answer.data))["report.json"];
  return text === undefined ? null : reportSchema.parse(JSON.parse(strFromU8(text)));
}

test("an evaluation that is shared out to three jobs reports the numbers of one job", {
  timeout: 180_000,
}, async () => {
  await push(stage.owner, "main", { [configFile]: twice() });
  const pull = await stage.engineer.openPull({
    branch: "better",
    title: "Better features",
    body: "",
    files: features("better"),
  });
  for (const model of ["damage", "shared"]) {
    const check = await stage.see.check(pull, `assay / ${model}`);
    assert.equal(check.conclusion, "success", `${model}: ${check.output.title}`);
  }

  const found = await evaluations();
  const [alone, shared] = [found.get("damage"), found.get("shared")];
  assert.ok(alone?.report != null && shared?.report != null);
  const skipped = ["deploy: skipped", "train: skipped"];
  assert.deepEqual(alone.legs, ["deploy: skipped", "evaluate: success", "shards: skipped", "train: skipped"]);
  const legs = ["shards (1): success", "shards (2): success", "shards (3): success"];
  assert.deepEqual(shared.legs, [...skipped, "evaluate: success", ...legs].toSorted());
  assert.deepEqual(shared.names, [
    "assay-part-N-1",
    "assay-part-N-2",
    "assay-part-N-3",
    "assay-predictions-N",
    "assay-result-N",
  ]);

  const numbers = ({
    candidate,
    baseline,
    data,
    metrics,
    behaviour,
    curves,
    fairness,
    gates,
    verdict,
    seed,
  }: Report) => ({
    candidate,
    baseline: baseline?.digest,
    data,
    metrics,
    behaviour,
    curves,
    fairness,
    gates: gates.filter(({ require }) => !require.includes("latency")),
    verdict,
    seed,
  });
  assert.deepEqual(numbers(shared.report), numbers(alone.report));
});

test("a part that cannot be predicted fails the evaluation with its own reason", { timeout: 120_000 }, async () => {
  const pull = await stage.engineer.openPull({
    branch: "garbage",
    title: "No model",
    body: "",
    files: script(`fs.writeFileSync(output, "this is not a model ".repeat(50));`),
  });
  const check = await stage.see.check(pull, "assay / shared");
  assert.equal(check.conclusion, "failure");
  const { body } = await stage.see.report(pull, (text) => /shard [123] of 3/.test(text));
  assert.match(body, /\(`model_unreadable`\)/);
});
