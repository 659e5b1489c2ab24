import { sql } from "kysely";
import type { Store } from "../../app/store/open.ts";
import { at, sha } from "../core/plan/material.ts";
import { tell } from "../core/plan/situations.ts";
import type { Answer, Asked } from "./reconcile-world.ts";

/** Ten thousand open pull requests, in repositories of as many installations: each needs a token of its own. */
const repositories = 25;
const perRepository = 400;
const first = 1_000;

/** Heads are as they are remembered, or as after a night without the App, in which everybody pushed. */
export type Scene = "quiet" | "all pushed to unheard";

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

function runOf(id: number, login: string, second: number) {
  return {
    id,
    html_url: `https://run/${id}`,
    display_title: "assay train",
    path: ".github/workflows/assay.yml",
    head_branch: "main",
    status: "queued",
    conclusion: null,
    actor: { login },
    created_at: at(second),
    updated_at: at(second),
  };
}

/** Everything is as dear as it can be: deliveries fail, runs are far down in their list, checks are gone. */
export function manyPulls(scene: Scene, second: () => number) {
  const head = scene === "quiet" ? "head 1" : "head 2";
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
      return { body: page.map((number) => pullOf(repository, number, head, second() - 600 + number)) };
    }
    if (path.endsWith("/workflows/assay.yml/runs"))
      return {
        body: { total_count: 1_000, workflow_runs: Array.from({ length: 100 }, () => runOf(1, "somebody", second())) },
      };
    const runId = /\/actions\/runs\/(\d+)$/.exec(path)?.[1];
    if (runId !== undefined) return { body: runOf(Number(runId), "assay[bot]", second()) };
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
export async function rememberManyPulls(store: Store, second: number): Promise<void> {
  const { pull, jobs } = tell().open();
  if (pull === null) throw new Error("an opened pull request is remembered");
  await sql`
    insert into repositories (id, installation_id, full_name, default_branch, seen_at)
    select ${first}::integer + n, ${first}::integer + n, 'acme/repository-' || (${first}::integer + n), 'main', ${at(0)}::timestamptz
    from generate_series(1, ${repositories}::integer) n`.execute(store);
  await sql`
    insert into pulls (repository_id, number, document)
    select repositories.id, n, ${JSON.stringify(pull)}::jsonb || jsonb_build_object(
      'repositoryId', repositories.id, 'repository', full_name, 'number', n)
    from repositories, generate_series(1, ${perRepository}::integer) n`.execute(store);
  const [job] = jobs;
  const run = { ...job?.runs[0], runId: 5_000, dispatchedAt: at(second - 600) };
  await sql`
    insert into jobs (id, repository_id, pull, fingerprint, trained, document)
    select repository_id || '/' || number, repository_id, number, 'f', false,
      ${JSON.stringify({ ...job, runs: [run] })}::jsonb from pulls where number % 10 = 0`.execute(store);
  await sql`
    insert into externals (repository_id, key, id, content, written_at)
    select repository_id, name || number || part, number, '', ${at(0)} from pulls,
      (values ('comment/', ''), ('check/', '/' || ${sha("head 1")})) as kinds (name, part)`.execute(store);
}
