import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Plan } from "../../core/plan/decision.ts";
import { planOf } from "../../core/plan/decision.ts";
import type { Effect } from "../../core/plan/effect.ts";
import { at } from "../core/plan/material.ts";
import { ofKind, onlyDispatch, tell } from "../core/plan/situations.ts";
import { type Answer, type Answers, openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

const writes = () => world.asked().filter((line) => !line.startsWith("GET"));
const dispatches = () => writes().filter((line) => line.endsWith("/dispatches")).length;

/** One effect of a plan alone. */
function only(plan: Plan, kind: Effect["kind"]): Plan {
  const [effect] = ofKind(plan, kind);
  return planOf({ pull: plan.pull, jobs: plan.jobs, effects: effect === undefined ? [] : [effect] });
}

const empty: Answer = { body: { total_count: 0, workflow_runs: [], check_runs: [] } };

for (const [kind, planned, looked] of [
  ["dispatch", (story: ReturnType<typeof tell>) => story.open(), "/actions/workflows/assay.yml/runs"],
  ["aggregate_check", (story: ReturnType<typeof tell>) => story.open(), "/check-runs"],
  [
    "comment",
    (story: ReturnType<typeof tell>) => story.completed(onlyDispatch(story.open()).nonce, "failure", null),
    "/issues/42/comments",
  ],
  ["reply", (story: ReturnType<typeof tell>) => [story.open(), story.comment("/help")][1], "/issues/42/comments"],
] as const)
  test(`what somebody else has taken over while GitHub was asked is not made by the one who lost it: ${kind}`, async () => {
    const steal: Answers = async ({ method, path }) => {
      if (method !== "GET" || !path.endsWith(looked)) return { status: 201, body: { id: 1 } };
      await world.store
        .updateTable("effects")
        .set((row) => ({ leased_by: "somebody else", attempts: row("attempts", "+", 1) }))
        .execute();
      return kind === "comment" || kind === "reply" ? { body: [] } : empty;
    };
    await world.begin(steal);
    const plan = planned(tell());
    assert.ok(plan);
    await world.commit(only(plan, kind));
    await world.store.updateTable("effects").set({ tried: true }).execute();
    await world.work();
    assert.equal(world.asked().length, 1);
    assert.deepEqual(writes(), []);
    const row = await world.store.selectFrom("effects").select(["state", "attempts", "error"]).executeTakeFirst();
    assert.deepEqual(row, { state: "pending", attempts: 2, error: null }, "it is the other's, and nothing failed");
  });

test("a dispatch whose answer was lost is looked for when GitHub lists it, and not made again", async () => {
  const story = tell();
  const opened = story.open();
  const { nonce } = onlyDispatch(opened);
  let isListed = false;
  await world.begin(({ method, path }) => {
    if (path.endsWith("/dispatches")) return { status: 502, body: { message: "Server Error" } };
    const run = {
      id: 5,
      html_url: "https://run",
      display_title: `assay train ${nonce}`,
      path: ".github/workflows/assay.yml",
      head_branch: "main",
      actor: { login: "assay[bot]" },
    };
    return method === "GET" && isListed ? { body: { total_count: 1, workflow_runs: [run] } } : empty;
  });
  await world.commit(only(opened, "dispatch"));
  await world.work();
  assert.equal(dispatches(), 1);
  world.clock.second = 19;
  await world.work();
  assert.equal(world.asked().length, 1, "not asked too soon");
  world.clock.second = 21;
  isListed = true;
  await world.work();
  assert.equal(dispatches(), 1);
  const row = await world.store.selectFrom("runs").select("run_id").where("nonce", "=", nonce).executeTakeFirst();
  assert.equal(row?.run_id, 5);
});

test("a dispatch whose answer was lost is not made again when a webhook has told of the run, listed or not", async () => {
  const story = tell();
  const opened = story.open();
  const { nonce } = onlyDispatch(opened);
  await world.begin(({ path }) => (path.endsWith("/dispatches") ? { status: 502, body: {} } : empty));
  await world.commit(only(opened, "dispatch"));
  await world.work();
  await world.commit({ ...story.dispatched(nonce, { id: 5, url: "https://run" }), effects: [] });
  world.clock.second = 30;
  await world.work();
  assert.equal(world.asked().length, 1);
  const row = await world.store.selectFrom("effects").select(["state", "done_at"]).executeTakeFirst();
  assert.deepEqual(row, { state: "done", done_at: at(30) });
});

test("a refusal whose text no store keeps is told all the same: NUL, and half a character where it is cut", async () => {
  const opened = tell().open();
  // Behind "HttpError: " the two thousandth place is in the middle of a character.
  const message = `\0${"x".repeat(1_987)}🙂`;
  await world.begin(({ path }) => (path.endsWith("/dispatches") ? { status: 422, body: { message } } : empty));
  await world.commit(only(opened, "dispatch"));
  await world.work();
  const row = await world.store.selectFrom("effects").select(["state", "error"]).orderBy("seq").executeTakeFirst();
  assert.equal(row?.state, "dead");
  assert.match(row.error ?? "", /^HttpError: \u{fffd}x+\u{fffd}$/u);
  const job = await world.store.selectFrom("jobs").select("document").executeTakeFirst();
  assert.equal(job?.document.phase, "failed");
});
