import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type KnownPull,
  meaningOfPull,
  meaningOfRun,
  type ObservedPull,
  type ObservedRun,
  saysAsWished,
} from "../../../core/plan/observe.ts";
import { at, repository, sha } from "./material.ts";
import { judged, newestJob, ofKind, onlyDispatch, tell } from "./situations.ts";

const where = { installationId: 1, repository } as const;

function observed(over: Partial<ObservedPull> = {}): ObservedPull {
  const snapshot = {
    number: 42,
    author: "ada",
    fork: false,
    head: sha("head 1"),
    base: { ref: "main", sha: sha("base") },
  };
  return { snapshot, state: "open", mergeCommit: null, mergedAt: null, updatedAt: at(10), ...over };
}

test("a pull request on GitHub means what its webhook would have meant, and nothing where memory agrees", () => {
  const known: KnownPull = { state: "open", head: sha("head 1"), asOf: at(5), base: { ref: "main" } };
  const merged = observed({ state: "closed", mergeCommit: sha("merge"), mergedAt: at(9) });
  const table: readonly (readonly [string, ObservedPull, KnownPull | null, string | null])[] = [
    ["agrees", observed(), known, null],
    ["unknown", observed(), null, "pull_changed opened"],
    ["pushed", observed(), { ...known, head: sha("head 0") }, "pull_changed synchronize"],
    ["retargeted", observed(), { ...known, base: { ref: "dev" } }, "pull_changed edited"],
    ["reopened", observed(), { ...known, state: "closed" }, "pull_changed reopened"],
    ["closed", observed({ state: "closed" }), known, "pull_closed"],
    ["closed, known", observed({ state: "closed" }), { ...known, state: "closed" }, null],
    ["closed, never heard of", observed({ state: "closed" }), null, null],
    ["merged", merged, known, "pull_closed"],
    ["merged after it was closed", merged, { ...known, state: "closed" }, "pull_closed"],
    ["merged, never heard of", merged, null, "pull_closed"],
    ["merged, known", merged, { ...known, state: "merged" }, null],
    ["older than memory", observed(), { ...known, head: sha("head 2"), asOf: at(11) }, null],
  ];
  for (const [name, seen, memory, expected] of table) {
    const event = meaningOfPull(seen, memory, where);
    const found = event?.kind === "pull_changed" ? `${event.kind} ${event.action}` : (event?.kind ?? null);
    assert.equal(found, expected, name);
  }
});

test("a run that ended, began, is lost or goes on too long means an event; one that goes well means none", () => {
  const story = tell();
  story.open();
  const run = newestJob(story).runs[0] ?? assert.fail();
  const limitMs = 6 * 3_600_000;
  const later = (hours: number) => new Date(Date.parse(run.dispatchedAt) + hours * 3_600_000).toISOString();
  const seen: ObservedRun = {
    id: 5,
    url: "https://run/5",
    nonce: run.nonce,
    status: "queued",
    conclusion: null,
    startedAt: later(1),
    updatedAt: later(1),
  };
  const named = { ...run, runId: 5 };
  const running = { ...named, state: "running", startedAt: later(1) } as const;
  const table = [
    ["ended", named, { ...seen, status: "completed", conclusion: "success" }, 2, "run_completed"],
    ["began", named, { ...seen, status: "in_progress" }, 2, "run_started"],
    ["its id was unknown", run, seen, 2, "run_dispatched"],
    ["waits for a runner", named, seen, 25, null],
    ["waits for ever", named, seen, 27, "queue_stuck"],
    ["waits for a review", named, { ...seen, status: "waiting" }, 27, null],
    ["works", running, { ...seen, status: "in_progress" }, 6, null],
    ["works for ever", running, { ...seen, status: "in_progress" }, 8, "run_overdue"],
    ["cannot be found yet", run, null, 0.1, null],
    ["cannot be found", run, null, 1, "run_lost"],
  ] as const;
  for (const [name, one, found, hours, expected] of table) {
    const event = meaningOfRun({ run: one, limitMs }, found, run.dispatchedAt, later(hours), where);
    assert.equal(event?.kind === "run_given_up" ? event.reason : (event?.kind ?? null), expected, name);
  }
  assert.equal(meaningOfRun({ run, limitMs }, null, null, later(99), where), null, "still waits in the outbox");
});

test("a run that is given up ends its job with the reason, once, and is stopped", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  const giveUp = () =>
    story.happen({
      event: { ...story.base(), kind: "run_given_up", nonce, reason: "queue_stuck", message: "no runner" },
      facts: { memory: story.memory(), outcome: null },
    });
  const decided = giveUp();
  assert.deepEqual([newestJob(story).phase, newestJob(story).fault?.reason], ["failed", "queue_stuck"]);
  assert.deepEqual(
    ofKind(decided, "cancel_run").map((effect) => effect.nonce),
    [nonce],
  );
  assert.equal(ofKind(decided, "aggregate_check").length, 1);
  assert.deepEqual([giveUp().effects, giveUp().ledger], [[], []]);
  assert.deepEqual(ofKind(story.started(nonce), "cancel_run").length, 1, "it begins after all");
});

test("a merge heard of before its opening is judged at the merge commit if it can change a model", () => {
  for (const [changedFiles, stages] of [
    [["models/damage/train.ts"], ["train"]],
    [["README.md"], []],
  ] as const) {
    const story = tell({ changedFiles });
    const decided = story.merged({ tree: sha("merged tree") });
    assert.deepEqual(
      ofKind(decided, "dispatch").map((effect) => effect.stage),
      stages,
    );
    assert.equal(decided.pull?.state, "merged");
    assert.deepEqual(story.open().effects, [], "the opening arrives late");
  }
});

test("of two pushes in one second the one that GitHub shows as the head wins, in either order", () => {
  for (const order of [
    ["head 2", "head 3"],
    ["head 3", "head 2"],
  ]) {
    const story = tell();
    story.open();
    const second = at(500);
    for (const [index, word] of order.entries()) {
      const pull = { number: 42, author: "ada", fork: false, head: sha(word), base: { ref: "main", sha: sha("base") } };
      const facts = {
        memory: story.memory(),
        baseConfig: null,
        headConfig: null,
        changedFiles: [],
        distances: {},
        reports: {},
        knownTrainings: {},
        liveHead: index === 0 ? null : sha("head 3"),
        liveState: null,
        head: { sha: sha(word), tree: sha("tree"), files: [] },
      };
      story.happen({
        event: { ...story.base(), at: second, kind: "pull_changed", action: "synchronize", pull },
        facts,
      });
    }
    assert.equal(story.memory().pull?.head, sha("head 3"));
  }
});

test("/recheck and the re-run button of a check about no model ask for a look at GitHub, and start nothing", () => {
  const story = tell({ changedFiles: ["README.md"] });
  story.open();
  assert.deepEqual(ofKind(story.comment("/recheck"), "recheck"), [{ kind: "recheck", pull: 42 }]);
  assert.deepEqual(ofKind(story.rerequest(null), "recheck"), [{ kind: "recheck", pull: 42 }]);
  assert.deepEqual(ofKind(story.comment("/recheck", { permission: "read" }), "recheck"), []);
  assert.deepEqual(ofKind(story.comment("/recheck damage"), "recheck"), []);
});

test("what a rechecked pull request shows is written again", () => {
  const story = tell();
  judged(story);
  const decided = story.happen({
    event: { ...story.base(), kind: "pull_rechecked", pull: 42 },
    facts: { memory: story.memory(), outcome: null },
  });
  assert.deepEqual(
    decided.effects.map((effect) => effect.kind),
    ["aggregate_check", "comment"],
  );
  assert.deepEqual([decided.jobs, decided.ledger], [[], []]);
});

test("a check says what it should if it has ended as wished, or goes on as its job does", () => {
  const done = { status: "completed", conclusion: "failure" } as const;
  for (const [seen, wished, says] of [
    [null, done, false],
    [{ status: "completed", conclusion: "failure" }, done, true],
    [{ status: "completed", conclusion: "success" }, done, false],
    [{ status: "in_progress", conclusion: null }, done, false],
    [{ status: "queued", conclusion: null }, { status: "in_progress", conclusion: null }, true],
    [{ status: "completed", conclusion: "stale" }, { status: "queued", conclusion: null }, false],
  ] as const)
    assert.equal(saysAsWished(seen === null ? null : { id: 1, ...seen }, wished), says, JSON.stringify([seen, wished]));
});
