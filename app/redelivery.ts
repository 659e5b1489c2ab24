import type { Logger } from "pino";
import { failedDeliveries, redeliver } from "../github/deliveries.ts";
import type { Client } from "../github/octokit.ts";
import { isKept } from "./store/inbox.ts";
import type { Store } from "./store/open.ts";

/** GitHub sends nothing again that is older. */
const reachMs = 3 * 24 * 3_600_000;
const everyMs = 5 * 60_000;
/** A delivery that fails this often fails for a reason that time does not mend. */
const maxAttempts = 8;

export type RedeliveryOptions = {
  readonly store: Store;
  readonly log: Logger;
  /** With the App's own token. */
  readonly octokit: () => Promise<Client["octokit"]>;
  readonly now: () => Date;
};

/**
 * Asks GitHub for the deliveries that did not reach us, at once and then every few minutes: what happened while the App
 * was down is heard when it is up again. Gives the way to stop it.
 */
export function startRedelivery(options: RedeliveryOptions): () => Promise<void> {
  let current = askAgain(options);
  const timer = setInterval(() => {
    current = current.then(() => askAgain(options));
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await current;
  };
}

async function askAgain({ store, log, octokit, now }: RedeliveryOptions): Promise<void> {
  try {
    const client = await octokit();
    for (const delivery of await failedDeliveries(client, new Date(now().getTime() - reachMs))) {
      if (delivery.attempts >= maxAttempts || (await isKept(store, delivery.guid))) continue;
      await redeliver(client, delivery);
      log.info({ delivery: delivery.guid }, "asked GitHub for a delivery that did not arrive");
    }
  } catch (error) {
    log.warn({ err: error }, "GitHub could not be asked for missed deliveries; it is asked again later");
  }
}
