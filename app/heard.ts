import type { Logger } from "pino";
import { type DecideOptions, decideEvent } from "./decide.ts";
import { logOfDelivery } from "./log.ts";
import { laneOfDelivery, narrow } from "./narrow.ts";
import type { ToldProgress } from "./progress.ts";
import type { Keeper } from "./store/keep.ts";
import { RevisionConflict } from "./store/memory.ts";
import { originOfRun } from "./store/runs.ts";
import type { ReceivedDelivery } from "./webhook/receive.ts";

/** What the server's handlers reach once everything has started. */
export type Wiring = {
  ready: boolean;
  login: string | null;
  wake: () => void;
  told: (event: ToldProgress) => Promise<boolean>;
};

/** Keeps a delivery; one that means nothing to us wakes nobody. */
export async function keepDelivery(
  { id, name, payload, body }: ReceivedDelivery,
  keeper: Keeper,
  { login, wake }: Wiring,
  at: string,
  log: Logger,
): Promise<boolean> {
  const idle = login !== null && narrow(name, payload, at, login) === null;
  const delivery = { id, name, payload, lane: laneOfDelivery(payload) };
  const fresh = await keeper.keep(idle ? { ...delivery, idleBody: body } : delivery, at);
  if (log.isLevelEnabled("debug")) logOfDelivery(log, { id, name, payload }).debug({ fresh, idle }, "kept a delivery");
  if (!idle) wake();
  return fresh;
}

/** Shows how far a training is. Whoever wrote the same job meanwhile knew better: the next word of it will do. */
export async function tell(event: ToldProgress, options: DecideOptions, wake: () => void): Promise<boolean> {
  const origin = await originOfRun(options.store, event.nonce);
  if (origin === null) return false;
  const at = options.now().toISOString();
  try {
    await decideEvent({ ...origin, ...event, at }, options, "progress", async () => {});
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
  }
  wake();
  return true;
}
