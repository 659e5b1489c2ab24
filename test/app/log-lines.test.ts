import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { z } from "zod";
import { createLog } from "../../app/log.ts";
import { startReconciler } from "../../app/reconcile/reconciler.ts";
import { keep } from "../../app/store/keep.ts";
import { laneOf } from "../../app/store/memory.ts";
import { startWorker } from "../../app/worker.ts";
import { planOf } from "../../core/plan/decision.ts";
import { at, repository } from "../core/plan/material.ts";
import { onlyDispatch, tell } from "../core/plan/situations.ts";
import { type Answer, type Asked, openReconcileWorld } from "./reconcile-world.ts";

const line = z.object({
  level: z.number(),
  msg: z.string(),
  about: z.string().optional(),
  delivery: z.string().optional(),
  effect: z.string().optional(),
  kind: z.string().optional(),
  event: z.string().optional(),
  cause: z.string().optional(),
  job: z.string().optional(),
  run: z.int().optional(),
});
type Line = z.infer<typeof line>;

const written: string[] = [];
const lines: Line[] = [];
const jobs: string[] = [];
const secret = `ghs_${"a".repeat(36)}`;
const pull = `${repository.fullName}#42`;
const root = `/repos/${repository.fullName}`;
const [firstRun, secondRun, deployRun] = [5_000, 5_001, 6_000];

/** One pull request with all that a line can be about: runs, a push, a comment, an environment's question, what goes wrong. */
before(async () => {
  const world = await openReconcileWorld();
  const story = tell();
  let runs = firstRun;
  let isDown = false;
  await world.begin(({ method, path }: Asked): Answer | null => {
    if (path.endsWith("/dispatches")) {
      runs += 1;
      return { body: { workflow_run_id: runs - 1, html_url: "https://run" } };
    }
    if (path.endsWith("/artifacts")) return { body: { total_count: 0, artifacts: [] } };
    if (path === `${root}/issues/comments/9/reactions`) return { status: 502, body: { message: `no ${secret}` } };
    if (path === `${root}/issues/comments/9`) return { status: 500, body: { message: `no ${secret}` } };
    if (method === "POST" || method === "PATCH") return { status: 201, body: { id: 9 } };
    if (isDown) return { status: 503 };
    return path.endsWith("/check-runs") ? { body: { total_count: 0, check_runs: [] } } : null;
  });
  const settings = {
    logLevel: "debug",
    privateKey: "",
    webhookSecret: "a-long-webhook-secret",
    databaseUrl: null,
  } as const;
  const log = createLog(settings, { write: (text: string) => void written.push(text) });
  const options = { ...world.options, log };
  const work = async () => {
    const worker = startWorker(options);
    worker.wake();
    await worker.idle();
    await worker.stop();
  };
  const hear = async (name: string, payload: object) => {
    world.clock.second += 10;
    const whole = {
      repository: { id: repository.id, full_name: repository.fullName, default_branch: "main" },
      installation: { id: 1 },
      ...payload,
    };
    const delivery = { id: `delivery-${world.clock.second}`, name, payload: whole, lane: laneOf(repository.id, 42) };
    await keep(world.store, delivery, at(world.clock.second));
    await work();
  };
  const runHeard = async (action: string, id: number, nonce: string, conclusion: string | null) =>
    hear("workflow_run", {
      action,
      workflow_run: {
        id,
        html_url: "https://run",
        display_title: `assay train ${nonce}`,
        event: "workflow_dispatch",
        conclusion,
        updated_at: at(world.clock.second),
        path: ".github/workflows/assay.yml",
        head_branch: "main",
        actor: { login: "assay[bot]" },
      },
    });
  const commit = async (plan: Parameters<typeof world.commit>[0]) => {
    jobs.push(...plan.jobs.map(({ id }) => id));
    await world.commit(plan);
    await work();
  };
  const opened = story.open();
  await commit(opened);
  await runHeard("in_progress", firstRun, onlyDispatch(opened).nonce, null);
  const pushed = story.push("head 2");
  await commit(pushed);
  await runHeard("completed", firstRun, onlyDispatch(opened).nonce, "cancelled");
  await runHeard("completed", secondRun, onlyDispatch(pushed).nonce, "failure");
  await commit(story.comment("/retrain speed=9"));
  const question = { runId: deployRun, environment: "staging", state: "approved", comment: "passed" } as const;
  await commit(planOf({ effects: [{ kind: "decide_protection", ...question }] }));
  await commit(planOf({ effects: [{ kind: "react", commentId: 9, content: "eyes" }] }));
  const disturbed = { id: 9, body: "ours", user: { login: "assay[bot]", type: "Bot" }, created_at: at(0) };
  await hear("issue_comment", {
    action: "edited",
    issue: { number: 42, pull_request: {} },
    comment: disturbed,
    sender: { login: "sam" },
  });
  const command = { id: 10, body: "/recheck", user: { login: "grace" }, created_at: at(0) };
  await hear("issue_comment", { action: "created", issue: { number: 42, pull_request: {} }, comment: command });
  for (isDown of [true, false]) {
    world.clock.second += 4_000;
    const reconciler = startReconciler(options);
    await reconciler.round();
    await reconciler.stop();
  }
  after(() => world.stop());
  lines.push(...written.map((text) => line.parse(JSON.parse(text))));
});

const isAbout = ({ about }: Line) => about === pull;

test("each line about the pull request names it: deliveries, decisions, effects, and what went wrong", () => {
  const others = lines.filter((one) => !isAbout(one)).map(({ msg }) => msg);
  const unreached = "GitHub could not be compared with what is remembered; it is asked again later";
  assert.deepEqual(
    others.filter((msg) => msg !== "kept house" && msg !== unreached),
    [],
  );
  const wrong = ["an effect could not be performed", "a delivery could not be worked on", unreached];
  for (const msg of ["decided", "performed", ...wrong])
    assert.ok(
      lines.some((one) => one.msg === msg && isAbout(one)),
      `no line says "${msg}"`,
    );
});

for (const kind of ["dispatch", "cancel_run", "react", "reply", "decide_protection", "comment", "aggregate_check"])
  test(`the line about a ${kind} that was performed names its effect`, () => {
    const found = lines.filter((one) => one.msg === "performed" && one.kind === kind);
    assert.ok(found.length > 0);
    for (const one of found) {
      assert.ok(one.effect !== undefined);
      if (kind === "dispatch" || kind === "cancel_run") assert.ok(jobs.includes(one.job ?? ""), JSON.stringify(one));
      if (kind === "decide_protection") assert.equal(one.run, deployRun);
    }
  });

for (const [event, run] of [
  ["run_dispatched", firstRun],
  ["run_started", firstRun],
  ["run_completed", firstRun],
  ["run_completed", secondRun],
] as const)
  test(`the line about what was decided of ${event} names the job and the run ${run}`, () => {
    const found = lines.filter((one) => one.msg === "decided" && one.event === event && one.run === run);
    assert.ok(found.length > 0);
    for (const one of found) assert.ok(jobs.includes(one.job ?? ""), JSON.stringify(one));
  });

test("a decision tells where it comes from: a delivery, an effect, or the reconciler", () => {
  const decided = lines.filter(({ msg }) => msg === "decided");
  for (const one of decided) {
    const from = one.cause === "reconciler" ? one.cause : (one.delivery ?? one.effect);
    assert.equal(one.cause, from, JSON.stringify(one));
  }
  assert.deepEqual([...new Set(decided.map(({ cause = "" }) => cause.split(/[-/]/)[0] ?? ""))].toSorted(), [
    "delivery",
    "reconciler",
    "run",
  ]);
});

test("no line tells anything twice, and none holds a ticket, a token or the text of a comment", () => {
  for (const text of written) {
    const names = [...text.matchAll(/"(about|delivery|effect|event|job|jobs|run|repository|kind)":/g)].map(
      ([, name]) => name,
    );
    assert.equal(new Set(names).size, names.length, text);
    assert.doesNotMatch(text, /eyJ|aaaaaaaa|speed=9/);
  }
});
