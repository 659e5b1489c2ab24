import type { Run } from "../../core/job/state.ts";
import { planOf } from "../../core/plan/decision.ts";
import type { RepositoryRef } from "../../core/plan/event.ts";
import { commitPlan, pullOfNonce, RevisionConflict, recall } from "./memory.ts";
import type { Store } from "./open.ts";

/** The GitHub id of a run we dispatched, or null while GitHub has not told us. */
export async function runIdOf(store: Store, nonce: string): Promise<number | null> {
  const row = await store.selectFrom("runs").select("run_id").where("nonce", "=", nonce).executeTakeFirst();
  return row?.run_id ?? null;
}

/** Notes GitHub's id of a dispatched run on the job or promotion it serves; an event may have brought it already. */
export async function noteRun(
  store: Store,
  at: { readonly installationId: number; readonly repository: RepositoryRef; readonly now: string },
  nonce: string,
  started: { readonly id: number; readonly url: string },
): Promise<void> {
  const pull = await pullOfNonce(store, nonce);
  if (pull === null) return;
  for (;;) {
    const recollection = await recall(store, at.repository.id, pull);
    const { jobs, promotions } = recollection.memory;
    const named = (run: Run): Run =>
      run.nonce === nonce && run.runId === null ? { ...run, runId: started.id, url: started.url } : run;
    const plan = planOf({
      jobs: jobs
        .filter((job) => job.runs.some((run) => run.nonce === nonce))
        .map((job) => ({ ...job, runs: job.runs.map(named) })),
      promotions: promotions.flatMap((one) => (one.run?.nonce === nonce ? [{ ...one, run: named(one.run) }] : [])),
    });
    try {
      await commitPlan(store, plan, { ...at, recollection }, async () => {});
      return;
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
}
