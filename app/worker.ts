import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import type { Event } from "../core/plan/event.ts";
import { plan } from "../core/plan/plan.ts";
import { type Client, clientFor, statusOf } from "../github/octokit.ts";
import type { ConfigReader } from "./configs.ts";
import { gather } from "./facts.ts";
import type { Signer } from "./keys.ts";
import { narrow } from "./narrow.ts";
import { perform } from "./perform/perform.ts";
import { type Delivery, nextDelivery, postponeDelivery, settleDelivery } from "./store/inbox.ts";
import { commitPlan, RevisionConflict } from "./store/memory.ts";
import type { Store } from "./store/open.ts";
import {
  beginEffect,
  deferEffect,
  dueEffects,
  isPending,
  type PendingEffect,
  postponeEffect,
  settleEffect,
} from "./store/outbox.ts";

export type WorkerOptions = {
  readonly store: Store;
  readonly signer: Signer;
  readonly log: Logger;
  readonly publicUrl: string;
  readonly login: string;
  readonly configAt: ConfigReader;
  readonly octokitFor: (installationId: number) => Promise<Client["octokit"]>;
  readonly now: () => Date;
};

export type Worker = {
  /** Something may be due: look now rather than at the next tick. */
  readonly wake: () => void;
  /** Resolves when nothing is due and nothing is under way. */
  readonly idle: () => Promise<void>;
  /** Finishes what is under way and stops. */
  readonly stop: () => Promise<void>;
};

const tickMs = 1_000;
/** GitHub keeps deliveries for three days; as long, what fails for a passing reason is tried again. */
const maxAttempts = 900;
const maxAttemptsOfOurs = 8;
const longestPauseSeconds = 300;
/** Refusals that time mends: a token renewed, a limit lifted, a conflict over. */
const passing: readonly number[] = [401, 403, 408, 409, 429];
const effectBatch = 50;

/** Works off the inbox and the outbox, one delivery and one effect at a time, until stopped. */
export function startWorker(options: WorkerOptions): Worker {
  let stopping = false;
  let wanted = false;
  let current: Promise<void> | null = null;

  const round = async () => {
    do {
      wanted = false;
      while (!stopping && (await workOnDelivery(options))) await workOnEffects(options, () => stopping);
      if (!stopping) await workOnEffects(options, () => stopping);
    } while (wanted && !stopping);
  };
  const wake = () => {
    wanted = true;
    if (current !== null || stopping) return;
    current = round()
      .catch((error: unknown) =>
        options.log.error({ err: error }, "the worker could not reach its store; it tries again"),
      )
      .finally(() => {
        current = null;
        if (wanted && !stopping) setImmediate(wake);
      });
  };
  const timer = setInterval(wake, tickMs);
  return {
    wake,
    idle: async () => {
      while (current !== null) await current;
    },
    stop: async () => {
      stopping = true;
      clearInterval(timer);
      await current;
    },
  };
}

/** Plans the oldest due delivery; false when there is none. */
async function workOnDelivery(options: WorkerOptions): Promise<boolean> {
  const { store, log } = options;
  const delivery = await nextDelivery(store, options.now().toISOString());
  if (delivery === null) return false;
  try {
    await decide(delivery, options);
  } catch (error) {
    const now = options.now();
    const conflict = error instanceof RevisionConflict;
    const retryAt = conflict ? now.toISOString() : retryTime(now, delivery.attempts, error);
    await postponeDelivery(store, delivery, message(error), retryAt);
    log[retryAt === null ? "error" : "warn"](
      { err: error, delivery: delivery.id, event: delivery.name, retryAt },
      "a delivery could not be worked on",
    );
  }
  return true;
}

async function decide(delivery: Delivery, options: WorkerOptions): Promise<void> {
  const { store } = options;
  const now = options.now().toISOString();
  const event = narrow(delivery.name, delivery.payload, now, options.login);
  const settle = (to: Store) => settleDelivery(to, delivery.id, now);
  if (event === null || !(await decideEvent(event, options, delivery.id, settle))) await settle(store);
}

/** Gathers, plans and commits, `alongside` in the same transaction; false when the event is not about us. */
export async function decideEvent(
  event: Event,
  options: WorkerOptions,
  cause: string,
  alongside: (transaction: Store) => Promise<void>,
): Promise<boolean> {
  const now = options.now().toISOString();
  const client = clientFor(await options.octokitFor(event.installationId), event.repository.fullName);
  const gathered = await gather(event, {
    store: options.store,
    client,
    configAt: options.configAt,
    login: options.login,
  });
  if (gathered === null) return false;
  const decided = plan(gathered.situation, { now, entropy: randomBytes(16).toString("hex") });
  const { installationId, repository } = event;
  await commitPlan(
    options.store,
    decided,
    { recollection: gathered.recollection, installationId, repository, now },
    alongside,
  );
  const decisions = decided.ledger.map((line) => line.what);
  const effects = decided.effects.map((effect) => effect.kind);
  options.log.info({ cause, event: event.kind, repository: repository.fullName, decisions, effects }, "decided");
  return true;
}

async function workOnEffects(options: WorkerOptions, stopping: () => boolean): Promise<void> {
  for (;;) {
    const due = await dueEffects(options.store, options.now().toISOString(), effectBatch);
    if (due.length === 0) return;
    for (const pending of due) {
      if (stopping()) return;
      await workOnEffect(pending, options);
    }
  }
}

async function workOnEffect(pending: PendingEffect, options: WorkerOptions): Promise<void> {
  const { store, log } = options;
  if (!(await isPending(store, pending.seq))) return;
  try {
    await beginEffect(store, pending);
    const client = clientFor(await options.octokitFor(pending.installationId), pending.repository.fullName);
    const performed = await perform(pending, { ...options, client });
    if (performed.kind === "later") return await deferEffect(store, pending, performed.at);
    if (performed.kind === "learned") await decideSurely(performed.event, options, pending.key);
    await settleEffect(store, pending.seq, options.now().toISOString());
  } catch (error) {
    const wished = retryTime(options.now(), pending.attempts, error);
    const retryAt = wished ?? (await giveUp(pending, error, options));
    await postponeEffect(store, pending.seq, message(error), retryAt);
    log[retryAt === null ? "error" : "warn"](
      { err: error, effect: pending.key, repository: pending.repository.fullName, retryAt },
      "an effect could not be performed",
    );
  }
}

/**
 * A run that will never start must not leave a check in progress: its job is told before the effect is laid aside. Gives
 * the time to try again if even that did not work.
 */
async function giveUp(pending: PendingEffect, error: unknown, options: WorkerOptions): Promise<string | null> {
  const { installationId, repository, effect } = pending;
  if (effect.kind !== "dispatch") return null;
  const now = options.now();
  const at = now.toISOString();
  const event: Event = {
    installationId,
    repository,
    at,
    kind: "dispatch_refused",
    nonce: effect.nonce,
    message: message(error),
  };
  try {
    await decideSurely(event, options, pending.key);
    return null;
  } catch (problem) {
    options.log.warn({ err: problem, effect: pending.key }, "a refused run could not be told to its job yet");
    return new Date(now.getTime() + 60_000).toISOString();
  }
}

/** Decides about an event of our own making, again and again if somebody else wrote the same rows meanwhile. */
async function decideSurely(event: Event, options: WorkerOptions, cause: string): Promise<void> {
  for (;;) {
    try {
      await decideEvent(event, options, cause, async () => {});
      return;
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
}

/** When to try again: 1, 2, 4 … 300 seconds later; never when GitHub says that the request itself is wrong. */
function retryTime(now: Date, attempts: number, error: unknown): string | null {
  const status = statusOf(error);
  const refused = status !== null && status >= 400 && status < 500 && !passing.includes(status);
  // What has no status is no answer of GitHub's: the store, or a fault of ours, which time does not mend.
  if (refused || attempts + 1 >= (status === null ? maxAttemptsOfOurs : maxAttempts)) return null;
  return new Date(now.getTime() + 1_000 * Math.min(2 ** Math.min(attempts, 30), longestPauseSeconds)).toISOString();
}

function message(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 2_000) : "not an error";
}
