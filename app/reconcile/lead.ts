import { giveUpLead, lead } from "../store/cursor.ts";
import type { ReconcileOptions } from "./options.ts";

const leadName = "reconciler";
/** A leader that died is replaced after this. */
const leadSeconds = 180;
const renewalsPerLead = 3;

/** Does a round if no other process leads; keeps the lead for as long as the round takes, and ends the round without it. */
export async function leading(
  options: ReconcileOptions,
  owner: string,
  round: (isLost: () => boolean) => Promise<void>,
): Promise<void> {
  const { store, log } = options;
  if (!(await lead(store, leadName, owner, leadSeconds))) return;
  let isLost = false;
  const renew = async () => {
    if (!(await lead(store, leadName, owner, leadSeconds))) isLost = true;
  };
  const timer = setInterval(
    () => {
      renew().catch((error: unknown) => log.warn({ err: error }, "the reconciler's lead could not be renewed"));
    },
    (1_000 * leadSeconds) / renewalsPerLead,
  );
  try {
    await round(() => isLost);
  } finally {
    clearInterval(timer);
  }
}

/** Lets another process lead at once. */
export async function stopLeading({ store }: ReconcileOptions, owner: string): Promise<void> {
  await giveUpLead(store, leadName, owner);
}
