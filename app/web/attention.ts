import type { Status } from "../store/status.ts";
import type { RateLimit } from "../traffic.ts";
import { duration } from "./page-parts.ts";

export type Concern = { readonly tone: "bad" | "warn"; readonly message: string };

const slowSeconds = 300;
/** A run that waits this long waits for a machine that may not exist. */
const longQueueSeconds = 3_600;
const dayS = 86_400;

/** What an operator should look at, the worst first. */
export function concerns(status: Status, rates: readonly RateLimit[], now: Date): readonly Concern[] {
  const age = (iso: string) => (now.getTime() - Date.parse(iso)) / 1_000;
  const found: Concern[] = [];
  const say = (tone: Concern["tone"], message: string) => found.push({ tone, message });
  const dead = (status.deliveries["dead"] ?? 0) + (status.effects["dead"] ?? 0);
  if (dead > 0) say("bad", `${dead === 1 ? "1 dead letter was" : `${dead} dead letters were`} given up: see below.`);
  if (status.oldestDelivery !== null && age(status.oldestDelivery) > slowSeconds)
    say("bad", `A delivery has been waiting for ${duration(age(status.oldestDelivery))} to be worked off.`);
  const oldestEffect = status.unfinished
    .filter(({ state }) => state === "pending")
    .map(({ since }) => since)
    .toSorted()[0];
  if (oldestEffect !== undefined && age(oldestEffect) > slowSeconds)
    say("warn", `Something has been waiting for ${duration(age(oldestEffect))} to be written to GitHub.`);
  const { count, oldestSeconds } = status.missed;
  if (count > 0)
    say(
      oldestSeconds > dayS ? "bad" : "warn",
      `${count} deliveries are missing, the oldest for ${duration(oldestSeconds)}; GitHub forgets them after three days.`,
    );
  for (const run of status.runs)
    if (run.state === "dispatched" && age(run.since) > longQueueSeconds)
      say(
        "warn",
        `A ${run.stage} run has been queued for ${duration(age(run.since))}: is a machine with its labels online?`,
      );
  for (const { installationId, pausedSeconds } of status.budgets)
    if (pausedSeconds > 0)
      say(
        "warn",
        `GitHub asked to wait: nothing is written for installation ${installationId} for ${duration(pausedSeconds)}.`,
      );
  for (const { installationId, remaining, limit, resource, resetAt } of rates)
    if (remaining < limit / 10 && age(resetAt) < 0)
      say(
        "warn",
        `${remaining} of ${limit} requests (${resource}) are left for ${installationId === null ? "the App" : `installation ${installationId}`} for ${duration(-age(resetAt))}.`,
      );
  return found.toSorted((a, b) => Number(a.tone === "warn") - Number(b.tone === "warn"));
}
