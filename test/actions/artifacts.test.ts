import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { getOctokit } from "@actions/github";
import nock from "nock";
import { inspectArtifact } from "../../actions/artifacts.ts";
import { AssayError } from "../../core/fault.ts";
import { someDigest } from "./tickets.ts";

nock.disableNetConnect();
afterEach(() => nock.cleanAll());
after(() => nock.restore());

const repository = { id: 7, owner: "acme", name: "birds" };
const source = { kind: "artifact", runId: 41, artifactId: 5, artifactDigest: someDigest } as const;
const genuine = { id: 5, size_in_bytes: 900, expired: false, digest: someDigest, workflow_run: { id: 41 } };

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const octokit = getOctokit("t", {
  baseUrl: "https://api.github.com",
  log: silent,
  request: { fetch: globalThis.fetch },
});
const inspect = () => inspectArtifact(octokit, repository, source, [1, 1]);
const route = () => nock("https://api.github.com").get("/repos/acme/birds/actions/artifacts/5");

test("an artifact that is what the ticket says passes", async () => {
  route().reply(200, genuine);
  await inspect();
});

test("a server that fails twice is asked a third time", async () => {
  route().reply(500, {});
  route().reply(502, {});
  route().reply(200, genuine);
  await inspect();
  assert.ok(nock.isDone());
});

test("a connection that breaks is tried again", async () => {
  route().replyWithError("socket hang up");
  route().reply(200, genuine);
  await inspect();
});

const finalAnswers: readonly (readonly [name: string, reason: string, status: number, body: object])[] = [
  ["404", "artifact_missing", 404, {}],
  ["410", "artifact_missing", 410, {}],
  ["403", "artifact_missing", 403, {}],
  ["an expired artifact", "artifact_missing", 200, { ...genuine, expired: true }],
  ["an artifact of another run", "artifact_digest_mismatch", 200, { ...genuine, workflow_run: { id: 40 } }],
  ["an artifact of no run", "artifact_digest_mismatch", 200, { ...genuine, workflow_run: null }],
  ["another digest", "artifact_digest_mismatch", 200, { ...genuine, digest: `sha256:${"b".repeat(64)}` }],
  ["a size that no model has", "artifact_digest_mismatch", 200, { ...genuine, size_in_bytes: 2 ** 33 }],
];
for (const [name, reason, status, body] of finalAnswers) {
  test(`${name} is final: ${reason}, after one request`, async () => {
    const requests = route().reply(status, body);
    await assert.rejects(inspect(), (error) => error instanceof AssayError && error.fault.reason === reason);
    assert.ok(requests.isDone());
  });
}

test("a server that keeps failing is given up", async () => {
  route().times(3).reply(503, {});
  await assert.rejects(
    inspect(),
    (error) => error instanceof AssayError && error.fault.message.includes("GitHub answers 503"),
  );
  assert.ok(nock.isDone());
});
