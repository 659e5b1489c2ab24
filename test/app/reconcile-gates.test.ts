import assert from "node:assert/strict";
import { after, test } from "node:test";
import { planOf } from "../../core/plan/decision.ts";
import { at, repository } from "../core/plan/material.ts";
import { judged, ofKind, tell } from "../core/plan/situations.ts";
import { pendingEffects } from "./pending-effects.ts";
import { type Answer, type Asked, openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

const runId = 5_000;
const root = `/repos/${repository.fullName}`;

type Environment = { readonly isPending?: boolean; readonly app?: string; readonly isEnabled?: boolean };

/** A GitHub with a deploy run that waits for its environment, which an App guards. */
function having({ isPending = true, app = "assay", isEnabled = true }: Environment, title: string) {
  return ({ path }: Asked): Answer | null => {
    if (path === `${root}/actions/runs/${runId}/pending_deployments`)
      return { body: isPending ? [{ environment: { id: 1, name: "staging" }, reviewers: [] }] : [] };
    if (path === `${root}/environments/staging/deployment_protection_rules`)
      return {
        body: { total_count: 1, custom_deployment_protection_rules: [{ enabled: isEnabled, app: { slug: app } }] },
      };
    const run = {
      id: runId,
      html_url: "https://run",
      display_title: title,
      path: ".github/workflows/assay.yml",
      head_branch: "main",
      status: "waiting",
      conclusion: null,
      actor: { login: "assay[bot]" },
      created_at: at(0),
      updated_at: at(0),
    };
    if (path === `${root}/actions/runs/${runId}`) return { body: run };
    if (path.endsWith("/workflows/assay.yml/runs")) return { body: { total_count: 1, workflow_runs: [run] } };
    return path.endsWith("/pulls") || path.startsWith("/app/hook/") ? { body: [] } : null;
  };
}

/** A merged pull request whose version is on its way into staging; everything but the question was heard. */
async function deploying(environment: Environment) {
  const story = tell();
  judged(story);
  const merged = story.merged({ tree: story.headTree() });
  const [dispatch] = ofKind(merged, "dispatch");
  assert.ok(dispatch);
  const dispatched = story.dispatched(dispatch.nonce, { id: runId, url: "https://run" });
  await world.begin(having(environment, `assay deploy ${dispatch.nonce}`));
  const { pull, jobs, versions } = story.memory();
  await world.commit(planOf({ pull, jobs, versions: versions.filter(({ number }) => number > 0) }));
  await world.commit(planOf({ promotions: dispatched.promotions }));
  world.clock.second = Math.ceil(
    (Date.parse(dispatched.promotions[0]?.run?.dispatchedAt ?? "") - Date.parse(at(0))) / 1_000,
  );
  return story;
}

const questions = () => world.asked().filter((line) => line.endsWith("/pending_deployments")).length;
const answers = async () =>
  (await pendingEffects(world.store)).flatMap(({ effect }) =>
    effect.kind === "decide_protection" ? [[effect.runId, effect.environment, effect.state]] : [],
  );

const table: readonly (readonly [string, Environment, number])[] = [
  ["is answered", {}, 1],
  ["that nobody waits for is not answered", { isPending: false }, 0],
  ["of an environment that another App guards is not answered", { app: "other" }, 0],
  ["of a rule that is switched off is not answered", { isEnabled: false }, 0],
];
for (const [name, environment, expected] of table)
  test(`a lost question ${name}`, async () => {
    await deploying(environment);
    world.clock.second += 100;
    await world.round();
    assert.deepEqual(await answers(), expected === 0 ? [] : [[runId, "staging", "approved"]]);
    const heals = await world.heals();
    assert.equal(heals["protection_requested"] ?? 0, expected);
    world.clock.second += 3_600;
    await world.round();
    assert.equal((await world.heals())["protection_requested"] ?? 0, expected, "once");
  });

test("a question that was answered is not looked for, and one of just now is left to its webhook", async () => {
  const story = await deploying({});
  await world.round();
  assert.equal(questions(), 0);
  await world.commit(story.protection(runId, "staging", null));
  world.clock.second += 3_600;
  await world.round();
  assert.equal(questions(), 0);
});

test("an environment that waits for something else is asked about every ten minutes at most", async () => {
  await deploying({ app: "other" });
  const began = world.clock.second;
  for (let minute = 2; minute <= 22; minute += 2) {
    world.clock.second = began + 60 * minute;
    await world.round();
  }
  assert.equal(questions(), 3);
});
