import assert from "node:assert/strict";
import { test } from "node:test";
import { sha } from "./canned.ts";
import { startFixture, submit } from "./fixture.ts";

const page = "/acme/strikes/pull/7";
const repo = "/repos/acme/strikes";

test("a comment is posted with the visitor's token and the browser goes to its anchor", async () => {
  await using fixture = await startFixture();
  const response = await submit(fixture, page, { action: "comment", body: "/retrain\r\nplease" }, "user=bea");
  assert.equal(response.status, 303);
  assert.equal(response.headers.get("location"), `${page}#issuecomment-103`);
  assert.deepEqual(fixture.writes, [
    {
      method: "POST",
      path: `${repo}/issues/7/comments`,
      body: { body: "/retrain\nplease" },
      token: "Bearer token-bea",
    },
  ]);
});

test("a merge is bound to the commit that the visitor saw", async () => {
  await using fixture = await startFixture();
  const response = await submit(fixture, page, { action: "merge", method: "squash", sha });
  assert.equal(response.status, 303);
  assert.deepEqual(
    fixture.writes.map(({ path, body }) => ({ path, body })),
    [{ path: `${repo}/pulls/7/merge`, body: { merge_method: "squash", sha } }],
  );
  const notice = await fetch(fixture.url + page, {
    headers: { cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "" },
  });
  assert.match(await notice.text(), /data-flash="notice">Pull request merged\.</);
});

test("closing sends the typed comment first", async () => {
  await using fixture = await startFixture();
  await submit(fixture, page, { action: "close", body: "not now" });
  assert.deepEqual(
    fixture.writes.map(({ method, body }) => ({ method, body })),
    [
      { method: "POST", body: { body: "not now" } },
      { method: "PATCH", body: { state: "closed" } },
    ],
  );
});

test("reopening sends the typed comment only once it is open again", async () => {
  await using fixture = await startFixture();
  fixture.refuse = { status: 422, message: "state cannot be changed" };
  await submit(fixture, page, { action: "reopen", body: "once more" });
  fixture.refuse = null;
  await submit(fixture, page, { action: "reopen", body: "once more" });
  assert.deepEqual(
    fixture.writes.map(({ method, body }) => ({ method, body })),
    [
      { method: "PATCH", body: { state: "open" } },
      { method: "PATCH", body: { state: "open" } },
      { method: "POST", body: { body: "once more" } },
    ],
  );
});

test("GitHub's refusal is shown in its own words and the typed text is kept", async () => {
  await using fixture = await startFixture();
  fixture.refuse = { status: 403, message: "Resource <not> accessible" };
  const response = await submit(fixture, page, { action: "comment", body: "long </textarea> text" });
  assert.equal(response.status, 422);
  const text = await response.text();
  assert.match(text, /data-flash="error">Resource &lt;not&gt; accessible</);
  assert.match(text, /<textarea id="comment-body"[^>]*>\nlong &lt;\/textarea&gt; text<\/textarea>/);
});

test("a form without the session's token writes nothing", async () => {
  await using fixture = await startFixture();
  for (const csrf of ["", "x".repeat(43)]) await submit(fixture, page, { action: "merge", csrf });
  const shown = await (await fetch(fixture.url + page, { headers: { cookie: "user=bea" } })).text();
  const beas = /name="csrf" value="([^"]+)"/.exec(shown)?.[1] ?? "";
  await submit(fixture, page, { action: "merge", csrf: beas }, "user=ada");
  assert.deepEqual(fixture.writes, []);
});

test("a run is cancelled, and its environments are approved by id", async () => {
  await using fixture = await startFixture();
  await submit(fixture, "/acme/strikes/actions/runs/21", { action: "cancel" });
  await submit(fixture, "/acme/strikes/actions/runs/21", { action: "approve", environment: "61", comment: "go" });
  const nothing = await submit(fixture, "/acme/strikes/actions/runs/21", { action: "approve" });
  assert.equal(nothing.status, 422);
  assert.deepEqual(
    fixture.writes.map(({ path, body }) => ({ path, body })),
    [
      { path: `${repo}/actions/runs/21/cancel`, body: null },
      {
        path: `${repo}/actions/runs/21/pending_deployments`,
        body: { environment_ids: [61], state: "approved", comment: "go" },
      },
    ],
  );
});

test("a check is run again", async () => {
  await using fixture = await startFixture();
  await submit(fixture, "/acme/strikes/runs/11", { action: "rerun", check: "11" });
  assert.deepEqual(
    fixture.writes.map(({ path }) => path),
    [`${repo}/check-runs/11/rerequest`],
  );
});

test("a button of a check run tells its App", async () => {
  await using fixture = await startFixture();
  await submit(fixture, "/acme/strikes/pull/7/checks", { action: "press", check: "11", identifier: "promote" });
  assert.deepEqual(
    fixture.writes.map(({ path, body }) => ({ path, body })),
    [{ path: `${repo}/check-runs/11/requested_action`, body: { identifier: "promote" } }],
  );
});

test("an edit makes a branch, a commit and a pull request", async () => {
  await using fixture = await startFixture();
  const response = await submit(fixture, "/acme/strikes/edit/main/models/train.ts", {
    action: "commit",
    base: "main",
    file: "models/train.ts",
    sha: "f1",
    content: "x\r\n",
    message: "Change",
    body: "why",
    target: "new",
    branch: "ada-patch",
  });
  assert.equal(response.headers.get("location"), "/acme/strikes/pull/8");
  assert.deepEqual(
    fixture.writes.map(({ method, path, body }) => ({ method, path, body })),
    [
      { method: "POST", path: `${repo}/git/refs`, body: { ref: "refs/heads/ada-patch", sha: "b".repeat(40) } },
      {
        method: "PUT",
        path: `${repo}/contents/models/train.ts`,
        body: { message: "Change", content: Buffer.from("x\n").toString("base64"), sha: "f1", branch: "ada-patch" },
      },
      {
        method: "POST",
        path: `${repo}/pulls`,
        body: { title: "Change", body: "why", head: "ada-patch", base: "main" },
      },
    ],
  );
});

test("signing in as another user sets the cookie and never leaves the site", async () => {
  await using fixture = await startFixture();
  const shown = await (await fetch(fixture.url)).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(shown)?.[1] ?? "";
  for (const [back, location] of [
    ["/acme/strikes", "/acme/strikes"],
    ["//evil.example", "/"],
    ["https://evil.example", "/"],
    ["/\\evil.example", "/"],
  ]) {
    const body = new URLSearchParams({ csrf, user: "bea", back: back ?? "" });
    const response = await fetch(`${fixture.url}/-/session`, { method: "POST", redirect: "manual", body });
    assert.equal(response.headers.get("location"), location);
    assert.match(response.headers.get("set-cookie") ?? "", /^user=bea; Path=\/; HttpOnly; SameSite=Lax/);
  }
  assert.match(await (await fetch(fixture.url, { headers: { cookie: "user=bea" } })).text(), /data-viewer="bea"/);
});
