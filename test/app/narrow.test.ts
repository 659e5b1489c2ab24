import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as fc from "fast-check";
import { checkIdentity, narrow } from "../../app/narrow.ts";
import type { Event } from "../../core/plan/event.ts";

const received = "2026-01-01T00:00:00.000Z";
const file = createRequire(import.meta.url).resolve("@octokit/webhooks-examples/api.github.com/index.json");
const definitions: readonly { readonly name: string; readonly examples: readonly object[] }[] = JSON.parse(
  readFileSync(file, "utf8"),
);
const all = definitions.flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload })));
const installed = (payload: object): object => ({ ...payload, installation: { id: 1 } });
const nonce = "0123456789abcdef0123456789abcdef";

test("none of GitHub's example payloads makes narrowing throw, and without an installation none means anything", () => {
  assert.ok(all.length > 200);
  for (const { name, payload } of all) {
    narrow(name, installed(payload), received, "assay[bot]");
    const { installation: _, ...without } = { installation: null, ...payload };
    assert.equal(narrow(name, without, received, "assay[bot]"), null);
  }
});

test("of GitHub's examples exactly those with a meaning for us become events, of the right kind", () => {
  const kinds = new Map<string, Set<string>>();
  for (const { name, payload } of all) {
    const event = narrow(name, installed(payload), received, "assay[bot]");
    const action = "action" in payload ? `.${String(payload.action)}` : "";
    if (event !== null) kinds.set(`${name}${action}`, (kinds.get(`${name}${action}`) ?? new Set()).add(event.kind));
  }
  assert.deepEqual(Object.fromEntries([...kinds].map(([name, found]) => [name, [...found].join()])), {
    "check_suite.rerequested": "check_rerequested",
    "pull_request.closed": "pull_closed",
    "pull_request.opened": "pull_changed",
    "pull_request.reopened": "pull_changed",
    "pull_request.synchronize": "pull_changed",
    push: "default_branch_changed",
  });
});

test("any JSON under any name is an event or nothing, never an exception", () => {
  const names = fc.constantFrom(...new Set(all.map(({ name }) => name)), "no_such_event");
  fc.assert(
    fc.property(names, fc.object(), (name, payload) => {
      narrow(name, payload, received, "assay[bot]");
      narrow(name, { ...repositoryPart, ...payload }, received, "assay[bot]");
    }),
  );
});

const repositoryPart = {
  installation: { id: 1 },
  repository: { id: 7, full_name: "acme/birds", default_branch: "main" },
};
const at = "2026-01-02T00:00:00Z";
const ofDamage = { external_id: "assay:42:damage", head_sha: "seen" };
const ourselves = { login: "assay[bot]", type: "Bot" };
const pullRequest = {
  number: 42,
  user: { login: "ada" },
  updated_at: at,
  head: { sha: "h", repo: { id: 7 } },
  base: { ref: "main", sha: "b", label: "acme:main" },
};
const pull = (over: object = {}) => ({ pull_request: { ...pullRequest, ...over } });
const run = (over: object = {}) => ({
  workflow_run: {
    id: 9,
    html_url: "https://run",
    display_title: `assay train ${nonce}`,
    event: "workflow_dispatch",
    conclusion: "success",
    updated_at: at,
    path: ".github/workflows/assay.yml",
    head_branch: "main",
    actor: { login: "assay[bot]", type: "Bot" },
    ...over,
  },
});
const comment = (over: object = {}, issue: object = { number: 42, pull_request: {} }) => ({
  issue,
  comment: { id: 3, body: "/help", user: { login: "grace", type: "User" }, created_at: at, ...over },
});
const callback = "https://api.github.com/repos/acme/birds/actions/runs/9/deployment_protection_rule";

/** Webhook, action, payload, and the fields of the event that it must become; null where it means nothing. */
const cases: readonly (readonly [name: string, action: string | null, payload: object, Partial<Event> | null])[] = [
  [
    "pull_request",
    "opened",
    pull(),
    {
      kind: "pull_changed",
      action: "opened",
      at,
      pull: { number: 42, author: "ada", fork: false, head: "h", base: { ref: "main", sha: "b" } },
    },
  ],
  [
    "pull_request",
    "synchronize",
    pull({ head: { sha: "h", repo: null } }),
    {
      kind: "pull_changed",
      pull: { number: 42, author: "ada", fork: true, head: "h", base: { ref: "main", sha: "b" } },
    },
  ],
  ["pull_request", "labeled", pull(), null],
  ["pull_request", "edited", { ...pull(), changes: { title: { from: "a" } } }, null],
  [
    "pull_request",
    "edited",
    { ...pull(), changes: { base: { ref: { from: "dev" } } } },
    { kind: "pull_changed", action: "edited" },
  ],
  [
    "pull_request",
    "closed",
    pull({ merged: true, merge_commit_sha: "m", merged_at: "2026-01-01T00:00:00Z" }),
    { kind: "pull_closed", mergeCommit: "m", mergedAt: "2026-01-01T00:00:00Z" },
  ],
  [
    "pull_request",
    "closed",
    pull({ merged: true, merge_commit_sha: "m" }),
    { kind: "pull_closed", mergeCommit: "m", mergedAt: null },
  ],
  [
    "pull_request",
    "closed",
    pull({ merged: false, merge_commit_sha: "m" }),
    { kind: "pull_closed", mergeCommit: null },
  ],
  [
    "issue_comment",
    "created",
    comment(),
    { kind: "comment_created", author: "grace", authorIsBot: false, at, commentId: 3, pull: 42 },
  ],
  [
    "issue_comment",
    "created",
    comment({ body: "> quoted\r\n\r\n\t/retrain" }),
    { kind: "comment_created", body: "> quoted\r\n\r\n\t/retrain" },
  ],
  ["issue_comment", "created", comment({ user: { login: "x[bot]", type: "Bot" } }), null],
  ["issue_comment", "created", comment({ body: "looks good to /me, see /retrain above\n/lgtm\n/usr/bin" }), null],
  ["issue_comment", "created", comment({}, { number: 42 }), null],
  ["issue_comment", "edited", comment(), null],
  [
    "check_run",
    "requested_action",
    { check_run: ofDamage, requested_action: { identifier: "cancel" }, sender: { login: "grace" } },
    { kind: "cancel_requested", pull: 42, model: "damage", head: "seen", by: "grace" },
  ],
  ["check_run", "requested_action", { check_run: ofDamage, sender: { login: "grace" } }, null],
  [
    "check_suite",
    "rerequested",
    { check_suite: { head_sha: "seen", pull_requests: [{ number: 42 }] }, sender: { login: "grace" } },
    { kind: "check_rerequested", pull: 42, model: null, head: "seen", by: "grace" },
  ],
  [
    "check_suite",
    "rerequested",
    { check_suite: { head_sha: "seen", pull_requests: [] }, sender: { login: "grace" } },
    null,
  ],
  ["check_suite", "completed", { check_suite: { pull_requests: [{ number: 42 }] }, sender: ourselves }, null],
  [
    "issue_comment",
    "edited",
    { ...comment({ user: ourselves }), sender: { login: "grace" } },
    { kind: "comment_disturbed", pull: 42, commentId: 3, change: "edited" },
  ],
  ["issue_comment", "edited", { ...comment({ user: ourselves }), sender: ourselves }, null],
  ["issue_comment", "deleted", comment({ user: ourselves }), { kind: "comment_disturbed", change: "deleted" }],
  ["issue_comment", "deleted", comment(), null],
  ["workflow_run", "in_progress", run(), { kind: "run_started", run: { id: 9, url: "https://run", nonce } }],
  ["workflow_run", "completed", run(), { kind: "run_completed", conclusion: "success" }],
  [
    "workflow_run",
    "completed",
    run({ display_title: "assay train" }),
    { kind: "run_completed", run: { id: 9, url: "https://run", nonce: null } },
  ],
  [
    "workflow_run",
    "completed",
    run({ display_title: `x assay train ${nonce}` }),
    { kind: "run_completed", run: { id: 9, url: "https://run", nonce: null } },
  ],
  ["workflow_run", "requested", run(), null],
  ["workflow_run", "completed", run({ event: "pull_request" }), null],
  [
    "check_run",
    "rerequested",
    { check_run: ofDamage, sender: { login: "grace" } },
    { kind: "check_rerequested", pull: 42, model: "damage", head: "seen", by: "grace" },
  ],
  [
    "check_run",
    "rerequested",
    { check_run: { external_id: "assay:42:", head_sha: "seen" }, sender: { login: "grace" } },
    { kind: "check_rerequested", model: null },
  ],
  [
    "check_run",
    "rerequested",
    { check_run: { ...ofDamage, external_id: "other:42:damage" }, sender: { login: "grace" } },
    null,
  ],
  ["check_run", "completed", { check_run: ofDamage, sender: { login: "grace" } }, null],
  [
    "deployment_protection_rule",
    "requested",
    { environment: "staging", deployment_callback_url: callback },
    { kind: "protection_requested", runId: 9, environment: "staging", deployment: null },
  ],
  [
    "deployment_protection_rule",
    "requested",
    { environment: "staging", deployment_callback_url: callback, deployment: { id: 5, created_at: at, sha: "h" } },
    { kind: "protection_requested", deployment: { id: 5, createdAt: at } },
  ],
  [
    "deployment_protection_rule",
    "requested",
    { environment: "staging", deployment_callback_url: "https://evil" },
    null,
  ],
  [
    "deployment_review",
    "rejected",
    { approver: { login: "grace" }, workflow_run: { id: 9, updated_at: at }, environment: "staging" },
    { kind: "review_decided", state: "rejected", by: "grace", runId: 9 },
  ],
  [
    "deployment_review",
    "requested",
    { approver: { login: "grace" }, workflow_run: { id: 9, updated_at: at }, environment: "staging" },
    null,
  ],
  ["push", null, { ref: "refs/heads/main", after: "c" }, { kind: "default_branch_changed", commit: "c", at: received }],
  ["push", null, { ref: "refs/heads/dev", after: "c" }, null],
  ["push", null, { ref: "refs/tags/main", after: "c" }, null],
  ["push", null, { ref: "refs/heads/main", after: "0", deleted: true }, null],
];

for (const [index, [name, action, payload, expected]] of cases.entries()) {
  test(`${name}${action === null ? "" : `.${action}`} is read for what it means (${index + 1})`, () => {
    const event = narrow(
      name,
      { ...repositoryPart, ...payload, ...(action === null ? {} : { action }) },
      received,
      "assay[bot]",
    );
    if (expected === null) return assert.equal(event, null);
    assert.deepEqual(event?.repository, { id: 7, fullName: "acme/birds", defaultBranch: "main" });
    assert.partialDeepStrictEqual(event, expected);
  });
}

test("the identity of a check reads back as it was written", () => {
  const name = fc.option(fc.stringMatching(/^[a-z][a-z0-9_-]{0,38}$/), { nil: null });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999 }), name, (pull, model) => {
      assert.deepEqual(checkIdentity.read(checkIdentity.write(pull, model)), { pull, model });
    }),
  );
});

test("a run that somebody else started, elsewhere or of another workflow, brings no nonce, whatever its name", () => {
  for (const over of [
    { actor: { login: "mallory", type: "User" } },
    { head_branch: "mallory/branch" },
    { path: ".github/workflows/other.yml" },
  ]) {
    const event = narrow(
      "workflow_run",
      { ...repositoryPart, action: "completed", ...run(over) },
      received,
      "assay[bot]",
    );
    assert.equal(event?.kind === "run_completed" ? event.run.nonce : "no event", null);
  }
});
