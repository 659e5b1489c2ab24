import { openOwnStore } from "./own-store.ts";
import type { Settings } from "./settings.ts";
import { reviveDeadLetters } from "./store/dead-letters.ts";

/** Lets everything that was given up be tried again; gives what to tell the operator. Throws StartProblem. */
export async function retryDead(
  settings: Pick<Settings, "appId" | "databaseUrl" | "dataFolder">,
  now: Date,
): Promise<string> {
  const store = await openOwnStore(settings);
  try {
    const { deliveries, effects, overtaken } = await reviveDeadLetters(store, now.toISOString());
    const left = overtaken === 0 ? "" : ` ${overtaken} effects were overtaken by newer ones and are laid to rest.`;
    return `${deliveries} deliveries and ${effects} effects will be tried again.${left}\n`;
  } finally {
    await store.destroy();
  }
}
