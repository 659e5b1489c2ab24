import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { actionIo } from "../../actions/io.ts";
import { stage } from "../../core/ticket.ts";
import { workflowText } from "../../runner/init/template.ts";
import { root } from "./files.ts";

const permissions = z.record(z.string(), z.string());
const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.string()).optional(),
});
const job = z.object({
  if: z.string(),
  needs: z.string().optional(),
  strategy: z.strictObject({ matrix: z.record(z.string(), z.string()) }).optional(),
  "runs-on": z.string(),
  permissions,
  environment: z.string().optional(),
  steps: z.array(step),
});
const shape = z.object({
  "run-name": z.string(),
  on: z.strictObject({
    workflow_dispatch: z.object({
      inputs: z.record(z.string(), z.looseObject({ options: z.array(z.string()).optional() })),
    }),
  }),
  permissions,
  jobs: z.strictObject({ train: job, shards: job, evaluate: job, deploy: job }),
});
const workflow = shape.parse(parse(workflowText()));
const jobs = Object.entries(workflow.jobs);

test("the workflow takes the inputs of the contract and is started by a dispatch only", () => {
  const { inputs } = workflow.on.workflow_dispatch;
  assert.deepEqual(Object.keys(inputs).toSorted(), ["environment", "nonce", "runner", "shards", "stage", "ticket"]);
  assert.deepEqual(inputs["stage"]?.options, stage.options);
  assert.equal(workflow["run-name"], "assay ${{ inputs.stage }} ${{ inputs.nonce }}");
});

test("no job of the workflow may write, and the training job reads nothing but the repository", () => {
  assert.deepEqual(workflow.permissions, {});
  for (const [name, { permissions }] of jobs) {
    assert.deepEqual([...new Set(Object.values(permissions))], ["read"], name);
  }
  assert.deepEqual(workflow.jobs.train.permissions, { contents: "read" });
});

test("each stage has its jobs, on the machine of the ticket, and only the deployment enters an environment", () => {
  const conditions = jobs.map(([name, each]) => [name, each.if]);
  assert.deepEqual(Object.fromEntries(conditions), {
    train: "inputs.stage == 'train'",
    shards: "inputs.stage == 'evaluate' && inputs.shards != '[]'",
    evaluate: "inputs.stage == 'evaluate' && !cancelled()",
    deploy: "inputs.stage == 'deploy'",
  });
  for (const [name, each] of jobs) {
    assert.equal(each["runs-on"], "${{ fromJSON(inputs.runner) }}");
    assert.equal(each.environment, name === "deploy" ? "${{ inputs.environment }}" : undefined);
  }
});

test("shards are a matrix over an input that is empty by default, and the evaluation waits for them", () => {
  const { inputs } = workflow.on.workflow_dispatch;
  const { shards, evaluate } = workflow.jobs;
  assert.equal(inputs["shards"]?.["default"], "[]");
  assert.equal(inputs["shards"]?.["required"], false);
  assert.deepEqual(shards.strategy, { matrix: { shard: "${{ fromJSON(inputs.shards) }}" } });
  assert.equal(shards.steps[0]?.with?.["shard"], "${{ matrix.shard }}");
  assert.equal(evaluate.needs, "shards");
  assert.deepEqual(shards.permissions, evaluate.permissions);
});

test("no secret is named, and nothing but our actions is used", () => {
  assert.doesNotMatch(workflowText(), /secrets\b/);
  const uses = jobs.flatMap(([, { steps }]) => steps.flatMap((step) => step.uses ?? []));
  assert.deepEqual(
    uses,
    ["retrain", "evaluate", "evaluate", "promote"].map((name) => `assay-ci/assay/actions/${name}@v0`),
  );
});

test("every action gets exactly the inputs it has", () => {
  const given = jobs.map(([, { steps }]) => Object.keys(steps[0]?.with ?? {}).toSorted());
  // The job that merges has no part of its own.
  const { shard: _shard, ...whole } = actionIo.evaluate.inputs;
  const wanted = [actionIo.retrain.inputs, actionIo.evaluate.inputs, whole, actionIo.promote.inputs].map((inputs) =>
    Object.keys(inputs).toSorted(),
  );
  assert.deepEqual(given, wanted);
});

test("the deploy step that nobody replaced fails", () => {
  assert.match(workflow.jobs.deploy.steps.at(-1)?.run ?? "", /exit 1/);
});

test("the example repository's workflow is what assay init writes, but for its deploy step", () => {
  const file = "fixtures/repos/birdstrikes/.github/workflows/assay.yml";
  const deploy = { run: "./serve/deploy.sh", env: { DEPLOY_FOLDER: "${{ vars.DEPLOY_FOLDER }}" } };
  assert.equal(readFileSync(join(root, file), "utf8"), workflowText(deploy));
});
