import assert from "node:assert/strict";
import { after, test } from "node:test";
import { decideSurely } from "../../app/decide.ts";
import { recall } from "../../app/store/memory.ts";
import type { Event, PullSnapshot } from "../../core/plan/event.ts";
import { at, repository, sha } from "../core/plan/material.ts";
import { type Asked, know, openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

const root = `/repos/${repository.fullName}`;
const pull: PullSnapshot = {
  number: 42,
  author: "ada",
  fork: false,
  head: sha("head 1"),
  base: { ref: "main", sha: sha("base") },
};
const base = { installationId: 1, repository } as const;

type Told = "opened" | "reopened" | "closed" | "merged" | "pushed";

function eventOf(told: Told, second: number): Event {
  const where = { ...base, at: at(second) };
  if (told === "closed") return { ...where, kind: "pull_closed", pull, mergeCommit: null, mergedAt: null };
  if (told === "merged")
    return { ...where, kind: "pull_closed", pull, mergeCommit: sha("merge"), mergedAt: at(second) };
  if (told === "pushed")
    return { ...where, kind: "pull_changed", action: "synchronize", pull: { ...pull, head: sha("head 2") } };
  return { ...where, kind: "pull_changed", action: told, pull };
}

/** A repository without a configuration; the pull request is as it is now. */
function github(state: "open" | "closed", head: string) {
  return ({ path }: Asked) => {
    if (path === `${root}/pulls/42`) return { body: { state, head: { sha: head } } };
    const tree = /\/git\/trees\/([0-9a-f]{40})$/.exec(path)?.[1];
    if (tree !== undefined) return { body: { sha: tree, tree: [], truncated: false } };
    if (path.includes("/compare/")) return { body: { ahead_by: 1, behind_by: 0, files: [] } };
    if (path.endsWith("/files")) return { body: [] };
    return null;
  };
}

const lives: readonly {
  readonly before: readonly Told[];
  /** In one second, as it happened. */
  readonly pair: readonly [Told, Told];
  readonly end: "open" | "closed" | "merged";
  /** How often GitHub is asked for the pull request, told in order and swapped. */
  readonly asks: readonly [number, number];
}[] = [
  { before: ["opened"], pair: ["closed", "reopened"], end: "open", asks: [1, 1] },
  { before: ["opened", "closed"], pair: ["reopened", "closed"], end: "closed", asks: [1, 1] },
  { before: [], pair: ["opened", "closed"], end: "closed", asks: [1, 1] },
  { before: ["opened", "closed"], pair: ["reopened", "merged"], end: "merged", asks: [0, 0] },
  { before: ["opened"], pair: ["pushed", "merged"], end: "merged", asks: [0, 0] },
];

for (const { before, pair, end, asks } of lives)
  for (const [index, order] of [pair, pair.toReversed()].entries())
    test(`in one second ${pair.join(", then ")}, told as ${order.join(", then ")}: it is ${end} at the end`, async () => {
      const head = pair.includes("pushed") ? sha("head 2") : pull.head;
      await world.begin(github(end === "open" ? "open" : "closed", head));
      await know(world);
      const tell = async (told: Told, second: number) => {
        const event = eventOf(told, second);
        const merged =
          event.kind === "pull_closed" && told === "merged" ? { ...event, pull: { ...pull, head } } : event;
        await decideSurely(merged, world.options, "test");
      };
      for (const [second, told] of before.entries()) await tell(told, second + 1);
      for (const told of order) await tell(told, 100);
      const found = (await recall(world.store, repository.id, 42)).memory.pull;
      assert.deepEqual([found?.state, found?.head], [end, head]);
      assert.equal(world.asked().filter((line) => line === `GET ${root}/pulls/42`).length, asks[index]);
    });

test("a pull request that is opened, pushed to, closed and reopened at its leisure needs no look at it", async () => {
  await world.begin(github("open", sha("head 2")));
  await know(world);
  for (const [index, told] of (["opened", "pushed", "closed", "reopened"] as const).entries())
    await decideSurely(eventOf(told, 10 * index), world.options, "test");
  assert.deepEqual(
    world.asked().filter((line) => line === `GET ${root}/pulls/42`),
    [],
  );
});
