import type { CheckRun } from "./records.ts";

/** A check run that has not said anything yet. */
export function queuedCheckRun(
  identity: Pick<CheckRun, "id" | "suite" | "name" | "externalId" | "detailsUrl">,
): CheckRun {
  return {
    ...identity,
    status: "queued",
    conclusion: null,
    startedAt: null,
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
  };
}
