import assert from "node:assert/strict";
import { test } from "node:test";
import { nothing, type Plan } from "../../../core/plan/decision.ts";
import { at } from "./material.ts";
import { judged, ofKind, onlyDispatch, tell } from "./situations.ts";

const told = (decided: Plan) => [
  ...decided.ledger.map(({ what }) => what),
  ...ofKind(decided, "decide_protection").map(({ state }) => state),
];

/** A version on its way into staging, and the questions that the environment asks about its run. */
function entering() {
  const story = tell();
  judged(story);
  const { nonce } = onlyDispatch(story.merged({ tree: story.headTree() }));
  const { id } = story.runOf(nonce);
  const ask = (deployment: number | null, second = 1) =>
    story.protection(
      id,
      "staging",
      nonce,
      deployment === null ? null : { id: deployment, createdAt: at(second).replace(".000Z", "Z") },
    );
  const end = () => {
    story.started(nonce);
    return story.completed(nonce, "success", null);
  };
  return { story, ask, end };
}

for (const [first, repeated] of [
  [5, 5],
  [null, 5],
  [5, null],
  [null, null],
] as const)
  test(`a question about ${first ?? "no"} deployment that comes again as ${repeated ?? "no"} one is answered once, also late`, () => {
    const { ask, end } = entering();
    assert.deepEqual(told(ask(first)), ["protection_approved", "approved"]);
    assert.deepEqual(ask(repeated), nothing);
    end();
    assert.deepEqual(ask(repeated), nothing, "nor does it say that the run was unknown");
  });

for (const first of [5, null])
  test(`another attempt of a run that has ended is refused, ${first === null ? "which" : "whatever"} deployment was answered before`, () => {
    const { ask, end } = entering();
    ask(first);
    end();
    assert.deepEqual(told(ask(6, 100_000)), ["protection_rejected", "rejected"]);
    assert.deepEqual(ask(6, 100_000), nothing);
  });

test("a question that nobody answered is answered whenever it comes", () => {
  const { ask, end } = entering();
  end();
  assert.deepEqual(told(ask(5)), ["protection_rejected", "rejected"]);
});

test("an answer leaves a promotion where it is", () => {
  const { story, ask } = entering();
  const before = story.memory().promotions;
  const [{ answered: _, ...written } = assert.fail()] = ask(5).promotions;
  assert.deepEqual(
    written,
    before.find(({ id }) => id === written.id),
  );
});
