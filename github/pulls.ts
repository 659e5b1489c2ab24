import type { ObservedPull } from "../core/plan/observe.ts";
import { names } from "./compare.ts";
import { type Client, orNull, statusOf } from "./octokit.ts";

/** Paths a pull request adds, changes, removes or renames (both names), all pages of them. */
export async function changedFiles(client: Client, number: number): Promise<readonly string[]> {
  const { octokit, owner, repo } = client;
  const files = await octokit.paginate(octokit.rest.pulls.listFiles, {
    owner,
    repo,
    pull_number: number,
    per_page: 100,
  });
  return files.flatMap(names);
}

/** Its head, and whether it is open, as GitHub has it now. */
export async function readLive(
  client: Client,
  number: number,
): Promise<{ readonly head: string; readonly state: "open" | "closed" }> {
  const { octokit, owner, repo } = client;
  const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number });
  return { head: data.head.sha, state: data.state === "open" ? "open" : "closed" };
}

/** A pull request as GitHub has it now, or null when there is none of that number. */
export async function readPull(client: Client, number: number, repositoryId: number): Promise<ObservedPull | null> {
  const { octokit, owner, repo } = client;
  const pull = await orNull(octokit.rest.pulls.get({ owner, repo, pull_number: number }));
  return pull === null ? null : observe(pull.data, repositoryId);
}

export type PullPage =
  /** What `etag` stood for is still so; asking was free. */
  | { readonly kind: "unchanged" }
  | {
      readonly kind: "page";
      /** The one changed last comes first. */
      readonly pulls: readonly ObservedPull[];
      readonly etag: string | null;
      readonly isLast: boolean;
    };

const perPage = 100;

/** A page, from 1 on, of a repository's pull requests, open and closed; with an etag only if it has changed. */
export async function listPulls(
  client: Client,
  of: { readonly page: number; readonly etag: string | null; readonly repositoryId: number },
): Promise<PullPage> {
  const { octokit, owner, repo } = client;
  try {
    const { data, headers } = await octokit.rest.pulls.list({
      owner,
      repo,
      state: "all",
      sort: "updated",
      direction: "desc",
      per_page: perPage,
      page: of.page,
      ...(of.etag === null ? {} : { headers: { "if-none-match": of.etag } }),
    });
    const pulls = data.map((pull) => observe(pull, of.repositoryId));
    return { kind: "page", pulls, etag: headers.etag ?? null, isLast: data.length < perPage };
  } catch (error) {
    if (of.etag !== null && statusOf(error) === 304) return { kind: "unchanged" };
    throw error;
  }
}

type Listed = {
  readonly number: number;
  readonly state: string;
  readonly user: { readonly login: string } | null;
  readonly updated_at: string;
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
  readonly head: { readonly sha: string; readonly repo: { readonly id: number } | null };
  readonly base: { readonly ref: string; readonly sha: string };
};

function observe(pull: Listed, repositoryId: number): ObservedPull {
  return {
    snapshot: {
      number: pull.number,
      // A deleted account is shown as this one.
      author: pull.user?.login ?? "ghost",
      fork: pull.head.repo?.id !== repositoryId,
      head: pull.head.sha,
      base: { ref: pull.base.ref, sha: pull.base.sha },
    },
    state: pull.state === "open" ? "open" : "closed",
    mergeCommit: pull.merged_at === null ? null : pull.merge_commit_sha,
    mergedAt: pull.merged_at,
    updatedAt: pull.updated_at,
  };
}
