import { type DestinationStream, type Logger, pino } from "pino";
import { z } from "zod";
import { statusOf } from "../github/octokit.ts";
import { secretHider, secretsOf } from "./secrets.ts";
import type { Settings } from "./settings.ts";
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
  workflow_run: z.object({ id: z.int() }).optional().catch(undefined),
});

/** A log whose lines all tell the delivery, and what GitHub says it is about. */
export function logOfDelivery(
  log: Logger,
  delivery: { readonly id: string; readonly name: string; readonly payload: object },
): Logger {
  const { data } = subject.safeParse(delivery.payload);
  const { action, repository, pull_request: pull, issue, workflow_run: run } = data ?? {};
  return log.child({
    delivery: delivery.id,
    webhook: action === undefined ? delivery.name : `${delivery.name}.${action}`,
    about: aboutOf(repository?.full_name, pull?.number ?? issue?.number),
    run: run?.id,
  });
}

/** A log whose lines all tell the effect, its repository and, where it has them, its pull request and job. */
export function logOfEffect(log: Logger, { key, installationId, repository, effect }: PendingEffect): Logger {
  const dispatched = effect.kind === "dispatch" ? effect.claims : null;
  return log.child({
    effect: key,
    installation: installationId,
    about: aboutOf(repository.fullName, "pull" in effect ? effect.pull : undefined),
    job: dispatched?.job ?? undefined,
    model: dispatched?.model,
  });
}

/** `owner/name#42`, or as much of it as is known. */
function aboutOf(repository: string | undefined, pull: number | undefined): string | undefined {
  return pull === undefined ? repository : `${repository ?? ""}#${pull}`;
}
