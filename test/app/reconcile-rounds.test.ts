import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startReconciler } from "../../app/reconcile/reconciler.ts";
import { pause } from "../../app/store/budgets.ts";
import { noteRepository } from "../../app/store/repositories.ts";
import { at, repository, sha } from "../core/plan/material.ts";
import { type Answer, type Asked, know, openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

const other = { id: repository.id + 1, fullName: "acme/other", defaultBranch: "main" } as const;
const listed = (fullName: string) => world.asked().filter((line) => line === `GET /repos/${fullName}/pulls`).length;

/**
 * In the material's repository of every eight two were opened and six merged unheard, which is just what a round may ask about;
 * the other one is empty.
 */
function busy(aboutCommits: Answer | null = null) {
  return ({ path }: Asked): Answer | null => {
    if (path.startsWith("/app/hook/") || path === `/repos/${other.fullName}/pulls`) return { body: [] };
    if (path === `/repos/${repository.fullName}/pulls`)
      return {
        body: Array.from({ length: 24 }, (_, index) => ({
          number: index + 1,
          state: index % 8 < 2 ? "open" : "closed",
          user: { login: "ada" },
          updated_at: at(200 - index),
          merged_at: index % 8 < 2 ? null : at(200 - index),
          merge_commit_sha: index % 8 < 2 ? null : sha(`merge ${index}`),
          head: { sha: sha(`head ${index}`), repo: { id: repository.id } },
          base: { ref: "main", sha: sha("base") },
        })),
      };
    const tree = /\/git\/trees\/([0-9a-f]{40})$/.exec(path)?.[1];
    if (tree !== undefined) return aboutCommits ?? { body: { sha: tree, tree: [], truncated: false } };
    if (path.includes("/compare/")) return { body: { ahead_by: 1, behind_by: 0, files: [] } };
    return path.endsWith("/files") ? { body: [] } : null;
  };
}

async function knowBoth(): Promise<void> {
  await noteRepository(world.store, 1, other);
  await know(world);
  world.clock.second = 10_000;
}

/** One with which a reconciler begins, and one more. */
const twoRounds = () => world.round();

test("rounds begin by themselves, one after the other", { timeout: 60_000 }, async () => {
  const third = Promise.withResolvers<void>();
  let rounds = 0;
  await world.begin(({ query }) => {
    if (query.get("status") === "failure") rounds += 1;
    if (rounds === 3) third.resolve();
    return { body: [] };
  });
  const reconciler = startReconciler({ ...world.options, everyMs: 1 });
  await third.promise;
  await reconciler.stop();
  const asked = world.asked().length;
  await reconciler.round();
  assert.equal(world.asked().length, asked, "none after the end");
});

test("a repository that uses up a round does not take the turn of the next one", async () => {
  await world.begin(busy());
  await knowBoth();
  await twoRounds();
  assert.deepEqual([listed(repository.fullName), listed(other.fullName)], [2, 1]);
});

test("an installation that GitHub asked to wait is not asked about, until the wait is over", async () => {
  await world.begin(busy());
  await knowBoth();
  await pause(world.store, 1, 60);
  await twoRounds();
  assert.deepEqual(
    world.asked().filter((line) => !line.startsWith("GET /app/hook/")),
    [],
  );
  await world.store.deleteFrom("pauses").execute();
  await twoRounds();
  assert.notEqual(listed(repository.fullName), 0);
});

test("when GitHub asks to wait, nothing more is asked about that installation", async () => {
  const limited = { status: 429, headers: { "retry-after": "60" }, body: { message: "slow down" } };
  await world.begin(busy(limited));
  await knowBoth();
  await twoRounds();
  const asked = world.asked().filter((line) => line.startsWith("GET /repos/"));
  assert.ok(asked.some((line) => line.includes("/git/trees/")));
  assert.equal(asked.filter((line) => line.includes("/compare/")).length, 1, "of many the first only");
  assert.equal(listed(other.fullName), 0);
  assert.equal((await world.store.selectFrom("pauses").select("installation_id").execute()).length, 1);
});
