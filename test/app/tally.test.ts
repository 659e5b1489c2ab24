import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { openStore, type Store } from "../../app/store/open.ts";
import { follow } from "../../app/web/follow.ts";
import { createMachineTime } from "../../app/web/machine-time.ts";
import { createReactions } from "../../app/web/reactions.ts";
import { createTally } from "../../app/web/tally.ts";
import { type Plan, planOf } from "../../core/plan/decision.ts";
import { at, failedOutcome } from "../core/plan/material.ts";
import { onlyDispatch, tell } from "../core/plan/situations.ts";
import { busy, commented, liveThrough, opened } from "./busy-scene.ts";
import { startPostgres } from "./postgres.ts";

const memory = () => openStore({ databaseUrl: null, dataFolder: "memory://" });

test("a row is given once, at whichever look it shows up, if it is no more than two hundred behind", async () => {
  const rows = fc.array(fc.nat({ max: 150 }), { minLength: 1, maxLength: 400 });
  await fc.assert(
    fc.asyncProperty(rows, fc.array(fc.nat({ max: 90 }), { maxLength: 30 }), async (late, steps) => {
      // Row 1000 + n shows up when the row so many after it does.
      const visible = (until: number) =>
        late.map((by, n) => ({ seq: 1_000 + n, shown: n + by })).filter(({ shown }) => shown < until);
      let until = 0;
      const look = follow(
        async () => 999,
        async (seq) => visible(until).filter((row) => row.seq > seq),
      );
      const given: number[] = [];
      for (const step of [...steps, 1_000]) {
        until += step;
        given.push(...(await look()).map(({ seq }) => seq));
      }
      assert.deepEqual(
        given.toSorted((a, b) => a - b),
        late.map((_, n) => 1_000 + n),
      );
    }),
  );
});

test("a ledger line is counted once, whichever scrape sees it, and a verdict with the time it took", async () => {
  const ledger = await openStore({ databaseUrl: null, dataFolder: "memory://" });
  const tally = createTally(ledger, at(0));
  const now = new Date(at(3_600));
  assert.deepEqual((await tally(now)).decisions, []);
  const story = tell();
  const { commit } = busy(ledger);
  const begun = story.open();
  await commit(begun, 1);
  const [job] = begun.jobs;
  assert.ok(job !== undefined);
  const before = await tally(now);
  assert.deepEqual(await tally(now), before, "nothing new is counted again");
  const line = { what: "job_judged", reason: null, by: "assay", subject: { job: job.id } };
  await commit(planOf({ ledger: [line] }), (Date.parse(job.createdAt) - Date.parse(at(0))) / 1_000 + 240);
  const { decisions, verdictSeconds } = await tally(now);
  assert.deepEqual(
    decisions.filter(({ labels }) => labels.what === "job_judged"),
    [{ labels: { what: "job_judged", reason: "" }, value: 1 }],
  );
  assert.deepEqual([verdictSeconds.count, verdictSeconds.sum], [1, 240]);
  assert.deepEqual(
    verdictSeconds.buckets.slice(0, 3).map(([, count]) => count),
    [0, 0, 1],
  );
  await ledger.destroy();
});

type Scene = ReturnType<typeof busy> & { readonly store: Store };

const reactions: readonly {
  readonly name: string;
  readonly act: (scene: Scene) => Promise<void>;
  readonly comment: readonly [count: number, seconds: number];
  readonly push: readonly [count: number, seconds: number];
}[] = [
  {
    name: "the wait in the inbox and in the outbox counts",
    act: async ({ deliver, perform }) => {
      const story = tell();
      await deliver("pull_request", opened(story.head()), 10, story.open(), 40);
      await perform(45);
    },
    comment: [0, 0],
    push: [1, 35],
  },
  {
    name: "what GitHub was shown already is no reaction to what tells it again",
    act: async ({ deliver, perform }) => {
      const story = tell();
      await deliver("pull_request", opened(story.head()), 10, story.open(), 11);
      await perform(12);
      await deliver("pull_request", opened(story.head()), 20, planOf({}), 21);
    },
    comment: [0, 0],
    push: [1, 2],
  },
  {
    name: "a comment that nobody reacts to, and payloads that name nothing, are not waited for",
    act: async ({ deliver }) => {
      await deliver("issue_comment", { action: "created", comment: { id: 5 } }, 10, planOf({}), 11);
      for (const [index, id] of ["x", null, {}, "1'; drop table effects", 1e300].entries())
        await deliver(
          "issue_comment",
          { action: "created", comment: { id }, repository: { id } },
          20 + index,
          planOf({}),
          30,
        );
      await deliver("pull_request", { action: "opened", pull_request: { number: 1, head: "%" } }, 40, planOf({}), 41);
    },
    comment: [0, 0],
    push: [0, 0],
  },
];

for (const { name, act, ...expected } of reactions)
  test(`of first reactions: ${name}`, async () => {
    const store = await memory();
    const read = createReactions(store, at(0));
    await act({ store, ...busy(store) });
    for (const time of [60, 120]) {
      const { comment, push } = await read(new Date(at(time)));
      assert.deepEqual([push.count, push.sum], expected.push);
      assert.deepEqual([comment.count, comment.sum], expected.comment);
    }
    await store.destroy();
  });

test("a first reaction is measured when it has come, once, by each of two processes, and by none that began after it", async () => {
  const store = await memory();
  const { deliver, commit, perform } = busy(store);
  const [one, other] = [createReactions(store, at(0)), createReactions(store, at(0))];
  const story = tell();
  await commit(story.open(), 5);
  await perform(6);
  const answered = story.comment("/help");
  await deliver("issue_comment", commented(answered), 10, answered, 11);
  const count = async (read: typeof one, second: number) => {
    const { comment } = await read(new Date(at(second)));
    return [comment.count, comment.sum];
  };
  assert.deepEqual(await count(one, 20), [0, 0]);
  await perform(25);
  assert.deepEqual(await count(one, 30), [1, 15]);
  assert.deepEqual(await count(one, 40), [1, 15]);
  assert.deepEqual(await count(other, 40), [1, 15]);
  assert.deepEqual(await count(createReactions(store, at(26)), 40), [0, 0]);
  await store.destroy();
});

const endings: readonly {
  readonly name: string;
  readonly end: (story: ReturnType<typeof tell>, nonce: string) => readonly Plan[];
  readonly seconds: Readonly<Record<"ok" | "failed" | "superseded" | "cancelled", number>>;
}[] = [
  {
    name: "a training that went well is counted when it ends, though its evaluation goes on",
    end: (story, nonce) => [story.trained(nonce)],
    seconds: { ok: 1, failed: 0, superseded: 0, cancelled: 0 },
  },
  {
    name: "a training that failed is counted as such",
    end: (story, nonce) => [story.completed(nonce, "failure", failedOutcome(story.ticket(nonce)))],
    seconds: { ok: 0, failed: 1, superseded: 0, cancelled: 0 },
  },
  {
    name: "a superseded training is counted up to when its machine was free",
    end: (story, nonce) => [story.push("head 2"), story.completed(nonce, "cancelled", null)],
    seconds: { ok: 0, failed: 0, superseded: 62, cancelled: 0 },
  },
  {
    name: "a training that a person stopped is counted apart",
    end: (story, nonce) => [story.comment("/cancel"), story.completed(nonce, "cancelled", null)],
    seconds: { ok: 0, failed: 0, superseded: 0, cancelled: 62 },
  },
  {
    name: "a training that still holds its machine is not counted yet",
    end: (story) => [story.push("head 2")],
    seconds: { ok: 0, failed: 0, superseded: 0, cancelled: 0 },
  },
];

for (const { name, end, seconds } of endings)
  test(`of machines: ${name}`, async () => {
    const store = await memory();
    const { commit } = busy(store);
    const read = createMachineTime(store, at(0));
    const story = tell();
    const begun = story.open();
    const { nonce } = onlyDispatch(begun);
    await commit(begun, 5);
    await commit(story.started(nonce), 6);
    // Between two looks, or over several of them: the same.
    const late = createMachineTime(store, at(0));
    await read(new Date(at(10)));
    for (const [index, plan] of end(story, nonce).entries()) {
      await commit(plan, 20 + index);
      await read(new Date(at(30 + index)));
    }
    assert.deepEqual(await read(new Date(at(100))), seconds);
    assert.deepEqual(await late(new Date(at(100))), seconds);
    assert.deepEqual(await createMachineTime(store, at(90))(new Date(at(100))), {
      ok: 0,
      failed: 0,
      superseded: 0,
      cancelled: 0,
    });
    await store.destroy();
  });

const postgres = await startPostgres();

test("what is counted is the same on a Postgres server", {
  skip: typeof postgres === "string" ? postgres : false,
}, async (t) => {
  const databaseUrl = typeof postgres === "string" ? null : postgres.url;
  const stores = [await memory(), await openStore({ databaseUrl, dataFolder: "memory://" })];
  t.after(async () => {
    for (const store of stores) await store.destroy();
    if (typeof postgres !== "string") await postgres.stop();
  });
  const counted = await Promise.all(
    stores.map(async (store) => {
      const tally = createTally(store, at(0));
      await liveThrough(store);
      return tally(new Date(at(3_600)));
    }),
  );
  assert.deepEqual(counted[1], counted[0]);
  assert.deepEqual(counted[1]?.machineTime, { ok: 1, failed: 0, superseded: 62, cancelled: 0 });
});
