/** What the pages of one pull request read. */
import { readChecks } from "./checks.ts";
import type { Context } from "./context.ts";
import type { Look } from "./parts/state.ts";
import { type CheckRow, rollup } from "./parts/state.ts";
import type { Pull } from "./shapes.ts";

export type PullAt = { readonly owner: string; readonly repo: string; readonly pull_number: number };
export type PullReads = {
  readonly at: PullAt;
  readonly pull: Pull;
  readonly rows: readonly CheckRow[];
  readonly checks: Look | null;
};

export function pullAt({ params }: Context): PullAt {
  return { owner: params.owner, repo: params.repo, pull_number: Number(params.id) };
}

/** The pull request and the checks of its head. */
export async function readPull(context: Context): Promise<PullReads> {
  const at = pullAt(context);
  const pull = await context.rest.get("/repos/{owner}/{repo}/pulls/{pull_number}", at);
  const rows = await readChecks(context.rest, { owner: at.owner, repo: at.repo, sha: pull.head.sha });
  return { at, pull, rows, checks: rollup(rows) };
}
