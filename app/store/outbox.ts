import { type Selectable, sql } from "kysely";
import { type Effect, effectKey } from "../../core/plan/effect.ts";
import type { RepositoryRef } from "../../core/plan/event.ts";
import { hastily, isHasty } from "./hasty.ts";
import { dueAtOnce, isFree, LeaseLost, leaseEnd, leaseSeconds } from "./lease.ts";
import type { Store } from "./open.ts";
import type { Tables } from "./tables.ts";

/**
 * What must not wait goes first: machines that start or stop, and decisions others wait for. Then answers to people, then
 * what they read.
 */
function priorityOf(effect: Effect): number {
  switch (effect.kind) {
    case "dispatch":
    case "cancel_run":
    case "decide_protection":
    case "publish_keys":
      return 1;
    case "recheck":
    case "react":
    case "reply":
      return 3;
    case "comment":
    case "model_check":
    case "aggregate_check":
      return 5;
  }
}

export type PendingEffect = {
  readonly seq: number;
  readonly key: string;
  readonly installationId: number;
  readonly repository: RepositoryRef;
  readonly effect: Effect;
  /** Which effects wait for one another: those of one pull request, or of the rest of a repository. */
  readonly lane?: string | null;
  /** Attempts before this one. */
  readonly attempts: number;
  /** Why the last attempt that came to an end failed; null: none has. */
  readonly error: string | null;
  /** An older wish for the same thing was tried, so what it may have left behind is looked for. */
  readonly tried: boolean;
};

/** Queues effects; a pending effect with the same key is replaced, since it describes an older wish for the same thing. */
export async function queue(
  store: Store,
  to: { readonly installationId: number; readonly repository: RepositoryRef; readonly lane: string },
  effects: readonly Effect[],
  now: string,
): Promise<void> {
  if (effects.length === 0) return;
  const wishes = new Map(effects.map((effect) => [effectKey(effect), effect]));
  const keys = [...wishes.keys()];
  const replaced = await store
    .updateTable("effects")
    .set({ state: "replaced", done_at: now })
    .where("repository_id", "=", to.repository.id)
    .where("state", "=", "pending")
    .where("key", "in", keys)
    .returning(["key", "attempts", "tried"])
    .execute();
  const tried = new Set(replaced.filter((row) => row.tried || row.attempts > 0).map(({ key }) => key));
  await store
    .insertInto("effects")
    .values(
      [...wishes].map(([key, effect]) => ({
        key,
        installation_id: to.installationId,
        repository_id: to.repository.id,
        repository: to.repository.fullName,
        default_branch: to.repository.defaultBranch,
        lane: to.lane,
        priority: priorityOf(effect),
        body: JSON.stringify(effect),
        tried: tried.has(key),
        state: "pending" as const,
        not_before: dueAtOnce(now),
        error: null,
        created_at: now,
        done_at: null,
      })),
    )
    .execute();
}

/**
 * Takes the due effect that matters most for `owner`, or null. Effects of one lane are performed one after the other.
 * Counts the attempt before it is made, so that a crash in the middle of it is known as one.
 */
export async function leaseEffect(
  store: Store,
  owner: string,
  now: string,
  forSeconds: number = leaseSeconds,
): Promise<PendingEffect | null> {
  const { rows } = await sql<Leased>`
    update effects set leased_by = ${owner}, leased_until = ${leaseEnd(forSeconds)}, attempts = attempts + 1
    where seq = (
      select mine.seq from effects mine
      where mine.state = 'pending' and mine.not_before <= ${now} and ${isFree("mine")}
        and not exists (select 1 from pauses where installation_id = mine.installation_id and until > now())
        and not exists (
          select 1 from effects other
          where other.lane = mine.lane and other.state in ('pending', 'replaced') and other.leased_until >= now())
      order by mine.priority, mine.seq limit 1 for update skip locked)
    returning *, (
      select jsonb_build_object('installationId', installation_id, 'fullName', full_name, 'defaultBranch', default_branch)
      from repositories where id = repository_id) as place`.execute(store);
  const [row] = rows;
  return row === undefined ? null : pendingOf(row);
}

type Leased = Selectable<Tables["effects"]> & {
  /**
   * Where the repository of an effect is now: since the wish it may have been renamed or transferred, its old name may be that
   * of another, and another branch may be its default. Null where nothing else is known of it.
   */
  readonly place: { readonly installationId: number; readonly fullName: string; readonly defaultBranch: string } | null;
};

function pendingOf(row: Leased): PendingEffect {
  const { place } = row;
  return {
    seq: row.seq,
    key: row.key,
    installationId: place?.installationId ?? row.installation_id,
    repository: {
      id: row.repository_id,
      fullName: place?.fullName ?? row.repository,
      defaultBranch: place?.defaultBranch ?? row.default_branch,
    },
    effect: row.body,
    lane: row.lane,
    attempts: row.attempts - 1,
    error: row.error,
    tried: row.tried,
  };
}

/**
 * Holds on to an effect right before something is made that must not be made twice: throws LeaseLost when the lease has ended
 * or somebody else has begun an attempt since, as after a stall of this process.
 */
export async function holdOn(
  store: Store,
  effect: PendingEffect,
  owner: string,
  forSeconds: number = leaseSeconds,
): Promise<void> {
  const { rows } = await sql<object>`
    ${hastily}
    update effects set leased_until = ${leaseEnd(forSeconds)}
    where ${isHasty} and seq = ${effect.seq} and leased_by = ${owner} and leased_until >= now()
      and attempts = ${effect.attempts + 1}
    returning 1`.execute(store);
  if (rows.length === 0) throw new LeaseLost(`effect ${effect.key} is no longer ours`);
}

/** Performed. One that a newer wish has replaced meanwhile stays replaced, and lets that one go ahead. */
export async function settleEffect(store: Store, seq: number, now: string): Promise<void> {
  await store
    .updateTable("effects")
    .set((row) => ({
      state: row
        .case()
        .when("state", "=", "pending")
        .then("done" as const)
        .else(row.ref("state"))
        .end(),
      done_at: now,
      error: null,
      leased_until: null,
    }))
    .where("seq", "=", seq)
    .execute();
}

/**
 * Notes a failed attempt: to be tried again from `retryAt` on, or, with null, laid aside where an operator sees it. Changes
 * nothing when somebody else has begun another attempt since: what they know of it is newer.
 */
export async function postponeEffect(
  store: Store,
  effect: PendingEffect,
  error: string,
  retryAt: string | null,
): Promise<void> {
  await store
    .updateTable("effects")
    .set((row) => ({
      error,
      leased_until: null,
      state:
        retryAt === null
          ? row
              .case()
              .when("state", "=", "pending")
              .then("dead" as const)
              .else(row.ref("state"))
              .end()
          : row.ref("state"),
      ...(retryAt === null ? {} : { not_before: retryAt }),
    }))
    .where("seq", "=", effect.seq)
    .where("attempts", "=", effect.attempts + 1)
    .execute();
}

/**
 * Puts off an effect whose turn has not come; this is no attempt. Somebody else's that has begun since still counts, so that
 * what it may have left behind at GitHub is looked for.
 */
export async function deferEffect(store: Store, effect: PendingEffect, until: string): Promise<void> {
  await store
    .updateTable("effects")
    .set({ attempts: effect.attempts, not_before: until, leased_until: null })
    .where("seq", "=", effect.seq)
    .where("attempts", "=", effect.attempts + 1)
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
