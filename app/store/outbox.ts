import { type Effect, effectKey } from "../../core/plan/effect.ts";
import type { RepositoryRef } from "../../core/plan/event.ts";
import type { Store } from "./open.ts";

export type PendingEffect = {
  readonly seq: number;
  readonly key: string;
  readonly installationId: number;
  readonly repository: RepositoryRef;
  readonly effect: Effect;
  readonly attempts: number;
};

/** Queues effects; a pending effect with the same key is replaced, since it describes an older wish for the same thing. */
export async function queue(
  store: Store,
  to: { readonly installationId: number; readonly repository: RepositoryRef },
  effects: readonly Effect[],
  now: string,
): Promise<void> {
  if (effects.length === 0) return;
  const wishes = new Map(effects.map((effect) => [effectKey(effect), effect]));
  const keys = [...wishes.keys()];
  await store
    .updateTable("effects")
    .set({ state: "replaced", done_at: now })
    .where("repository_id", "=", to.repository.id)
    .where("state", "=", "pending")
    .where("key", "in", keys)
    .execute();
  await store
    .insertInto("effects")
    .values(
      [...wishes].map(([key, effect]) => ({
        key,
        installation_id: to.installationId,
        repository_id: to.repository.id,
        repository: to.repository.fullName,
        default_branch: to.repository.defaultBranch,
        body: JSON.stringify(effect),
        state: "pending" as const,
        not_before: now,
        error: null,
        created_at: now,
        done_at: null,
      })),
    )
    .execute();
}

/** Effects that are due, oldest first. An effect whose turn is delayed holds back nothing but itself. */
export async function dueEffects(store: Store, now: string, limit: number): Promise<readonly PendingEffect[]> {
  const rows = await store
    .selectFrom("effects")
    .selectAll()
    .where("state", "=", "pending")
    .where("not_before", "<=", now)
    .orderBy("seq")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    key: row.key,
    installationId: row.installation_id,
    repository: { id: row.repository_id, fullName: row.repository, defaultBranch: row.default_branch },
    effect: row.body,
    attempts: row.attempts,
  }));
}

/** Is the effect still wanted? A newer wish may have replaced it since it was read. */
export async function isPending(store: Store, seq: number): Promise<boolean> {
  const row = await store.selectFrom("effects").select("state").where("seq", "=", seq).executeTakeFirst();
  return row?.state === "pending";
}

export async function settleEffect(store: Store, seq: number, now: string): Promise<void> {
  await store.updateTable("effects").set({ state: "done", done_at: now, error: null }).where("seq", "=", seq).execute();
}

/** Counts an attempt before it is made, so that a crash in the middle of it is known as one. */
export async function beginEffect(store: Store, effect: PendingEffect): Promise<void> {
  await store
    .updateTable("effects")
    .set({ attempts: effect.attempts + 1 })
    .where("seq", "=", effect.seq)
    .execute();
}

export async function postponeEffect(store: Store, seq: number, error: string, retryAt: string | null): Promise<void> {
  await store
    .updateTable("effects")
    .set({ error, state: retryAt === null ? "dead" : "pending", ...(retryAt === null ? {} : { not_before: retryAt }) })
    .where("seq", "=", seq)
    .where("state", "=", "pending")
    .execute();
}

/** Puts off an effect whose turn has not come; this is no attempt. */
export async function deferEffect(store: Store, effect: PendingEffect, until: string): Promise<void> {
  await store
    .updateTable("effects")
    .set({ attempts: effect.attempts, not_before: until })
    .where("seq", "=", effect.seq)
    .where("state", "=", "pending")
    .execute();
}

export type External = {
  readonly id: number;
  /** Digest of what was last written there. */
  readonly content: string;
  /** The effect that wrote it, by its place in the outbox: an older one must not overwrite it. */
  readonly generation: number;
  /** ISO 8601 */
  readonly writtenAt: string | null;
};

export async function readExternal(store: Store, repositoryId: number, key: string): Promise<External | null> {
  const row = await store
    .selectFrom("externals")
    .select(["id", "content", "generation", "written_at as writtenAt"])
    .where("repository_id", "=", repositoryId)
    .where("key", "=", key)
    .executeTakeFirst();
  return row ?? null;
}

export async function writeExternal(
  store: Store,
  repositoryId: number,
  key: string,
  { id, content, generation, writtenAt }: External,
): Promise<void> {
  const row = { id, content, generation, written_at: writtenAt };
  await store
    .insertInto("externals")
    .values({ repository_id: repositoryId, key, ...row })
    .onConflict((conflict) => conflict.columns(["repository_id", "key"]).doUpdateSet(row))
    .execute();
}
