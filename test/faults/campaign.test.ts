import assert from "node:assert/strict";
import { test } from "node:test";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { type FaultKind, runSeed } from "./campaign.ts";
import { act, drawHistory } from "./history.ts";
import { inspect } from "./invariants.ts";
import { place } from "./place.ts";
import { makeTemplate, openWorld, type World } from "./world.ts";

const kinds: readonly FaultKind[] = ["fail", "duplicate", "reorder", "delay", "5xx", "403", "timeout", "lose", "kill"];

test("a history under faults ends as it does undisturbed, and nothing is lost or done twice", async (t) => {
  await using template = await makeTemplate();
  for (const seed of [263]) {
    const { problems, state, made } = await runSeed(seed, { template, kinds, logFile: null, acts: 4 });
    t.diagnostic(`seed ${seed}: ${JSON.stringify(made)}`);
    assert.deepEqual(problems, [], `npm run faults -- --seed ${seed} --runs 1 --faults ${kinds.join(",")}`);
    assert.ok(state.includes("damage@v1 in production: deployed"), state.join("\n"));
    assert.ok(Object.keys(made).length > 0, "trouble was made");
  }
});

test("the invariants see what must not be: a doubled reply, a second report, a check in progress", async () => {
  await using template = await makeTemplate();
  await using world = await openWorld(template);
  await world.startApp();
  const [open] = drawHistory(1);
  assert.equal(open?.kind, "open");
  if (open !== undefined) await act(world, open, 0);
  await world.quiet();
  await spoil(world);
  const { problems } = await inspect(world);
  assert.match(problems.join("\n"), /#1 has 2 reports/);
  assert.match(problems.join("\n"), /#1 was told <!-- assay:reply:1:help --> more than once/);
  assert.match(problems.join("\n"), /the check extra of [0-9a-f]{7} is in_progress/);
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
