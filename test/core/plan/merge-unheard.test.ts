import assert from "node:assert/strict";
import { test } from "node:test";
import { isOpen } from "../../../core/job/state.ts";
import { hasResult, viewPull } from "../../../core/job/view.ts";
import type { Plan } from "../../../core/plan/decision.ts";
import { configText, mustParse, sha } from "./material.ts";
import { checkOn, judged, newestJob, ofKind, onlyDispatch, type Story, tell } from "./situations.ts";

/** Lets every job of the story end well. */
function settle(story: Story): void {
  for (;;) {
    const open = story.memory().jobs.find(isOpen);
    const nonce = open?.runs.at(-1)?.nonce;
    if (open === undefined || nonce === undefined) return;
    if (open.phase === "training") story.trained(nonce);
    else story.evaluated(nonce);
  }
}

/** What there is at the end, without names that differ from one life to another. */
function end(story: Story) {
  const { pull, jobs, versions, promotions } = story.memory();
  assert.ok(pull);
  const view = viewPull(pull, story.memory());
  return {
    pull: [pull.state, pull.head, pull.base.ref, pull.affected],
    notes: pull.faults.map(({ reason }) => reason),
    told: hasResult(view),
    models: view.models.map(({ model, verdict, tree, params }) => [model, verdict, tree, params]),
    versions: versions.filter(({ number }) => number > 0).map(({ model, number, digest }) => [model, number, digest]),
    promotions: promotions.filter(({ run }) => run !== null).map(({ environment, state }) => [environment, state]),
    open: jobs.filter(isOpen).length,
  };
}

/** The tree of the merge is that of the last head, so that what a job of the head finds holds for the merge. */
const mergeIt = (story: Story, changedFiles?: readonly string[]): Plan =>
  story.merged({ tree: story.headTree(), ...(changedFiles === undefined ? {} : { changedFiles }) });

const data = ["data/strikes.csv"];
const lives: readonly (readonly [string, (story: Story) => void, (story: Story) => void])[] = [
  [
    "a push that repaired a failing model",
    (story) => {
      judged(story, false);
      story.push("head 2");
    },
    (story) => {
      judged(story, false);
      story.unheard({ push: "head 2" });
    },
  ],
  [
    "a push while the job of the head before was at work",
    (story) => {
      story.open();
      story.push("head 2");
    },
    (story) => {
      story.open();
      story.unheard({ push: "head 2" });
    },
  ],
  [
    "another base that rules",
    (story) => {
      story.unheard({ base: "develop" });
      story.open();
      story.retarget("main");
    },
    (story) => {
      story.unheard({ base: "develop" });
      story.open();
      story.unheard({ base: "main" });
    },
  ],
  [
    "another base that does not rule",
    (story) => {
      story.open();
      story.retarget("develop");
    },
    (story) => {
      story.open();
      story.unheard({ base: "develop" });
    },
  ],
  [
    "a reopening after a closing that stopped the job",
    (story) => {
      story.open();
      story.closed();
      story.reopen();
    },
    (story) => {
      story.open();
      story.closed();
    },
  ],
  [
    "a reopening after which parameters of a command hold no more",
    (story) => {
      story.open();
      story.comment("/retrain learning_rate=0.05");
      settle(story);
      story.closed();
      story.reopen();
    },
    (story) => {
      story.open();
      story.comment("/retrain learning_rate=0.05");
      settle(story);
      story.closed();
    },
  ],
  [
    "a push away and back to a commit that was judged with other parameters",
    (story) => {
      story.open();
      story.comment("/retrain learning_rate=0.05");
      settle(story);
      story.push("head 2");
      story.push("head 1");
    },
    (story) => {
      story.open();
      story.comment("/retrain learning_rate=0.05");
      settle(story);
      story.push("head 2");
      story.unheard({ push: "head 1" });
    },
  ],
];

for (const [what, told, untold] of lives)
  test(`a merge that is heard of before ${what} ends as if all had been told in order`, () => {
    const ends = [told, untold].map((live) => {
      const story = tell();
      live(story);
      mergeIt(story);
      settle(story);
      return end(story);
    });
    assert.deepEqual(ends[1], ends[0]);
  });

test("a model that only an unheard push touched becomes a version too", () => {
  const story = tell();
  judged(story);
  story.unheard({ push: "head 2" });
  const merged = mergeIt(story, data);
  settle(story);
  assert.deepEqual(story.memory().pull?.affected, ["damage", "delay"]);
  assert.deepEqual(
    end(story).versions.map(([model]) => model),
    ["damage", "delay"],
  );
  assert.equal(checkOn(merged, sha("head 1")).conclusion, "cancelled", "the check of the old head is closed");
  assert.equal(checkOn(merged, sha("head 2")).status, "queued", "the merged head has one");
});

test("the job of a head that was not merged is stopped by the merge", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  story.unheard({ push: "head 2" });
  const merged = mergeIt(story);
  assert.deepEqual(
    ofKind(merged, "cancel_run").map((effect) => effect.nonce),
    [nonce],
  );
  assert.equal(story.memory().jobs[0]?.fault?.reason, "superseded");
});

test("a push that arrives after its merge changes nothing", () => {
  const story = tell();
  judged(story);
  story.unheard({ push: "head 2" });
  mergeIt(story);
  const late = story.push("head 2");
  assert.deepEqual([late.effects, late.jobs, late.pull], [[], [], null]);
});

test("a merge whose push was unheard says so of a model that its configuration does not name any more", () => {
  const renamed = mustParse(configText.replaceAll("  damage:", "  harm:"));
  for (const config of [renamed, null]) {
    const story = tell();
    judged(story);
    story.unheard({ push: "head 2" });
    const decided = story.merged({ tree: story.headTree(), config, changedFiles: [".github/assay.yml"] });
    assert.deepEqual(
      decided.pull?.faults.map(({ reason, message }) => [reason, message.split(" ", 1)[0]]),
      [[config === null ? "config_missing" : "unknown_model", "damage"]],
    );
  }
});

test("the merge of what a person stopped makes no version and says so, whichever comes first", () => {
  const note = /it was stopped before there was one$/u;
  for (const first of ["stop", "merge"]) {
    const story = tell();
    const { nonce } = onlyDispatch(story.open());
    if (first === "stop") story.comment("/cancel");
    const merged = mergeIt(story);
    const stopped = first === "merge" ? story.cancelled(null).ledger : [];
    // Its run may never have begun: then nothing else comes.
    assert.equal(story.memory().pull?.faults.length, 1, first);
    const ended = story.completed(nonce, "cancelled", null);
    const faults = story.memory().pull?.faults ?? [];
    assert.deepEqual(
      faults.map(({ reason }) => reason),
      ["verdict_not_pass"],
      first,
    );
    assert.match(faults[0]?.message ?? "", note);
    const lines = [...merged.ledger, ...stopped, ...ended.ledger].filter(({ what }) => what === "version_refused");
    assert.equal(lines.length, 1, `${first}: said once`);
  }
});

test("what a newer job took the place of settles no merge when its run ends", () => {
  const story = tell();
  const { nonce } = onlyDispatch(story.open());
  story.comment("/cancel");
  story.comment("/retrain");
  mergeIt(story);
  const ended = story.completed(nonce, "cancelled", null);
  assert.deepEqual([ended.ledger, ended.pull], [[], null]);
  settle(story);
  assert.deepEqual(end(story).notes, []);
  assert.equal(end(story).versions.length, 1);
});

test("what a closing stopped is judged with the merge, also of a model that the diff cannot change", () => {
  const ends = [true, false].map((isReopeningHeard) => {
    const story = tell({ changedFiles: ["README.md"] });
    story.open();
    story.comment("/retrain delay learning_rate=0.05");
    story.closed();
    if (isReopeningHeard) story.reopen();
    mergeIt(story);
    settle(story);
    return end(story);
  });
  assert.deepEqual(ends[1], ends[0]);
  assert.deepEqual(
    ends[0]?.versions.map(([model]) => model),
    ["delay"],
  );
});

test("a dispatch that GitHub refuses says the same of a merge before and after it", () => {
  const ends = ["refused", "merge"].map((first) => {
    const story = tell();
    const { nonce } = onlyDispatch(story.open());
    const plans = first === "refused" ? [story.refused(nonce), mergeIt(story)] : [mergeIt(story), story.refused(nonce)];
    assert.equal(newestJob(story).fault?.reason, "dispatch_refused");
    const lines = plans.flatMap((plan) => plan.ledger).map(({ what, reason }) => `${what} ${reason}`);
    return { ...end(story), lines: lines.toSorted() };
  });
  assert.deepEqual(ends[1], ends[0]);
  assert.deepEqual(ends[0]?.notes, ["verdict_not_pass"]);
});
