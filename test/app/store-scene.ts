import { commitPlan, recall } from "../../app/store/memory.ts";
import type { Store } from "../../app/store/open.ts";
import type { Plan } from "../../core/plan/decision.ts";
import { at } from "../core/plan/material.ts";
import { pendingEffects } from "./pending-effects.ts";

/** What the tests of a store do in it, each in a repository of its own: the rows of one say nothing to another. */
export function sceneIn(store: Store, firstId: number) {
  let lastId = firstId;
  function newRepository() {
    lastId += 1;
    return { id: lastId, fullName: "acme/birds", defaultBranch: "main" };
  }
  type Repository = ReturnType<typeof newRepository>;

  /** The plan as it would be for the repository. */
  function moved(plan: Plan, { id }: Repository): Plan {
    const here = <T extends { readonly repositoryId: number }>(row: T): T => ({ ...row, repositoryId: id });
    return {
      ...plan,
      pull: plan.pull === null ? null : here(plan.pull),
      jobs: plan.jobs.map((job) => ({ ...here(job), id: `${job.id}-${id}` })),
      versions: plan.versions.map(here),
      promotions: plan.promotions.map(here),
    };
  }

  async function commit(
    plan: Plan,
    repository: Repository,
    alongside: (transaction: Store) => Promise<void> = async () => {},
  ): Promise<void> {
    const recollection = await recall(store, repository.id, 42);
    await commitPlan(store, plan, { recollection, installationId: 1, repository, now: at(1), once: null }, alongside);
  }

  async function pendingKeys(repository: Repository): Promise<readonly string[]> {
    const waiting = await pendingEffects(store);
    return waiting.filter(({ repositoryId }) => repositoryId === repository.id).map(({ key }) => key);
  }

  return { newRepository, moved, commit, pendingKeys };
}
