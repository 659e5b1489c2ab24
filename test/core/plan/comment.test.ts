import assert from "node:assert/strict";
import { test } from "node:test";
import type { KnownTraining } from "../../../core/plan/facts.ts";
import { sha } from "./material.ts";
import { judged, newestJob, ofKind, onlyDispatch, type Story, tell } from "./situations.ts";

function reasons(story: Story, body: string, over: Parameters<Story["comment"]>[1] = {}): readonly (string | null)[] {
  const decided = story.comment(body, over);
  assert.deepEqual(ofKind(decided, "dispatch"), []);
  assert.deepEqual(
    ofKind(decided, "react").map(({ content }) => content),
    ["confused"],
  );
  assert.equal(ofKind(decided, "reply").length, 1, "every command is answered");
  return decided.ledger.map((line) => line.reason);
}

/** The training that the first job of a story made, as the store would remember it. */
function known(story: Story): Readonly<Record<string, KnownTraining>> {
  const job = newestJob(story);
  assert.ok(job.candidate);
  return {
    [job.fingerprint]: { candidate: job.candidate, training: job.training, url: "https://run/1", commit: job.commit },
  };
}

test("/retrain replaces the running job and trains with the parameters it names", () => {
  const story = tell();
  const first = onlyDispatch(story.open());
  const decided = story.comment("/retrain damage learning_rate=0.05 deep=true");
  const { claims } = onlyDispatch(decided);
  assert.deepEqual(claims.params, { learning_rate: 0.05, note: "plain", deep: true });
  assert.deepEqual(newestJob(story).overridden, ["deep", "learning_rate"]);
  assert.equal(newestJob(story).requestedBy, "grace");
  assert.deepEqual(
    ofKind(decided, "cancel_run").map(({ nonce }) => nonce),
    [first.nonce],
  );
  assert.deepEqual(
    ofKind(decided, "react").map(({ content }) => content),
    ["rocket"],
  );
  assert.notEqual(claims.fingerprint, first.claims.fingerprint);
});

test("a bare /retrain is about the models the pull request can change", () => {
  const story = tell({ changedFiles: ["data/strikes.csv"] });
  story.open();
  const models = ofKind(story.comment("/retrain"), "dispatch").map(({ claims }) => claims.model);
  assert.deepEqual(models, ["damage", "delay"]);
});

test("a model that the pull request cannot change is trained when it is named", () => {
  const story = tell();
  story.open();
  assert.equal(onlyDispatch(story.comment("/retrain delay")).claims.model, "delay");
});

test("known bytes are not trained again, unless the command says --fresh", () => {
  const first = tell();
  judged(first);
  const story = tell({ knownTrainings: known(first) });
  const reused = onlyDispatch(story.open());
  assert.equal(reused.stage, "evaluate");
  assert.equal(newestJob(story).reusedFrom?.url, "https://run/1");
  assert.equal(onlyDispatch(story.comment("/retrain")).stage, "evaluate");
  assert.equal(onlyDispatch(story.comment("/retrain --fresh")).stage, "train");
  assert.equal(newestJob(story).reusedFrom, null);
  assert.equal(onlyDispatch(story.comment("/retrain learning_rate=0.2")).stage, "train");
});

test("two commands for one model in one comment leave one job, and the first run never starts", () => {
  const story = tell();
  story.open();
  const decided = story.comment("/retrain damage learning_rate=0.2\n/retrain damage learning_rate=0.3");
  assert.equal(new Set(decided.jobs.map((job) => job.id)).size, decided.jobs.length, "no row is written twice");
  const [first, second] = ofKind(decided, "dispatch");
  const cancelled = ofKind(decided, "cancel_run").map(({ nonce }) => nonce);
  assert.ok(first !== undefined && second !== undefined && cancelled.includes(first.nonce));
  assert.ok(!cancelled.includes(second.nonce));
  assert.deepEqual(
    story.memory().jobs.map((job) => job.phase),
    ["cancelled", "cancelled", "training"],
  );
});

test("one bad command of a comment stops them all, and each is answered", () => {
  const story = tell();
  story.open();
  assert.deepEqual(reasons(story, "/retrain damage\n/retrain damge\n/retrain damage lr=1"), [
    "unknown_model",
    "bad_argument",
  ]);
});

test("people without write permission are refused", () => {
  for (const permission of ["read", "none"] as const) {
    const story = tell({ permission });
    story.open();
    assert.deepEqual(reasons(story, "/retrain"), ["not_permitted"]);
    assert.deepEqual(story.rerequest("damage").effects, []);
  }
});

test("/help is for everybody, and also works without a configuration", () => {
  const story = tell({ permission: "read", config: null });
  story.open();
  const decided = story.comment("/help");
  assert.deepEqual(
    ofKind(decided, "reply").map(({ reply }) => reply),
    [{ kind: "help", models: [], environments: [] }],
  );
  const other = tell({ permission: "none" });
  other.open();
  const [answer] = ofKind(other.comment("/help"), "reply");
  assert.deepEqual(answer?.reply, {
    kind: "help",
    models: [
      { name: "damage", params: ["learning_rate", "note", "deep"] },
      { name: "delay", params: ["learning_rate", "note", "deep"] },
    ],
    environments: ["staging", "production"],
  });
});

test("no text of a comment is remembered cut within a character: half of one cannot be kept", () => {
  for (const length of [179, 180, 65_535, 65_536]) {
    const story = tell();
    story.open();
    for (const body of [`/retrain damage ${"x".repeat(length)}`, `${"x\n".repeat(length / 2)}/retrain damage no=`]) {
      const decided = story.comment(`${body}${"😀".repeat(100)}`);
      assert.ok(JSON.stringify(decided).isWellFormed());
      assert.doesNotMatch(JSON.stringify(decided), /\\ud[89a-f]/);
    }
  }
});

test("bots and ordinary talk cause nothing", () => {
  const story = tell();
  story.open();
  assert.deepEqual(story.comment("/retrain", { authorIsBot: true }).effects, []);
  assert.deepEqual(story.comment("Looks good to me").effects, []);
  assert.deepEqual(story.comment("/lgtm\n/assign @ada").effects, []);
});

test("a command written before the author could see the head is answered with one to paste", () => {
  const story = tell();
  story.open();
  story.push("head 2");
  const decided = story.comment("/retrain damage learning_rate=0.2", { secondsLater: -1 });
  const [reply] = ofKind(decided, "reply");
  const fault = reply?.reply.kind === "refused" ? reply.reply.faults[0] : undefined;
  assert.equal(fault?.reason, "head_moved");
  const paste = `/retrain damage learning_rate=0.2 --commit=${sha("head 2").slice(0, 12)}`;
  assert.equal(fault.command, paste);
  assert.equal(onlyDispatch(story.comment(paste, { secondsLater: 0 })).claims.commit, sha("head 2"));
});

test("--commit must name the head as GitHub has it and as we know it", () => {
  const story = tell();
  story.open();
  const head = story.head().slice(0, 12);
  assert.deepEqual(reasons(story, `/retrain --commit=${sha("other").slice(0, 12)}`), ["head_moved"]);
  assert.deepEqual(reasons(story, `/retrain --commit=${head}`, { liveHead: sha("head 2") }), ["head_moved"]);
  assert.deepEqual(reasons(story, `/retrain --commit=${sha("head 2").slice(0, 12)}`, { liveHead: sha("head 2") }), [
    "head_moved",
  ]);
  assert.deepEqual(reasons(story, "/retrain", { liveHead: sha("head 2") }), ["head_moved"]);
  assert.deepEqual(reasons(story, `/retrain --commit=${head.slice(0, 11)}`), ["bad_argument"]);
  onlyDispatch(story.comment(`/retrain --commit=${head}`));
});

test("nothing is trained on a closed pull request or without a readable configuration", () => {
  const story = tell();
  story.open();
  story.closed();
  assert.deepEqual(reasons(story, "/retrain"), ["pull_closed"]);
  const without = tell({ config: null });
  without.open();
  assert.deepEqual(reasons(without, "/retrain"), ["config_invalid"]);
});

test("a bare /retrain where nothing is affected says so", () => {
  const story = tell({ changedFiles: ["README.md"] });
  story.open();
  assert.deepEqual(reasons(story, "/retrain"), ["nothing_to_do"]);
});

test("a check's re-run button does what /retrain does, for its model or for all", () => {
  const story = tell({ changedFiles: ["data/strikes.csv"] });
  story.open();
  assert.equal(onlyDispatch(story.rerequest("damage")).claims.model, "damage");
  assert.equal(ofKind(story.rerequest(null), "dispatch").length, 2);
  assert.deepEqual(story.rerequest("constructor").jobs, []);
  assert.deepEqual(story.rerequest("damage", { liveHead: sha("head 2") }).effects, []);
});
