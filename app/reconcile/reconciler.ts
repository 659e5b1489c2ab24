import { randomBytes } from "node:crypto";
import { z } from "zod";
import { isPaused } from "../store/budgets.ts";
import { readClock, readCursor, writeCursor } from "../store/cursor.ts";
import { noteHeal } from "../store/heals.ts";
import { reviveEffects } from "../store/open-work.ts";
import { prune } from "../store/prune.ts";
import { type KnownRepository, noteChecked, repositoriesToCheck, repositoriesWithRuns } from "../store/repositories.ts";
import { attempt } from "./attempt.ts";
import { type Budget, budgetOf } from "./budget.ts";
import { reconcileDeliveries } from "./deliveries.ts";
import { reconcileGates } from "./gates.ts";
import { leading, stopLeading } from "./lead.ts";
import { type Opener, openerOf } from "./opener.ts";
import type { ReconcileOptions } from "./options.ts";
import type { Place } from "./place.ts";
import { reconcilePulls } from "./pulls.ts";
import { reconcileRuns } from "./runs.ts";
import { reconcileShown } from "./shown.ts";

export type Reconciler = {
  /** Resolves when a round that begins now, or after the present one, has ended. */
  readonly round: () => Promise<void>;
  /** Begins no request any more; resolves when the last one has been answered. */
  readonly stop: () => Promise<void>;
};

/** Requests of a round by what they are for; below a hundred together, with those for tokens of installations. */
const requests = { deliveries: 18, runs: 22, pulls: 36, shown: 16, gates: 6 } as const;
const repositories = { runs: 5, pulls: 14 } as const;

const hourMs = 3_600_000;
const maxRevived = 50;

/** Compares memory with GitHub at once and then every `everyMs`, in one process at a time, until stopped. */
export function startReconciler(options: ReconcileOptions): Reconciler {
  const owner = randomBytes(8).toString("hex");
  let isStopping = false;
  const once = async () => {
    try {
      if (!isStopping) await leading(options, owner, (isLost) => reconcile(options, () => isStopping || isLost()));
    } catch (error) {
      options.log.warn({ err: error }, "the reconciler could not reach its store; it tries again");
    }
  };
  let current = once();
  const round = () => {
    current = current.then(once);
    return current;
  };
  let isWaiting = false;
  const timer = setInterval(() => {
    // A round that takes longer than its interval is not followed by a queue of them.
    if (isWaiting) return;
    isWaiting = true;
    void round().finally(() => {
      isWaiting = false;
    });
  }, options.everyMs);
  return {
    round,
    stop: async () => {
      isStopping = true;
      clearInterval(timer);
      await current;
      await stopLeading(options, owner);
    },
  };
}

/** One round. What goes wrong in one part, or with one repository, does not keep the others from their turn. */
async function reconcile(options: ReconcileOptions, isOver: () => boolean): Promise<void> {
  const { store } = options;
  const [began, at] = [await readClock(store), options.now().toISOString()];
  const opener = openerOf(options);
  const budget = (part: keyof typeof requests) => budgetOf(requests[part], isOver);
  await attempt("deliveries", options, () => reconcileDeliveries(options, budget("deliveries")));
  const waiting = await repositoriesWithRuns(store, repositories.runs);
  await visit({ what: "runs", known: waiting, compare: reconcileRuns }, options, opener, budget("runs"));
  const due = await repositoriesToCheck(store, repositories.pulls);
  await visit({ what: "pulls", known: due, compare: reconcilePulls }, options, opener, budget("pulls"));
  await attempt("what is shown", options, () => reconcileShown(options, opener, budget("shown")));
  await attempt("gates", options, () => reconcileGates(options, opener, budget("gates")));
  if (isOver()) return;
  await attempt("housekeeping", options, () => keepHouse(options));
  // What is older than this cursor has been compared: as of when the round began, not of its end.
  await writeCursor(store, "round", { at }, began);
}

type Visit = {
  readonly what: "runs" | "pulls";
  readonly known: readonly KnownRepository[];
  readonly compare: (place: Place, options: ReconcileOptions, budget: Budget) => Promise<void>;
};

async function visit(
  { what, known, compare }: Visit,
  options: ReconcileOptions,
  opener: Opener,
  budget: Budget,
): Promise<void> {
  for (const one of known) {
    if (await isPaused(options.store, one.installationId)) continue;
    // Who is not reached keeps the place in the line.
    if (!opener.pay(one.installationId, budget) || budget.isSpent()) return;
    const { fullName, id } = one.repository;
    // Noted before: one that cannot be read, or ends the process, goes to the end of the line as well.
    await noteChecked(options.store, id, what);
    const look = async () => compare(await opener.open(one), options, budget);
    await attempt(`${what} of ${fullName}`, options, look, one.installationId);
  }
}

const houseSchema = z.object({ at: z.iso.datetime() });

/** Once an hour: dead writes are tried again, and what is old is forgotten. */
async function keepHouse({ store, log, now }: ReconcileOptions): Promise<void> {
  const last = houseSchema.safeParse(await readCursor(store, "housekeeping"));
  const at = now();
  if (last.success && at.getTime() - Date.parse(last.data.at) < hourMs) return;
  const hourAgo = new Date(at.getTime() - hourMs).toISOString();
  const revived = await reviveEffects(store, hourAgo, at.toISOString(), maxRevived);
  await noteHeal(store, "effect", at.toISOString(), revived);
  const pruned = await prune(store, at);
  await writeCursor(store, "housekeeping", { at: at.toISOString() });
  log.info({ revived, pruned }, "kept house");
}
