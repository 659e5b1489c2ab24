import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { isOpen, type Job } from "../../../core/job/state.ts";
import type { Plan } from "../../../core/plan/decision.ts";
import { type Effect, effectKey } from "../../../core/plan/effect.ts";
import type { Event } from "../../../core/plan/event.ts";
import { renderAggregateCheck, renderModelCheck } from "../../../report/check.ts";
import { decide, judged, tell } from "./situations.ts";
import { deliver, type Move, move, newWorld, type World } from "./small-world.ts";

const bodies = [
  "/retrain",
  "/retrain damage learning_rate=0.2",
  "/retrain damage\n/retrain damage --fresh",
  "/cancel",
  "/help",
  "hm",
];

const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Move>({ kind: "deliver" }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Move>({ kind: "push" }, { kind: "swap" }, { kind: "close" }, { kind: "reopen" }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("merge" as const), rebased: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("comment" as const), body: fc.constantFrom(...bodies) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("rerequest" as const), model: fc.constantFrom("damage", null) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("start" as const), pick: fc.nat(9) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("finish" as const),
      pick: fc.nat(9),
      ending: fc.constantFrom("good", "good", "good", "bad", "failed", "lost", "refused"),
    }),
  },
);

/** A webhook may be delivered twice, the second time under another id, for all but those that the inbox tells apart. */
const repeatable = (event: Event) => event.kind !== "comment_created" && event.kind !== "check_rerequested";

type Step = {
  readonly event: Event;
  readonly before: World["memory"];
  readonly plan: Plan;
  readonly repeated: boolean;
};

/** Plays the moves, then delivers what is still on its way; `check` looks at the world after each decision. */
function play(steps: readonly Move[], check: (world: World, step: Step) => void): World {
  const world = newWorld();
  let count = 0;
  const deliverNext = () => {
    const event = world.queue.shift();
    if (event === undefined) return;
    count += 1;
    for (const repeated of count % 3 === 0 && repeatable(event) ? [false, true] : [false]) {
      const before = world.memory;
      check(world, { event, before, plan: deliver(world, event), repeated });
    }
  };
  for (const step of steps) {
    if (step.kind === "deliver") deliverNext();
    else move(world, step);
  }
  while (world.queue.length > 0) deliverNext();
  return world;
}

function holds(check: (world: World, step: Step) => void, atTheEnd: (world: World) => void = () => {}): void {
  fc.assert(
    fc.property(fc.array(moves, { minLength: 20, maxLength: 40 }), (steps) => atTheEnd(play(steps, check))),
    { numRuns: 120 },
  );
}

test("whatever happens in whatever order, an ended job stays as it ended", () => {
  holds((world, { before }) => {
    for (const job of before.jobs.filter((one) => !isOpen(one))) {
      const now = world.memory.jobs.find((one) => one.id === job.id);
      assert.deepEqual([now?.phase, now?.verdict, now?.fault], [job.phase, job.verdict, job.fault]);
    }
  });
});

test("a model of a pull request has at most one open job", () => {
  holds((world) => {
    const open = world.memory.jobs.filter(isOpen).map((job) => job.model);
    assert.equal(new Set(open).size, open.length);
  });
});

test("no two runs share a nonce, no row is written twice in one plan, and no wish contradicts another", () => {
  const dispatched = (world: World) => world.effects.filter((effect) => effect.kind === "dispatch");
  holds((world, { plan }) => {
    const nonces = dispatched(world).map((effect) => effect.nonce);
    assert.equal(new Set(nonces).size, nonces.length);
    assert.equal(new Set(plan.jobs.map((job) => job.id)).size, plan.jobs.length);
    assert.equal(new Set(plan.promotions.map((one) => one.id)).size, plan.promotions.length);
  });
});

/** Does the effect show what is remembered of a pull request? */
const shows = ({ kind }: Effect) => kind === "comment" || kind === "aggregate_check" || kind === "model_check";

test("a plan that shows a pull request writes its row: of two that were made at once, one is made again", () => {
  const check = (plan: Plan, what: string) => {
    if (plan.effects.some(shows)) assert.equal(plan.pull?.number, 42, what);
  };
  holds((_, { plan, event }) => check(plan, event.kind));
  const story = tell();
  judged(story);
  const facts = { memory: story.memory(), outcome: null };
  for (const one of [
    { kind: "pull_rechecked", pull: 42 },
    { kind: "comment_disturbed", pull: 42, commentId: 1, change: "edited" },
  ] as const) {
    const event = { ...story.base(), ...one };
    const plan = event.kind === "pull_rechecked" ? decide({ event, facts }, 900) : decide({ event, facts }, 900);
    assert.ok(plan.effects.some(shows));
    check(plan, event.kind);
  }
});

test("an event that is told twice starts nothing twice", () => {
  holds((_, { plan, repeated, event }) => {
    if (!repeated) return;
    assert.deepEqual(
      plan.effects.filter((effect) => effect.kind === "dispatch"),
      [],
      event.kind,
    );
    assert.deepEqual([plan.versions, plan.ledger], [[], []]);
  });
});

test("nothing is promoted but the very bytes whose evidence says pass", () => {
  holds((world) => {
    for (const version of world.memory.versions.filter((one) => one.number > 0)) {
      assert.equal(version.evidence?.verdict, "pass");
      assert.equal(version.evidence.modelDigest, version.digest);
      assert.equal(version.evidence.tree, world.memory.pull?.mergeTree);
    }
    for (const effect of world.effects) {
      if (effect.kind !== "dispatch" || effect.stage !== "deploy") continue;
      const { candidate, model } = effect.claims;
      const version = world.memory.versions.find(
        (one) => `${model}@v${one.number}` === candidate?.version && one.model === model,
      );
      assert.deepEqual([candidate?.digest, candidate?.source], [version?.digest, version?.source]);
    }
  });
});

test("the check of a job says it has ended exactly when it has", () => {
  holds((world) => {
    const shown = lastChecks(world);
    for (const job of world.memory.jobs) {
      if (!isNewest(job, world)) continue;
      const check = shown.get(`check/42/${job.commit}/${job.model}`);
      assert.equal(check?.kind, "model_check", "every job has a check");
      if (check?.kind !== "model_check") return;
      assert.equal(renderModelCheck(check.view).status === "completed", !isOpen(job), `${job.phase} ${job.model}`);
    }
  });
});

test("when all is told, we know what GitHub knows, nothing hangs and no machine works for nobody", () => {
  holds(
    () => {},
    (world) => {
      const { pull, jobs } = world.memory;
      const state = world.merged ? "merged" : world.state;
      assert.equal(pull?.state, state);
      if (state === "open") assert.equal(pull?.head, world.head);
      if (state === "closed") assert.deepEqual(jobs.filter(isOpen), []);
      const wanted = new Set([
        ...jobs.filter(isOpen).flatMap((job) => job.runs.map((run) => run.nonce)),
        ...world.memory.promotions.flatMap((one) => (one.run === null ? [] : [one.run.nonce])),
      ]);
      const working = world.runs.filter((run) => run.state !== "completed").map((run) => run.claims.jti);
      assert.deepEqual(
        working.filter((nonce) => !wanted.has(nonce)),
        [],
      );
      for (const check of lastChecks(world).values()) {
        if (check.kind !== "aggregate_check" || check.commit === pull?.head) continue;
        assert.equal(
          renderAggregateCheck(check.view, check.faults).status,
          "completed",
          "an old head's check is closed",
        );
      }
    },
  );
});

/** What each check shows now: the newest wish for it. */
function lastChecks(world: World): ReadonlyMap<string, Effect> {
  return new Map(
    world.effects
      .filter((effect) => effect.kind === "model_check" || effect.kind === "aggregate_check")
      .map((effect) => [effectKey(effect), effect]),
  );
}

function isNewest(job: Job, world: World): boolean {
  return world.memory.jobs.findLast((one) => one.model === job.model && one.commit === job.commit)?.id === job.id;
}
