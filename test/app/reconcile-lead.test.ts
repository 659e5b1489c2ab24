import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import { sql } from "kysely";
import { startReconciler } from "../../app/reconcile/reconciler.ts";
import { lead } from "../../app/store/cursor.ts";
import { know, openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

const leader = async () => (await world.store.selectFrom("leads").select(["owner", "until"]).execute())[0] ?? null;
const lists = () => world.asked().filter((line) => line === "GET /app/hook/deliveries").length;
/** The lead of a process that was killed so long ago. */
const expire = () => world.store.updateTable("leads").set({ until: sql<Date>`now() - interval '1 second'` }).execute();

test("of two reconcilers one asks GitHub; the other takes over when the lead is given up, or has run out", async () => {
  await world.begin(() => ({ body: [] }));
  const first = startReconciler(world.options);
  await first.round();
  const second = startReconciler(world.options);
  await second.round();
  const asked = lists();
  assert.ok(asked > 0);
  await second.round();
  assert.equal(lists(), asked, "the second keeps still");
  const owner = (await leader())?.owner;
  await first.stop();
  await second.round();
  assert.ok(lists() > asked);
  assert.notEqual((await leader())?.owner, owner);
  const third = startReconciler(world.options);
  await expire();
  const before = lists();
  await third.round();
  assert.ok(lists() > before, "of one that was killed the lead runs out");
  await second.stop();
  assert.notEqual(await leader(), null, "who does not lead gives nothing up");
  await third.stop();
  assert.equal(await leader(), null);
});

/** A round that hangs in its first request until `release`, with a clock for its timers that the test moves. */
async function hangingRound() {
  mock.timers.enable({ apis: ["setInterval"] });
  const held = Promise.withResolvers<null>();
  const isAsking = Promise.withResolvers<void>();
  await world.begin(async () => {
    isAsking.resolve();
    await held.promise;
    return { body: [] };
  });
  await know(world);
  const reconciler = startReconciler(world.options);
  await isAsking.promise;
  return {
    /** Lets the round go on; resolves when it, and another that tries to begin, have ended. */
    release: async () => {
      held.resolve(null);
      await reconciler.round();
      const asked = world.asked().length;
      await reconciler.stop();
      mock.timers.reset();
      return asked;
    },
  };
}

test("a round that takes longer than the lead keeps it", async () => {
  const { release } = await hangingRound();
  const owner = (await leader())?.owner;
  await expire();
  mock.timers.tick(60_000);
  // The renewal is under way: reads of the same store come after it in the end.
  for (let look = 0; look < 100 && ((await leader())?.until.getTime() ?? 0) < Date.now(); look += 1);
  assert.equal(await lead(world.store, "reconciler", "another", 180), false);
  assert.equal((await leader())?.owner, owner);
  await release();
});

test("a round that lost its lead ends: another process goes on with it", async () => {
  const { release } = await hangingRound();
  await expire();
  assert.equal(await lead(world.store, "reconciler", "another", 180), true);
  mock.timers.tick(60_000);
  for (let look = 0; look < 20; look += 1) await leader();
  const before = world.asked().length;
  assert.equal(await release(), before, "not one more request");
  assert.equal((await leader())?.owner, "another");
});
