import { limits } from "../store/budgets.ts";
import type { Figures } from "../store/figures.ts";
import { family, type Sample } from "./prometheus.ts";

export type StoreMeasurements = {
  readonly now: Date;
  readonly figures: Figures;
  /** null when the store takes no writes. */
  readonly storeSeconds: number | null;
};

const states = ["pending", "done", "dead"];

/** What comes from the store, and so is about all replicas. */
export function ofStore({ figures, now, storeSeconds }: StoreMeasurements): readonly string[] {
  const age: Age = (since) => (since === null ? 0 : Math.max(0, (now.getTime() - Date.parse(since)) / 1_000));
  return [
    ...ofInbox(figures, age),
    ...ofOutbox(figures, age),
    ...ofWork(figures, age),
    ...ofBudgets(figures),
    family("assay_store_ping_seconds", "gauge", "How long the store takes to answer the smallest question.", [
      { value: storeSeconds },
    ]),
  ];
}

type Age = (since: string | null) => number;

function ofInbox(figures: Figures, age: Age): readonly string[] {
  return [
    family(
      "assay_deliveries",
      "gauge",
      "Webhook deliveries in the inbox by state.",
      each("state", states, figures.deliveries),
    ),
    family(
      "assay_leases",
      "gauge",
      "Deliveries and effects that are being worked on.",
      each("of", ["deliveries", "effects"], figures.leased),
    ),
    family("assay_delivery_oldest_pending_age_seconds", "gauge", "Age of the oldest delivery that is not worked off.", [
      { value: age(figures.oldestDelivery) },
    ]),
    family("assay_delivery_last_age_seconds", "gauge", "Time since the newest delivery came in.", [
      { value: figures.lastDelivery === null ? null : age(figures.lastDelivery) },
    ]),
    family(
      "assay_deliveries_missed",
      "gauge",
      "Deliveries that GitHub could not hand over and that are asked for again.",
      [{ value: figures.missed.count }],
    ),
    family(
      "assay_deliveries_missed_oldest_age_seconds",
      "gauge",
      "Age of the oldest of them; GitHub forgets them after three days.",
      [{ value: figures.missed.oldestSeconds }],
    ),
    family(
      "assay_cursor_age_seconds",
      "gauge",
      "Time since a cursor moved or was confirmed; of the round, since the last that ended began.",
      figures.cursors.map(({ name, ageSeconds }) => ({ labels: { cursor: name }, value: ageSeconds })),
    ),
  ];
}

function ofOutbox(figures: Figures, age: Age): readonly string[] {
  const pending = figures.unfinished.filter(({ state }) => state === "pending");
  const dead = (counts: Figures["deliveries"]) => counts["dead"] ?? 0;
  return [
    family(
      "assay_effects",
      "gauge",
      "Effects in the outbox by state.",
      each("state", [...states, "replaced"], figures.effects),
    ),
    family(
      "assay_effects_unfinished",
      "gauge",
      "Effects that are pending or dead, by kind.",
      figures.unfinished.map(({ state, kind, count }) => ({ labels: { state, kind }, value: count })),
    ),
    family(
      "assay_effect_oldest_pending_age_seconds",
      "gauge",
      "Age of the oldest pending effect, by kind.",
      pending.map(({ kind, since }) => ({ labels: { kind }, value: age(since) })),
    ),
    family("assay_dead_letters", "gauge", "Deliveries and effects that were given up.", [
      { labels: { kind: "delivery" }, value: dead(figures.deliveries) },
      { labels: { kind: "effect" }, value: dead(figures.effects) },
    ]),
  ];
}

function ofWork(figures: Figures, age: Age): readonly string[] {
  return [
    family(
      "assay_jobs_open",
      "gauge",
      "Jobs at work by phase.",
      each("phase", ["training", "evaluating"], figures.jobs),
    ),
    family(
      "assay_runs",
      "gauge",
      "Workflow runs under way: dispatched ones wait for a machine.",
      figures.runs.map(({ stage, state, count }) => ({ labels: { stage, state }, value: count })),
    ),
    family(
      "assay_run_oldest_age_seconds",
      "gauge",
      "Age of the oldest of these runs, in its state.",
      figures.runs.map(({ stage, state, since }) => ({ labels: { stage, state }, value: age(since) })),
    ),
    family("assay_promotions", "gauge", "Promotions by state.", each("state", [], figures.promotions)),
    family(
      "assay_heals_total",
      "counter",
      "What differed from GitHub and was set right, by kind.",
      each("kind", ["delivery"], Object.fromEntries(figures.heals.map(({ kind, count }) => [kind, count]))),
    ),
  ];
}

function ofBudgets({ budgets }: Figures): readonly string[] {
  return [
    family(
      "assay_github_budget_used",
      "gauge",
      "What an installation spent of its budgets, which stay below GitHub's secondary limits.",
      budgets.flatMap(({ installationId: installation, pointsLastMinute, creationsLastMinute, creationsLastHour }) => [
        { labels: { installation, budget: "points_per_minute" }, value: pointsLastMinute },
        { labels: { installation, budget: "creations_per_minute" }, value: creationsLastMinute },
        { labels: { installation, budget: "creations_per_hour" }, value: creationsLastHour },
      ]),
    ),
    family("assay_github_budget_limit", "gauge", "These budgets.", [
      { labels: { budget: "points_per_minute" }, value: limits.pointsPerMinute },
      { labels: { budget: "creations_per_minute" }, value: limits.creationsPerMinute },
      { labels: { budget: "creations_per_hour" }, value: limits.creationsPerHour },
    ]),
    family(
      "assay_github_paused_seconds",
      "gauge",
      "For how long nothing will be written for an installation, because GitHub asked to wait.",
      budgets.map(({ installationId, pausedSeconds }) => ({
        labels: { installation: installationId },
        value: pausedSeconds,
      })),
    ),
  ];
}

/** Zero where nothing was counted for a name that there is. */
export function each(
  label: string,
  names: readonly string[],
  counts: Readonly<Record<string, number>>,
): readonly Sample[] {
  const all = { ...Object.fromEntries(names.map((name) => [name, 0])), ...counts };
  return Object.entries(all).map(([name, value]) => ({ labels: { [label]: name }, value }));
}
