import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { nothing } from "../core/plan/decision.ts";
import { type Event, onceKey } from "../core/plan/event.ts";
import { plan } from "../core/plan/plan.ts";
import { type Client, clientFor } from "../github/octokit.ts";
import type { ConfigReader } from "./configs.ts";
import { gather } from "./facts.ts";
import { subjectOf } from "./log.ts";
import { AlreadyActed, commitPlan, RevisionConflict } from "./store/memory.ts";
import type { Store } from "./store/open.ts";

export type DecideOptions = {
  readonly store: Store;
  readonly log: Logger;
  /** Our login as GitHub shows it, `assay[bot]`. */
  readonly login: string;
  readonly configAt: ConfigReader;
  readonly octokitFor: (installationId: number) => Promise<Client["octokit"]>;
  readonly now: () => Date;
};

/** Gathers, plans and commits, `alongside` in the same transaction; false when the event is not about us. */
export async function decideEvent(
  event: Event,
  options: DecideOptions,
  cause: string,
  alongside: (transaction: Store) => Promise<void>,
): Promise<boolean> {
  const now = options.now().toISOString();
  const client = clientFor(await options.octokitFor(event.installationId), event.repository.fullName);
  const sources = { store: options.store, client, configAt: options.configAt, login: options.login };
  const gathered = await gather(event, sources);
  if (gathered === null) return false;
  if (gathered.kind === "unheard") {
    await decideEvent(gathered.first, options, cause, async () => {});
    return decideEvent(event, options, cause, alongside);
  }
  const decided = plan(gathered.situation, { now, entropy: randomBytes(16).toString("hex") });
  const { installationId, repository } = event;
  const from = { recollection: gathered.recollection, installationId, repository, now, once: onceKey(event) };
  const { memory } = gathered.recollection;
  try {
    await commitPlan(options.store, decided, from, alongside);
  } catch (error) {
    if (!(error instanceof AlreadyActed)) throw error;
    options.log.info({ cause, ...subjectOf(options.log, { event, memory, plan: nothing }) }, error.message);
    return false;
  }
  const decisions = decided.ledger.map((line) => line.what);
  const effects = decided.effects.map((effect) => effect.kind);
  const subject = subjectOf(options.log, { event, memory, plan: decided });
  options.log.info({ cause, ...subject, decisions, effects }, "decided");
  return true;
}

/** Decides about an event of our own making, again and again if somebody else wrote the same rows meanwhile. */
export async function decideSurely(event: Event, options: DecideOptions, cause: string): Promise<boolean> {
  for (;;) {
    try {
      return await decideEvent(event, options, cause, async () => {});
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
}
