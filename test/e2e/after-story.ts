import assert from "node:assert/strict";
import type { Store } from "../../app/store/open.ts";
import { firstBreak, type LedgerEntry } from "../../core/ledger.ts";
import type { Person } from "../../demo/github.ts";
import { until } from "../../demo/wait.ts";
import { repository as at, type World } from "../../demo/world.ts";
import { processesOf, type Stage, withStore } from "./open-world.ts";

export type Told = { readonly what: string; readonly reason: string | null; readonly by: string };

/** Checks of the App on any commit of any pull request that nobody has finished. */
export async function unfinishedChecks({ octokit }: Person): Promise<readonly string[]> {
  const pulls = await octokit.paginate(octokit.rest.pulls.list, { ...at, state: "all", per_page: 100 });
  const open: string[] = [];
  for (const { number } of pulls) {
    const commits = await octokit.paginate(octokit.rest.pulls.listCommits, { ...at, pull_number: number });
    for (const { sha } of commits) {
      const { data } = await octokit.rest.checks.listForRef({ ...at, ref: sha, per_page: 100 });
      for (const check of data.check_runs)
        if (check.app?.slug === "assay" && check.status !== "completed")
          open.push(`#${number} ${sha.slice(0, 7)} ${check.name}: ${check.status}`);
    }
  }
  return open;
}

/** Pull requests, each with the number of reports of the App in it. */
export async function reportCounts({ octokit }: Person): Promise<ReadonlyMap<number, number>> {
  const pulls = await octokit.paginate(octokit.rest.pulls.list, { ...at, state: "all", per_page: 100 });
  const counts = new Map<number, number>();
  for (const { number } of pulls) {
    const comments = await octokit.paginate(octokit.rest.issues.listComments, { ...at, issue_number: number });
    const reports = comments.filter(
      ({ user, body }) => user?.login === "assay[bot]" && body?.includes(`<!-- assay:pull:${number} -->`),
    );
    counts.set(number, reports.length);
  }
  return counts;
}

/**
 * Stops the world and asserts what holds at the end of any story: no process is left, the ledger's chain is intact,
 * nothing waits or was given up. Gives the ledger, oldest first.
 */
export async function stopAndAudit(stage: Stage): Promise<readonly Told[]> {
  await settled(stage.world);
  assert.deepEqual(await stage.world.unknownRequests(), [], "GitHub was asked for nothing that it does not serve");
  await stage.world.stop();
  assert.deepEqual(await processesOf(stage.world), [], "no process is left behind");
  return withStore(stage.world, async (store) => {
    const left = async (table: "deliveries" | "effects") =>
      store.selectFrom(table).select(["state", "error"]).where("state", "in", ["pending", "dead"]).execute();
    assert.deepEqual(await left("deliveries"), [], "every delivery was worked off");
    assert.deepEqual(await left("effects"), [], "every effect was performed");
    return intactLedger(store);
  });
}

/** Waits until GitHub has no run under way and no webhook to send, and the App nothing to work off. */
export async function settled(world: World): Promise<void> {
  const read = async (url: string) => (await fetch(url)).text();
  const isBusy = async () => {
    await read(`${world.url}/_emulator/idle`);
    return /state="pending"} [1-9]/.test(await read(`${world.appUrl}/metrics`));
  };
  await until("the App to have nothing left to do", async () => ((await isBusy()) ? null : true), {
    timeoutMs: 30_000,
    abort: world.died,
    seen: () => read(`${world.appUrl}/metrics`),
  });
}

async function intactLedger(store: Store): Promise<readonly Told[]> {
  const rows = await store.selectFrom("ledger").selectAll().orderBy("repository_id").orderBy("seq").execute();
  const chains = Map.groupBy(rows, (row) => row.repository_id);
  for (const [repositoryId, lines] of chains) {
    const entries = lines.map(
      ({ at: time, decision, previous, hash }): LedgerEntry => ({
        ...decision,
        repositoryId,
        at: time,
        previous,
        hash,
      }),
    );
    assert.equal(firstBreak(entries), null, `the ledger of repository ${repositoryId} is one chain`);
  }
  return rows.map(({ decision }) => decision);
}
