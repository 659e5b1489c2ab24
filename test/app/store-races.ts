import assert from "node:assert/strict";
import { test } from "node:test";
import { commitPlan, RevisionConflict, recall } from "../../app/store/memory.ts";
import type { Store } from "../../app/store/open.ts";
import { firstBreak } from "../../core/ledger.ts";
import { type Plan, planOf } from "../../core/plan/decision.ts";
import { at } from "../core/plan/material.ts";
import { tell } from "../core/plan/situations.ts";

/** What every store must do with what is decided at the same moment, in a repository that no other test uses. */
export function survivesRaces(store: Store): void {
  const repository = { id: 9_000, fullName: "acme/races", defaultBranch: "main" };
  const ledger = async () => {
    const rows = await store
      .selectFrom("ledger")
      .selectAll()
      .where("repository_id", "=", repository.id)
      .orderBy("seq")
      .execute();
    return rows.map(({ repository_id: repositoryId, decision, at: when, previous, hash }) => ({
      ...decision,
      repositoryId,
      at: when,
      previous,
      hash,
    }));
  };
  /** Commits plans that were all made from what memory says now. */
  const together = async (plans: readonly Plan[]) => {
    const recollection = await recall(store, repository.id, 42);
    const from = { recollection, installationId: 1, repository, now: at(1), once: null };
    return Promise.allSettled(plans.map(async (plan) => commitPlan(store, plan, from, async () => {})));
  };

  test("what two make at the same time without knowing of each other is kept once, and the other plans again", async () => {
    const opened = tell({ entropy: "races" }).open();
    const pull = opened.pull === null ? null : { ...opened.pull, repositoryId: repository.id };
    const jobs = opened.jobs.map((job) => ({ ...job, repositoryId: repository.id, id: `race-${job.id}` }));
    for (const part of [planOf({ pull }), planOf({ jobs })]) {
      const endings = await together([part, part, part]);
      assert.equal(endings.filter(({ status }) => status === "fulfilled").length, 1);
      for (const ending of endings)
        if (ending.status === "rejected") assert.ok(ending.reason instanceof RevisionConflict, String(ending.reason));
    }
  });

  test("decisions of one repository at the same moment make one chain; who comes too late plans again", async () => {
    const line = (what: string) => ({ what, reason: null, by: "assay", subject: {} });
    const endings = await together(
      Array.from({ length: 12 }, (_, index) => planOf({ ledger: [line(`decision ${index}`)] })),
    );
    for (const ending of endings)
      if (ending.status === "rejected") assert.ok(ending.reason instanceof RevisionConflict, String(ending.reason));
    const entries = await ledger();
    assert.equal(entries.length, endings.filter(({ status }) => status === "fulfilled").length);
    assert.equal(firstBreak(entries), null);
  });
}
