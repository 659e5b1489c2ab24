import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { readClock } from "../../app/store/cursor.ts";
import { reviveEffects } from "../../app/store/open-work.ts";
import { queue } from "../../app/store/outbox.ts";
import { prune } from "../../app/store/prune.ts";
import { planOf } from "../../core/plan/decision.ts";
import type { Effect } from "../../core/plan/effect.ts";
import { at, repository } from "../core/plan/material.ts";
import { judged, onlyDispatch, tell } from "../core/plan/situations.ts";
import { openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());
const { store } = world;

const day = 24 * 3_600;
const now = 200 * day;
const ago = (days: number) => at(now - days * day);
const inDatabase = (days: number) => sql<Date>`now() - make_interval(days => ${days})`;

test("a round that came to its end says when it began, by both clocks, also where a part of it failed", async () => {
  const asked: Date[] = [];
  await world.begin(async () => {
    asked.push(await readClock(store));
    world.clock.second += 60;
    return null;
  });
  world.clock.second = now;
  await world.round();
  const { value, updated_at: asOf } = await store
    .selectFrom("cursors")
    .select(["value", "updated_at"])
    .where("name", "=", "round")
    .executeTakeFirstOrThrow();
  const last = asked.at(-1);
  assert.ok(last !== undefined && asOf <= last, "what happens while it asks is not compared yet");
  assert.ok("at" in value && String(value.at) < at(world.clock.second));
});

test("what nobody will ask for any more is forgotten, by its age and state; what was decided stays", async () => {
  await world.begin(() => null);
  await world.commit(tell().open());
  await store.deleteFrom("effects").execute();
  const delivery = (id: string, state: "done" | "pending" | "dead", days: number) => ({
    id,
    name: "push",
    payload: JSON.stringify({ secret: "text" }),
    state,
    not_before: ago(days),
    error: null,
    received_at: ago(days),
    done_at: state === "done" ? ago(days) : null,
  });
  await store
    .insertInto("deliveries")
    .values([
      delivery("done, 6 days", "done", 6),
      delivery("done, 8 days", "done", 8),
      delivery("done, 31 days", "done", 31),
      delivery("dead, 31 days", "dead", 31),
      delivery("dead, 91 days", "dead", 91),
      delivery("pending, 91 days", "pending", 91),
    ])
    .execute();
  const effect = (key: string, state: "done" | "replaced" | "dead" | "pending", days: number) => ({
    key,
    installation_id: 1,
    repository_id: repository.id,
    repository: repository.fullName,
    default_branch: "main",
    body: JSON.stringify({ kind: "publish_keys" }),
    state,
    not_before: ago(days),
    error: null,
    created_at: ago(days),
    done_at: state === "done" || state === "replaced" ? ago(days) : null,
  });
  await store
    .insertInto("effects")
    .values([
      effect("done, 6 days", "done", 6),
      effect("done, 8 days", "done", 8),
      effect("replaced, 8 days", "replaced", 8),
      { ...effect("replaced, at work", "replaced", 8), leased_until: sql<Date>`now() + interval '1 minute'` },
      effect("dead, 91 days", "dead", 91),
      effect("pending, 91 days", "pending", 91),
    ])
    .execute();
  const missed = (guid: string, days: number) => ({
    guid,
    delivery_id: 1,
    not_before: ago(days),
    found_at: inDatabase(days),
  });
  await store
    .insertInto("missed")
    .values([missed("3 days", 3), missed("5 days", 5)])
    .execute();
  const chart = (token: string, days: number) => ({
    token,
    svg: "",
    png: new Uint8Array(),
    created_at: ago(days),
    used_on: inDatabase(days),
  });
  await store
    .insertInto("charts")
    .values([chart("89 days", 89), chart("92 days", 92)])
    .execute();
  const act = (key: string, days: number) => ({ repository_id: 1, key, at: ago(days) });
  await store
    .insertInto("acts")
    .values([act("89 days", 89), act("91 days", 91)])
    .execute();

  const pruned = await prune(store, new Date(at(now)));
  assert.deepEqual(pruned, { payloads: 2, deliveries: 2, effects: 2, missed: 1, charts: 1, acts: 1 });
  const deliveries = await store.selectFrom("deliveries").select(["id", "payload"]).orderBy("seq").execute();
  assert.deepEqual(
    deliveries.map(({ id, payload }) => [id, Object.keys(payload).length > 0]),
    [
      ["done, 6 days", true],
      ["done, 8 days", false],
      ["dead, 31 days", true],
      ["pending, 91 days", true],
    ],
    "a delivery is known by its id for longer than its content is kept",
  );
  const effects = await store.selectFrom("effects").select("key").orderBy("seq").execute();
  assert.deepEqual(
    effects.map(({ key }) => key),
    ["done, 6 days", "replaced, at work", "dead, 91 days", "pending, 91 days"],
  );
  for (const [table, left] of [
    ["pulls", 1],
    ["jobs", 1],
    ["ledger", 1],
    ["missed", 1],
    ["charts", 1],
    ["acts", 1],
  ] as const) {
    const { count } = await store
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    assert.equal(count, left, table);
  }
  assert.deepEqual(Object.values(await prune(store, new Date(at(now)))), [0, 0, 0, 0, 0, 0]);
});

test("of what was given up, checks, comments and answers are tried again after an hour; runs and overtaken wishes are not", async () => {
  await world.begin(() => null);
  const to = { installationId: 1, repository, lane: "7" };
  const wish = async (effect: Effect, state: "dead" | "pending", second: number) => {
    await queue(store, to, [effect], at(second));
    await store.updateTable("effects").set({ state }).where("state", "=", "pending").execute();
  };
  const answer = (commentId: number): Effect => ({
    kind: "reply",
    pull: 42,
    commentId,
    reply: { kind: "help", models: [], environments: [] },
  });
  await wish(answer(1), "dead", 0);
  await wish(answer(2), "dead", 3_000);
  await wish(answer(3), "dead", 0);
  await wish(answer(3), "dead", 1);
  await wish({ kind: "cancel_run", nonce: "0".repeat(32) }, "dead", 0);
  assert.equal(await reviveEffects(store, at(100), at(3_700), 50), 2);
  const rows = await store.selectFrom("effects").select(["key", "state", "not_before"]).orderBy("seq").execute();
  assert.deepEqual(
    rows.map(({ key, state, not_before: due }) => [key, state, due]),
    [
      ["reply/1/help", "pending", at(3_700)],
      ["reply/2/help", "dead", at(3_000)],
      ["reply/3/help", "dead", at(0)],
      ["reply/3/help", "pending", at(3_700)],
      [`run/${"0".repeat(32)}`, "dead", at(0)],
    ],
  );
});

test("a decision that a deployment waits for is tried again, as long as that is under way", async () => {
  for (const [state, waitsFor, revived] of [
    ["waiting", "staging", 1],
    ["deploying", "staging", 1],
    ["superseded", "staging", 0],
    ["failed", "staging", 0],
    ["waiting", "production", 0],
  ] as const) {
    await world.begin(() => null);
    const story = tell();
    judged(story);
    const { nonce } = onlyDispatch(story.merged({ tree: story.headTree() }));
    const [promotion] = story.dispatched(nonce, { id: 5, url: "https://run/5" }).promotions;
    assert.ok(promotion);
    const { pull, jobs, versions } = story.memory();
    await world.commit(planOf({ pull, jobs, versions: versions.filter(({ number }) => number > 0) }));
    await world.commit(planOf({ promotions: [{ ...promotion, state }] }));
    const decision = { runId: 5, environment: waitsFor, state: "approved", comment: "" } as const;
    await queue(
      store,
      { installationId: 1, repository, lane: "7" },
      [{ kind: "decide_protection", ...decision }],
      at(0),
    );
    await store.updateTable("effects").set({ state: "dead" }).where("key", "like", "protection/%").execute();
    assert.equal(await reviveEffects(store, at(100), at(3_700), 50), revived, `${state} ${waitsFor}`);
  }
});

test("house is kept once an hour, and what it revived is counted", async () => {
  await world.begin(() => ({ body: [] }));
  await world.commit(tell().open());
  const die = () =>
    store
      .updateTable("effects")
      .set({ state: "dead", not_before: at(0) })
      .where("key", "like", "check/%")
      .execute();
  await die();
  world.clock.second = 3_700;
  await world.round();
  assert.deepEqual(await world.heals(), { effect: 1 });
  await die();
  world.clock.second = 2 * 3_600;
  await world.round();
  assert.deepEqual(await world.heals(), { effect: 1 });
  world.clock.second = 3_700 + 3_600;
  await world.round();
  assert.deepEqual(await world.heals(), { effect: 2 });
});
