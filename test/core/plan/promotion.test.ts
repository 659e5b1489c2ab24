import assert from "node:assert/strict";
import { test } from "node:test";
import { digest } from "../../../core/digest.ts";
import { nothing } from "../../../core/plan/decision.ts";
import type { AdoptionFacts } from "../../../core/plan/facts.ts";
import { deployed } from "../../../core/plan/facts.ts";
import { adopted, at, noMemory, ruling, sha } from "./material.ts";
import { decide, judged, ofKind, onlyDispatch, tell } from "./situations.ts";

function toStaging() {
  const story = tell();
  judged(story);
  const deploy = onlyDispatch(story.merged({ tree: story.headTree() }));
  return {
    story,
    deploy,
    states: () => story.memory().promotions.map((one) => `${one.version} ${one.environment} ${one.state}`),
  };
}

const before = ["0 production deployed", "0 production deployed"];

test("a version that is deployed in staging climbs to production, and replaces the one before it", () => {
  const { story, deploy, states } = toStaging();
  story.started(deploy.nonce);
  assert.deepEqual(states(), [...before, "1 staging deploying"]);
  const next = onlyDispatch(story.completed(deploy.nonce, "success", null));
  assert.deepEqual([next.environment, next.claims.candidate], ["production", deploy.claims.candidate]);
  const done = story.completed(next.nonce, "success", null);
  assert.deepEqual(ofKind(done, "dispatch"), []);
  assert.deepEqual(states(), [
    "0 production superseded",
    "0 production deployed",
    "1 staging deployed",
    "1 production deployed",
  ]);
  assert.equal(deployed("damage", "production", story.memory())?.version, "damage@v1");
  assert.equal(deployed("delay", "production", story.memory())?.version, "delay@v0");
});

test("a deployment that fails stays where it is", () => {
  const { story, deploy, states } = toStaging();
  const decided = story.completed(deploy.nonce, "failure", null);
  assert.deepEqual(states(), [...before, "1 staging failed"]);
  assert.deepEqual(ofKind(decided, "dispatch"), []);
  assert.deepEqual(
    decided.ledger.map((line) => [line.what, line.reason]),
    [["deployment_failed", "environment_failed"]],
  );
  assert.deepEqual(story.completed(deploy.nonce, "success", null).promotions, [], "what has ended stays ended");
});

test("a reviewer who rejects ends the promotion, whatever the run says after", () => {
  const { story, deploy, states } = toStaging();
  story.started(deploy.nonce);
  const run = story.runOf(deploy.nonce);
  assert.deepEqual(story.review(run.id + 1, "staging", "rejected").promotions, [], "another run's review");
  assert.deepEqual(story.review(run.id, "production", "rejected").promotions, [], "another environment's review");
  story.review(run.id, "staging", "approved");
  assert.equal(story.memory().promotions.at(-1)?.reviewedBy, "grace");
  story.review(run.id, "staging", "rejected");
  story.completed(deploy.nonce, "failure", null);
  assert.deepEqual(states(), [...before, "1 staging rejected"]);
});

test("an environment opens to the run dispatched for it, and to no other", () => {
  const { story, deploy } = toStaging();
  const { id, nonce } = story.runOf(deploy.nonce);
  const state = (...args: Parameters<typeof story.protection>) =>
    ofKind(story.protection(...args), "decide_protection").map((effect) => effect.state);
  assert.deepEqual(state(id, "staging", nonce), ["approved"]);
  assert.deepEqual(state(id, "production", nonce), ["rejected"]);
  assert.deepEqual(state(id, "staging", null), ["rejected"]);
  assert.deepEqual(state(id, "staging", "0".repeat(32)), ["rejected"]);
  story.started(deploy.nonce);
  assert.deepEqual(state(id + 1, "staging", nonce), ["rejected"], "a copied name is not enough");
  story.completed(deploy.nonce, "success", null);
  const again = { id: 2, createdAt: at(10_000) };
  assert.deepEqual(state(id, "staging", nonce, again), ["rejected"], "a promotion that has ended opens nothing");
});

test("a deploy run that GitHub refuses to start ends its promotion", () => {
  const { story, deploy, states } = toStaging();
  story.refused(deploy.nonce);
  assert.deepEqual(states(), [...before, "1 staging failed"]);
});

const serving = {
  damage: {
    digest: digest("damage"),
    source: { kind: "file", path: "models/damage/production.onnx", commit: sha("base") },
  },
} as const;

function adopt(facts: Omit<AdoptionFacts, "config">) {
  const { base } = tell();
  const event = { ...base(), kind: "default_branch_changed", commit: sha("base") } as const;
  return decide({ event, facts: { ...facts, config: ruling } }, 1);
}

test("the models that already serve become version 0, once", () => {
  const decided = adopt({ memory: noMemory, adopted: serving });
  assert.deepEqual(
    decided.versions.map((version) => [version.model, version.number, version.digest]),
    [["damage", 0, digest("damage")]],
  );
  assert.deepEqual(
    decided.promotions.map((one) => [one.environment, one.state]),
    [["production", "deployed"]],
  );
  const memory = { ...noMemory, versions: decided.versions, promotions: decided.promotions };
  const again = adopt({ memory, adopted: serving });
  assert.deepEqual([again.versions, again.promotions, again.ledger], [[], [], []]);
  assert.deepEqual(again.effects, [{ kind: "publish_keys" }]);
});

test("a version number is never used twice, however many pull requests there are", () => {
  const { versions } = toStaging().story.memory();
  const story = tell({ memory: { ...adopted, versions: versions.map((version) => ({ ...version, pull: 41 })) } });
  judged(story);
  assert.deepEqual(
    story.merged({ tree: story.headTree() }).versions.map((version) => version.number),
    [2],
  );
});

test("the baseline is what is deployed, not what was last tried", () => {
  const { story, deploy } = toStaging();
  const next = onlyDispatch(story.completed(deploy.nonce, "success", null));
  story.completed(next.nonce, "failure", null);
  assert.equal(deployed("damage", "production", story.memory())?.version, "damage@v0");
});

test("while a deployment waits for its review, the comment leads to the run where it is given", () => {
  const { story, deploy } = toStaging();
  const run = { id: 77, url: "https://github.example/run/77" };
  const [comment] = ofKind(story.dispatched(deploy.nonce, run), "comment");
  assert.deepEqual(comment?.view.versions[0]?.deployments[0], {
    environment: "staging",
    version: "damage@v1",
    state: "waiting",
    url: run.url,
  });
  assert.deepEqual(story.dispatched(deploy.nonce, run).effects, [], "told twice, shown once");
});

/** v1 waits for production, its run not yet known, when v2 of another pull request has come there. */
function overtaken() {
  const { story, deploy } = toStaging();
  const { nonce } = onlyDispatch(story.completed(deploy.nonce, "success", null));
  const memory = story.memory();
  const promotions = memory.promotions.map((one) =>
    one.run?.nonce === nonce ? { ...one, state: "superseded" as const } : one,
  );
  return { ...tell({ memory: { ...memory, promotions } }), nonce };
}

test("a run of an overtaken version that appears only afterwards is stopped, by whichever event tells of it", () => {
  const told = [
    (story: ReturnType<typeof overtaken>) => story.dispatched(story.nonce, story.runOf(story.nonce)),
    (story: ReturnType<typeof overtaken>) => story.started(story.nonce),
  ];
  for (const tellOf of told) {
    const story = overtaken();
    const decided = tellOf(story);
    assert.deepEqual(decided.effects, [{ kind: "cancel_run", nonce: story.nonce }]);
    const [noted] = decided.promotions;
    assert.deepEqual([noted?.state, noted?.run?.runId], ["superseded", story.runOf(story.nonce).id]);
  }
});

test("a deploy run that was given up is stopped if it begins after all; one that has ended needs no stop", () => {
  const lost = toStaging();
  const givenUp = { kind: "run_given_up", nonce: lost.deploy.nonce, reason: "run_lost", message: "none" } as const;
  lost.story.happen({
    event: { ...lost.story.base(), ...givenUp },
    facts: { memory: lost.story.memory(), outcome: null },
  });
  const stop = [{ kind: "cancel_run", nonce: lost.deploy.nonce }];
  assert.deepEqual(lost.story.started(lost.deploy.nonce).effects, stop);
  assert.deepEqual(lost.states(), [...before, "1 staging failed"]);
  for (const conclusion of ["success", "failure"]) {
    const { story, deploy } = toStaging();
    story.completed(deploy.nonce, conclusion, null);
    assert.deepEqual(story.started(deploy.nonce), nothing, conclusion);
  }
});

test("an older version cannot enter an environment after a newer one", () => {
  const { story, deploy } = toStaging();
  const production = onlyDispatch(story.completed(deploy.nonce, "success", null));
  story.dispatched(production.nonce, { id: 5, url: "https://github.example/run/5" });
  const attempt = (id: number) => ({ id, createdAt: at(id) });
  const [approved] = ofKind(story.protection(5, "production", production.nonce, attempt(1)), "decide_protection");
  assert.equal(approved?.state, "approved");

  const memory = story.memory();
  const waiting = memory.promotions.find((one) => one.environment === "production" && one.version === 1);
  assert.ok(waiting);
  const newer = { ...waiting, id: "damage@v2/production", version: 2, state: "deployed" } as const;
  const asked = { runId: 5, environment: "production", deployment: attempt(2) };
  const event = { ...story.base(), kind: "protection_requested", ...asked } as const;
  const facts = {
    memory: { ...memory, promotions: [...memory.promotions, newer] },
    outcome: null,
    nonce: production.nonce,
  };
  const [answer] = ofKind(decide({ event, facts }, 900), "decide_protection");
  assert.equal(answer?.state, "rejected");
});
