import assert from "node:assert/strict";
import { after, test } from "node:test";
import { budgetOf } from "../../app/reconcile/budget.ts";
import { openerOf } from "../../app/reconcile/opener.ts";
import { reconcilePulls } from "../../app/reconcile/pulls.ts";
import { recall } from "../../app/store/memory.ts";
import { at, repository, sha } from "../core/plan/material.ts";
import { tell } from "../core/plan/situations.ts";
import { type Answer, type Asked, know, openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

const root = `/repos/${repository.fullName}`;

type Listed = {
  readonly number: number;
  readonly state?: "open" | "closed";
  readonly mergeCommit?: string;
  /** As `second` unless said: something was said of it since. */
  readonly merged?: number;
  readonly head?: string;
  readonly second: number;
};

function pullOf({ number, state = "open", mergeCommit, head = "head 1", second, merged = second }: Listed) {
  return {
    number,
    state,
    user: { login: "ada" },
    updated_at: at(second),
    merged_at: mergeCommit === undefined ? null : at(merged),
    merge_commit_sha: mergeCommit ?? null,
    head: { sha: sha(head), repo: { id: repository.id } },
    base: { ref: "main", sha: sha("base") },
  };
}

/** A repository without a configuration, and these pull requests; what is asked of their heads may be answered otherwise. */
function having(pulls: readonly Listed[], aboutHead: (head: string) => Answer | null = () => null) {
  return ({ path, query, etag }: Asked): Answer | null => {
    const head = /\/compare\/.*\.\.\.([0-9a-f]{40})$/.exec(path)?.[1];
    const otherwise = head === undefined ? null : aboutHead(head);
    if (otherwise !== null) return otherwise;
    if (path === `${root}/pulls`) {
      assert.deepEqual([query.get("state"), query.get("sort"), query.get("direction")], ["all", "updated", "desc"]);
      const tag = `"${pulls.length}-${Math.max(0, ...pulls.map(({ second }) => second))}"`;
      if (etag === tag) return { status: 304 };
      const page = Number(query.get("page")) - 1;
      const sorted = pulls.toSorted((a, b) => b.second - a.second).map(pullOf);
      return { body: sorted.slice(100 * page, 100 * page + 100), headers: { etag: tag } };
    }
    const tree = /\/git\/trees\/([0-9a-f]{40})$/.exec(path)?.[1];
    if (tree !== undefined) return { body: { sha: tree, tree: [], truncated: false } };
    if (path.includes("/compare/")) return { body: { ahead_by: 1, behind_by: 0, files: [] } };
    if (path.endsWith("/files")) return { body: [] };
    return null;
  };
}

const reconcile = async (requests = 36) => {
  const place = await openerOf(world.options).open({ installationId: 1, repository, seenAt: new Date(at(0)) });
  await reconcilePulls(place, world.options, budgetOf(requests));
};
const lists = () => world.requests().filter(({ path }) => path === `${root}/pulls`);
const stateOf = async (number: number) => {
  const { pull } = (await recall(world.store, repository.id, number)).memory;
  return pull === null ? null : `${pull.state} ${pull.head === sha("head 1") ? "head 1" : "another head"}`;
};

const table: readonly {
  readonly name: string;
  readonly listed: Listed;
  readonly isKnown?: boolean;
  readonly expected: string | null;
  readonly healed: string | null;
}[] = [
  {
    name: "one that was opened unheard",
    listed: { number: 42, second: 100 },
    isKnown: false,
    expected: "open head 1",
    healed: "pull_changed",
  },
  {
    name: "one that was pushed to unheard",
    listed: { number: 42, head: "head 2", second: 100 },
    expected: "open another head",
    healed: "pull_changed",
  },
  {
    name: "one that was closed unheard",
    listed: { number: 42, state: "closed", second: 100 },
    expected: "closed head 1",
    healed: "pull_closed",
  },
  {
    name: "one that was merged unheard",
    listed: { number: 42, state: "closed", mergeCommit: sha("merge"), second: 100 },
    expected: "merged head 1",
    healed: "pull_closed",
  },
  { name: "one that agrees", listed: { number: 42, second: 100 }, expected: "open head 1", healed: null },
  {
    name: "one that changed just now, which its webhook may still tell",
    listed: { number: 42, head: "head 2", second: 250 },
    expected: "open head 1",
    healed: null,
  },
  {
    name: "one that lay untouched since before we came",
    listed: { number: 42, second: -7 * 24 * 3_600 },
    isKnown: false,
    expected: null,
    healed: null,
  },
];

for (const { name, listed, isKnown = true, expected, healed } of table)
  test(`a pull request: ${name}`, async () => {
    await world.begin(having([listed]));
    if (isKnown) await world.commit(tell().open());
    else await know(world);
    world.clock.second = 300;
    await reconcile();
    assert.equal(await stateOf(42), expected);
    const counted = healed === null ? {} : { [healed]: 1 };
    assert.deepEqual(await world.heals(), counted);
    world.clock.second = 310;
    await reconcile();
    assert.deepEqual(await world.heals(), counted, "once");
  });

test("of merges that were missed the oldest is decided about first, whatever was said of it since", async () => {
  const merge = (number: number, merged: number, second: number): Listed => ({
    number,
    state: "closed",
    mergeCommit: sha(`merge ${number}`),
    merged,
    second,
  });
  await world.begin(having([merge(42, 300, 310), merge(41, 100, 400), merge(40, 200, 200), merge(43, 300, 300)]));
  await know(world);
  world.clock.second = 1_000;
  await reconcile();
  const read = world.requests().flatMap(({ path }) => /\/git\/trees\/([0-9a-f]{40})$/.exec(path)?.[1] ?? []);
  assert.deepEqual(
    read,
    [41, 40, 42, 43].map((number) => sha(`merge ${number}`)),
  );
  const { pull } = (await recall(world.store, repository.id, 41)).memory;
  assert.deepEqual([pull?.mergedAt, pull?.asOf], [at(100), at(400)], "its own time, not that of the last change");
});

test("a quiet repository costs one conditional request a look", async () => {
  await world.begin(having([{ number: 42, second: 100 }]));
  await world.commit(tell().open());
  world.clock.second = 300;
  await reconcile();
  for (let look = 1; look <= 3; look += 1) await reconcile();
  assert.deepEqual(
    lists().map(({ etag }) => etag),
    [null, '"1-100"', '"1-100"', '"1-100"'],
  );
  assert.equal(world.asked().length, 4);
});

test("a change of just now is looked at again when it has settled", async () => {
  await world.begin(having([{ number: 42, second: 250 }]));
  await know(world);
  world.clock.second = 300;
  await reconcile();
  assert.equal(await stateOf(42), null);
  world.clock.second = 341;
  await reconcile();
  assert.equal(await stateOf(42), "open head 1");
});

test("where the budget ends, the next look goes on, and none is told twice", async () => {
  const pulls = Array.from({ length: 120 }, (_, index) => ({ number: index + 1, second: 1_000 + 60 * index }));
  await world.begin(having(pulls));
  await know(world);
  world.clock.second = 10_000;
  let looks = 0;
  for (; looks < 40 && ((await world.heals())["pull_changed"] ?? 0) < pulls.length; looks += 1) {
    const before = world.requests().length;
    await reconcile();
    assert.ok(world.requests().length - before <= 36, "a look keeps to its budget");
  }
  assert.deepEqual(await world.heals(), { pull_changed: pulls.length });
  const heard = await world.store.selectFrom("pulls").select("number").execute();
  assert.equal(heard.length, pulls.length);
});

/** Asked about a head for `tries` looks, of which it never gives an answer that can be used. */
const failures: readonly { readonly name: string; readonly answer: Answer; readonly tries: number }[] = [
  { name: "GitHub refuses to say what it changes", answer: { status: 422 }, tries: 1 },
  { name: "GitHub's answer is not what we take it for", answer: { body: { files: [null] } }, tries: 8 },
  { name: "GitHub fails to say what it changes", answer: { status: 500 }, tries: Number.POSITIVE_INFINITY },
];
/** The newest cannot be told, the oldest is on the second page; those between ended before we heard of them. */
const crowd: readonly Listed[] = [
  { number: 1, second: 1_000 },
  ...Array.from({ length: 118 }, (_, index) => ({
    number: index + 2,
    state: "closed" as const,
    second: 1_100 + index,
  })),
  { number: 120, head: "bad", second: 2_000 },
];
const asksAbout = (head: string) => world.asked().filter((line) => line.endsWith(`...${sha(head)}`)).length;

for (const { name, answer, tries } of failures)
  test(`a pull request that cannot be told keeps no other waiting, and is tried again as a delivery is: ${name}`, async () => {
    let isBroken = true;
    await world.begin(having(crowd, (head) => (isBroken && head === sha("bad") ? answer : null)));
    await know(world);
    world.clock.second = 10_000;
    await reconcile();
    assert.equal(await stateOf(1), "open head 1");
    assert.equal(await stateOf(120), null);
    await reconcile();
    assert.equal(asksAbout("bad"), 1, "not again at once");
    for (let look = 2; look <= 12; look += 1) {
      world.clock.second += 400;
      await reconcile();
      assert.equal(asksAbout("bad"), Math.min(look, tries));
    }
    isBroken = false;
    world.clock.second += 400;
    await reconcile();
    assert.equal(await stateOf(120), tries > 12 ? "open another head" : null);
    assert.deepEqual(await world.heals(), { pull_changed: tries > 12 ? 2 : 1 });
  });

test("what GitHub fails to say for three days is given up, and costs no more than any quiet repository", async () => {
  await world.begin(having(crowd, (head) => (head === sha("bad") ? { status: 500 } : null)));
  await know(world);
  world.clock.second = 10_000;
  await reconcile();
  world.clock.second += 3 * 24 * 3_600;
  await reconcile();
  const before = world.asked().length;
  await reconcile();
  assert.deepEqual([asksAbout("bad"), world.asked().length - before], [1, 1]);
  assert.notEqual(lists().at(-1)?.etag, null);
});

test("many that cannot be told do not use up what every look may ask", async () => {
  const bad = Array.from({ length: 6 }, (_, index) => ({ number: index + 2, head: "bad", second: 2_000 + index }));
  await world.begin(
    having([{ number: 1, second: 1_000 }, ...bad], (head) =>
      head === sha("bad") ? { body: { files: [null] } } : null,
    ),
  );
  await know(world);
  world.clock.second = 10_000;
  await reconcile();
  assert.equal(await stateOf(1), null, "four of them are all that one look may ask about");
  world.clock.second += 60;
  await reconcile();
  assert.equal(await stateOf(1), "open head 1");
});

test("one that is told by its webhook meanwhile, or changes, is not tried again as it was", async () => {
  const pulls = [{ number: 42, head: "bad", second: 1_000 }];
  await world.begin(having(pulls, (head) => (head === sha("bad") ? { status: 500 } : null)));
  await know(world);
  world.clock.second = 10_000;
  await reconcile();
  pulls.splice(0, 1, { number: 42, head: "head 1", second: 11_000 });
  world.clock.second = 12_000;
  await reconcile();
  await reconcile();
  assert.equal(await stateOf(42), "open head 1");
  assert.equal(asksAbout("bad"), 1);
  assert.notEqual(lists().at(-1)?.etag, null, "nothing holds it back");
});
