import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { budgetOf } from "../../app/reconcile/budget.ts";
import { reconcileDeliveries } from "../../app/reconcile/deliveries.ts";
import { readFigures } from "../../app/store/figures.ts";
import { keep } from "../../app/store/keep.ts";
import { at } from "../core/plan/material.ts";
import { type Answer, type Asked, openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

type Sent = { readonly id: number; readonly guid: string; readonly code: number; readonly second: number };
const listPath = "/app/hook/deliveries";
const hour = 3_600;
const day = 24 * hour;

/** GitHub's list of deliveries, the newest first, a hundred a page. */
function listing(sent: readonly Sent[], refuse: (id: number) => Answer | null = () => null) {
  return ({ method, path, query }: Asked): Answer | null => {
    const asked = /\/deliveries\/(\d+)\/attempts$/.exec(path)?.[1];
    if (method === "POST" && asked !== undefined) return refuse(Number(asked)) ?? { status: 202 };
    if (path !== listPath) return null;
    const cursor = Number(query.get("cursor")?.slice("v1=".length) ?? Number.POSITIVE_INFINITY);
    const found = sent
      .filter(({ code, id }) => id < cursor && (query.get("status") !== "failure" || code >= 300))
      .toSorted((a, b) => b.id - a.id);
    const page = found.slice(0, 100);
    const next = `<http://github${listPath}?cursor=v1%3D${page.at(-1)?.id}>; rel="next"`;
    return {
      body: page.map(({ id, guid, code, second }) => ({ id, guid, status_code: code, delivered_at: at(second) })),
      headers: found.length > page.length ? { link: next } : {},
    };
  };
}

function failed(id: number, second: number): Sent {
  return { id, guid: `guid-${id}`, code: 502, second };
}

const reconcile = () => reconcileDeliveries(world.options, budgetOf(18));
/** The ids that were asked for again, in that order. */
const askedAgain = () =>
  world.asked().flatMap((line) => /POST .*\/(\d+)\/attempts$/.exec(line)?.slice(1).map(Number) ?? []);
const lists = () => world.requests().filter(({ path }) => path === listPath);
const keepOne = (guid: string) =>
  keep(world.store, { id: guid, name: "push", payload: {}, lane: null }, at(world.clock.second));

test("which deliveries are asked for again", async () => {
  const now = 10 * day;
  const table: readonly (readonly [string, Sent, boolean])[] = [
    ["failed a minute ago", { id: 9, guid: "a", code: 502, second: now - 60 }, true],
    ["not answered", { id: 8, guid: "b", code: 0, second: now - 70 }, true],
    ["failed, but a later attempt is in the inbox", { id: 7, guid: "kept", code: 500, second: now - 80 }, false],
    ["arrived", { id: 6, guid: "kept too", code: 200, second: now - 90 }, false],
    [
      "arrived before our time, and nobody knows what became of it",
      { id: 5, guid: "c", code: 200, second: hour },
      false,
    ],
    ["failed almost three days ago", { id: 4, guid: "d", code: 502, second: now - 3 * day + hour }, true],
    ["failed more than three days ago", { id: 3, guid: "e", code: 502, second: now - 3 * day - hour }, false],
  ];
  await world.begin(listing(table.map(([, sent]) => sent)));
  world.clock.second = now;
  await keepOne("kept");
  await keepOne("kept too");
  await reconcile();
  for (const [name, { id }, isAsked] of table) assert.equal(askedAgain().includes(id), isAsked, name);
});

test("what GitHub says arrived and is not in the inbox is asked for as well, once we are there to know", async () => {
  const sent: Sent[] = [];
  await world.begin(listing(sent));
  await reconcile();
  sent.push({ id: 1, guid: "lost", code: 200, second: 30 }, { id: 2, guid: "kept", code: 200, second: 40 });
  await keepOne("kept");
  world.clock.second = 60;
  await reconcile();
  assert.deepEqual(askedAgain(), [1]);
});

test("a delivery is asked for once, again after 1, 2, 4 … minutes, and then every hour for three days", async () => {
  await world.begin(listing([failed(5, 0)]));
  const minutes: number[] = [];
  for (const minute of [0, 1, 2, 3, 6, 7, 14, 15, 30, 31, 62, 63, 122, 123, 182, 183, 242, 243, 4_200]) {
    world.clock.second = 60 * minute;
    const before = askedAgain().length;
    await reconcile();
    if (askedAgain().length > before) minutes.push(minute);
  }
  assert.deepEqual(minutes, [0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 4_200]);
  const found = (days: number) =>
    world.store
      .updateTable("missed")
      .set({ found_at: sql<Date>`now() - make_interval(hours => ${Math.round(24 * days)})` });
  await found(2.9).execute();
  world.clock.second += hour;
  await reconcile();
  assert.equal(askedAgain().length, minutes.length + 1);
  await found(3.1).execute();
  world.clock.second += hour;
  await reconcile();
  assert.equal(askedAgain().length, minutes.length + 1, "GitHub has forgotten it");
});

test("those that never arrive keep no other waiting", async () => {
  const sent = Array.from({ length: 30 }, (_, index) => failed(index + 1, 0));
  await world.begin(listing(sent));
  await reconcile();
  world.clock.second = 60;
  await reconcile();
  assert.deepEqual(
    askedAgain(),
    Array.from({ length: 28 }, (_, index) => index + 1),
    "fourteen, and then fourteen others, although the first are due again",
  );
});

test("one that arrives after all is struck off and counted as healed, if it had been asked for", async () => {
  const sent = [failed(5, 0)];
  await world.begin(listing(sent));
  await reconcile();
  assert.equal((await readFigures(world.store)).missed.count, 1);
  await keepOne("guid-5");
  world.clock.second = 30;
  await reconcile();
  assert.equal((await readFigures(world.store)).missed.count, 0);
  assert.deepEqual(await world.heals(), { delivery: 1 });
  assert.deepEqual(askedAgain(), [5]);
});

test("a long list is read two pages a round, from where the round before came to, and later only what is new", async () => {
  const sent = Array.from({ length: 450 }, (_, index) => failed(index + 1, 60 * index));
  await world.begin(listing(sent));
  world.clock.second = 8 * hour;
  const pages: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    const before = lists().filter(({ query }) => query.has("status")).length;
    await reconcile();
    pages.push(lists().filter(({ query }) => query.has("status")).length - before);
  }
  assert.deepEqual(pages, [2, 2, 1, 1]);
  assert.equal((await readFigures(world.store)).missed.count, 450);
  assert.deepEqual(
    askedAgain().slice(0, 14),
    Array.from({ length: 14 }, (_, index) => 351 - 100 + index),
  );
  assert.equal(askedAgain().length, 4 * 14, "fourteen a round");
});

test("reading stops at what was read before", async () => {
  const sent = Array.from({ length: 150 }, (_, index) => failed(index + 1, 60 * index));
  await world.begin(listing(sent));
  world.clock.second = 3 * hour;
  await reconcile();
  sent.push(failed(900, 4 * hour));
  world.clock.second = 4 * hour;
  const before = lists().length;
  await reconcile();
  const asked = lists().slice(before);
  assert.deepEqual(
    asked.map(({ query }) => [query.get("status"), query.get("cursor")]),
    [
      ["failure", null],
      [null, null],
    ],
    "the second page of both lists was read before",
  );
  assert.ok((await world.store.selectFrom("missed").select("guid").execute()).some(({ guid }) => guid === "guid-900"));
});

test("a page that can no longer be had is not asked for for ever", async () => {
  const sent = Array.from({ length: 450 }, (_, index) => failed(index + 1, index));
  const list = listing(sent);
  let isGone = false;
  await world.begin((asked) => (isGone && asked.query.has("cursor") ? { status: 422 } : list(asked)));
  world.clock.second = 1_000;
  await reconcile();
  isGone = true;
  await assert.rejects(reconcile());
  const before = lists().length;
  await assert.rejects(reconcile());
  assert.deepEqual(
    lists()
      .slice(before)
      .map(({ query }) => query.get("cursor"))[0],
    null,
    "it begins anew",
  );
});

test("one that GitHub refuses to send keeps no other waiting", async () => {
  await world.begin(listing([failed(1, 0), failed(2, 0), failed(3, 0)], (id) => (id === 1 ? { status: 404 } : null)));
  await reconcile();
  assert.deepEqual(askedAgain(), [1, 2, 3]);
  await reconcile();
  assert.deepEqual(askedAgain(), [1, 2, 3], "and is not asked for again at once");
});

test("a GitHub that asks to wait is not asked for the others", async () => {
  const limited = { status: 403, headers: { "retry-after": "60" }, body: { message: "secondary rate limit" } };
  await world.begin(listing([failed(1, 0), failed(2, 0)], () => limited));
  await assert.rejects(reconcile());
  assert.deepEqual(askedAgain(), [1]);
});

test("what a process noted whose clock is ahead is due at once for the next, whose clock is not", async () => {
  const exact = Math.floor((Date.now() - Date.parse(at(0))) / 1_000);
  await world.begin(listing([failed(1, exact), failed(2, exact)]));
  world.clock.second = exact + 600;
  await reconcileDeliveries(world.options, budgetOf(2));
  assert.deepEqual(askedAgain(), [], "the budget of the first was enough to note them");
  world.clock.second = exact + 5;
  await reconcile();
  assert.deepEqual(askedAgain(), [1, 2]);
});
