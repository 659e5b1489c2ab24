import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openBench } from "./bench.ts";

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

function writeAction(folder: string, name: string, source: string): void {
  mkdirSync(path.join(folder, name));
  writeFileSync(path.join(folder, name, "main.mjs"), source);
  writeFileSync(
    path.join(folder, name, "action.yml"),
    `name: ${name}\ndescription: test\nruns:\n  using: node24\n  main: main.mjs\n`,
  );
}
