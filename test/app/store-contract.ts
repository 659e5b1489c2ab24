import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { leaseDelivery, postponeDelivery, settleDelivery } from "../../app/store/inbox.ts";
import { keep } from "../../app/store/keep.ts";
import { LeaseLost } from "../../app/store/lease.ts";
import {
  AlreadyActed,
  commitPlan,
  knownTrainings,
  pullOfNonce,
  pullOfRun,
  RevisionConflict,
  recall,
} from "../../app/store/memory.ts";
import type { Store } from "../../app/store/open.ts";
import { readExternal, writeExternal } from "../../app/store/outbox.ts";
import { claimStore } from "../../app/store/owner.ts";
import { runIdOf } from "../../app/store/runs.ts";
import { newestKey } from "../../app/store/signing-key.ts";
import { readStatus } from "../../app/store/status.ts";
import { firstBreak, type LedgerEntry } from "../../core/ledger.ts";
import { planOf } from "../../core/plan/decision.ts";
import { at, noMemory } from "../core/plan/material.ts";
import { judged, onlyDispatch, tell } from "../core/plan/situations.ts";
import { sceneIn } from "./store-scene.ts";

/** What every store must remember, whatever holds its tables. Each test works in a repository of its own. */
export function keepsItsContract(store: Store): void {
  const { newRepository, moved, commit, pendingKeys } = sceneIn(store, 100);

  test("replicas that begin together end with one signing key, which stays", async () => {
    const kids = ["first", "second", "third", "fourth"];
    const all = Promise.withResolvers<void>();
    let making = 0;
    const make = async (kid: string) => {
      making += 1;
      if (making === kids.length) all.resolve();
      await all.promise;
      return { kid, jwk: { of: kid } };
    };
    const begin = async (kid: string) => newestKey(store, () => make(kid), at(1));
    const keys = await Promise.all(kids.map(begin));
    assert.equal(new Set(keys.map(({ kid }) => kid)).size, 1);
    assert.deepEqual(await begin("later"), keys[0]);
    assert.equal((await store.selectFrom("keys").select("kid").execute()).length, 1);
  });

  test("a store belongs to the App that came first", async () => {
    const [owner] = await Promise.all([claimStore(store, 7), claimStore(store, 7)]);
    assert.equal(owner, 7);
    assert.equal(await claimStore(store, 8), 7);
    assert.equal(await claimStore(store, 7), 7);
  });

  test("a delivery is kept once, worked on in order, and postponed or laid aside", async () => {
    const delivery = (id: string) => ({
      id,
      name: "push",
      payload: { text: "'; drop table deliveries; --", deep: [1, null] },
      lane: null,
    });
    assert.equal(await keep(store, delivery("a"), at(1)), true);
    assert.equal(await keep(store, delivery("a"), at(2)), false);
    assert.equal(await keep(store, delivery("b"), at(2)), true);
    assert.equal(await leaseDelivery(store, "me", at(0)), null, "nothing is due before it came");
    const first = await leaseDelivery(store, "me", at(3));
    assert.deepEqual([first?.id, first?.attempts, first?.payload], ["a", 0, delivery("a").payload]);
    assert.ok(first);
    await postponeDelivery(store, first, "no answer", at(60));
    const second = await leaseDelivery(store, "me", at(3));
    assert.equal(second?.id, "b", "one that waits holds nobody back");
    await settleDelivery(store, "b", at(4));
    assert.equal(await leaseDelivery(store, "me", at(5)), null);
    const again = await leaseDelivery(store, "me", at(61));
    assert.deepEqual([again?.id, again?.attempts], ["a", 1]);
    assert.ok(again);
    await postponeDelivery(store, again, "never", null);
    assert.equal(await leaseDelivery(store, "me", at(1_000)), null);
    assert.equal(
      await keep(store, delivery("b"), at(5)),
      false,
      "a delivery that is done stays done when it is sent again",
    );
    assert.deepEqual((await readStatus(store)).deliveries, { dead: 1, done: 1 });
  });

  test("what a plan wrote is recalled as it was written", async () => {
    const repository = newRepository();
    const story = tell();
    const opened = moved(story.open(), repository);
    await commit(opened, repository);
    const { memory } = await recall(store, repository.id, 42);
    assert.deepEqual([memory.pull, memory.jobs], [opened.pull, opened.jobs]);
    assert.deepEqual(await recall(store, repository.id, 43), { memory: noMemory, revisions: new Map() });
  });

  test("a plan is written with what goes alongside, or nothing of it is", async () => {
    const repository = newRepository();
    const opened = moved(tell({ entropy: String(repository.id) }).open(), repository);
    await assert.rejects(
      commit(opened, repository, async () => {
        throw new Error("the delivery could not be settled");
      }),
      /could not be settled/,
    );
    assert.deepEqual((await recall(store, repository.id, 42)).memory, noMemory);
    assert.deepEqual(await pendingKeys(repository), []);
    assert.deepEqual(await ledgerOf(repository), []);
    assert.equal(await pullOfNonce(store, onlyDispatch(opened).nonce), null);
  });

  test("a row that somebody else changed meanwhile is not overwritten, and nothing else is written", async () => {
    const repository = newRepository();
    const story = tell();
    await commit(moved(story.open(), repository), repository);
    const recollection = await recall(store, repository.id, 42);
    const plan = moved(story.push("head 2"), repository);
    await commit(planOf({ pull: recollection.memory.pull }), repository);
    const before = await ledgerOf(repository);
    await assert.rejects(
      commitPlan(store, plan, { recollection, installationId: 1, repository, now: at(2), once: null }, async () => {}),
      RevisionConflict,
    );
    assert.deepEqual(await ledgerOf(repository), before);
    assert.equal((await recall(store, repository.id, 42)).memory.jobs.length, 1);
  });

  test("deliveries of one lane are worked on one after the other, those of others meanwhile, and a killed worker's by another", async () => {
    const lane = `lane-${newRepository().id}`;
    const arrive = (id: string, of: string | null) =>
      keep(store, { id: `${lane}-${id}`, name: "push", payload: {}, lane: of }, at(1));
    for (const [id, of] of [
      ["1", lane],
      ["2", lane],
      ["3", `${lane}-other`],
    ] as const)
      await arrive(id, of);
    const take = async (who: string) => (await leaseDelivery(store, who, at(2)))?.id.replace(`${lane}-`, "") ?? null;
    assert.deepEqual([await take("a"), await take("b"), await take("c")], ["1", "3", null]);
    await store
      .updateTable("deliveries")
      .set({ leased_until: sql<Date>`now() - interval '1 second'` })
      .where("leased_by", "=", "a")
      .execute();
    assert.equal(await take("b"), "1", "the lease has run out");
    await settleDelivery(store, `${lane}-1`, at(3));
    await assert.rejects(settleDelivery(store, `${lane}-1`, at(3)), LeaseLost);
    assert.equal(await take("a"), "2");
    await settleDelivery(store, `${lane}-2`, at(3));
    await settleDelivery(store, `${lane}-3`, at(3));
  });

  test("what is reported twice is acted on once", async () => {
    const repository = newRepository();
    const act = async () => {
      const recollection = await recall(store, repository.id, null);
      const from = { recollection, installationId: 1, repository, now: at(1), once: "comment/9" };
      await commitPlan(store, planOf({ effects: [{ kind: "publish_keys" }] }), from, async () => {});
    };
    await act();
    const before = await pendingKeys(repository);
    await assert.rejects(act(), AlreadyActed);
    assert.deepEqual(await pendingKeys(repository), before);
  });

  test("of two wishes for one thing in the same plan the later counts", async () => {
    const repository = newRepository();
    const reaction = { kind: "react", commentId: 9, content: "eyes" } as const;
    await commit(planOf({ effects: [reaction, { kind: "publish_keys" }, reaction] }), repository);
    assert.deepEqual(await pendingKeys(repository), ["react/9/eyes", "keys"]);
  });

  async function ledgerOf(repository: { readonly id: number }): Promise<readonly LedgerEntry[]> {
    const rows = await store
      .selectFrom("ledger")
      .selectAll()
      .where("repository_id", "=", repository.id)
      .orderBy("seq")
      .execute();
    return rows.map((row) => ({
      ...row.decision,
      repositoryId: row.repository_id,
      at: row.at,
      previous: row.previous,
      hash: row.hash,
    }));
  }

  test("the ledger is one unbroken chain over all commits of a repository", async () => {
    const [repository, other] = [newRepository(), newRepository()];
    const story = tell();
    await commit(moved(story.open(), repository), repository);
    await commit(moved(story.push("head 2"), repository), repository);
    await commit(moved(tell().open(), other), other);
    await commit(moved(story.comment("/retrain damage"), repository), repository);
    const entries = await ledgerOf(repository);
    assert.deepEqual(
      entries.map((entry) => entry.what),
      ["job_started", "job_started", "command_accepted", "job_started"],
    );
    assert.equal(firstBreak(entries), null);
    assert.equal(firstBreak(await ledgerOf(other)), null);
  });

  test("a run is found by its nonce until GitHub names it, and by its id from then on", async () => {
    const repository = newRepository();
    const story = tell({ entropy: String(repository.id) });
    const opened = moved(story.open(), repository);
    await commit(opened, repository);
    const { nonce } = onlyDispatch(opened);
    assert.equal(await pullOfRun(store, repository.id, { id: 5_000_000_000, nonce }), 42);
    assert.equal(await pullOfRun(store, repository.id, { id: 5_000_000_000, nonce: null }), null);
    await commit(moved(story.dispatched(nonce, { id: 5_000_000_000, url: "https://run" }), repository), repository);
    assert.equal(await runIdOf(store, nonce), 5_000_000_000);
    assert.equal(await pullOfRun(store, repository.id, { id: 5_000_000_000, nonce: null }), 42);
    assert.equal(await pullOfRun(store, repository.id, { id: 6, nonce }), null, "a copied nonce is not enough");
    assert.equal(await pullOfRun(store, repository.id + 1_000, { id: 5_000_000_000, nonce }), null);
    const [job] = (await recall(store, repository.id, 42)).memory.jobs;
    assert.deepEqual(
      job?.runs.map((run) => [run.runId, run.url]),
      [[5_000_000_000, "https://run"]],
    );
  });

  test("a finished training is known by its fingerprint, the newest first", async () => {
    const repository = newRepository();
    const story = tell();
    await commit(moved(story.open(), repository), repository);
    assert.deepEqual(await knownTrainings(store, repository.id), {});
    const other = tell();
    judged(other);
    const [job] = other.memory().jobs;
    assert.ok(job);
    await commit(moved(planOf({ jobs: [{ ...job, id: "trained" }] }), repository), repository);
    const known = await knownTrainings(store, repository.id);
    assert.deepEqual(known[job.fingerprint]?.candidate, job.candidate);
  });

  test("what GitHub made for a key is remembered, and replaced", async () => {
    assert.equal(await readExternal(store, 1, "comment/1"), null);
    const made = { id: 3_000_000_000, content: "a", generation: 4_000_000_000, writtenAt: at(1) };
    const replaced = { id: 3_000_000_001, content: "b", generation: 4_000_000_001, writtenAt: null };
    await writeExternal(store, 1, "comment/1", made);
    assert.deepEqual(await readExternal(store, 1, "comment/1"), made);
    await writeExternal(store, 1, "comment/1", replaced);
    assert.deepEqual(await readExternal(store, 1, "comment/1"), replaced);
    assert.equal(await readExternal(store, 2, "comment/1"), null);
  });
}
