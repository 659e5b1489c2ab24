import assert from "node:assert/strict";
import { test } from "node:test";
import { sha } from "./material.ts";
import { newestJob, ofKind, onlyDispatch, type Story, tell } from "./situations.ts";

type Said = { readonly id: number; readonly body: string };

/** A story in which comments are told in this order, however they were written. */
function hear(said: readonly Said[]): Story {
  const story = tell({ changedFiles: ["data/strikes.csv"] });
  story.open();
  for (const { id, body } of said) story.comment(body, { commentId: id });
  return story;
}

/** What is at work in the end, and with which parameter. */
const atWork = (story: Story) =>
  story
    .memory()
    .jobs.filter(({ phase }) => phase === "training")
    .map(({ model, params }) => `${model} ${String(params["learning_rate"])}`)
    .toSorted();

/** The run that the job of a model waits for. */
function onlyOpen(story: Story, model: string): string {
  const runs = story
    .memory()
    .jobs.filter((job) => job.model === model)
    .flatMap((job) => job.runs);
  return runs.find(({ state }) => state !== "completed")?.nonce ?? assert.fail(`nothing of ${model} is at work`);
}

const reasons = (story: Story, { id, body }: Said) => {
  const decided = story.comment(body, { commentId: id });
  const isRefused = decided.ledger.some(({ reason }) => reason !== null);
  assert.equal(ofKind(decided, "reply").length, isRefused ? 1 : 0, "what is refused is answered");
  return decided.ledger.map(({ reason }) => reason);
};

const slow = { id: 501, body: "/retrain damage learning_rate=0.1" };
const fast = { id: 502, body: "/retrain damage learning_rate=0.2" };
const stop = { id: 503, body: "/cancel damage" };
const all = { id: 504, body: "/cancel" };
const again = { id: 505, body: "/retrain" };

for (const said of [
  [slow, fast],
  [fast, stop],
  [slow, fast, stop],
  [slow, all],
  [stop, again],
  [all, again],
  [slow, again],
  [slow, fast, all, again],
] as const)
  test(`told in any order, ${said.map(({ body }) => body).join(", ")} leave the same at work`, () => {
    const orderly = atWork(hear(said));
    for (const order of permutations(said))
      assert.deepEqual(atWork(hear(order)), orderly, order.map(({ id }) => id).join(" "));
  });

test("a command that a later one has replaced starts nothing, and says so", () => {
  const story = hear([fast]);
  const decided = story.comment(slow.body, { commentId: slow.id });
  assert.deepEqual([decided.jobs, ofKind(decided, "dispatch")], [[], []]);
  assert.deepEqual(
    ofKind(decided, "react").map(({ content }) => content),
    ["confused"],
  );
  const [answer] = ofKind(decided, "reply");
  const [fault] = answer?.reply.kind === "refused" ? answer.reply.faults : [];
  assert.equal(fault?.reason, "superseded");
  assert.match(fault.message, /later command, the \/retrain of grace for damage/);
});

test("of an older comment only what a later one has replaced is left out", () => {
  const story = hear([fast]);
  assert.deepEqual(reasons(story, { id: 500, body: `${slow.body}\n/retrain delay learning_rate=0.3` }), [
    "superseded",
    null,
    null,
  ]);
  assert.deepEqual(atWork(story), ["damage 0.2", "delay 0.3"]);
});

test("a /cancel that comes before the command it was to stop is remembered, also while nothing is at work", () => {
  const story = hear([all]);
  assert.deepEqual(reasons(story, { id: 506, body: "/cancel" }), ["nothing_to_do"]);
  assert.deepEqual(reasons(story, again), ["superseded"]);
  assert.deepEqual(atWork(story), []);
  assert.deepEqual(reasons(story, { id: 507, body: "/retrain delay" }), [null, null]);
});

test("a /cancel that a later command has replaced for one model is remembered for the others", () => {
  const story = hear([]);
  const delay = onlyOpen(story, "delay");
  story.trained(delay);
  story.evaluated(onlyOpen(story, "delay"));
  story.comment("/retrain damage", { commentId: 505 });
  assert.deepEqual(reasons(story, all), ["superseded"]);
  assert.deepEqual(reasons(story, { id: 500, body: "/retrain delay" }), ["superseded"]);
});

test("a /cancel that was refused for another reason stops nothing later", () => {
  const story = hear([all]);
  assert.deepEqual(reasons(story, { id: 506, body: "/cancel\n/cancel dammage" }), ["nothing_to_do", "unknown_model"]);
  assert.deepEqual(reasons(story, { id: 505, body: "/retrain delay" }), [null, null]);
});

test("a /cancel written before the head could be seen stops nothing of it", () => {
  const story = tell();
  story.open();
  story.push("head 2");
  const decided = story.comment("/cancel", { secondsLater: -1 });
  const [reply] = ofKind(decided, "reply");
  const [fault] = reply?.reply.kind === "refused" ? reply.reply.faults : [];
  assert.deepEqual([fault?.reason, fault?.command], ["head_moved", "/cancel"]);
  assert.equal(newestJob(story).phase, "training");
  story.comment("/cancel", { secondsLater: 5 });
  assert.equal(newestJob(story).phase, "cancelled");
});

test("a button of a check on a replaced commit does nothing to the head, which the ledger tells", () => {
  for (const button of ["cancelled", "rerequest"] as const) {
    const story = tell();
    story.open();
    const seen = story.head();
    story.push("head 2");
    for (const model of ["damage", null]) {
      const decided = story[button](model, {}, seen);
      assert.deepEqual([decided.jobs, decided.effects], [[], []]);
      assert.deepEqual(
        decided.ledger.map(({ what, reason, by, subject }) => [what, reason, by, subject["commit"]]),
        [["button_ignored", "head_moved", "grace", seen]],
      );
    }
    assert.equal(newestJob(story).phase, "training");
    assert.equal(story[button]("damage").jobs.length, button === "cancelled" ? 1 : 2);
  }
});

test("the cancel button on the merge commit's check stops what is at work there", () => {
  const story = tell();
  story.open();
  const { claims } = onlyDispatch(story.merged({ tree: sha("another tree") }));
  assert.deepEqual(story.cancelled("damage", {}, sha("elsewhere")).jobs, []);
  assert.equal(newestJob(story).phase, "training");
  assert.equal(story.cancelled("damage", {}, claims.commit).jobs.length, 1);
  assert.equal(newestJob(story).phase, "cancelled");
});

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((first, index) =>
    permutations(items.toSpliced(index, 1)).map((rest): readonly T[] => [first, ...rest]),
  );
}
