import assert from "node:assert/strict";
import { test } from "node:test";
import { Octokit } from "@octokit/rest";
import { listArtifacts } from "../../github/artifacts.ts";
import { fetchWhole } from "../../github/fetch-whole.ts";
import { clientFor } from "../../github/octokit.ts";
import { serve } from "../loopback.ts";

const patience = { silentMs: 15_000, wholeMs: 60_000 };

/** A fetch whose answer begins at once and goes on as the test says. */
function slowFetch() {
  const controllers: ReadableStreamDefaultController<Uint8Array>[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      controllers.push(controller);
      init?.signal?.addEventListener("abort", () => controller.error(init.signal?.reason));
    };
    return new Response(new ReadableStream({ start }));
  };
  return { fetch, body: () => controllers.at(-1) ?? assert.fail("nothing was asked") };
}

/** Lets everything that can go on now go on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("an answer that breaks off is an error with no answer's status, not an empty list", async (t) => {
  const url = await serve(t, (_, response) => {
    const body = JSON.stringify({ total_count: 1, artifacts: [{ id: 1, name: "model", size_in_bytes: 3 }] });
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
    response.write(body.slice(0, 20), () => response.destroy());
  });
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const octokit = new Octokit({ baseUrl: url, request: { fetch: fetchWhole(fetch, patience) }, log });
  await assert.rejects(listArtifacts(clientFor(octokit, "acme/birds"), 1), { name: "HttpError", status: 500 });
});

test("a whole answer is what it was: status, headers, address and bytes, also without a body", async (t) => {
  const bytes = Buffer.from([0, 255, 1, 128]);
  const url = await serve(t, (request, response) => {
    if (request.url === "/zip") response.writeHead(206, { "content-type": "application/zip", etag: '"a"' }).end(bytes);
    else if (request.url === "/moved") response.writeHead(302, { location: "/zip" }).end();
    else response.writeHead(204).end();
  });
  const ask = fetchWhole(fetch, patience);
  for (const path of ["/zip", "/moved"]) {
    const answer = await ask(`${url}${path}`);
    assert.deepEqual([answer.status, answer.url, answer.headers.get("etag")], [206, `${url}/zip`, '"a"']);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
  }
  const empty = await ask(`${url}/nothing`);
  assert.deepEqual([empty.status, empty.body], [204, null]);
});

test("a large body may take longer than a silence, as long as something comes", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { fetch, body } = slowFetch();
  const asked = fetchWhole(fetch, patience)("https://api.github.com/zip");
  for (const piece of ["one ", "two ", "three"]) {
    await turn();
    t.mock.timers.tick(patience.silentMs - 1);
    body().enqueue(Buffer.from(piece));
  }
  body().close();
  assert.equal(await (await asked).text(), "one two three");
});

test("a silence in the midst of a body fails the request, and so does a body without end", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { fetch, body } = slowFetch();
  const ask = () => fetchWhole(fetch, patience)("https://api.github.com/zip");
  const silent = ask();
  await turn();
  body().enqueue(Buffer.from("one"));
  await turn();
  t.mock.timers.tick(patience.silentMs);
  await assert.rejects(silent, /GitHub was silent for 15000 ms/);

  const endless = ask();
  for (let waited = 0; waited < patience.wholeMs; waited += 10_000) {
    await turn();
    body().enqueue(Buffer.from("more"));
    await turn();
    t.mock.timers.tick(10_000);
  }
  await assert.rejects(endless, /did not end its answer within 60000 ms/);
});

test("whoever asks may give up as well", async (t) => {
  const { fetch, body } = slowFetch();
  const abort = new AbortController();
  const asked = fetchWhole(fetch, patience)("https://api.github.com/zip", { signal: abort.signal });
  t.after(() => body().error());
  await turn();
  abort.abort(new Error("no longer wanted"));
  await assert.rejects(asked, /no longer wanted/);
});
