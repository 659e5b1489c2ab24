import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { zipSync } from "fflate";
import { listArtifacts, readArtifact } from "../../github/artifacts.ts";
import { assertAllAsked, client, github } from "./client.ts";

afterEach(assertAllAsked);

const entry = { id: 3, name: "assay-result-0", sizeBytes: 100, digest: null };
const maxBytes = 1_000;
const wanted = ["result.json", "report.json"];

function answer(zip: Uint8Array): void {
  github().get("/actions/artifacts/3/zip").reply(200, Buffer.from(zip), { "content-type": "application/zip" });
}
const read = () => readArtifact(client, entry, wanted, maxBytes);

test("the wanted files of an artifact are read, and no others", async () => {
  const text = (words: string) => new TextEncoder().encode(words);
  answer(
    zipSync({
      "result.json": text("{}"),
      "../report.json": text("no"),
      "deep/result.json": text("no"),
      "x.sh": text("no"),
    }),
  );
  const files = await read();
  assert.deepEqual(Object.keys(files ?? {}), ["result.json"]);
  assert.equal(new TextDecoder().decode(files?.["result.json"]), "{}");
});

test("an artifact that is too large is not even fetched", async () => {
  await assert.rejects(readArtifact(client, { ...entry, sizeBytes: maxBytes + 1 }, wanted, maxBytes), RangeError);
});

test("a zip that unpacks to more than the limit is refused before it is unpacked, alone or together", async () => {
  answer(zipSync({ "result.json": new Uint8Array(5_000_000) }));
  await assert.rejects(read(), RangeError);
  answer(zipSync({ "result.json": new Uint8Array(600), "report.json": new Uint8Array(600) }));
  await assert.rejects(read(), RangeError);
});

test("a zip that lies about its sizes never gives more bytes than it states", async () => {
  const zip = zipSync({ "result.json": new Uint8Array(5_000_000) });
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  for (let at = 0; at + 4 <= zip.length; at += 1) {
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 10, true);
    if (view.getUint32(at, true) === 0x04034b50) view.setUint32(at + 22, 10, true);
  }
  answer(zip);
  const size = await read().then(
    (files) => files?.["result.json"]?.length ?? 0,
    () => 0,
  );
  assert.ok(size <= 10, `${size} bytes came out`);
});

test("an artifact that is gone or has expired is null, what is no zip is an error", async () => {
  for (const status of [404, 410]) {
    github().get("/actions/artifacts/3/zip").reply(status, {});
    assert.equal(await read(), null);
  }
  answer(new TextEncoder().encode("<html>not a zip</html>"));
  await assert.rejects(read());
  github().get("/actions/artifacts/3/zip").reply(500, {});
  await assert.rejects(read(), { status: 500 });
});

test("a run's artifacts are listed over all pages, without the expired ones", async () => {
  const artifact = (id: number, expired = false) => ({
    id,
    name: `a${id}`,
    size_in_bytes: id,
    digest: "sha256:x",
    expired,
  });
  const next = "https://api.github.com/repos/acme/birds/actions/runs/9/artifacts?per_page=100&page=2";
  github()
    .get("/actions/runs/9/artifacts?per_page=100")
    .reply(200, { total_count: 3, artifacts: [artifact(1), artifact(2, true)] }, { link: `<${next}>; rel="next"` })
    .get("/actions/runs/9/artifacts?per_page=100&page=2")
    .reply(200, { total_count: 3, artifacts: [{ ...artifact(3), digest: undefined }] });
  assert.deepEqual(await listArtifacts(client, 9), [
    { id: 1, name: "a1", sizeBytes: 1, digest: "sha256:x" },
    { id: 3, name: "a3", sizeBytes: 3, digest: null },
  ]);
});
