import assert from "node:assert/strict";
import { after, test } from "node:test";
import { keep } from "../../app/store/keep.ts";
import { commitPlan, laneOf, RevisionConflict, recall } from "../../app/store/memory.ts";
import { plan } from "../../core/plan/plan.ts";
import { at, repository, sha } from "../core/plan/material.ts";
import { onlyDispatch, tell } from "../core/plan/situations.ts";
import { type Answer, type Asked, openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

const root = `/repos/${repository.fullName}`;
const runId = 5_000;

/** What GitHub has: pull request 42 as it stands, a run of it, and whoever asks may write. */
function having(now: { head?: string; state?: "open" | "closed"; run?: { nonce: string; conclusion: string } }) {
  const { head = "head 1", state = "open", run } = now;
  const listed =
    run === undefined
      ? []
      : [
          {
            id: runId,
            html_url: "https://run",
            display_title: `assay train ${run.nonce}`,
            path: ".github/workflows/assay.yml",
            head_branch: "main",
            status: "completed",
            conclusion: run.conclusion,
            actor: { login: "assay[bot]" },
            created_at: at(50),
            updated_at: at(90),
          },
        ];
  return ({ method, path }: Asked): Answer | null => {
    if (path === `${root}/pulls/42` || path === `${root}/pulls/43`)
      return {
        body: {
          number: Number(path.slice(-2)),
          state,
          user: { login: "ada" },
          updated_at: at(100),
          merged_at: null,
          merge_commit_sha: null,
          head: { sha: sha(head), repo: { id: repository.id } },
          base: { ref: "main", sha: sha("base") },
        },
      };
    if (path.endsWith("/permission")) return { body: { permission: "write", role_name: "write", user: {} } };
    if (path.endsWith("/workflows/assay.yml/runs"))
      return { body: { total_count: listed.length, workflow_runs: listed } };
    if (path.endsWith("/artifacts")) return { body: { total_count: 0, artifacts: [] } };
    const tree = /\/git\/trees\/([0-9a-f]{40})$/.exec(path)?.[1];
    if (tree !== undefined) return { body: { sha: tree, tree: [], truncated: false } };
    if (path.includes("/compare/")) return { body: { ahead_by: 1, behind_by: 0, files: [] } };
    if (method === "POST" && path.endsWith("/check-runs")) return { status: 201, body: { id: 11 } };
    if (method === "PATCH" && path.includes("/check-runs/")) return { body: { id: 11 } };
    if (method === "POST" && path.endsWith("/reactions")) return { status: 201, body: { id: 12 } };
    if (method === "POST" && path.endsWith("/comments")) return { status: 201, body: { id: 13, user: null } };
    if (method === "PATCH" && path.includes("/issues/comments/")) return { body: { id: 13 } };
    return null;
  };
}

let deliveries = 0;
let defaultBranch = "main";
async function hear(name: string, payload: object, pull = 42): Promise<void> {
  deliveries += 1;
  const sender = { login: "grace", type: "User" };
  const whole = {
    ...payload,
    sender,
    installation: { id: 1 },
    repository: { id: repository.id, full_name: repository.fullName, default_branch: defaultBranch },
  };
  const id = `delivery-${deliveries}`;
  await keep(world.store, { id, name, payload: whole, lane: laneOf(repository.id, pull) }, at(world.clock.second));
  await world.work();
}

const command = (body: string, pull = 42) =>
  hear(
    "issue_comment",
    {
      action: "created",
      issue: { number: pull, pull_request: {} },
      comment: { id: 900 + deliveries, body, user: { login: "grace", type: "User" }, created_at: at(100) },
    },
    pull,
  );
/** The re-run button of the check that is about no model. */
const button = () =>
  hear("check_run", { action: "rerequested", check_run: { external_id: "assay:42:", head_sha: sha("head 1") } });

const memory = async (pull = 42) => (await recall(world.store, repository.id, pull)).memory;
const written = (since: number) =>
  world
    .asked()
    .slice(since)
    .filter((line) => !line.startsWith("GET"))
    .map((line) => line.replace(root, ""));

test("/recheck hears what was missed, and writes again what is shown, whatever was written before", async () => {
  const story = tell();
  const opened = story.open();
  const { nonce } = onlyDispatch(opened);
  await world.begin(having({ run: { nonce, conclusion: "failure" } }));
  await world.commit(opened);
  await world.commit(story.dispatched(nonce, { id: runId, url: "https://run" }));
  await world.store.deleteFrom("effects").where("key", "like", "run/%").execute();
  world.clock.second = 100;
  await world.work();
  const before = world.asked().length;
  await command("/recheck");
  assert.equal((await memory()).jobs[0]?.fault?.reason, "run_failed", "the end of its run was heard of now");
  assert.deepEqual(written(before).toSorted(), [
    "PATCH /check-runs/11",
    "POST /issues/42/comments",
    "POST /issues/comments/900/reactions",
  ]);
  const again = world.asked().length;
  await command("/recheck");
  assert.deepEqual(written(again).toSorted(), [
    "PATCH /check-runs/11",
    "PATCH /issues/comments/13",
    "POST /issues/comments/901/reactions",
  ]);
});

test("what was made from an older view of a pull request does not overwrite what was decided meanwhile", async () => {
  const story = tell();
  const opened = story.open();
  await world.begin(having({}));
  await world.commit(opened);
  const older = await recall(world.store, repository.id, 42);
  const facts = { memory: older.memory, outcome: null };
  const event = { ...story.base(), kind: "pull_rechecked", pull: 42 } as const;
  const late = plan({ event, facts }, { now: at(100), entropy: "" });
  await world.commit(story.completed(onlyDispatch(opened).nonce, "failure", null));
  const from = { recollection: older, installationId: 1, repository, now: at(100), once: null };
  await assert.rejects(
    commitPlan(world.store, late, from, async () => {}),
    RevisionConflict,
  );
});

test("/recheck hears of a push that nobody told", async () => {
  await world.begin(having({ head: "head 2" }));
  await world.commit(tell().open());
  await world.store.deleteFrom("effects").execute();
  world.clock.second = 100;
  await command("/recheck");
  assert.equal((await memory()).pull?.head, sha("head 2"));
});

test("/recheck hears that another branch than the pull request's has become the default one", async () => {
  await world.begin(having({}));
  await world.commit(tell().open());
  await world.store.deleteFrom("effects").execute();
  world.clock.second = 100;
  defaultBranch = "trunk";
  await command("/recheck");
  defaultBranch = "main";
  const { pull } = await memory();
  assert.deepEqual(
    pull?.faults.map(({ reason }) => reason),
    ["base_not_default"],
  );
});

test("the re-run button of a check without models rechecks, for whoever may write", async () => {
  await world.begin(having({}));
  await world.commit(tell({ changedFiles: [] }).open());
  world.clock.second = 100;
  await world.work();
  const before = world.asked().length;
  await button();
  assert.deepEqual(written(before), ["PATCH /check-runs/11"]);
});

test("a command on a pull request from before we came: the pull request is heard of first, then the command", async () => {
  await world.begin(having({}));
  world.clock.second = 100;
  await command("/recheck", 43);
  const { pull } = await memory(43);
  assert.deepEqual([pull?.state, pull?.head], ["open", sha("head 1")]);
  assert.ok(written(0).some((line) => line.endsWith("/reactions")));
  assert.ok(written(0).includes("POST /check-runs"));
});

test("a command on a pull request that ended before we came is answered, and the pull request is left alone", async () => {
  await world.begin(having({ state: "closed" }));
  world.clock.second = 100;
  await command("/retrain", 43);
  assert.equal((await memory(43)).pull, null);
  assert.ok(written(0).some((line) => line.endsWith("/reactions")));
  assert.ok(!written(0).includes("POST /check-runs"));
});
