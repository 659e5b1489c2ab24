import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { decideSurely } from "../../app/decide.ts";
import { budgetOf } from "../../app/reconcile/budget.ts";
import { openerOf } from "../../app/reconcile/opener.ts";
import { reconcileRuns } from "../../app/reconcile/runs.ts";
import { recall } from "../../app/store/memory.ts";
import { settleEffect } from "../../app/store/outbox.ts";
import { createTraffic } from "../../app/traffic.ts";
import { createPages } from "../../app/web/pages.ts";
import type { Plan } from "../../core/plan/decision.ts";
import { artifactNames } from "../../core/run-result.ts";
import { at, repository, sha } from "../core/plan/material.ts";
import { ofKind, onlyDispatch, tell } from "../core/plan/situations.ts";
import { parseExposition } from "./exposition.ts";
import { pendingEffects } from "./pending-effects.ts";
import { type Answer, type Asked, openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

const runId = 5_000;
const root = `/repos/${repository.fullName}`;
const minute = 60;
const hour = 60 * minute;

type Listed = {
  readonly status: string;
  readonly conclusion?: string;
  readonly actor?: string;
  readonly second: number;
};

function runOf(nonce: string, { status, conclusion, actor = "assay[bot]", second }: Listed) {
  return {
    id: runId,
    html_url: `https://run/${runId}`,
    display_title: `assay train ${nonce}`,
    path: ".github/workflows/assay.yml",
    head_branch: "main",
    event: "workflow_dispatch",
    status,
    conclusion: conclusion ?? null,
    actor: { login: actor },
    run_started_at: at(second),
    created_at: at(second),
    updated_at: at(second),
  };
}

/** A GitHub with one run, or none, that left no artifacts. */
function having(run: ReturnType<typeof runOf> | null) {
  return ({ path, query }: Asked): Answer | null => {
    if (path.endsWith("/artifacts")) return { body: { total_count: 0, artifacts: [] } };
    if (path.endsWith("/workflows/assay.yml/runs")) {
      const listed = run !== null && run.created_at >= (query.get("created") ?? "").slice(">=".length) ? [run] : [];
      return { body: { total_count: listed.length, workflow_runs: listed } };
    }
    if (path === `${root}/actions/runs/${runId}` && run !== null) return { body: run };
    return null;
  };
}

/** The story of a training that was asked for at the beginning; GitHub's answer may have been lost. */
async function asked(isAnswered: boolean, run: (nonce: string) => ReturnType<typeof runOf> | null): Promise<void> {
  const story = tell();
  const opened = story.open();
  const { nonce } = onlyDispatch(opened);
  await world.begin(having(run(nonce)));
  await world.commit(opened);
  for (const effect of await pendingEffects(world.store)) await settleEffect(world.store, effect.seq, at(0));
  if (isAnswered) await world.commit(story.dispatched(nonce, { id: runId, url: "https://run" }));
}

const reconcile = async () => {
  const place = await openerOf(world.options).open({ installationId: 1, repository, seenAt: new Date(at(0)) });
  await reconcileRuns(place, world.options, budgetOf(22));
};
const job = async () => (await recall(world.store, repository.id, 42)).memory.jobs[0] ?? assert.fail("no job");

/** phase, reason and the state of the run after one look */
type Outcome = readonly [phase: string, reason: string | null, run: string];

const table: readonly {
  readonly name: string;
  readonly isAnswered?: boolean;
  readonly run: Listed | null;
  readonly after: number;
  readonly outcome: Outcome;
  readonly healed: readonly string[];
}[] = [
  {
    name: "a run whose end nobody told is told",
    run: { status: "completed", conclusion: "failure", second: 100 },
    after: 200,
    outcome: ["failed", "run_failed", "completed"],
    healed: ["run_completed"],
  },
  {
    name: "an end of just now is left to its webhook",
    run: { status: "completed", conclusion: "failure", second: 100 },
    after: 150,
    outcome: ["training", null, "dispatched"],
    healed: [],
  },
  {
    name: "a run that began unheard is told",
    run: { status: "in_progress", second: 100 },
    after: 200,
    outcome: ["training", null, "running"],
    healed: ["run_started"],
  },
  {
    name: "a run that waits for a machine goes well",
    run: { status: "queued", second: 10 },
    after: hour,
    outcome: ["training", null, "dispatched"],
    healed: [],
  },
  {
    name: "a run that no machine takes in a day is given up",
    run: { status: "queued", second: 10 },
    after: 27 * hour,
    outcome: ["failed", "queue_stuck", "dispatched"],
    healed: ["run_given_up"],
  },
  {
    name: "a run whose dispatch was answered, but the answer lost, is recognized by its nonce",
    isAnswered: false,
    run: { status: "queued", second: 10 },
    after: 200,
    outcome: ["training", null, "dispatched"],
    healed: ["run_dispatched"],
  },
  {
    name: "a run of somebody else's that carries the nonce is not ours",
    isAnswered: false,
    run: { status: "completed", conclusion: "success", actor: "mallory", second: 10 },
    after: 200,
    outcome: ["training", null, "dispatched"],
    healed: [],
  },
  {
    name: "a run that is known by its id is ours, whatever the App was called when it began",
    run: { status: "completed", conclusion: "failure", actor: "assay-beta[bot]", second: 100 },
    after: 2 * hour,
    outcome: ["failed", "run_failed", "completed"],
    healed: ["run_completed"],
  },
  {
    name: "a run that GitHub does not have is waited for a quarter of an hour",
    run: null,
    after: 14 * minute,
    outcome: ["training", null, "dispatched"],
    healed: [],
  },
  {
    name: "and is lost then",
    run: null,
    after: 16 * minute,
    outcome: ["failed", "run_lost", "dispatched"],
    healed: ["run_given_up"],
  },
];

for (const { name, isAnswered = true, run, after: second, outcome, healed } of table)
  test(name, async () => {
    await asked(isAnswered, (nonce) => (run === null ? null : runOf(nonce, run)));
    world.clock.second = second;
    await reconcile();
    const { phase, fault, runs } = await job();
    assert.deepEqual([phase, fault?.reason ?? null, runs[0]?.state], outcome);
    assert.deepEqual(Object.keys(await world.heals()), healed);
    await reconcile();
    assert.deepEqual(Object.keys(await world.heals()), healed);
    assert.ok(
      Object.values(await world.heals()).every((count) => count === 1),
      "what was healed is not healed again",
    );
  });

test("what was found ended is shown: the check and the comment are wished for, by the same plan as ever", async () => {
  await asked(true, (nonce) => runOf(nonce, { status: "completed", conclusion: "failure", second: 100 }));
  world.clock.second = 200;
  await reconcile();
  const keys = (await pendingEffects(world.store)).map(({ key }) => key);
  assert.deepEqual(keys.toSorted(), [`check/42/${sha("head 1")}`, "comment/42"]);
});

test("what a run left is read when it is known by its id alone, since the default branch has another name now", async () => {
  const story = tell();
  const opened = story.open();
  const { nonce } = onlyDispatch(opened);
  const artifacts = [artifactNames.result(nonce), artifactNames.model(nonce)].map((name, id) => {
    return { id, name, size_in_bytes: 10, expired: false, digest: `sha256:${sha(name)}` };
  });
  await world.begin(({ path }) =>
    path.endsWith("/artifacts") ? { body: { total_count: artifacts.length, artifacts } } : null,
  );
  await world.commit(opened);
  await world.commit(story.dispatched(nonce, { id: runId, url: "https://run" }));
  const run = { id: runId, url: "https://run", nonce: null };
  const ended = { ...story.base(), kind: "run_completed", run, conclusion: "success" } as const;
  assert.equal(await decideSurely(ended, world.options, "test"), true);
  const { phase, fault } = await job();
  assert.deepEqual([phase, fault], ["evaluating", null]);
});

/** The opening is heard, and GitHub has taken each of its runs, under ids that follow one another. */
async function beginRuns(story: ReturnType<typeof tell>, opened: Plan): Promise<void> {
  await world.commit(opened);
  for (const [index, { nonce }] of ofKind(opened, "dispatch").entries())
    await world.commit(story.dispatched(nonce, { id: runId + index, url: "https://run" }));
}

async function phases(): Promise<readonly string[]> {
  const { jobs } = (await recall(world.store, repository.id, 42)).memory;
  return jobs.map(({ phase }) => phase);
}

test("a run that cannot be told keeps no other waiting", async () => {
  const story = tell({ changedFiles: ["models/damage/train.ts", "models/delay/train.ts"] });
  const opened = story.open();
  const nonces = ofKind(opened, "dispatch").map(({ nonce }) => nonce);
  assert.equal(nonces.length, 2);
  const runs = nonces.map((nonce, index) => ({
    ...runOf(nonce, { status: "completed", conclusion: "failure", second: 100 }),
    id: runId + index,
  }));
  await world.begin(({ path }) => {
    if (path === `${root}/actions/runs/${runId}/artifacts`) return { body: { total_count: 1, artifacts: [null] } };
    if (path.endsWith("/artifacts")) return { body: { total_count: 0, artifacts: [] } };
    return path.endsWith("/runs") ? { body: { total_count: 2, workflow_runs: runs } } : null;
  });
  await beginRuns(story, opened);
  world.clock.second = 200;
  await reconcile();
  assert.deepEqual(await phases(), ["training", "failed"]);
  assert.deepEqual(await world.heals(), { run_completed: 1 });
});

test("a run that GitHub fails to show keeps no other waiting", async () => {
  const story = tell({ changedFiles: ["models/damage/train.ts", "models/delay/train.ts"] });
  const opened = story.open();
  const nonces = ofKind(opened, "dispatch").map(({ nonce }) => nonce);
  const [, second = assert.fail("one run")] = nonces;
  const ended = { ...runOf(second, { status: "completed", conclusion: "failure", second: 100 }), id: runId + 1 };
  await world.begin(({ path }) => {
    if (path.endsWith("/artifacts")) return { body: { total_count: 0, artifacts: [] } };
    if (path === `${root}/actions/runs/${runId}`) return { status: 500 };
    if (path === `${root}/actions/runs/${runId + 1}`) return { body: ended };
    return path.endsWith("/runs") ? { body: { total_count: 0, workflow_runs: [] } } : null;
  });
  await beginRuns(story, opened);
  world.clock.second = 200;
  await reconcile();
  assert.deepEqual(await phases(), ["training", "failed"]);
});

test("without anything to wait for GitHub is not asked", async () => {
  await world.begin(having(null));
  await reconcile();
  assert.deepEqual(world.asked(), []);
});

test("what was healed is counted by kind, in the metrics and on the status page", async () => {
  await asked(true, (nonce) => runOf(nonce, { status: "completed", conclusion: "failure", second: 100 }));
  world.clock.second = 200;
  const count = ({ metrics }: Awaited<ReturnType<typeof pages>>) =>
    metrics.get("assay_heals_total")?.samples.get('kind="run_completed"') ?? 0;
  const before = await pages();
  assert.equal(count(before), 0);
  assert.doesNotMatch(before.dashboard, /healed:/);
  await reconcile();
  const healed = await pages();
  assert.equal(count(healed), 1);
  assert.match(healed.dashboard, /healed: run completed.*?1 ×/s);
});

/** What an operator sees now. */
async function pages() {
  const { store, options } = world;
  const handle = createPages({
    store,
    signer: options.signer,
    ready: () => true,
    log: options.log,
    traffic: createTraffic(),
    webUrl: "https://github.example.com",
    now: options.now,
  });
  const server = createServer((request, response) => {
    void handle(request, response).then((done) => done || response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const root = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const load = async (path: string) => (await fetch(root + path)).text();
  const shown = { metrics: parseExposition(await load("/metrics")), dashboard: await load("/") };
  server.closeAllConnections();
  server.close();
  return shown;
}
