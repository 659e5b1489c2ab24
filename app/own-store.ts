import type { Settings } from "./settings.ts";
import { foreignStore, storeProblem } from "./start-problem.ts";
import { openStore, type Store } from "./store/open.ts";
import { claimStore } from "./store/owner.ts";

/** Opens the store that the settings name, if it is this App's or nobody's yet. Throws StartProblem. */
export async function openOwnStore({
  databaseUrl,
  dataFolder,
  appId,
}: Pick<Settings, "appId" | "databaseUrl" | "dataFolder">): Promise<Store> {
  const failed = (error: unknown) => {
    throw storeProblem(error, databaseUrl);
  };
  const store = await openStore({ databaseUrl, dataFolder }).catch(failed);
  const owner = await claimStore(store, appId).catch(async (error: unknown) => {
    await store.destroy();
    return failed(error);
  });
  if (owner === appId) return store;
  await store.destroy();
  throw foreignStore(owner, databaseUrl);
}
