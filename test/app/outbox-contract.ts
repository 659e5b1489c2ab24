import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { type Cost, limits, pause, reserve } from "../../app/store/budgets.ts";
import { leaseDelivery, postponeDelivery, settleDelivery } from "../../app/store/inbox.ts";
import { keep } from "../../app/store/keep.ts";
import { LeaseLost, releaseDeliveries } from "../../app/store/lease.ts";
import { commitPlan, recall } from "../../app/store/memory.ts";
import type { Store } from "../../app/store/open.ts";
import { deferEffect, holdOn, leaseEffect, postponeEffect, queue, settleEffect } from "../../app/store/outbox.ts";
import { originOfRun } from "../../app/store/runs.ts";
import { planOf } from "../../core/plan/decision.ts";
import type { Effect } from "../../core/plan/effect.ts";
import { at } from "../core/plan/material.ts";
import { ofKind, onlyDispatch, tell } from "../core/plan/situations.ts";
import { pendingEffects } from "./pending-effects.ts";
import { sceneIn } from "./store-scene.ts";

/** How every store hands out effects, whatever holds its tables. Each test works in a repository of its own. */
export function keepsItsOutbox(store: Store): void {
  const { newRepository, moved, commit, pendingKeys } = sceneIn(store, 5_000);

  /** Ends what other tests left, so that what is leased next is this one's. */
  async function settleOthers(): Promise<void> {
    for (const left of await pendingEffects(store)) await settleEffect(store, left.seq, at(9));
  }

  async function stateOf(seq: number): Promise<string | undefined> {
    return (await store.selectFrom("effects").select("state").where("seq", "=", seq).executeTakeFirst())?.state;
  }

  /** As if the process that took the effect had stalled until its lease was over. */
  async function endLease(seq: number): Promise<void> {
    await store
      .updateTable("effects")
      .set({ leased_until: new Date(0) })
      .where("seq", "=", seq)
      .execute();
  }

  test("what was wished before a rename or a transfer is performed where the repository is now", async () => {
    const repository = newRepository();
    await settleOthers();
    const story = tell({ entropy: "renamed" });
    const opened = story.open();
    await commit(moved(opened, repository), repository);
    const now = { ...repository, fullName: "zoo/all-birds", defaultBranch: "trunk" };
    const recollection = await recall(store, repository.id, null);
    const from = { recollection, installationId: 2, repository: now, now: at(2), once: null };
    await commitPlan(store, planOf({}), from, async () => {});
    const leased = await leaseEffect(store, "me", new Date().toISOString());
    assert.deepEqual([leased?.installationId, leased?.repository], [2, now]);
    const { nonce } = onlyDispatch(opened);
    assert.deepEqual(await originOfRun(store, nonce), { installationId: 2, repository: now });
    await settleOthers();
  });

  test("wishes for the same thing coalesce while they wait; a run cancelled before its dispatch never starts", async () => {
    const repository = newRepository();
    const story = tell();
    const opened = story.open();
    await commit(moved(opened, repository), repository);
    const head = story.head();
    const run = `run/${onlyDispatch(opened).nonce}`;
    assert.deepEqual(await pendingKeys(repository), [run, `check/42/${head}`]);
    const here = async () => (await pendingEffects(store)).filter(({ repositoryId }) => repositoryId === repository.id);
    const check = (await here()).find(({ key }) => key === `check/42/${head}`);
    assert.ok(check);
    await commit(moved(story.push("head 2"), repository), repository);
    assert.equal(await stateOf(check.seq), "replaced");
    const pending = await here();
    assert.deepEqual(
      pending.map(({ key }) => key).filter((key) => key === run),
      [run],
    );
    assert.equal(pending.find(({ key }) => key === run)?.effect.kind, "cancel_run");
  });

  test("an effect counts its attempts, waits its turn, and is laid aside in the end", async () => {
    const repository = newRepository();
    const mine = async (now: string) => {
      const leased = await leaseEffect(store, "me", now);
      assert.ok(leased === null || leased.repository.id === repository.id, "the test is alone with its effects");
      return leased;
    };
    await settleOthers();
    await commit(planOf({ effects: [{ kind: "publish_keys" }] }), repository);
    const first = await mine(at(2));
    assert.ok(first);
    assert.equal(first.attempts, 0);
    assert.equal(await mine(at(2)), null, "what is leased is nobody else's");
    await postponeEffect(store, first, "503", at(30));
    assert.equal(await mine(at(2)), null);
    const second = await mine(at(30));
    assert.ok(second);
    assert.equal(second.attempts, 1);
    await deferEffect(store, second, at(40));
    const again = await mine(at(40));
    assert.ok(again);
    assert.equal(again.attempts, 1, "to be put off is no attempt");
    await postponeEffect(store, again, "422", null);
    assert.equal(await mine(at(100)), null);
    await commit(planOf({ effects: [{ kind: "publish_keys" }] }), repository);
    const third = await mine(at(2));
    assert.ok(third);
    await settleEffect(store, third.seq, at(3));
    assert.equal(await stateOf(third.seq), "done");
  });

  test("whoever lost a lease changes nothing about the attempt of another", async () => {
    const repository = newRepository();
    await settleOthers();
    await commit(planOf({ effects: [{ kind: "publish_keys" }] }), repository);
    const lost = await leaseEffect(store, "slow", at(2), -1);
    const held = await leaseEffect(store, "quick", at(2));
    assert.ok(lost !== null && held !== null);
    await deferEffect(store, lost, at(3));
    await postponeEffect(store, lost, "too late", null);
    assert.equal(await leaseEffect(store, "third", at(4)), null, "the lease of the other holds");
    await endLease(held.seq);
    assert.equal((await leaseEffect(store, "third", at(4)))?.attempts, 2, "both attempts count");
    await settleEffect(store, held.seq, at(5));

    const id = `lost-${repository.id}`;
    await keep(store, { id, name: "push", payload: {}, lane: id }, at(1));
    const before = await leaseDelivery(store, "slow", at(2), -1);
    const now = await leaseDelivery(store, "quick", at(2));
    assert.ok(before?.id === id && now?.id === id);
    await postponeDelivery(store, before, "too late", null);
    await settleDelivery(store, id, at(3));
  });

  test("an effect planned by a process whose clock is ahead is due at once for one whose clock is right", async () => {
    const repository = newRepository();
    await settleOthers();
    const ahead = new Date(Date.now() + 3_600_000).toISOString();
    const to = { installationId: 1, repository, lane: "ahead" };
    await queue(store, to, [{ kind: "publish_keys" }], ahead);
    const leased = await leaseEffect(store, "me", new Date(Date.now() + 1_000).toISOString());
    assert.equal(leased?.repository.id, repository.id);
    await settleEffect(store, leased.seq, ahead);
  });

  test("a wish that replaces one that was tried knows of it, and so does the next", async () => {
    const repository = newRepository();
    await settleOthers();
    const keys = planOf({ effects: [{ kind: "publish_keys" }] });
    await commit(keys, repository);
    const first = await leaseEffect(store, "me", at(2));
    assert.equal(first?.tried, false);
    await postponeEffect(store, first, "the answer was lost", at(60));
    await commit(keys, repository);
    await commit(keys, repository);
    const newest = await leaseEffect(store, "me", at(3));
    assert.ok(newest !== null && newest.seq > first.seq);
    assert.deepEqual([newest.attempts, newest.tried], [0, true]);
    await settleEffect(store, newest.seq, at(4));
  });

  test("a wish that replaces one under way waits for it, and goes ahead when that has ended", async () => {
    const repository = newRepository();
    await settleOthers();
    const keys = planOf({ effects: [{ kind: "publish_keys" }] });
    await commit(keys, repository);
    const older = await leaseEffect(store, "me", at(2));
    assert.ok(older);
    await commit(keys, repository);
    assert.equal(await leaseEffect(store, "you", at(2)), null);
    await settleEffect(store, older.seq, at(3));
    const newer = await leaseEffect(store, "you", at(3));
    assert.ok(newer !== null && newer.seq > older.seq);
    await settleEffect(store, newer.seq, at(4));
  });

  test("a process that stops lets go of what it plans, not of what it performs: a request may be under way", async () => {
    const repository = newRepository();
    await settleOthers();
    await commit(planOf({ effects: [{ kind: "publish_keys" }] }), repository);
    const id = `stopped-${repository.id}`;
    await keep(store, { id, name: "push", payload: {}, lane: id }, at(1));
    const performed = await leaseEffect(store, "ends", at(2));
    assert.ok(performed);
    assert.equal((await leaseDelivery(store, "ends", at(2)))?.id, id);
    await releaseDeliveries(store, "ends");
    assert.equal(await leaseEffect(store, "other", at(2)), null);
    assert.equal((await leaseDelivery(store, "other", at(2)))?.id, id);
    await endLease(performed.seq);
    assert.equal((await leaseEffect(store, "other", at(2)))?.seq, performed.seq);
    await settleDelivery(store, id, at(3));
    await settleEffect(store, performed.seq, at(3));
  });

  test("only who holds the lease may make something: not after its end, not when another has begun since", async () => {
    const repository = newRepository();
    await settleOthers();
    await commit(planOf({ effects: [{ kind: "publish_keys" }] }), repository);
    const first = await leaseEffect(store, "me", at(2), 1);
    assert.ok(first);
    await holdOn(store, first, "me", 3_600);
    const { rows } = await sql<{ isLong: boolean }>`
      select leased_until > now() + interval '59 minutes' as "isLong" from effects where seq = ${first.seq}`.execute(
      store,
    );
    assert.deepEqual(rows, [{ isLong: true }], "what is about to be made is held on to");
    await assert.rejects(holdOn(store, first, "you"), LeaseLost);
    await endLease(first.seq);
    await assert.rejects(holdOn(store, first, "me"), LeaseLost);
    const second = await leaseEffect(store, "me", at(2));
    assert.ok(second);
    await assert.rejects(holdOn(store, first, "me"), LeaseLost, "also when it was we who began again");
    await holdOn(store, second, "me");
    await settleEffect(store, second.seq, at(3));
  });

  test("machines and decisions go first, then answers, then what is read; of equals the older one", async () => {
    const repository = newRepository();
    await settleOthers();
    const story = tell({ entropy: String(repository.id) });
    const opened = story.open();
    const { nonce } = onlyDispatch(opened);
    const answered = story.comment("/help");
    const failed = story.completed(nonce, "failure", null);
    const wishes: readonly (Effect | undefined)[] = [
      ...ofKind(failed, "comment").slice(-1),
      ...ofKind(opened, "aggregate_check").slice(-1),
      { kind: "recheck", pull: 42 },
      ...ofKind(answered, "reply"),
      { kind: "react", commentId: 9, content: "eyes" },
      { kind: "publish_keys" },
      { kind: "decide_protection", runId: 1, environment: "staging", state: "approved", comment: "passed" },
      onlyDispatch(opened),
      { kind: "cancel_run", nonce: "another" },
    ];
    for (const [lane, effect] of wishes.entries())
      if (effect !== undefined)
        await queue(store, { installationId: 1, repository, lane: `${repository.id}/${lane}` }, [effect], at(1));
    const order: string[] = [];
    for (;;) {
      const next = await leaseEffect(store, "me", at(2));
      if (next === null) break;
      order.push(next.effect.kind);
    }
    assert.deepEqual(order, [
      "publish_keys",
      "decide_protection",
      "dispatch",
      "cancel_run",
      "recheck",
      "reply",
      "react",
      "comment",
      "aggregate_check",
    ]);
    await settleOthers();
  });

  test("an installation's budget is spent by what is reserved, and content runs out before points", async () => {
    const installation = newRepository().id;
    const content = { points: 6, creations: 1 };
    for (let made = 0; made < limits.creationsPerMinute; made += 1)
      assert.ok(await reserve(store, installation, content));
    assert.equal(await reserve(store, installation, content), false);
    assert.ok(await reserve(store, installation, { points: 6, creations: 0 }), "a dispatch makes no content");
    assert.ok(await reserve(store, newRepository().id, content), "another installation has a budget of its own");
  });

  test("the points of a minute run out, and those of the minute before count no more", async () => {
    const installation = newRepository().id;
    await spend(installation, "2 minutes", { points: limits.pointsPerMinute, creations: 0 });
    const half = { points: limits.pointsPerMinute / 2, creations: 0 };
    assert.ok(await reserve(store, installation, half));
    assert.ok(await reserve(store, installation, half));
    assert.equal(await reserve(store, installation, { points: 1, creations: 0 }), false);
  });

  test("the pieces of content of an hour run out, and those of the hour before count no more", async () => {
    const installation = newRepository().id;
    const content = { points: 6, creations: 1 };
    await spend(installation, "61 minutes", { points: 0, creations: limits.creationsPerHour });
    await spend(installation, "2 minutes", { points: 0, creations: limits.creationsPerHour - 1 });
    assert.ok(await reserve(store, installation, content));
    assert.equal(await reserve(store, installation, content), false);
    assert.ok(await reserve(store, installation, { points: 6, creations: 0 }), "what makes no content goes on");
  });

  async function spend(installation: number, ago: string, cost: Cost): Promise<void> {
    await store
      .insertInto("spending")
      .values({ installation_id: installation, at: sql<Date>`now() - ${ago}::interval`, ...cost })
      .execute();
  }

  test("an installation that GitHub asked to wait holds up nobody else, and goes on when the time is over", async () => {
    await settleOthers();
    const [waiting, other] = [newRepository(), newRepository()];
    const keys = planOf({ effects: [{ kind: "publish_keys" }] });
    const recollection = await recall(store, waiting.id, null);
    for (const repository of [waiting, other])
      await commitPlan(
        store,
        keys,
        { recollection, installationId: repository.id, repository, now: at(1), once: null },
        async () => {},
      );
    await pause(store, waiting.id, 60);
    await pause(store, waiting.id, 1);
    const first = await leaseEffect(store, "me", at(2));
    assert.equal(first?.repository.id, other.id);
    assert.equal(await leaseEffect(store, "me", at(2)), null);
    await store
      .updateTable("pauses")
      .set({ until: new Date(0) })
      .execute();
    const second = await leaseEffect(store, "me", at(2));
    assert.equal(second?.repository.id, waiting.id);
    for (const effect of [first, second]) await settleEffect(store, effect.seq, at(3));
  });
}
