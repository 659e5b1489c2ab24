import { randomBytes } from "node:crypto";
import type { Event } from "../core/plan/event.ts";
import { storable } from "../core/storable.ts";
import { clientFor, waitOf } from "../github/octokit.ts";
import { type DecideOptions, decideEvent, decideSurely } from "./decide.ts";
import type { Signer } from "./keys.ts";
import { logOfDelivery, logOfEffect, logPerformed } from "./log.ts";
import { narrow } from "./narrow.ts";
import { costOf } from "./perform/cost.ts";
import { perform } from "./perform/perform.ts";
import { later, refuseDeadly, retryTime, retryTimeOf } from "./retry.ts";
import { pause, reserve } from "./store/budgets.ts";
import { type Delivery, deferDelivery, leaseDelivery, postponeDelivery, settleDelivery } from "./store/inbox.ts";
import {
  type Holder,
  type LeasedTable,
  LeaseLost,
  leaseSeconds,
  newHolder,
  releaseDeliveries,
  renewalsPerLease,
  renewLeases,
} from "./store/lease.ts";
import { RevisionConflict } from "./store/memory.ts";
import type { Store } from "./store/open.ts";
import { deferEffect, holdOn, leaseEffect, type PendingEffect, postponeEffect, settleEffect } from "./store/outbox.ts";
import { jobOfRun } from "./store/runs.ts";

export type WorkerOptions = DecideOptions & {
  readonly signer: Signer;
  readonly publicUrl: string | null;
  /** How many deliveries and effects are worked on at a time. */
  readonly slots: number;
  /** What a killed process held is taken up by another after this. */
  readonly leaseSeconds?: number;
  /** What is under way when the worker is stopped may end within this. */
  readonly drainMs?: number;
  /** Waited for before something is begun: whoever GitHub waits for goes first. */
  readonly giveWay?: () => Promise<void>;
};

export type Worker = {
  /** Something may be due: look now rather than at the next tick. */
  readonly wake: () => void;
  /** Resolves when nothing is due and nothing is under way. */
  readonly idle: () => Promise<void>;
  /** Takes nothing new; what is under way may end within `drainMs`. What is still being planned then is given up. */
  readonly stop: () => Promise<void>;
};

const tickMs = 1_000;
const longestDrainMs = 8_000;
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
      const deadline = setTimeout(late.resolve, options.drainMs ?? longestDrainMs);
      await Promise.race([settled(), late.promise]);
      clearTimeout(deadline);
      clearInterval(renewal);
      await releaseDeliveries(store, holder.owner);
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
  let event: Event | null = null;
  try {
    refuseDeadly(delivery);
    event = narrow(delivery.name, delivery.payload, options.now().toISOString(), options.login);
    await decide(delivery, event, { ...options, log });
  } catch (error) {
    if (error instanceof LeaseLost) return;
    const now = options.now();
    if (event !== null) await heed(error, event.installationId, options);
    const retryAt = error instanceof RevisionConflict ? now.toISOString() : retryTime(now, delivery.attempts, error);
    await postponeDelivery(store, delivery, message(error), retryAt);
    log[retryAt === null ? "error" : "warn"]({ err: error, retryAt }, "a delivery could not be worked on");
  }
}

/** A limit that was hit in one place is kept everywhere: nothing is begun for the installation while GitHub wants it to wait. */
async function heed(error: unknown, installationId: number, { store, now }: WorkerOptions): Promise<void> {
  const wait = waitOf(error, now());
  if (wait !== null) await pause(store, installationId, wait);
}

async function decide(delivery: Delivery, event: Event | null, options: WorkerOptions): Promise<void> {
  const { store } = options;
  const now = options.now();
  const { pausedSeconds } = delivery;
  if (event !== null && pausedSeconds !== null) {
    await deferDelivery(store, delivery, later(now, 1_000 * pausedSeconds));
    return;
  }
  const settle = (to: Store) => settleDelivery(to, delivery.id, now.toISOString());
  if (event === null || !(await decideEvent(event, options, delivery.id, settle))) await settle(store);
}

/** Performs the due effect that matters most; false when there is none. */
async function workOnEffect(holder: Holder, options: WorkerOptions): Promise<boolean> {
  const { store, leaseSeconds: seconds } = options;
  const pending = await leaseEffect(store, holder.owner, options.now().toISOString(), seconds);
  if (pending === null) return false;
  await holding(holder, "effects", pending.seq, () => performEffect(pending, holder, options));
  return true;
}

async function performEffect(pending: PendingEffect, { owner }: Holder, options: WorkerOptions): Promise<void> {
  const { store } = options;
  const { effect } = pending;
  const job = effect.kind === "cancel_run" ? await jobOfRun(store, effect.nonce) : null;
  const log = logOfEffect(options.log, pending, job);
  const mayMake = () => holdOn(store, pending, owner, options.leaseSeconds);
  try {
    refuseDeadly(pending);
    if (!(await reserve(store, pending.installationId, costOf(pending.effect)))) {
      await deferEffect(store, pending, later(options.now(), budgetPauseMs));
      return;
    }
    const client = clientFor(await options.octokitFor(pending.installationId), pending.repository.fullName);
    const performed = await perform(pending, { ...options, log, client, mayMake });
    if (performed.kind === "later") {
      await deferEffect(store, pending, performed.at);
      return;
    }
    const learned = performed.kind === "learned" ? performed.events : [];
    for (const event of learned) await decideSurely(event, { ...options, log }, pending.key);
    await settleEffect(store, pending.seq, options.now().toISOString());
    logPerformed(log, effect);
  } catch (error) {
    if (error instanceof LeaseLost) {
      log.info(error.message);
      return;
    }
    await heed(error, pending.installationId, options);
    const wished = retryTimeOf(pending, options.now(), error);
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

function message(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : "not an error";
  return storable(text.slice(0, 2_000));
}
