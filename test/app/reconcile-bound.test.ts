import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { sql } from "kysely";
import { startReconciler } from "../../app/reconcile/reconciler.ts";
import type { Pull } from "../../core/job/state.ts";
import { at, sha } from "../core/plan/material.ts";
import { tell } from "../core/plan/situations.ts";
import { type Answer, type Asked, openReconcileWorld } from "./reconcile-world.ts";

const world = await openReconcileWorld();
after(() => world.stop());

/** Ten thousand open pull requests, in repositories of as many installations: each needs a token of its own. */
const repositories = 25;
const perRepository = 400;
const mostRequests = 100;
const mostBytes = 200 * 1024 * 1024;
const first = 1_000;
const began = 100_000;

/** What a head is at a time: nobody pushes, or everybody does, unheard, as after a night without the App. */
type Head = (number: number) => string;

function pullOf(repository: number, number: number, head: string, second: number) {
  return {
    number,
    state: "open",
    title: `Pull request ${number}`,
    // GitHub's own answers are about 20 kB for each.
    body: "x".repeat(16_000),
    user: { login: "ada" },
    updated_at: at(second),
    merged_at: null,
    merge_commit_sha: null,
    head: { sha: sha(head), repo: { id: repository } },
    base: { ref: "main", sha: sha("base") },
  };
}

function runOf(id: number, login: string) {
  return {
    id,
    html_url: `https://run/${id}`,
    display_title: "assay train",
    path: ".github/workflows/assay.yml",
    head_branch: "main",
    status: "queued",
    conclusion: null,
    actor: { login },
    created_at: at(began),
    updated_at: at(began),
  };
}

/** Everything is as dear as it can be: deliveries fail, runs are far down in their list, checks are gone. */
function having(head: Head, second: () => number) {
  return ({ method, path, query }: Asked): Answer | null => {
    if (path === "/app/hook/deliveries") {
      const until = Number(query.get("cursor")?.slice("v1_".length) ?? 1_000_000 + second());
      const page = Array.from({ length: 100 }, (_, index) => until - 1 - index);
      return {
        body: page.map((id) => ({ id, guid: `guid-${id}`, status_code: 502, delivered_at: at(second() - 3_600) })),
        headers: { link: `<http://github${path}?cursor=v1_${until - 100}>; rel="next"` },
      };
    }
    if (path.endsWith("/attempts")) return { status: 202 };
    const repository = Number(/\/repos\/acme\/repository-(\d+)\//.exec(path)?.[1]);
    if (/\/repository-\d+\/pulls$/.test(path)) {
      const from = 100 * (Number(query.get("page")) - 1);
      const page = Array.from(
        { length: Math.min(100, perRepository - from) },
        (_, index) => perRepository - from - index,
      );
      return { body: page.map((number) => pullOf(repository, number, head(number), second() - 600 + number)) };
    }
    if (path.endsWith("/workflows/assay.yml/runs"))
      return { body: { total_count: 1_000, workflow_runs: Array.from({ length: 100 }, () => runOf(1, "somebody")) } };
    const runId = /\/actions\/runs\/(\d+)$/.exec(path)?.[1];
    if (runId !== undefined) return { body: runOf(Number(runId), "assay[bot]") };
    const tree = /\/git\/trees\/([0-9a-f]{40})$/.exec(path)?.[1];
    if (tree !== undefined) return { body: { sha: tree, tree: [], truncated: false } };
    if (path.includes("/compare/")) return { body: { ahead_by: 1, behind_by: 0, files: [] } };
    if (path.endsWith("/files")) return { body: [] };
    if (path.endsWith("/check-runs")) return { body: { total_count: 0, check_runs: [] } };
    if (method === "POST" && path.endsWith("/access_tokens")) return { status: 201, body: { token: "x" } };
    return null;
  };
}

/** Rows as they would be after the pull requests had been heard of, each with a check and a comment. */
async function remember(): Promise<void> {
  const opened = tell().open();
  const pull: Pull = opened.pull ?? assert.fail("no pull request");
  await sql`
    insert into repositories (id, installation_id, full_name, default_branch, seen_at)
    select ${first}::integer + n, ${first}::integer + n, 'acme/repository-' || (${first}::integer + n), 'main', ${at(0)}::timestamptz
    from generate_series(1, ${repositories}::integer) n`.execute(world.store);
  await sql`
    insert into pulls (repository_id, number, document)
    select repositories.id, n, ${JSON.stringify(pull)}::jsonb || jsonb_build_object(
      'repositoryId', repositories.id, 'repository', full_name, 'number', n)
    from repositories, generate_series(1, ${perRepository}::integer) n`.execute(world.store);
  const [job] = opened.jobs;
  const run = { ...job?.runs[0], runId: 5_000, dispatchedAt: at(began - 600) };
  await sql`
    insert into jobs (id, repository_id, pull, fingerprint, trained, document)
    select repository_id || '/' || number, repository_id, number, 'f', false,
      ${JSON.stringify({ ...job, runs: [run] })}::jsonb from pulls where number % 10 = 0`.execute(world.store);
  await sql`
    insert into externals (repository_id, key, id, content, written_at)
    select repository_id, name || number || part, number, '', ${at(0)} from pulls,
      (values ('comment/', ''), ('check/', '/' || ${sha("head 1")})) as kinds (name, part)`.execute(world.store);
}

/** The App, whose tokens never last until the next minute. */
function options() {
  const minutes = new Map<number, number>();
  return {
    ...world.options,
    octokitFor: async (installationId: number) => {
      const octokit = await world.options.octokitFor(installationId);
      if (minutes.get(installationId) !== world.clock.second)
        await octokit.request("POST /app/installations/{installation_id}/access_tokens", {
          installation_id: installationId,
        });
      minutes.set(installationId, world.clock.second);
      return octokit;
    },
  };
}

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

for (const [name, head] of [
  ["quiet", () => "head 1"],
  ["all pushed to unheard", () => "head 2"],
] as const)
  test(`ten thousand open pull requests, ${name}: below ${mostRequests} requests a minute and 200 MB`, async (t) => {
    await world.begin(having(head, () => world.clock.second));
    world.clock.second = began;
    await remember();
    collectGarbage();
    const before = process.memoryUsage();
    let mostHeap = 0;
    let mostResident = 0;
    const reconciler = startReconciler(options());
    t.after(() => reconciler.stop());
    // The round it begins with is not counted: this one waits for its end.
    await reconciler.round();
    for (let minute = 1; minute <= 5; minute += 1) {
      world.clock.second += 60;
      const asked = world.requests().length;
      await reconciler.round();
      const requests = world.requests().length - asked;
      assert.ok(requests < mostRequests, `${requests} requests in minute ${minute}`);
      assert.ok(requests > mostRequests / 2, `it does what it may: ${requests}`);
      const { heapUsed, rss } = process.memoryUsage();
      mostHeap = Math.max(mostHeap, heapUsed);
      mostResident = Math.max(mostResident, rss);
    }
    assert.ok(mostHeap - before.heapUsed < mostBytes, `the heap grew by ${mostHeap - before.heapUsed}`);
    assert.ok(mostResident - before.rss < mostBytes, `the process grew by ${mostResident - before.rss}`);
    assert.ok(Object.values(await world.heals()).some((count) => count > 0));
  });
