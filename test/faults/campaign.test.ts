import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { sql } from "kysely";
import { faultKinds, historyOf, liveUndisturbed, runSeed } from "./campaign.ts";
import { type Fate, fateOf, modelDigest } from "./fate.ts";
import { act, drawHistory, isHastyMerge } from "./history.ts";
import { inspect, problemsOfDeployments, problemsOfRuns } from "./invariants.ts";
import type { Doing } from "./machine.ts";
import { place } from "./place.ts";
import { makeStores } from "./stores.ts";
import { openWorld, type World } from "./world.ts";

const acts = 4;

for (const [kind, seed] of [
  ["embedded", 300],
  ["postgres", 264],
] as const)
  test(`with the ${kind} store a history under faults ends as undisturbed, nothing lost or done twice`, async (t) => {
    const stores = await makeStores(kind);
    if (typeof stores === "string") return t.skip(stores);
    await using _ = stores;
    const calm = await liveUndisturbed(historyOf(seed, acts), { stores });
    assert.ok(
      calm.state.some((line) => line.startsWith("#1")),
      calm.state.join("\n"),
    );
    const { problems, made } = await runSeed(seed, calm, { stores, kinds: faultKinds, logFile: null, acts });
    t.diagnostic(`seed ${seed}: ${JSON.stringify(made)}`);
    assert.deepEqual(problems, [], `npm run faults -- --seed ${seed} --runs 1 --store ${kind}`);
    assert.ok(Object.keys(made).length > 0, "trouble was made");
  });

test("in a good part of the histories a merge follows at once on what it merges, and never on another merge", () => {
  const histories = Array.from({ length: 100 }, (_, seed) => drawHistory(seed));
  const hasty = histories.filter((history) => history.some((_one, step) => isHastyMerge(history, step)));
  assert.ok(hasty.length >= 30, `${hasty.length} of 100`);
  const done = (kind: "open" | "push" | "merge", pull = 0) => ({ kind, pull });
  const [open, push, merge] = [done("open"), done("push"), done("merge")];
  assert.equal(isHastyMerge([open, push, merge], 2), true);
  assert.equal(isHastyMerge([open, push, { kind: "say", pull: 0, body: "/cancel" }, merge], 3), false);
  assert.equal(isHastyMerge([open, done("open", 1), done("merge", 1), push, merge], 4), false);
  assert.equal(isHastyMerge([done("open", 1), done("merge", 1), open, merge], 3), true, "its branch began after");
});

test("the invariants see a doubled reply, a second report, a check in progress and a ledger that was changed", async () => {
  const stores = await makeStores("embedded");
  assert.ok(typeof stores !== "string");
  await using _ = stores;
  await using world = await openWorld(stores);
  await world.startApp();
  const [open] = drawHistory(1);
  assert.equal(open?.kind, "open");
  if (open !== undefined) await act(world, open, 0);
  await world.quiet();
  await spoil(world);
  await world.endApp("SIGTERM");
  await world.withStore((store) =>
    sql`update ledger set at = '2020-01-01T00:00:00.000Z' where seq = (select min(seq) from ledger)`.execute(store),
  );
  const { problems } = await inspect(world);
  assert.match(problems.join("\n"), /#1 has 2 reports/);
  assert.match(problems.join("\n"), /#1 was told <!-- assay:reply:1:help --> more than once/);
  assert.match(problems.join("\n"), /the check extra of [0-9a-f]{7} is in_progress/);
  assert.match(problems.join("\n"), /the ledger of repository \d+ is broken/);
});

const anew = (): Doing => ({
  stage: "evaluate",
  nonce: randomUUID(),
  fingerprint: fingerprintThat("passes"),
  environment: null,
  digest: null,
  version: null,
});
const deployment = (fingerprint: string): Doing => ({
  ...anew(),
  stage: "deploy",
  environment: "staging",
  digest: modelDigest(fingerprint),
  version: "churn@v1",
});

function fingerprintThat(fate: Fate): string {
  return (
    Array.from({ length: 1_000 }, (_, index) => String(index)).find((one) => fateOf(one) === fate) ??
    assert.fail(`nothing ${fate}`)
  );
}

test("the invariants see a run that was dispatched twice, worked on twice, or never ended", () => {
  const run = { title: "assay train abc", status: "completed" };
  const doing = anew();
  assert.deepEqual(problemsOfRuns([run, { ...run, title: "assay train def" }], [doing, anew()]), []);
  assert.deepEqual(problemsOfRuns([run, run], []), ["assay train abc was dispatched more than once"]);
  assert.deepEqual(problemsOfRuns([run], [doing, doing]), [`the run ${doing.nonce} was worked on more than once`]);
  assert.deepEqual(problemsOfRuns([{ ...run, status: "queued" }], []), ["assay train abc is queued"]);
});

test("the invariants see a deployment that happened twice, and one of what has not passed", () => {
  const evaluated = anew();
  const deployed = deployment(evaluated.fingerprint);
  const production = { ...deployed, nonce: randomUUID(), environment: "production" };
  assert.deepEqual(problemsOfDeployments([evaluated, deployed, production]), []);
  assert.deepEqual(problemsOfDeployments([evaluated, deployed, { ...deployed, nonce: randomUUID() }]), [
    "churn@v1 to staging was deployed more than once",
  ]);
  const failing = fingerprintThat("evaluation_fails");
  for (const before of [[], [{ ...anew(), fingerprint: failing }], [{ ...evaluated, stage: "train" as const }]]) {
    const [last] = before;
    assert.deepEqual(problemsOfDeployments([...before, deployment(last?.fingerprint ?? failing)]), [
      "churn@v1 was deployed to staging and has not passed",
    ]);
  }
  assert.deepEqual(problemsOfDeployments([evaluated, { ...deployed, digest: null }]), [
    "churn@v1 was deployed to staging and has not passed",
  ]);
});

/** Does in the App's name what the App must never do. */
async function spoil({ emulator }: World): Promise<void> {
  const app = emulator.apps["assay"] ?? assert.fail("no App");
  const auth = { appId: app.id, privateKey: app.privateKey, installationId: app.installations[0]?.id };
  const bot = new Octokit({ baseUrl: emulator.apiUrl, authStrategy: createAppAuth, auth });
  const { data: pull } = await bot.pulls.get({ ...place, pull_number: 1 });
  for (const marker of ["pull:1", "reply:1:help", "reply:1:help"])
    await bot.issues.createComment({ ...place, issue_number: 1, body: `<!-- assay:${marker} -->` });
  await bot.checks.create({ ...place, name: "extra", head_sha: pull.head.sha, status: "in_progress" });
}
