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
const job = z.object({ if: z.string(), permissions, environment: z.string().optional(), steps: z.array(step) });
const shape = z.object({
  "run-name": z.string(),
  on: z.strictObject({
    workflow_dispatch: z.object({
      inputs: z.record(z.string(), z.looseObject({ options: z.array(z.string()).optional() })),
    }),
  }),
  permissions,
  jobs: z.strictObject({ train: job, evaluate: job, deploy: job }),
});
const workflow = shape.parse(parse(workflowText()));
const jobs = Object.entries(workflow.jobs);

test("the workflow takes the inputs of the contract and is started by a dispatch only", () => {
  const { inputs } = workflow.on.workflow_dispatch;
  assert.deepEqual(Object.keys(inputs).toSorted(), ["environment", "nonce", "runner", "stage", "ticket"]);
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

test("each stage is one job, and only the deployment enters an environment", () => {
  for (const [name, { if: condition, environment }] of jobs) {
    assert.equal(condition, `inputs.stage == '${name}'`);
    assert.equal(environment, name === "deploy" ? "${{ inputs.environment }}" : undefined);
  }
});

test("no secret is named, and nothing but our actions is used", () => {
  assert.doesNotMatch(workflowText(), /secrets\b/);
  const uses = jobs.flatMap(([, { steps }]) => steps.flatMap((step) => step.uses ?? []));
  assert.deepEqual(
    uses,
    ["retrain", "evaluate", "promote"].map((name) => `assay-ci/assay/actions/${name}@v0`),
  );
});

test("every action gets exactly the inputs it has", () => {
  const given = jobs.map(([, { steps }]) => Object.keys(steps[0]?.with ?? {}).toSorted());
  const wanted = [actionIo.retrain, actionIo.evaluate, actionIo.promote].map(({ inputs }) =>
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
