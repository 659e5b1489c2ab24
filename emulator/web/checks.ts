/** Reads the checks of a commit: check runs and commit statuses. */
import { type CheckRow, checkRows } from "./parts/state.ts";
import type { Rest } from "./rest.ts";
import type { CheckRun } from "./shapes.ts";

export type CommitPlace = { readonly owner: string; readonly repo: string; readonly sha: string };

/** The latest check run of each name at a commit. */
export async function readCheckRuns(rest: Rest, at: CommitPlace): Promise<readonly CheckRun[]> {
  const pages = await rest.pages("/repos/{owner}/{repo}/commits/{ref}/check-runs", {
    owner: at.owner,
    repo: at.repo,
    ref: at.sha,
  });
  return pages.flatMap((page) => page.check_runs);
}

/** Check runs and statuses of a commit as rows. */
export async function readChecks(rest: Rest, at: CommitPlace): Promise<readonly CheckRow[]> {
  const place = { owner: at.owner, repo: at.repo, ref: at.sha };
  const [runs, combined] = await Promise.all([
    readCheckRuns(rest, at),
    rest.find("/repos/{owner}/{repo}/commits/{ref}/status", place),
  ]);
  return checkRows(runs, combined?.statuses ?? []);
}
