import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { budgetOf } from "../../app/reconcile/budget.ts";
import { openerOf } from "../../app/reconcile/opener.ts";
import { reconcileShown } from "../../app/reconcile/shown.ts";
import { at, repository, sha } from "../core/plan/material.ts";
import { onlyDispatch, tell } from "../core/plan/situations.ts";
import { type Answer, type Asked, openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

type Check = { id: number; status: string; conclusion: string | null };
const root = `/repos/${repository.fullName}`;

/** A GitHub that keeps check runs and comments, and lets the test do to them what people do. */
function keeper() {
  const checks = new Map<number, Check>();
  const comments = new Map<number, string>();
  let lastId = 10;
  /** Lists show no more than this many of a commit's checks. */
  const limits = { listed: 100 };
  const answers = ({ method, path, body }: Asked): Answer | null => {
    const checkId = Number(/\/check-runs\/(\d+)$/.exec(path)?.[1]);
    const commentId = Number(/\/issues\/comments\/(\d+)$/.exec(path)?.[1]);
    if (method === "POST" && path.endsWith("/check-runs")) {
      lastId += 1;
      checks.set(lastId, { id: lastId, status: body["status"] ?? "queued", conclusion: body["conclusion"] ?? null });
      return { status: 201, body: checks.get(lastId) };
    }
    if (method === "POST" && path.endsWith("/comments")) {
      lastId += 1;
      comments.set(lastId, body["body"] ?? "");
      return { status: 201, body: { id: lastId, user: null } };
    }
    const check = checks.get(checkId);
    if (check !== undefined) {
      if (method === "PATCH") check.status = body["status"] ?? check.status;
      if (method === "PATCH") check.conclusion = body["conclusion"] ?? null;
      return { body: check };
    }
    if (method === "PATCH" && comments.has(commentId)) comments.set(commentId, body["body"] ?? "");
    if (comments.has(commentId)) return { body: { id: commentId, body: comments.get(commentId) } };
    if (path.endsWith("/check-runs")) {
      const listed = [...checks.values()].slice(0, limits.listed);
      return { body: { total_count: checks.size, check_runs: listed } };
    }
    return path.endsWith("/pulls") || path.startsWith("/app/hook/") ? { body: [] } : null;
  };
  return { answers, checks, comments, limits };
}

/** A pull request whose training failed, with its check and comment on GitHub; or one that still trains. */
async function shown(isOver = true) {
  const github = keeper();
  await world.begin(github.answers);
  const story = tell();
  const opened = story.open();
  await world.commit(opened);
  await world.store.deleteFrom("effects").where("key", "like", "run/%").execute();
  if (isOver) await world.commit(story.completed(onlyDispatch(opened).nonce, "failure", null));
  await world.store.deleteFrom("effects").where("key", "like", "run/%").execute();
  await world.work();
  world.clock.second = 200;
  const check = github.checks.values().next().value ?? assert.fail("no check");
  const comment = github.comments.keys().next().value ?? 0;
  return { ...github, check, comment };
}

/** What a round writes, after the worker has done what it wished for. */
async function healed(): Promise<readonly string[]> {
  const before = world.asked().length;
  await world.round();
  await world.work();
  return world
    .asked()
    .slice(before)
    .filter((line) => !line.startsWith("GET"))
    .map((line) => line.replace(root, ""));
}

type Github = Awaited<ReturnType<typeof shown>>;

const table: readonly {
  readonly name: string;
  readonly isOver?: boolean;
  readonly disturb: (github: Github) => void;
  readonly written: (github: Github) => readonly string[];
  readonly heals: Readonly<Record<string, number>>;
}[] = [
  { name: "nothing that is as it should be is written", disturb: () => {}, written: () => [], heals: {} },
  {
    name: "a check that is gone is made anew",
    disturb: ({ checks, check }) => void checks.delete(check.id),
    written: ({ check }) => [`PATCH /check-runs/${check.id}`, "POST /check-runs"],
    heals: { check: 1 },
  },
  {
    name: "a check left in progress is ended",
    disturb: ({ check }) => {
      check.status = "in_progress";
      check.conclusion = null;
    },
    written: ({ check }) => [`PATCH /check-runs/${check.id}`],
    heals: { check: 1 },
  },
  {
    name: "a check that says another conclusion is put right",
    disturb: ({ check }) => {
      check.conclusion = "success";
    },
    written: ({ check }) => [`PATCH /check-runs/${check.id}`],
    heals: { check: 1 },
  },
  {
    name: "a check that ended while its job goes on is set to work again",
    isOver: false,
    disturb: ({ check }) => {
      check.status = "completed";
      check.conclusion = "stale";
    },
    written: ({ check }) => [`PATCH /check-runs/${check.id}`],
    heals: { check: 1 },
  },
  {
    name: "a check of a job at work need not be as far as the job",
    isOver: false,
    disturb: ({ check }) => {
      check.status = "in_progress";
    },
    written: () => [],
    heals: {},
  },
  {
    name: "a check that a list leaves out is asked for by itself, and stays",
    disturb: ({ limits }) => {
      limits.listed = 0;
    },
    written: () => [],
    heals: {},
  },
  {
    name: "a comment that somebody deleted unheard is made anew",
    disturb: ({ comments, comment }) => void comments.delete(comment),
    written: () => ["POST /issues/42/comments"],
    heals: { comment_disturbed: 1 },
  },
  {
    name: "a comment that somebody edited unheard is written again",
    disturb: ({ comments, comment }) => void comments.set(comment, "Looks good to me."),
    written: ({ comment }) => [`PATCH /issues/comments/${comment}`],
    heals: { comment_disturbed: 1 },
  },
  {
    name: "a comment whose line ends GitHub changed was not edited",
    disturb: ({ comments, comment }) =>
      void comments.set(comment, comments.get(comment)?.trimEnd().replaceAll("\n", "\r\n") ?? ""),
    written: () => [],
    heals: {},
  },
];

for (const { name, isOver = true, disturb, written, heals } of table)
  test(name, async () => {
    const github = await shown(isOver);
    const before = JSON.stringify([...github.comments.values()]);
    const { status, conclusion } = github.check;
    disturb(github);
    assert.deepEqual(await healed(), written(github));
    assert.deepEqual(await world.heals(), heals);
    if (Object.keys(heals).length === 0) return;
    assert.equal(JSON.stringify([...github.comments.values()]), before);
    assert.deepEqual(
      [...github.checks.values()].map((check) => [check.status, check.conclusion]),
      [[status, conclusion]],
    );
    world.clock.second += 3_600;
    assert.deepEqual(await healed(), [], "what is mended stays as it is");
  });

test("what was written just now, or waits to be, is left alone", async () => {
  const github = await shown();
  github.check.conclusion = "success";
  world.clock.second = 60;
  assert.deepEqual(await healed(), []);
  world.clock.second = 4_000;
  await world.store
    .updateTable("effects")
    .set({ state: "pending", not_before: at(9_000) })
    .execute();
  assert.deepEqual(await healed(), []);
  assert.deepEqual(await world.heals(), {});
});

test("a pull request is looked at once an hour, by two requests; one that is closed is not", async () => {
  await shown();
  const looks = () =>
    world
      .asked()
      .filter((line) => line === `GET ${root}/commits/${sha("head 1")}/check-runs` || line.includes("comments/"));
  const made = looks().length;
  for (let minute = 0; minute < 60; minute += 10) {
    world.clock.second = 200 + 60 * minute;
    await world.round();
  }
  assert.equal(looks().length - made, 2);
  world.clock.second = 200 + 3_600;
  await world.round();
  assert.equal(looks().length - made, 4);
  await world.store
    .updateTable("pulls")
    .set({ document: JSON.stringify({ ...(await only()), state: "closed" }) })
    .execute();
  world.clock.second += 3_600;
  await world.round();
  assert.equal(looks().length - made, 4);
});

/** Open pull requests with a comment, in repositories of an installation each. */
async function manyComments(repositories: number, each: number): Promise<void> {
  const { pull } = tell().open();
  await sql`
    insert into repositories (id, installation_id, full_name, default_branch)
    select n, n, 'acme/repository-' || n, 'main' from generate_series(1, ${repositories}::integer) n`.execute(
    world.store,
  );
  await sql`
    insert into pulls (repository_id, number, document)
    select id, n, ${JSON.stringify(pull)}::jsonb || jsonb_build_object('repositoryId', id, 'number', n)
    from repositories, generate_series(1, ${each}::integer) n`.execute(world.store);
  await sql`
    insert into externals (repository_id, key, id, content, written_at)
    select repository_id, 'comment/' || number, number, '', ${at(0)} from pulls`.execute(world.store);
}

for (const [name, repositories, each, isPaid, looks] of [
  ["eight, where no token has to be got", 1, 20, true, 8],
  ["seven, with a token to get", 1, 20, false, 7],
  ["seven, with two tokens to get", 2, 5, false, 7],
  ["five, with a token to get for each", 20, 1, false, 5],
] as const)
  test(`of what open pull requests show, a round looks at ${name}`, async () => {
    await world.begin(({ path }) => (path.includes("/issues/comments/") ? { body: { id: 1, body: "" } } : null));
    await manyComments(repositories, each);
    world.clock.second = 10_000;
    const opener = openerOf(world.options);
    if (isPaid) opener.pay(1, budgetOf(1));
    await reconcileShown(world.options, opener, budgetOf(16));
    const read = world.asked().filter((line) => line.startsWith("GET") && line.includes("/issues/comments/"));
    assert.equal(read.length, looks);
  });

async function only() {
  return (await world.store.selectFrom("pulls").select("document").executeTakeFirstOrThrow()).document;
}
