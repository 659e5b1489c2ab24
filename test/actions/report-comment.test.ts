import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { getOctokit } from "@actions/github";
import nock from "nock";
import { type Post, postComment } from "../../actions/report/post-comment.ts";
import { markerOf, stampOf } from "../../actions/report/stamp.ts";

nock.disableNetConnect();
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  assert.deepEqual(pending, [], "every announced answer was asked for");
});
after(() => nock.restore());

const api = "https://api.github.com";
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const octokit = getOctokit("t", { baseUrl: api, log: silent, request: { fetch: globalThis.fetch } });
const client = { octokit, owner: "acme", repo: "birds" };
const head = "4f1c09a2b7de0123456789abcdef0123456789ab";
const us = "github-actions[bot]";
const marker = markerOf(42, "key");
const bodyOf = (runId: number) => `run ${runId}\n\n${stampOf(42, "key", { runId, attempt: 1, head })}\n`;
const postOf = (runId: number): Post => ({ pull: 42, body: bodyOf(runId), marker });
const write = (runId: number) => postComment(client, postOf(runId), [1, 1]);

const comments = "/repos/acme/birds/issues/42/comments";
const one = (id: number) => `/repos/acme/birds/issues/comments/${id}`;
const is = (login: string) =>
  nock(api)
    .post("/graphql")
    .reply(200, { data: { viewer: { login } } });
const has = (...list: readonly object[]) => nock(api).get(`${comments}?per_page=100`).reply(200, list);
const by = (login: string, id: number, body: string) => ({
  id,
  body,
  user: { login, type: login.endsWith("[bot]") ? "Bot" : "User" },
});
const makes = (id: number, runId: number, login = us) =>
  nock(api)
    .post(comments, { body: bodyOf(runId) })
    .reply(201, { id, user: { login } });

test("the first comment is made, and looked for again in case another run made one at the same time", async () => {
  is(us);
  has();
  makes(9, 5);
  has(by(us, 9, bodyOf(5)));
  assert.deepEqual(await write(5), { kind: "created", id: 9 });
});

test("our comment is edited, and another author's copy of the marker is left alone", async () => {
  is(us);
  has(by("mallory", 1, bodyOf(9)), by("other[bot]", 2, bodyOf(9)), by(us, 3, bodyOf(4)));
  nock(api)
    .patch(one(3), { body: bodyOf(5) })
    .reply(200, { id: 3 });
  assert.deepEqual(await write(5), { kind: "edited", id: 3 });
});

test("a person's token edits that person's comment, not the bot's", async () => {
  is("ada");
  has(by(us, 3, bodyOf(4)), by("ada", 6, bodyOf(4)));
  nock(api).patch(one(6)).reply(200, { id: 6 });
  assert.deepEqual(await write(5), { kind: "edited", id: 6 });
});

test("a newer run's comment and an unchanged one cost no write", async () => {
  is(us);
  has(by(us, 3, bodyOf(6)));
  assert.deepEqual(await write(5), { kind: "newer", id: 3 });
  is(us);
  has(by(us, 3, bodyOf(5).replaceAll("\n", "\r\n")));
  assert.deepEqual(await write(5), { kind: "unchanged", id: 3 });
});

test("a comment that is deleted between the look and the edit is made again", async () => {
  is(us);
  has(by(us, 3, bodyOf(4)));
  nock(api).patch(one(3)).reply(404, {});
  makes(9, 5);
  has(by(us, 9, bodyOf(5)));
  assert.deepEqual(await write(5), { kind: "created", id: 9 });
});

test("of two runs that made a comment at the same time, the later takes its own back and edits the other's", async () => {
  is(us);
  has();
  makes(9, 5);
  has(by(us, 8, bodyOf(4)), by(us, 9, bodyOf(5)));
  nock(api)
    .delete(one(9))
    .reply(204)
    .patch(one(8), { body: bodyOf(5) })
    .reply(200, { id: 8 });
  assert.deepEqual(await write(5), { kind: "edited", id: 8 });
});

test("and leaves it as it is when that is the newer run's", async () => {
  is(us);
  has();
  makes(9, 5);
  has(by(us, 8, bodyOf(6)), by(us, 9, bodyOf(5)));
  nock(api).delete(one(9)).reply(204);
  assert.deepEqual(await write(5), { kind: "newer", id: 8 });
});

test("a token that speaks for another account than it says still leaves one comment", async () => {
  is("assay");
  has(by("assay[bot]", 3, bodyOf(4)));
  makes(9, 5, "assay[bot]");
  has(by("assay[bot]", 3, bodyOf(4)), by("assay[bot]", 9, bodyOf(5)));
  nock(api).delete(one(9)).reply(204).patch(one(3)).reply(200, { id: 3 });
  assert.deepEqual(await write(5), { kind: "edited", id: 3 });
});

test("a server that fails is asked again, and a comment whose answer was lost is not made twice", async () => {
  is(us);
  has();
  nock(api).post(comments).reply(502, {});
  is(us);
  has(by(us, 9, bodyOf(5)));
  assert.deepEqual(await write(5), { kind: "unchanged", id: 9 });
});

test("a server that asks to wait is asked again", async () => {
  is(us);
  nock(api).get(`${comments}?per_page=100`).reply(403, {}, { "retry-after": "0" });
  is(us);
  has(by(us, 3, bodyOf(5)));
  assert.deepEqual(await write(5), { kind: "unchanged", id: 3 });
});

test("a token that may only read is refused once, and not tried again", async () => {
  is(us);
  has();
  nock(api).post(comments).reply(403, { message: "Resource not accessible by integration" });
  await assert.rejects(write(5), { status: 403 });
});

test("a server that keeps failing is given up after three attempts", async () => {
  for (const _ of [1, 2, 3]) nock(api).post("/graphql").reply(503, {});
  await assert.rejects(write(5), { status: 503 });
});

test("our comment is found on any page", async () => {
  is(us);
  nock(api)
    .get(`${comments}?per_page=100`)
    .reply(200, [by("mallory", 1, "hello")], { link: `<${api}${comments}?per_page=100&page=2>; rel="next"` });
  nock(api)
    .get(`${comments}?per_page=100&page=2`)
    .reply(200, [by(us, 3, bodyOf(6))]);
  assert.deepEqual(await write(5), { kind: "newer", id: 3 });
});
