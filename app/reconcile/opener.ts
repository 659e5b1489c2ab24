import { clientFor } from "../../github/octokit.ts";
import type { KnownRepository } from "../store/repositories.ts";
import type { Budget } from "./budget.ts";
import type { ReconcileOptions } from "./options.ts";
import type { Place } from "./place.ts";

export type Opener = {
  /** Takes what opening a repository of the installation may cost; false when the budget has nothing left for it. */
  readonly pay: (installationId: number, budget: Budget) => boolean;
  readonly open: (known: KnownRepository) => Promise<Place>;
};

/** For one round: the first repository of an installation in it may cost a request for the installation's token. */
export function openerOf({ octokitFor }: ReconcileOptions): Opener {
  const paid = new Set<number>();
  return {
    pay: (installationId, budget) => {
      if (!paid.has(installationId) && !budget.take(1)) return false;
      paid.add(installationId);
      return true;
    },
    open: async (known) => ({
      ...known,
      client: clientFor(await octokitFor(known.installationId), known.repository.fullName),
    }),
  };
}
