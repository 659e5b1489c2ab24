import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import os from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import type { ArtifactStore } from "../../../emulator/actions/port.ts";
import { createResultsService, createRuntimeTokens } from "../../../emulator/actions/results-service.ts";

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

type Service = {
  readonly url: string;
  readonly artifacts: ArtifactStore;
  readonly clock: { now: Date };
  readonly token: (runId: number, jobId: number, repository?: string) => string;
  readonly call: (token: string, method: string, fields: unknown) => Promise<Answer>;
  readonly reopen: () => ArtifactStore;
};

const tokens = createRuntimeTokens("a key");
const run = { workflow_run_backend_id: "1", workflow_job_run_backend_id: "11" };

test("parallel blocks are joined in the order of the block list, and the digest is of the whole", async (t) => {
  const service = await serve(t);
  const created = await create(service, "model");
  const blocks = [Buffer.alloc(1000, "a"), Buffer.alloc(1000, "b"), Buffer.alloc(10, "c")];
  const names = blocks.map((_, index) => Buffer.from(`block-${index}`).toString("base64"));
  for (const index of [2, 0, 1]) {
    const id = encodeURIComponent(names[index] ?? "");
    const put = await fetch(`${created}&comp=block&blockid=${id}`, { method: "PUT", body: blocks[index] ?? null });
    assert.equal(put.status, 201);
  }
  const list = `<BlockList>${names.map((name) => `<Latest>${name}</Latest>`).join("")}</BlockList>`;
  assert.equal((await fetch(`${created}&comp=blocklist`, { method: "PUT", body: list })).status, 201);

  const whole = Buffer.concat(blocks);
  const hash = `sha256:${createHash("sha256").update(whole).digest("hex")}`;
  const fields = { ...run, name: "model", size: String(whole.length) };
  const wrong = await service.call(service.token(1, 11), "FinalizeArtifact", { ...fields, hash: "sha256:00" });
  assert.equal(wrong.status, 400);
  const end = await service.call(service.token(1, 11), "FinalizeArtifact", { ...fields, hash });
  assert.equal(end.status, 200, JSON.stringify(end.body));
  const [artifact] = service.artifacts.list(1);
  assert.deepEqual([artifact?.digest, artifact?.sizeBytes, artifact?.name], [hash, 2010, "model"]);
  assert.deepEqual(await service.artifacts.read(artifact?.id ?? 0), whole);
  assert.equal((await fetch(created, { method: "PUT", body: "late" })).status, 409);
});

test("a block list that names an absent block is refused", async (t) => {
  const service = await serve(t);
  const url = await create(service, "model");
  const list = "<BlockList><Latest>bm9uZQ==</Latest></BlockList>";
  const answer = await fetch(`${url}&comp=blocklist`, { method: "PUT", body: list });
  assert.equal(answer.status, 400);
});

test("ranges of a download are served, and a range beyond the end is refused", async (t) => {
  const service = await serve(t);
  await upload(service, "data", "0123456789");
  const url = await readUrl(service, "data");
  const part = await fetch(url, { headers: { range: "bytes=3-5" } });
  assert.deepEqual([part.status, await part.text(), part.headers.get("content-range")], [206, "345", "bytes 3-5/10"]);
  assert.equal((await fetch(url, { headers: { range: "bytes=10-" } })).status, 416);
  assert.match((await fetch(url)).headers.get("content-disposition") ?? "", /data\.zip/);
});

test("an artifact's name is unique in its run, and no path", async (t) => {
  const service = await serve(t);
  await upload(service, "report", "{}");
  const again = await service.call(service.token(1, 11), "CreateArtifact", { ...run, name: "report", version: 7 });
  assert.equal(again.status, 409);
  for (const name of ["../x", "a/b", "a\\b", "", "a\nb", 7]) {
    const answer = await service.call(service.token(1, 11), "CreateArtifact", { ...run, name, version: 7 });
    assert.equal(answer.status, 400, String(name));
  }
});

test("a token opens its own run only, and a forged, foreign or expired one opens nothing", async (t) => {
  const service = await serve(t);
  await upload(service, "report", "{}");
  const calls: readonly (readonly [string, string, unknown, number])[] = [
    [service.token(2, 21), "CreateArtifact", { ...run, name: "evil" }, 403],
    [service.token(1, 12), "CreateArtifact", { ...run, name: "evil" }, 403],
    [service.token(2, 21), "ListArtifacts", run, 403],
    [service.token(2, 21), "GetSignedArtifactURL", { ...run, name: "report" }, 403],
    [service.token(2, 21), "DeleteArtifact", { ...run, name: "report" }, 403],
    ["", "ListArtifacts", run, 401],
    ["a.b.c", "ListArtifacts", run, 401],
    [`${service.token(1, 11)}x`, "ListArtifacts", run, 401],
    [forge(service.token(2, 21)), "ListArtifacts", run, 401],
    [service.token(1, 12), "ListArtifacts", run, 200],
    [service.token(1, 11), "NoSuchMethod", run, 404],
  ];
  for (const [token, method, fields, status] of calls) {
    assert.equal((await service.call(token, method, fields)).status, status, `${method} ${status}`);
  }
  const old = service.token(1, 11);
  service.clock.now = new Date(service.clock.now.getTime() + 2 * 86_400_000);
  assert.equal((await service.call(old, "ListArtifacts", run)).status, 401);
});

test("a signed URL allows one thing, to one blob, for an hour", async (t) => {
  const service = await serve(t);
  await upload(service, "report", "{}");
  const url = await readUrl(service, "report");
  assert.equal((await fetch(url)).status, 200);
  assert.equal((await fetch(url, { method: "PUT", body: "evil" })).status, 403);
  assert.equal((await fetch(url.replace(/sig=./, "sig=_"))).status, 403);
  assert.equal((await fetch(url.replace(/_blobs\/\d+/, "_blobs/1"))).status, 403);
  assert.equal((await fetch(url.replace(/_blobs\/\d+/, "_blobs/..%2f"))).status, 403);
  service.clock.now = new Date(service.clock.now.getTime() + 3_600_001);
  assert.equal((await fetch(url)).status, 403);
});

test("bad bodies are answered with 4xx", async (t) => {
  const service = await serve(t);
  const token = service.token(1, 11);
  const post = (body: string) =>
    fetch(`${service.url}/twirp/github.actions.results.api.v1.ArtifactService/CreateArtifact`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body,
    });
  assert.equal((await post("{")).status, 400);
  assert.equal((await post("[]")).status, 400);
  assert.equal((await post(`{"name":"${"x".repeat(70_000)}"}`)).status, 413);
});

test("finalized artifacts outlive the process and end with their retention", async (t) => {
  const service = await serve(t);
  await upload(service, "kept", "abc");
  const again = service.reopen();
  const [artifact] = again.list(null);
  assert.equal(artifact?.name, "kept");
  assert.equal((await again.read(artifact?.id ?? 0))?.toString(), "abc");
  service.clock.now = new Date(service.clock.now.getTime() + 91 * 86_400_000);
  assert.deepEqual(again.list(null), []);
  assert.equal(await again.read(artifact?.id ?? 0), null);
});

test("a deleted artifact is gone and its name is free", async (t) => {
  const service = await serve(t);
  await upload(service, "report", "{}");
  const [artifact] = service.artifacts.list(1);
  assert.equal(await service.artifacts.remove(artifact?.id ?? 0), true);
  assert.equal(await service.artifacts.remove(artifact?.id ?? 0), false);
  await upload(service, "report", "{}");
});

test("caches are found by key, else by the newest prefix, in their own repository only", async (t) => {
  const service = await serve(t);
  const token = service.token(1, 11);
  const cache = (method: string, fields: unknown, bearer = token) => service.call(bearer, method, fields);
  for (const key of ["deps-1", "deps-2"]) {
    const created = await cache("CreateCacheEntry", { key, version: "v" });
    await fetch(String(created.body["signed_upload_url"]), { method: "PUT", body: `cache ${key}` });
    assert.equal((await cache("FinalizeCacheEntryUpload", { key, version: "v", size_bytes: "12" })).body["ok"], true);
  }
  assert.equal((await cache("CreateCacheEntry", { key: "deps-1", version: "v" })).body["ok"], false);
  const exact = await cache("GetCacheEntryDownloadURL", { key: "deps-1", version: "v" });
  assert.equal(await (await fetch(String(exact.body["signed_download_url"]))).text(), "cache deps-1");
  const prefix = await cache("GetCacheEntryDownloadURL", { key: "deps-9", restore_keys: ["deps-"], version: "v" });
  assert.equal(prefix.body["matched_key"], "deps-2");
  const foreign = service.token(5, 51, "evil/fork");
  assert.equal((await cache("GetCacheEntryDownloadURL", { key: "deps-1", version: "v" }, foreign)).body["ok"], false);
});

async function serve(t: TestContext): Promise<Service> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "results-"));
  const clock = { now: new Date("2026-03-01T00:00:00Z") };
  let id = 100;
  let url = "";
  const options = { folder, now: () => clock.now, newId: () => (id += 1), baseUrl: () => url, tokens };
  const service = createResultsService(options);
  const server = createServer((request, response) => {
    void service.handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    url,
    artifacts: service.artifacts,
    clock,
    token: (runId, jobId, repository = "acme/model") =>
      tokens.issue({ runId, jobId, repository, attempt: 1 }, new Date(clock.now.getTime() + 86_400_000)),
    async call(token, method, fields) {
      const kind = method.includes("Cache") ? "CacheService" : "ArtifactService";
      const answer = await fetch(`${url}/twirp/github.actions.results.api.v1.${kind}/${method}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(fields),
      });
      return { status: answer.status, body: { ...Object(await answer.json()) } };
    },
    reopen: () => createResultsService(options).artifacts,
  };
}

async function create(service: Service, name: string): Promise<string> {
  const created = await service.call(service.token(1, 11), "CreateArtifact", { ...run, name, version: 7 });
  assert.equal(created.status, 200, JSON.stringify(created.body));
  return String(created.body["signed_upload_url"]);
}

async function upload(service: Service, name: string, text: string): Promise<void> {
  await fetch(await create(service, name), { method: "PUT", body: text });
  const end = { ...run, name, size: String(text.length) };
  assert.equal((await service.call(service.token(1, 11), "FinalizeArtifact", end)).status, 200);
}

async function readUrl(service: Service, name: string): Promise<string> {
  const answer = await service.call(service.token(1, 12), "GetSignedArtifactURL", { ...run, name });
  return String(answer.body["signed_url"]);
}

/** Another run's token whose claims have been rewritten to run 1. */
function forge(token: string): string {
  const [header = "", , signature = ""] = token.split(".");
  const claims = { runId: 1, jobId: 11, attempt: 1, repository: "acme/model", exp: 9e9, scp: "Actions.Results:1:11" };
  return `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
}
