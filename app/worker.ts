import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { type Event, onceKey } from "../core/plan/event.ts";
import { plan } from "../core/plan/plan.ts";
import { type Client, clientFor, waitOf } from "../github/octokit.ts";
import type { ConfigReader } from "./configs.ts";
import { gather } from "./facts.ts";
import type { Signer } from "./keys.ts";
import { logOfDelivery, logOfEffect } from "./log.ts";
import { narrow } from "./narrow.ts";
import { costOf } from "./perform/cost.ts";
import { perform } from "./perform/perform.ts";
import { later, retryTime } from "./retry.ts";
import { pause, reserve } from "./store/budgets.ts";
import { type Delivery, leaseDelivery, postponeDelivery, settleDelivery } from "./store/inbox.ts";
import {
  type Holder,
  type LeasedTable,
  LeaseLost,
  leaseSeconds,
  newHolder,
  releaseLeases,
  renewalsPerLease,
  renewLeases,
} from "./store/lease.ts";
import { AlreadyActed, commitPlan, RevisionConflict } from "./store/memory.ts";
import type { Store } from "./store/open.ts";
import { deferEffect, leaseEffect, type PendingEffect, postponeEffect, settleEffect } from "./store/outbox.ts";

export type WorkerOptions = {
  readonly store: Store;
  readonly signer: Signer;
  readonly log: Logger;
  readonly publicUrl: string | null;
  readonly login: string;
  readonly configAt: ConfigReader;
  readonly octokitFor: (installationId: number) => Promise<Client["octokit"]>;
  readonly now: () => Date;
  /** How many deliveries and effects are worked on at a time. */
  readonly slots: number;
  /** What a killed process held is taken up by another after this. */
  readonly leaseSeconds?: number;
  /** Waited for before something is begun: whoever GitHub waits for goes first. */
  readonly giveWay?: () => Promise<void>;
};

export type Worker = {
  /** Something may be due: look now rather than at the next tick. */
  readonly wake: () => void;
  /** Resolves when nothing is due and nothing is under way. */
  readonly idle: () => Promise<void>;
  /** Takes nothing new; what is under way may end within `drainMs`, then its leases are given up. */
  readonly stop: () => Promise<void>;
};

const tickMs = 1_000;
const drainMs = 8_000;
/** An effect that finds its installation's budget spent looks again after this. */
const budgetPauseMs = 5_000;
/**
 * Works off the inbox and the outbox until stopped: `slots` things at a time, never two of one lane, together with every
 * other process on the same store. Half of the slots look for deliveries first, the others for effects.
 */
export function startWorker(options: WorkerOptions): Worker {
  const { store, log } = options;
  const holder = newHolder(randomBytes(8).toString("hex"));
  let stopping = false;
  let missed = false;
  const busy = new Map<number, Promise<void>>();

  const work = async (slot: number) => {
    const sources = [workOnDelivery, workOnEffect];
    const [first = workOnDelivery, second = workOnEffect] = slot % 2 === 0 ? sources : sources.toReversed();
    const begin = async (source: typeof first) => {
      await options.giveWay?.();
      return !stopping && (await source(holder, options));
    };
    while ((await begin(first)) || (await begin(second)));
  };
  /** Sets up to `count` free slots to work. Each look costs two queries, so one thing that is due starts one slot. */
  const start = (count: number) => {
    let started = 0;
    for (let slot = 0; slot < options.slots && started < count && !stopping; slot += 1) {
      if (busy.has(slot)) continue;
      started += 1;
      const current = work(slot)
        .catch((error: unknown) => log.error({ err: error }, "the worker could not reach its store; it tries again"))
        .finally(() => {
          busy.delete(slot);
          if (missed) start(1);
        });
      busy.set(slot, current);
    }
    // A slot that is about to find nothing may have looked just too early.
    missed = started === 0;
  };
  const wake = () => start(1);
  const timer = setInterval(() => start(options.slots), tickMs);
  const renewal = setInterval(
    () =>
      renewLeases(store, holder, options.leaseSeconds).catch((error: unknown) =>
        log.warn({ err: error }, "leases could not be renewed"),
      ),
    (1_000 * (options.leaseSeconds ?? leaseSeconds)) / renewalsPerLease,
  );
  const settled = async () => {
    while (busy.size > 0) await Promise.all(busy.values());
  };
  return {
    wake,
    idle: settled,
    stop: async () => {
      stopping = true;
      clearInterval(timer);
      const late = Promise.withResolvers<void>();
      const deadline = setTimeout(late.resolve, drainMs);
      await Promise.race([settled(), late.promise]);
      clearTimeout(deadline);
      clearInterval(renewal);
      await releaseLeases(store, holder.owner);
    },
  };
}

/** Plans the oldest due delivery; false when there is none. */
async function workOnDelivery(holder: Holder, options: WorkerOptions): Promise<boolean> {
  const { store, leaseSeconds: seconds } = options;
  const delivery = await leaseDelivery(store, holder.owner, options.now().toISOString(), seconds);
  if (delivery === null) return false;
  await holding(holder, "deliveries", delivery.seq, () => planDelivery(delivery, options));
  return true;
}

/** Holds on to a row for as long as the work on it takes, however that ends. */
async function holding(holder: Holder, table: LeasedTable, seq: number, work: () => Promise<void>): Promise<void> {
  holder.held[table].add(seq);
  try {
    await work();
  } finally {
    holder.held[table].delete(seq);
  }
}

async function planDelivery(delivery: Delivery, options: WorkerOptions): Promise<void> {
  const { store } = options;
  const log = logOfDelivery(options.log, delivery);
  try {
    await decide(delivery, { ...options, log });
  } catch (error) {
    if (error instanceof LeaseLost) return;
    const now = options.now();
    const retryAt = error instanceof RevisionConflict ? now.toISOString() : retryTime(now, delivery.attempts, error);
    await postponeDelivery(store, delivery, message(error), retryAt);
    log[retryAt === null ? "error" : "warn"]({ err: error, retryAt }, "a delivery could not be worked on");
  }
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
  try {
    await commitPlan(options.store, decided, from, alongside);
  } catch (error) {
    if (!(error instanceof AlreadyActed)) throw error;
    options.log.info({ cause, event: event.kind, repository: repository.fullName }, error.message);
    return false;
  }
  const decisions = decided.ledger.map((line) => line.what);
  const effects = decided.effects.map((effect) => effect.kind);
  options.log.info({ cause, event: event.kind, repository: repository.fullName, decisions, effects }, "decided");
  return true;
}

/** Performs the due effect that matters most; false when there is none. */
async function workOnEffect(holder: Holder, options: WorkerOptions): Promise<boolean> {
  const { store, leaseSeconds: seconds } = options;
  const pending = await leaseEffect(store, holder.owner, options.now().toISOString(), seconds);
  if (pending === null) return false;
  await holding(holder, "effects", pending.seq, () => performEffect(pending, options));
  return true;
}

async function performEffect(pending: PendingEffect, options: WorkerOptions): Promise<void> {
  const { store } = options;
  const log = logOfEffect(options.log, pending);
  try {
    if (!(await reserve(store, pending.installationId, costOf(pending.effect)))) {
      await deferEffect(store, pending, later(options.now(), budgetPauseMs));
      return;
    }
    const client = clientFor(await options.octokitFor(pending.installationId), pending.repository.fullName);
    const performed = await perform(pending, { ...options, log, client });
    if (performed.kind === "later") {
      await deferEffect(store, pending, performed.at);
      return;
    }
    const learned = performed.kind === "learned" ? performed.events : [];
    for (const event of learned) await decideSurely(event, { ...options, log }, pending.key);
    await settleEffect(store, pending.seq, options.now().toISOString());
  } catch (error) {
    const wait = waitOf(error, options.now());
    if (wait !== null) await pause(store, pending.installationId, wait);
    const wished = retryTime(options.now(), pending.attempts, error);
    const retryAt = wished ?? (await giveUp(pending, error, { ...options, log }));
    await postponeEffect(store, pending, message(error), retryAt);
    log[retryAt === null ? "error" : "warn"]({ err: error, retryAt }, "an effect could not be performed");
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
    options.log.warn({ err: problem }, "a refused run could not be told to its job yet");
    return new Date(now.getTime() + 60_000).toISOString();
  }
}

/** Decides about an event of our own making, again and again if somebody else wrote the same rows meanwhile. */
export async function decideSurely(event: Event, options: WorkerOptions, cause: string): Promise<boolean> {
  for (;;) {
    try {
      return await decideEvent(event, options, cause, async () => {});
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
}

function message(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 2_000) : "not an error";
}
