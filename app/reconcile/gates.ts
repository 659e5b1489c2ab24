import { isGatedBy, pendingEnvironments } from "../../github/environments.ts";
import { isPaused } from "../store/budgets.ts";
import { type GateSpot, type Spot, unaskedGatesAfter } from "../store/shown.ts";
import { attempt } from "./attempt.ts";
import { type Budget, requestsFor } from "./budget.ts";
import { heal } from "./heal.ts";
import { walkOn } from "./lap.ts";
import type { Opener } from "./opener.ts";
import type { ReconcileOptions } from "./options.ts";
import type { Place } from "./place.ts";

const everyMs = 600_000;
const perRound = 3;

/** Looks for deployments that wait for our answer although nobody asked us: the question was lost. */
export async function reconcileGates(options: ReconcileOptions, opener: Opener, budget: Budget): Promise<void> {
  const { store } = options;
  const now = options.now();
  const askedBefore = new Date(now.getTime() - options.graceMs).toISOString();
  await walkOn(store, { name: "gates", now, everyMs }, async (after) => {
    const gates = await unaskedGatesAfter(store, after, { limit: perRound, askedBefore });
    let reached: Spot = after;
    for (const one of gates) {
      if (!(await isPaused(store, one.installationId))) {
        if (!opener.pay(one.installationId, budget) || !budget.take(1)) return reached;
        const look = async () => answer(one, await opener.open(one), options, budget);
        await attempt(`run ${one.runId} of ${one.repository.fullName}`, options, look, one.installationId);
      }
      reached = one.spot;
    }
    return gates.length < perRound ? null : reached;
  });
}

async function answer(one: GateSpot, place: Place, options: ReconcileOptions, budget: Budget): Promise<void> {
  const { client, installationId, repository } = place;
  const { runId, environment } = one;
  const pending = await pendingEnvironments(client, runId);
  if (!pending.includes(environment) || !budget.take(1)) return;
  if (!(await isGatedBy(client, environment, options.login))) return;
  const at = options.now().toISOString();
  const event = { installationId, repository, at, kind: "protection_requested", runId, environment } as const;
  if (budget.take(requestsFor(event))) await heal(event, options);
}
