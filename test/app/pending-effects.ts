import type { Store } from "../../app/store/open.ts";
import type { Effect } from "../../core/plan/effect.ts";

export type Waiting = {
  readonly seq: number;
  readonly key: string;
  readonly repositoryId: number;
  readonly effect: Effect;
};

/** What waits in the outbox, by its place there. */
export async function pendingEffects(store: Store): Promise<readonly Waiting[]> {
  return store
    .selectFrom("effects")
    .select(["seq", "key", "repository_id as repositoryId", "body as effect"])
    .where("state", "=", "pending")
    .orderBy("seq")
    .execute();
}
