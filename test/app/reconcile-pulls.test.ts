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
  readonly head?: string;
  readonly second: number;
};

function pullOf({ number, state = "open", mergeCommit, head = "head 1", second }: Listed) {
  return {
    number,
    state,
    user: { login: "ada" },
    updated_at: at(second),
    merged_at: mergeCommit === undefined ? null : at(second),
    merge_commit_sha: mergeCommit ?? null,
    head: { sha: sha(head), repo: { id: repository.id } },
    base: { ref: "main", sha: sha("base") },
  };
}

/** A repository without a configuration, and these pull requests. */
function having(pulls: readonly Listed[]) {
  return ({ path, query, etag }: Asked): Answer | null => {
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
