import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hostile, pull, repository, sha } from "./canned.ts";
import { type Fixture, startFixture, submit } from "./fixture.ts";

let fixture: Fixture;
before(async () => {
  fixture = await startFixture();
});
after(() => fixture.close());

async function html(path: string): Promise<string> {
  const response = await fetch(fixture.url + path);
  assert.equal(response.status, 200, path);
  return response.text();
}

const paths = [
  "/",
  "/acme/strikes",
  "/acme/strikes/issues",
  "/acme/strikes/issues/9",
  "/acme/strikes/pulls",
  "/acme/strikes/pulls?state=closed",
  "/acme/strikes/pull/7",
  "/acme/strikes/pull/7/commits",
  "/acme/strikes/pull/7/checks",
  "/acme/strikes/pull/7/files",
  "/acme/strikes/runs/11",
  "/acme/strikes/actions",
  "/acme/strikes/actions/runs/21",
  "/acme/strikes/actions/runs/21/job/31",
  "/acme/strikes/deployments",
  `/acme/strikes/commit/${sha}`,
  "/acme/strikes/blob/main/models/train.ts",
  "/acme/strikes/tree/main",
  "/acme/strikes/edit/main/models/train.ts",
];

for (const path of paths) {
  test(`${path} lets no text of others become markup, script or link`, async () => {
    const text = await html(path);
    assert.ok(!/<script(?! src="\/-\/refresh\.js" defer>)/i.test(text), "only our script");
    const unquoted = text.replace(/"[^"]*"/g, '""');
    assert.ok(!/<[a-z][^>]*\son\w+\s*=/i.test(unquoted), "no event attribute");
    assert.ok(!/(href|src|action)="(javascript|data):/i.test(text), "no script address");
    assert.ok(!/<form[^>]*action="(?!\/)/.test(text), "forms stay here");
    assert.ok(!/style="/.test(text), "no inline style");
    assert.equal(unbalanced(text), null);
    const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map((found) => found[1]);
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
      "ids are unique",
    );
    assert.match(text, /<main id="main"/);
    assert.equal(text.match(/<h1/g)?.length, 1);
  });
}

test("the pages ask for no route that GitHub does not describe, and the fixture knows all of them", () => {
  assert.deepEqual(fixture.unknown, []);
});

test("a conversation shows comments with author, bot label, edit, reactions and anchor", async () => {
  const text = await html("/acme/strikes/pull/7");
  assert.match(
    text,
    /<div id="issuecomment-101"[^>]*>\s*<article class="comment" data-comment-id="101" data-author="assay\[bot\]"/,
  );
  assert.match(text, /<strong class="login">assay<\/strong> <span class="label">bot<\/span>/);
  assert.equal(text.match(/data-edited/g)?.length, 1);
  assert.match(text, /data-reaction="\+1"/);
  assert.match(text, /data-pull-state="open"/);
  assert.ok(text.includes("Deeper trees &lt;script&gt;alert(&quot;x&quot;)"));
  assert.match(text, /<time datetime="2026-03-01T10:00:00.000Z" title="2026-03-01 10:00:00 UTC">/);
});

test("the merge box shows every check, and required ones that have not reported", async () => {
  const text = await html("/acme/strikes/pull/7");
  assert.match(text, /data-check="damage &quot;quoted&quot; &lt;i&gt;" data-conclusion="failure"/);
  assert.match(text, /data-check="assay" data-conclusion="in_progress"/);
  assert.match(text, /data-check="lint" data-conclusion="success"/);
  assert.match(text, /data-check="never reported" data-conclusion="expected"/);
  assert.match(text, /Some checks were not successful/);
});

const mergeStates = [
  { change: { mergeable_state: "clean" }, enabled: true, says: "Merging can be performed automatically." },
  { change: { mergeable_state: "unstable" }, enabled: true, says: "Some checks are not successful." },
  {
    change: { mergeable_state: "blocked" },
    enabled: false,
    says: "Required checks &quot;assay&quot; is in progress, &quot;never reported&quot; is expected.",
  },
  { change: { mergeable: false, mergeable_state: "dirty" }, enabled: false, says: "Conflicts must be resolved first." },
  { change: { mergeable: null, mergeable_state: "unknown" }, enabled: false, says: "GitHub is still working it out." },
  { change: { draft: true, mergeable_state: "draft" }, enabled: false, says: "Draft pull requests cannot be merged." },
];
for (const { change, enabled, says } of mergeStates) {
  test(`the merge button is ${enabled ? "enabled" : "disabled"} when ${JSON.stringify(change)}`, async () => {
    await using own = await startFixture();
    own.answers.set("/repos/acme/strikes/pulls/7", pull(change));
    const text = await (await fetch(`${own.url}/acme/strikes/pull/7`)).text();
    const button = /<button[^>]*id="merge-button"[^>]*>/.exec(text)?.[0] ?? "";
    assert.equal(/ disabled/.test(button), !enabled, button);
    assert.ok(text.includes(says));
  });
}

test("a required check is labeled in the merge box, whether it has reported or not", async () => {
  const text = await html("/acme/strikes/pull/7");
  const labeled = [...text.matchAll(/<li class="check" data-check="([^"]*)"[\s\S]*?<\/li>/g)].flatMap(([row, name]) =>
    row.includes('<span class="label">Required</span>') ? [name] : [],
  );
  assert.deepEqual(labeled, ["assay", "never reported"]);
});

test("an administrator whom the branch's rule does not bind may merge what is blocked, and is told so", async () => {
  await using own = await startFixture();
  own.answers.set("/repos/acme/strikes", { ...repository, permissions: { admin: true, push: true, triage: true } });
  own.answers.set("/repos/acme/strikes/pulls/7", pull({ mergeable_state: "blocked" }));
  const look = async () => (await fetch(`${own.url}/acme/strikes/pull/7`)).text();
  const free = await look();
  assert.match(free, /<button[^>]*id="merge-button"[^>]*aria-describedby="merge-reason" >Bypass rules and merge</);
  assert.match(free, /&quot;never reported&quot; is expected\. As an administrator you may merge all the same\./);
  const required_status_checks = { contexts: ["assay"], checks: [], enforcement_level: "everyone" };
  own.answers.set("/repos/acme/strikes/branches/main", { name: "main", protection: { required_status_checks } });
  assert.match(await look(), /id="merge-button"[^>]* disabled>Merge pull request</);
});

const offers = [
  ["/acme/strikes/pull/7", 'id="merge-button"'],
  ["/acme/strikes/pull/7", 'id="close-button"'],
  ["/acme/strikes/issues/9", 'id="close-button"'],
  ["/acme/strikes/pull/7/checks", 'value="rerun"'],
  ["/acme/strikes/pull/7/checks", 'value="press"'],
  ["/acme/strikes/runs/11", 'value="rerun"'],
  ["/acme/strikes/actions/runs/21", 'value="cancel"'],
  ["/acme/strikes/blob/main/models/train.ts", 'id="edit-file"'],
] as const;
test("a reader is offered nothing that GitHub would refuse, who may write is offered all of it", async () => {
  await using own = await startFixture();
  const look = async (path: string) => (await fetch(own.url + path, { headers: { cookie: "user=bea" } })).text();
  for (const [path, mark] of offers) assert.ok((await look(path)).includes(mark), `${path} has ${mark}`);
  own.answers.set("/repos/acme/strikes", { ...repository, permissions: { pull: true } });
  for (const [path, mark] of offers) assert.ok(!(await look(path)).includes(mark), `${path} lacks ${mark}`);
  assert.match(await look("/acme/strikes/pull/7"), /Only those with write access to this repository can merge/);
  assert.match(await look("/acme/strikes/pull/7"), /id="comment-submit"/);
  assert.equal((await fetch(`${own.url}/acme/strikes/edit/main/models/train.ts`)).status, 403);
});

test("who opened a pull request may close it, even without write access", async () => {
  await using own = await startFixture();
  own.answers.set("/repos/acme/strikes", { ...repository, permissions: { pull: true } });
  assert.match(await (await fetch(`${own.url}/acme/strikes/pull/7`)).text(), /id="close-button"/);
});

test("a merged pull request shows who merged it and the deployments of the merge commit", async () => {
  await using own = await startFixture();
  const merged = {
    state: "closed",
    merged_at: "2026-03-01T11:00:00Z",
    closed_at: "2026-03-01T11:00:00Z",
    merged_by: { login: "bea" },
    merge_commit_sha: sha,
  };
  own.answers.set("/repos/acme/strikes/pulls/7", pull(merged));
  const text = await (await fetch(`${own.url}/acme/strikes/pull/7`)).text();
  assert.match(text, /data-pull-state="merged"/);
  assert.match(text, /data-environment="staging" data-state="success"/);
  assert.ok(!text.includes('id="merge-button"'));
  assert.ok(!text.includes('id="close-button"'));
});

test("a diff has line numbers, folds what is large and says what is binary", async () => {
  const text = await html("/acme/strikes/pull/7/files");
  assert.match(text, /class="line-removed"><td class="number">2<\/td><td class="number"><\/td>/);
  assert.match(text, /class="line-added"><td class="number"><\/td><td class="number">2<\/td>/);
  assert.match(text, /data-file="models\/&lt;b&gt;\.ts" open/);
  assert.doesNotMatch(text, /data-file="big\.csv" open/);
  assert.match(text, /Binary file, or no change in text\./);
});

test("a run shows steps, artifacts with digest and size, a clean log, and the review box", async () => {
  const text = await html("/acme/strikes/actions/runs/21");
  assert.match(text, /data-step="Run &lt;script&gt;/);
  assert.match(text, /sha256:a{64}/);
  assert.match(text, /18\.2 KB/);
  assert.ok(!text.includes("\u001b"));
  assert.ok(!text.includes("10:00:00.0000000Z"));
  assert.match(
    text,
    /<details id="log-31-group-2"><summary[^>]*><span class="log-number">2<\/span><span class="log-text">Setup &lt;b&gt;/,
  );
  assert.match(text, /class="log-line log-error">.*error: boom/);
  assert.match(text, /id="review-approve"/);
  assert.match(text, /data-pending-environment="production"/);
});

test("every page forbids inline script and framing", async () => {
  const { headers } = await fetch(`${fixture.url}/`);
  const policy = headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' http: https: data:;/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
});

test("a raw file is never a page", async () => {
  const response = await fetch(`${fixture.url}/acme/strikes/raw/main/README.md`);
  assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.match(response.headers.get("content-security-policy") ?? "", /sandbox/);
  assert.ok((await response.text()).includes(hostile));
});

test("a branch name with slashes is found whether its slashes are encoded or not", async () => {
  await using own = await startFixture();
  const contents = "/repos/acme/strikes/contents/models/train.ts";
  const file = own.answers.get(contents);
  const inBranch = await fetch(`${own.url}/acme/strikes/blob/feature%2Fx/models/train.ts`);
  assert.equal(inBranch.status, 200);
  own.answers.set("/repos/acme/strikes/contents/x/models/train.ts", undefined);
  own.answers.set(contents, file);
  const plain = await fetch(`${own.url}/acme/strikes/blob/feature/x/models/train.ts`);
  assert.equal(plain.status, 200);
  assert.match(await plain.text(), /<span class="branch">feature\/x<\/span>/);
});

test("what is not there is a 404 page, and API and git paths are left to others", async () => {
  for (const path of ["/acme/strikes/pull/99", "/acme/none", "/nowhere", "/acme/strikes/pull/x", "/%ff"]) {
    const response = await fetch(fixture.url + path);
    assert.equal(response.status, 404, path);
    assert.match(await response.text(), /not the page you are looking for/);
  }
  for (const path of ["/api/graphql", "/acme/strikes.git/info/refs", "/acme/strikes/git-upload-pack"]) {
    assert.equal((await fetch(fixture.url + path)).status, 421, path);
  }
});

test("a fragment has only the page's body and answers 304 while nothing changes", async () => {
  const url = `${fixture.url}/acme/strikes/deployments`;
  const first = await fetch(url, { headers: { "x-fragment": "1" } });
  assert.ok(!(await first.text()).includes("<html"));
  const etag = first.headers.get("etag") ?? "";
  assert.equal((await fetch(url, { headers: { "x-fragment": "1", "if-none-match": etag } })).status, 304);
});

test("a page that is looked at again reads nothing anew while nothing changes", async () => {
  await using own = await startFixture();
  const look = () => fetch(`${own.url}/acme/strikes/pull/7`, { headers: { "x-fragment": "1" } });
  await look();
  const first = own.reads;
  await look();
  assert.equal(own.reads, first);
});

test("every form carries the token of its session", async () => {
  const text = await html("/acme/strikes/pull/7");
  const forms = text.match(/<form[\s\S]*?<\/form>/g) ?? [];
  assert.ok(forms.length >= 3);
  for (const form of forms) assert.match(form, /name="csrf" value="[\w-]{43}"/);
  assert.equal(
    (await submit(fixture, "/acme/strikes/pull/7", { action: "comment", body: "hi", csrf: "wrong" })).status,
    422,
  );
});

/** The first tag that is closed out of order or left open. */
function unbalanced(text: string): string | null {
  const open: string[] = [];
  const empty = new Set(["meta", "link", "input", "br", "hr", "img", "source", "!doctype", "path", "circle", "rect"]);
  for (const [, slash, name = "", attributes = ""] of text.matchAll(/<(\/?)([a-z!][a-z0-9]*)((?:[^>"]|"[^"]*")*)>/gi)) {
    if (empty.has(name.toLowerCase()) || attributes.endsWith("/")) continue;
    if (slash === "") open.push(name);
    else if (open.pop() !== name) return `</${name}>`;
  }
  return open.at(-1) ?? null;
}
