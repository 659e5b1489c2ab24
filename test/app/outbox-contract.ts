import assert from "node:assert/strict";
import { test } from "node:test";
import { limits, pause, reserve } from "../../app/store/budgets.ts";
import { leaseDelivery, postponeDelivery, settleDelivery } from "../../app/store/inbox.ts";
import { keep } from "../../app/store/keep.ts";
import { releaseLeases } from "../../app/store/lease.ts";
import { commitPlan, recall } from "../../app/store/memory.ts";
import type { Store } from "../../app/store/open.ts";
import {
  deferEffect,
  dueEffects,
  isPending,
  leaseEffect,
  postponeEffect,
  queue,
  settleEffect,
} from "../../app/store/outbox.ts";
import { planOf } from "../../core/plan/decision.ts";
import { at } from "../core/plan/material.ts";
import { onlyDispatch, tell } from "../core/plan/situations.ts";
import { sceneIn } from "./store-scene.ts";

/** How every store hands out effects, whatever holds its tables. Each test works in a repository of its own. */
export function keepsItsOutbox(store: Store): void {
  const { newRepository, moved, commit, pendingKeys } = sceneIn(store, 5_000);

  /** Ends what other tests left, so that what is leased next is this one's. */
  async function settleOthers(): Promise<void> {
    for (const left of await dueEffects(store, at(9), 1_000)) await settleEffect(store, left.seq, at(9));
  }

  test("wishes for the same thing coalesce while they wait; a run cancelled before its dispatch never starts", async () => {
    const repository = newRepository();
    const story = tell();
    const opened = story.open();
    await commit(moved(opened, repository), repository);
    const head = story.head();
    const run = `run/${onlyDispatch(opened).nonce}`;
    assert.deepEqual(await pendingKeys(repository), [run, `check/42/${head}`]);
    const check = (await dueEffects(store, at(9), 1_000)).findLast((effect) => effect.repository.id === repository.id);
    assert.ok(check);
    await commit(moved(story.push("head 2"), repository), repository);
    assert.equal(await isPending(store, check.seq), false);
    const pending = (await dueEffects(store, at(9), 1_000)).filter((effect) => effect.repository.id === repository.id);
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
    assert.equal(await isPending(store, third.seq), false);
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
    await releaseLeases(store, "quick");
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
    await releaseLeases(store, "you");
    assert.equal((await leaseEffect(store, "me", at(3)))?.seq, newer.seq, "a process that stops lets go");
    await settleEffect(store, newer.seq, at(4));
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
