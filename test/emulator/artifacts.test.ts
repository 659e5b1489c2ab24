import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import { place, refusal, seedOf, stage } from "./world.ts";

const upload = `
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import artifact from "@actions/artifact";
const file = join(process.env.RUNNER_TEMP, "model.onnx");
writeFileSync(file, "weights");
await artifact.uploadArtifact("model", [file], process.env.RUNNER_TEMP);
`;

const workflow = `
on: push
jobs:
  train:
    runs-on: [self-hosted]
    steps:
      - uses: acme/model/upload@main
`;

// The action finds its packages by walking up, so this emulator lives inside the project.
const inside = join(dirname(fileURLToPath(import.meta.url)), "..", "..", ".tmp");

test("an artifact that a job uploads is listed and fetched without a token at a short-lived address", async () => {
  const files = {
    "upload/action.yml": "name: upload\ndescription: uploads\nruns: { using: node24, main: main.mjs }\n",
    "upload/main.mjs": upload,
    ".github/workflows/train.yml": workflow,
  };
  await using scene = await stage(
    seedOf({ repository: { files }, machines: [{ name: "one", labels: ["self-hosted"] }] }),
    inside,
  );
  await scene.as("bob").repos.createOrUpdateFileContents({ ...place, path: "a.md", message: "Push", content: "YQ==" });
  await scene.emulator.idle();
  const client = scene.installed();
  const { data: runs } = await client.actions.listWorkflowRunsForRepo(place);
  assert.deepEqual(
    runs.workflow_runs.map((run) => [run.event, run.conclusion]),
    [["push", "success"]],
  );
  const run_id = Number(runs.workflow_runs[0]?.id);
  const { data } = await client.actions.listWorkflowRunArtifacts({ ...place, run_id });
  const [artifact] = data.artifacts;
  assert.ok(artifact !== undefined);
  assert.deepEqual([artifact.name, artifact.workflow_run?.id, artifact.expired], ["model", run_id, false]);
  assert.match(artifact.digest ?? "", /^sha256:[0-9a-f]{64}$/u);

  const address = `${scene.emulator.apiUrl}/repos/acme/model/actions/artifacts/${artifact.id}/zip`;
  const redirect = await fetch(address, {
    redirect: "manual",
    headers: { authorization: `Bearer ${scene.emulator.tokens["ada"]}` },
  });
  assert.equal(redirect.status, 302);
  const bytes = await (await fetch(redirect.headers.get("location") ?? "")).arrayBuffer();
  const unzipped = unzipSync(new Uint8Array(bytes));
  assert.equal(Buffer.from(unzipped["model.onnx"] ?? []).toString(), "weights");
  await client.actions.deleteArtifact({ ...place, artifact_id: artifact.id });
  assert.equal((await refusal(client.actions.getArtifact({ ...place, artifact_id: artifact.id }))).status, 404);
});
