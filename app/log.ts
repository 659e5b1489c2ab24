import { type DestinationStream, type Logger, pino } from "pino";
import { z } from "zod";
import type { Run } from "../core/job/state.ts";
import type { Plan } from "../core/plan/decision.ts";
import type { Effect } from "../core/plan/effect.ts";
import type { Event } from "../core/plan/event.ts";
import type { Memory } from "../core/plan/facts.ts";
import { statusOf } from "../github/octokit.ts";
import { checkIdentity } from "./narrow.ts";
import { secretHider, secretsOf } from "./secrets.ts";
import type { Settings } from "./settings.ts";
import { pullOfLane } from "./store/memory.ts";
import type { PendingEffect } from "./store/outbox.ts";

export type LogSettings = Pick<Settings, "logLevel" | "privateKey" | "webhookSecret" | "databaseUrl">;

/**
 * The App's log: one JSON object a line, on stdout unless told otherwise. Errors are logged by what they say: the request
 * of a failed dispatch holds a ticket. Every line is searched for secrets before it is written, whoever wrote it.
 */
export function createLog(settings: LogSettings, to?: DestinationStream): Logger {
  const hide = secretHider(secretsOf(settings));
  const err = (error: unknown) =>
    error instanceof Error
      ? { type: error.name, message: error.message, status: statusOf(error), stack: error.stack }
      : { type: typeof error };
  return pino({ level: settings.logLevel, serializers: { err }, hooks: { streamWrite: hide } }, to);
}

const numbered = z.object({ number: z.int() }).optional().catch(undefined);
const subject = z.object({
  action: z.string().optional().catch(undefined),
  repository: z.object({ full_name: z.string() }).optional().catch(undefined),
  pull_request: numbered,
  issue: numbered,
  check_run: z.object({ external_id: z.string() }).optional().catch(undefined),
  check_suite: z
    .object({ pull_requests: z.array(z.object({ number: z.int() })) })
    .optional()
    .catch(undefined),
  workflow_run: z.object({ id: z.int() }).optional().catch(undefined),
});

/**
 * A log whose lines all tell the delivery, and what GitHub says it is about. Where it names no pull request, `about` is left
 * to the lines that know it.
 */
export function logOfDelivery(
  log: Logger,
  delivery: { readonly id: string; readonly name: string; readonly payload: object },
): Logger {
  const { data } = subject.safeParse(delivery.payload);
  const { action, repository, pull_request: pull, issue, check_run: check, check_suite: suite } = data ?? {};
  const number =
    pull?.number ??
    issue?.number ??
    checkIdentity.read(check?.external_id ?? "")?.pull ??
    suite?.pull_requests[0]?.number;
  return log.child({
    delivery: delivery.id,
    webhook: action === undefined ? delivery.name : `${delivery.name}.${action}`,
    ...placeOf(repository?.full_name, number),
    run: data?.workflow_run?.id,
  });
}

/** A log whose lines all tell the effect, its repository and, where it has them, its pull request, job and run. */
export function logOfEffect(
  log: Logger,
  { key, installationId, repository, effect, lane }: PendingEffect,
  job: string | null = null,
): Logger {
  const dispatched = effect.kind === "dispatch" ? effect.claims : null;
  const pull = "pull" in effect ? effect.pull : pullOfLane(lane ?? "");
  return log.child({
    effect: key,
    installation: installationId,
    ...placeOf(repository.fullName, pull ?? undefined),
    job: dispatched?.job ?? job ?? undefined,
    model: dispatched?.model,
    run: effect.kind === "decide_protection" ? effect.runId : undefined,
  });
}

/** A log whose lines all tell the pull request. */
export function logOfPull(log: Logger, repository: string, pull: number): Logger {
  return log.child(placeOf(repository, pull));
}

/** One line, for an operator who looks for what became of a run, a command or a question; what is only shown is a detail. */
export function logPerformed(log: Logger, { kind }: Effect): void {
  const isShown = kind === "comment" || kind === "model_check" || kind === "aggregate_check";
  log[isShown ? "debug" : "info"]({ kind }, "performed");
}

/**
 * What a line about a decision tells: the event, its pull request, the jobs it is about and its run. Nothing that `log` tells
 * on every line anyway.
 */
export function subjectOf(
  log: Logger,
  { event, memory, plan }: { readonly event: Event; readonly memory: Memory; readonly plan: Plan },
): object {
  const stated = "pull" in event ? event.pull : null;
  const pull = plan.pull?.number ?? memory.pull?.number ?? (typeof stated === "object" ? stated?.number : stated);
  const [job, ...others] = jobsOf(event, memory, plan);
  const told = log.bindings();
  const fields = {
    event: event.kind,
    ...placeOf(event.repository.fullName, pull),
    ...(others.length === 0 ? { job } : { jobs: [job, ...others] }),
    run: "run" in event ? event.run.id : "runId" in event ? event.runId : undefined,
  };
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value !== undefined && told[name] === undefined),
  );
}

function isOfRun(event: Event) {
  return event.kind === "run_started" || event.kind === "run_completed";
}

/** The jobs that a decision changes, or that its event's run is of: also of a deployment, whose version a job has made. */
function jobsOf(event: Event, memory: Memory, plan: Plan): readonly string[] {
  const isMeant = ({ nonce, runId }: Run) =>
    ("nonce" in event && event.nonce === nonce) ||
    ("run" in event && event.run.id === runId) ||
    (isOfRun(event) && event.run.nonce === nonce) ||
    ("runId" in event && event.runId === runId);
  const ran = memory.jobs.filter((job) => job.runs.some(isMeant)).map(({ id }) => id);
  const promoted = [...plan.promotions, ...memory.promotions.filter(({ run }) => run !== null && isMeant(run))];
  const judged = promoted.flatMap(({ model }) => {
    const job = memory.jobs.findLast((one) => one.model === model && one.phase === "judged");
    return job === undefined ? [] : [job.id];
  });
  return [...new Set([...plan.jobs.map(({ id }) => id), ...ran, ...judged])];
}

/** `about`: `owner/name#42`; without a pull request the repository, under a name of its own: who knows more says it. */
function placeOf(repository: string | undefined, pull: number | undefined) {
  return pull === undefined ? { repository } : { about: `${repository ?? ""}#${pull}` };
}
