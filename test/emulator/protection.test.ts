import assert from "node:assert/strict";
import { test } from "node:test";
import type { Octokit } from "@octokit/rest";
import { listen, openPull, place, pointHook, refusal, type Scene, seedOf, stage } from "./world.ts";

type Protection = { readonly requiredChecks: string[]; readonly enforceAdmins?: boolean };

const guarded = (protection: Protection = { requiredChecks: ["gate"] }, branch = "main") =>
  stage(seedOf({ repository: { protectedBranches: { [branch]: protection } } }));

/** A topic branch with one change, opened by Bob, who may write and no more. */
async function topic(scene: Scene) {
  const client = scene.as("bob");
  const { number, sha } = await openPull(client, "topic", { "topic.md": "topic\n" });
  const merge = (as: Octokit = client) => as.pulls.merge({ ...place, pull_number: number });
  const state = async () => (await client.pulls.get({ ...place, pull_number: number })).data.mergeable_state;
  return { client, number, sha, merge, state };
}

const refused = (sentence: string) => (problem: { status: number; message: string }) => {
  assert.equal(problem.status, 405);
  assert.ok(problem.message.startsWith(sentence), problem.message);
};

test("a merge waits for the required check: expected, queued, in progress, failing, and then it is let in", async () => {
  await using scene = await guarded();
  const { merge, state, sha } = await topic(scene);
  const { checks } = scene.installed();
  const blocked = async (word: string) => {
    refused(`Required status check "gate" is ${word}.`)(await refusal(merge()));
    assert.equal(await state(), "blocked", word);
  };
  await checks.create({ ...place, name: "other", head_sha: sha, conclusion: "success" });
  await blocked("expected");
  const { data: first } = await checks.create({ ...place, name: "gate", head_sha: sha });
  await blocked("queued");
  await checks.update({ ...place, check_run_id: first.id, status: "in_progress" });
  await blocked("in progress");
  await checks.update({ ...place, check_run_id: first.id, conclusion: "failure" });
  await blocked("failing");
  const { data: second } = await checks.create({ ...place, name: "gate", head_sha: sha, status: "in_progress" });
  await blocked("in progress");
  await checks.update({ ...place, check_run_id: second.id, conclusion: "success" });
  assert.equal(await state(), "clean");
  assert.equal((await merge()).data.merged, true);
});

for (const [conclusion, lets] of [
  ["success", true],
  ["neutral", true],
  ["skipped", true],
  ["failure", false],
  ["cancelled", false],
  ["timed_out", false],
  ["action_required", false],
] as const)
  test(`a required check that ended with ${conclusion} ${lets ? "lets the merge in" : "keeps the merge out"}`, async () => {
    await using scene = await guarded();
    const { merge, sha } = await topic(scene);
    await scene.installed().checks.create({ ...place, name: "gate", head_sha: sha, conclusion });
    if (lets) assert.equal((await merge()).data.merged, true);
    else refused('Required status check "gate" is failing.')(await refusal(merge()));
  });

test("a new head needs the check anew", async () => {
  await using scene = await guarded();
  const { client, merge, sha } = await topic(scene);
  await scene.installed().checks.create({ ...place, name: "gate", head_sha: sha, conclusion: "success" });
  const content = Buffer.from("more\n").toString("base64");
  await client.repos.createOrUpdateFileContents({ ...place, path: "b.md", branch: "topic", message: "More", content });
  refused('Required status check "gate" is expected.')(await refusal(merge()));
});

test("commit statuses count as checks, and of both kinds the newest decides", async () => {
  await using scene = await guarded();
  const { merge, sha } = await topic(scene);
  const { repos, checks } = scene.installed();
  const say = (state: "pending" | "success" | "error") =>
    repos.createCommitStatus({ ...place, sha, state, context: "gate" });
  await checks.create({ ...place, name: "gate", head_sha: sha, conclusion: "success" });
  await say("pending");
  refused('Required status check "gate" is pending.')(await refusal(merge()));
  await say("error");
  refused('Required status check "gate" is failing.')(await refusal(merge()));
  await say("success");
  assert.equal((await merge()).data.merged, true);
});

test("the page of a blocked pull request labels what is required and disables the button, with the reason", async () => {
  await using scene = await guarded();
  const { number, sha } = await topic(scene);
  const look = async (login: string) => {
    const headers = { cookie: `user=${login}` };
    return (await fetch(`${scene.emulator.url}/acme/model/pull/${number}`, { headers })).text();
  };
  const button = /<button[^>]*id="merge-button"[^>]*>[^<]*/;
  const waiting = await look("bob");
  assert.match(waiting, /data-check="gate" data-conclusion="expected"[\s\S]*?<span class="label">Required<\/span>/);
  assert.match(waiting, /id="merge-reason">Required check &quot;gate&quot; is expected\.</);
  assert.match(button.exec(waiting)?.[0] ?? "", / disabled>/);
  assert.match(button.exec(await look("ada"))?.[0] ?? "", /Bypass rules and merge$/);
  assert.doesNotMatch(await look("rita"), button);
  const { checks } = scene.installed();
  const { data: run } = await checks.create({ ...place, name: "gate", head_sha: sha, conclusion: "failure" });
  const failing = await look("bob");
  assert.match(failing, /id="merge-reason">Required check &quot;gate&quot; is failing\.</);
  assert.match(button.exec(failing)?.[0] ?? "", / disabled>/);
  await checks.update({ ...place, check_run_id: run.id, conclusion: "success" });
  assert.doesNotMatch(button.exec(await look("bob"))?.[0] ?? "", / disabled>/);
});

test("several required checks are counted as GitHub counts them", async () => {
  await using scene = await guarded({ requiredChecks: ["build", "gate"] });
  const { merge, sha } = await topic(scene);
  const { checks } = scene.installed();
  refused("2 of 2 required status checks are expected.")(await refusal(merge()));
  await checks.create({ ...place, name: "build", head_sha: sha, conclusion: "failure" });
  refused("2 of 2 required status checks have not succeeded: 1 failing and 1 expected.")(await refusal(merge()));
  await checks.create({ ...place, name: "build", head_sha: sha, conclusion: "success" });
  refused("1 of 2 required status checks have not succeeded: 1 expected.")(await refusal(merge()));
});

test("admins may merge all the same, unless the rule includes them", async () => {
  await using open = await guarded();
  const free = await topic(open);
  assert.equal(await free.state(), "blocked");
  assert.equal((await free.merge(open.as("ada"))).data.merged, true);

  await using strict = await guarded({ requiredChecks: ["gate"], enforceAdmins: true });
  const bound = await topic(strict);
  refused('Required status check "gate" is expected.')(await refusal(bound.merge(strict.as("ada"))));
  refused('Required status check "gate" is expected.')(await refusal(bound.merge(strict.installed())));
});

test("a branch tells what it requires, by its name or by a pattern", async () => {
  await using scene = await guarded({ requiredChecks: ["gate"] }, "release/*");
  const { client, sha } = await topic(scene);
  await client.git.createRef({ ...place, ref: "refs/heads/release/1", sha });
  const { data: release } = await client.repos.getBranch({ ...place, branch: "release/1" });
  assert.equal(release.protected, true);
  assert.deepEqual(release.protection, {
    enabled: true,
    required_status_checks: {
      enforcement_level: "non_admins",
      contexts: ["gate"],
      checks: [{ context: "gate", app_id: null }],
    },
  });
  const { data: main } = await client.repos.getBranch({ ...place, branch: "main" });
  assert.deepEqual([main.protected, main.protection], [false, { enabled: false }]);
  const { data: listed } = await client.repos.listBranches({ ...place, protected: true });
  assert.deepEqual(
    listed.map(({ name }) => name),
    ["release/1"],
  );
  const required = (branch: string, login = "ada") =>
    scene.as(login).repos.getStatusChecksProtection({ ...place, branch });
  assert.deepEqual((await required("release/1")).data.contexts, ["gate"]);
  assert.equal((await refusal(required("main"))).status, 404);
  assert.match((await refusal(required("release/1", "bob"))).message, /^Must have admin rights to Repository\./);
});

test("nobody but admins moves a protected branch past its checks, by file, by reference or by deletion", async () => {
  await using scene = await guarded();
  const { client, sha } = await topic(scene);
  const content = Buffer.from("direct\n").toString("base64");
  const put = (as: Octokit) =>
    as.repos.createOrUpdateFileContents({ ...place, path: "direct.md", message: "Direct", content });
  const move = (as: Octokit) => as.git.updateRef({ ...place, ref: "heads/main", sha });
  for (const [work, status, message] of [
    [() => put(client), 409, 'Could not update file: Required status check "gate" is expected.'],
    [() => move(client), 422, 'Required status check "gate" is expected.'],
    [() => client.git.deleteRef({ ...place, ref: "heads/main" }), 422, "Cannot delete this protected branch"],
  ] as const) {
    const problem = await refusal(work());
    assert.equal(problem.status, status);
    assert.ok(problem.message.startsWith(message), problem.message);
  }
  await scene.installed().checks.create({ ...place, name: "gate", head_sha: sha, conclusion: "success" });
  await move(client);
  await put(scene.as("ada"));
});

test("who lacks write access is told what is lacking, and no more than that", async () => {
  await using scene = await stage();
  const { number, merge } = await topic(scene);
  const rita = scene.as("rita");
  assert.match((await refusal(merge(rita))).message, /^Must have push access to repository\./);
  const close = rita.pulls.update({ ...place, pull_number: number, state: "closed" });
  assert.match((await refusal(close)).message, /^Must have triage access to repository\./);
});

test("a pull request closed as an issue is told as a pull request, and is not reopened without its branch", async () => {
  await using scene = await stage();
  await using listener = await listen();
  const { client, number } = await topic(scene);
  await pointHook(scene, listener.url);
  const set = (state: "open" | "closed") => client.issues.update({ ...place, issue_number: number, state });
  await set("closed");
  await listener.wait("pull_request", "closed");
  await set("open");
  await listener.wait("pull_request", "reopened");
  await set("closed");
  await client.git.deleteRef({ ...place, ref: "heads/topic" });
  const problem = await refusal(set("open"));
  assert.equal(problem.status, 422);
  assert.match(problem.message, /state cannot be changed\. The topic branch has been deleted\./);
});
