import assert from "node:assert/strict";
import { after, test } from "node:test";
import { keep } from "../../app/store/keep.ts";
import { laneOf, recall } from "../../app/store/memory.ts";
import { startWorker } from "../../app/worker.ts";
import { at, configText, repository, sha } from "../core/plan/material.ts";
import { newestJob, tell } from "../core/plan/situations.ts";
import { type Answer, type Asked, openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

const arrive = (
  id: string,
  name: string,
  payload: object,
  { installation = 1, lane = laneOf(repository.id, 42) } = {},
) => {
  const { id: number, fullName, defaultBranch } = repository;
  const whole = {
    ...payload,
    installation: { id: installation },
    repository: { id: number, full_name: fullName, default_branch: defaultBranch },
  };
  return keep(world.store, { id, name, payload: whole, lane }, at(world.clock.second));
};

/** What GitHub has of pull request 42, whose author may write. */
function pullRequest({ method, path }: Asked): Answer | null {
  if (path.endsWith("/permission")) return { body: { permission: "write", role_name: "write", user: {} } };
  if (path.endsWith("/pulls/42")) return { body: { head: { sha: sha("head 1") } } };
  const tree = /\/git\/trees\/([0-9a-f]{40})$/.exec(path)?.[1];
  if (tree !== undefined) return { body: { sha: tree, tree: [], truncated: false } };
  if (path.includes("/compare/")) return { body: { ahead_by: 1, behind_by: 0, files: [] } };
  const content = Buffer.from(configText);
  if (path.endsWith("/.github/assay.yml"))
    return { body: { type: "file", encoding: "base64", size: content.length, content: content.toString("base64") } };
  if (method === "POST" && path.endsWith("/reactions")) return { status: 201, body: { id: 12 } };
  return null;
}

test("a comment that GitHub tells under two delivery ids is obeyed and answered once", async () => {
  await world.begin(pullRequest);
  const story = tell();
  await world.commit(story.open());
  const { id } = newestJob(story);
  const comment = { id: 9, body: "/retrain damage --fresh", user: { login: "ada", type: "User" }, created_at: at(5) };
  const payload = { action: "created", issue: { number: 42, pull_request: {} }, comment, sender: comment.user };
  for (const delivery of ["first", "second"]) {
    await arrive(delivery, "issue_comment", payload);
    await world.work();
  }
  const rows = await world.store.selectFrom("deliveries").select(["id", "state"]).orderBy("seq").execute();
  assert.deepEqual(rows, [
    { id: "first", state: "done" },
    { id: "second", state: "done" },
  ]);
  const { jobs } = (await recall(world.store, repository.id, 42)).memory;
  assert.deepEqual([jobs.length, jobs[0]?.id === id], [2, true], "one job more");
  const reactions = world.asked().filter((line) => line.startsWith("POST") && line.endsWith("/comments/9/reactions"));
  assert.equal(reactions.length, 1);
});

test("a limit that a delivery hits holds up its whole installation and nobody else, and costs no further request", async () => {
  let isLimited = true;
  await world.begin(() => {
    const body = { message: "You have exceeded a secondary rate limit." };
    return isLimited ? { status: 403, body } : null;
  });
  const push = (commit: string, installation: number) =>
    arrive(commit, "push", { ref: "refs/heads/main", after: commit }, { installation, lane: commit });
  const work = async () => {
    const worker = startWorker({ ...world.options, slots: 1 });
    worker.wake();
    await worker.idle();
    await worker.stop();
  };
  const states = async () => {
    const rows = await world.store
      .selectFrom("deliveries")
      .select(["id", "state", "attempts"])
      .orderBy("seq")
      .execute();
    return rows.map(({ id, state, attempts }) => `${id} ${state} ${attempts}`);
  };
  await push("first", 1);
  await work();
  isLimited = false;
  await push("second", 1);
  await push("elsewhere", 2);
  await arrive("chatter", "star", { action: "created" }, { lane: "chatter" });
  world.clock.second = 50;
  await work();
  const reads = () => world.asked().filter((line) => line.includes("/contents/")).length;
  assert.equal(reads(), 2, "of the first and the one elsewhere");
  assert.deepEqual(await states(), ["first pending 1", "second pending 0", "elsewhere done 1", "chatter done 1"]);

  await world.store
    .updateTable("pauses")
    .set({ until: new Date(0) })
    .execute();
  world.clock.second = 111;
  await work();
  assert.deepEqual(await states(), ["first done 2", "second done 1", "elsewhere done 1", "chatter done 1"]);
});
