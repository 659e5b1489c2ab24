import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { jobOf, openBench } from "./bench.ts";

const speaker = `
import * as core from "@actions/core";
import { context } from "@actions/github";
core.setSecret("hidden-by-core");
console.log("hidden-by-core");
core.info("input " + core.getInput("text", { required: true }) + " " + core.getBooleanInput("flag") + " " + core.getMultilineInput("lines").join("|"));
core.info("context " + context.repo.owner + "/" + context.repo.repo + " " + context.payload.inputs.stage + " " + context.runId);
core.setOutput("json", { a: [1, "two"] });
core.exportVariable("FROM_CORE", "line one\\nline two");
core.addPath("/from/core");
core.saveState("kept", "over");
core.warning("careful", { title: "Look", file: "a.py", startLine: 4 });
await core.summary.addHeading("Report", 2).addTable([[{ data: "metric", header: true }], ["auc"]]).write();
core.setFailed("deliberate");
`;

const listener = `
import * as core from "@actions/core";
core.info("post keeps " + core.getState("kept"));
`;

const uploader = `
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { DefaultArtifactClient } from "@actions/artifact";
const file = process.env.GITHUB_WORKSPACE + "/model.bin";
writeFileSync(file, randomBytes(20 * 1024 * 1024));
const client = new DefaultArtifactClient();
const { id, size, digest } = await client.uploadArtifact("model", [file], process.env.GITHUB_WORKSPACE, { compressionLevel: 0 });
console.log("uploaded " + JSON.stringify({ id, size, digest }));
const again = await client.uploadArtifact("model", [file], process.env.GITHUB_WORKSPACE).catch((error) => error.message);
console.log("again " + again);
`;

const downloader = `
import { readdirSync, statSync } from "node:fs";
import { DefaultArtifactClient } from "@actions/artifact";
const client = new DefaultArtifactClient();
const { artifact } = await client.getArtifact("model");
const folder = process.env.GITHUB_WORKSPACE + "/got";
const { digestMismatch } = await client.downloadArtifact(artifact.id, { path: folder, expectedHash: artifact.digest });
console.log("downloaded " + readdirSync(folder) + " " + statSync(folder + "/model.bin").size + " mismatch " + digestMismatch);
`;

test("the real artifact client uploads 20 MB in blocks in one job and downloads the same bytes in the next", async (t) => {
  const bench = await openBench(t);
  writeAction(bench.actions, "up", uploader);
  writeAction(bench.actions, "down", downloader);
  const run = bench.start(`
on: workflow_dispatch
jobs:
  up:
    runs-on: self-hosted
    steps:
      - uses: acme/actions/up@v1
  down:
    needs: up
    runs-on: self-hosted
    steps:
      - uses: acme/actions/down@v1
`);
  const record = await run.done;
  assert.equal(record.conclusion, "success", run.log());
  assert.match(run.log(), /downloaded model\.bin 20971520 mismatch false/);
  assert.match(run.log(), /again .*an artifact with this name already exists/);
  const [artifact] = bench.artifacts.list(record.runId);
  assert.equal(artifact?.name, "model");
  const bytes = await bench.artifacts.read(artifact?.id ?? 0);
  assert.equal(
    `sha256:${createHash("sha256")
      .update(bytes ?? "")
      .digest("hex")}`,
    artifact?.digest,
  );
  assert.ok(run.log().includes(artifact?.digest.slice(7) ?? "none"));
});

test("everything that @actions/core and @actions/github say is understood", async (t) => {
  const bench = await openBench(t);
  writeAction(bench.actions, "speak", speaker, ["inputs: { text: {}, flag: { default: false }, lines: {} }"]);
  writeFileSync(path.join(bench.actions, "speak", "post.mjs"), listener);
  const run = bench.start(`
on: { workflow_dispatch: { inputs: { stage: { type: string, default: train } } } }
jobs:
  a:
    runs-on: self-hosted
    steps:
      - id: s
        continue-on-error: true
        uses: acme/actions/speak@v1
        with:
          text: two words
          flag: true
          lines: |
            one
            two
      - run: |
          echo "output \${{ fromJSON(steps.s.outputs.json).a[1] }} variable \${FROM_CORE//$'\\n'/+} path \${PATH%%:*}"
`);
  const record = await run.done;
  assert.equal(record.conclusion, "success", run.log());
  for (const text of [
    "input two words true one|two",
    `context acme/model train ${record.runId}`,
    "output two variable line one+line two path /from/core",
    "post keeps over",
    "##[error]deliberate",
  ]) {
    assert.ok(run.log().includes(`\n${text}\n`), `${text}\n${run.log()}`);
  }
  assert.ok(!run.log().includes("hidden-by-core"));
  const job = jobOf(record, "a");
  assert.match(job.summary ?? "", /<h2>Report<\/h2>/);
  assert.deepEqual(job.annotations?.[0], {
    level: "warning",
    message: "careful",
    path: "a.py",
    line: 4,
    title: "Look",
  });
});

function writeAction(folder: string, name: string, source: string, more: readonly string[] = []): void {
  mkdirSync(path.join(folder, name));
  writeFileSync(path.join(folder, name, "main.mjs"), source);
  writeFileSync(
    path.join(folder, name, "action.yml"),
    [
      `name: ${name}`,
      "description: test",
      ...more,
      `runs: { using: node24, main: main.mjs${more.length === 0 ? "" : ", post: post.mjs"} }`,
    ].join("\n"),
  );
}
