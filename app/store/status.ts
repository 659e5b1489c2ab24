import type { Job, Promotion } from "../../core/job/state.ts";
import type { Store } from "./open.ts";

/** What an operator wants to see at a glance. */
export type Status = {
  readonly deliveries: Readonly<Record<string, number>>;
  readonly effects: Readonly<Record<string, number>>;
  readonly jobs: readonly Job[];
  readonly promotions: readonly Promotion[];
  readonly decisions: readonly {
    readonly at: string;
    readonly what: string;
    readonly by: string;
    readonly reason: string | null;
    readonly subject: string;
  }[];
};

const shown = 20;

export async function readStatus(store: Store): Promise<Status> {
  const deliveries = await store
    .selectFrom("deliveries")
    .select(["state", ({ fn }) => fn.countAll<number>().as("count")])
    .groupBy("state")
    .execute();
  const effects = await store
    .selectFrom("effects")
    .select(["state", ({ fn }) => fn.countAll<number>().as("count")])
    .groupBy("state")
    .execute();
  const jobs = await store.selectFrom("jobs").select("document").orderBy("seq", "desc").limit(shown).execute();
  const promotions = await store
    .selectFrom("promotions")
    .select("document")
    .orderBy("seq", "desc")
    .limit(shown)
    .execute();
  const ledger = await store
    .selectFrom("ledger")
    .select(["at", "decision"])
    .orderBy("seq", "desc")
    .limit(shown)
    .execute();
  return {
    deliveries: counts(deliveries),
    effects: counts(effects),
    jobs: jobs.map((row) => row.document),
    promotions: promotions.map((row) => row.document),
    decisions: ledger.map(({ at, decision }) => ({
      at,
      what: decision.what,
      by: decision.by,
      reason: decision.reason,
      subject: Object.entries(decision.subject)
        .filter(([, value]) => value !== null)
        .map(([key, value]) => `${key} ${String(value)}`)
        .join(", "),
    })),
  };
}

function counts(rows: readonly { readonly state: string; readonly count: number }[]): Readonly<Record<string, number>> {
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
