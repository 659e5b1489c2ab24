import { z } from "zod";
import type { Stage } from "../core/ticket.ts";
import { actionIo, type StageAction } from "./io.ts";

/** The outside world of one action, read once by its entry file; everything after works on this record. */
export type World = {
  readonly stage: Stage;
  readonly inputs: {
    readonly ticket: string;
    readonly nonce: string;
    readonly jwks: string;
    readonly token: string;
    readonly environment: string | null;
    /** Which part of a shared evaluation this job predicts, as it was given; null: none. */
    readonly shard: string | null;
  };
  readonly repository: { readonly id: number; readonly owner: string; readonly name: string };
  readonly run: {
    readonly event: string;
    readonly ref: string;
    readonly workflowRef: string;
    readonly defaultBranch: string;
  };
  readonly serverUrl: string;
  readonly workspace: string;
  readonly temp: string;
  /** Folder of the running entry file, inside the checkout of this repository at the action's ref. */
  readonly actionFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: Date;
};

const runnerEnvironment = z.object({
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
  GITHUB_REPOSITORY_ID: z.coerce.number().int().positive(),
  GITHUB_EVENT_NAME: z.string(),
  GITHUB_REF: z.string(),
  GITHUB_WORKFLOW_REF: z.string(),
  GITHUB_SERVER_URL: z.url(),
  GITHUB_WORKSPACE: z.string().min(1),
  RUNNER_TEMP: z.string().min(1),
});

const eventPayload = z.object({ repository: z.object({ default_branch: z.string().min(1) }) });

const stages: Readonly<Record<StageAction, Stage>> = { retrain: "train", evaluate: "evaluate", promote: "deploy" };

type Outside = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly payload: unknown;
  readonly actionFolder: string;
  readonly input: (name: string) => string;
  readonly now: Date;
};

/** Narrows a runner's environment and event payload to a World; throws when a variable that every runner sets is missing. */
export function readWorld(action: StageAction, outside: Outside): World {
  const variables = runnerEnvironment.parse(outside.environment);
  const { repository } = eventPayload.parse(outside.payload);
  const [owner = "", name = ""] = variables.GITHUB_REPOSITORY.split("/");
  return {
    stage: stages[action],
    inputs: {
      ticket: outside.input("ticket"),
      nonce: outside.input("nonce"),
      jwks: outside.input("jwks"),
      token: outside.input("token"),
      environment: "environment" in actionIo[action].inputs ? outside.input("environment") : null,
      shard: "shard" in actionIo[action].inputs && outside.input("shard") !== "" ? outside.input("shard") : null,
    },
    repository: { id: variables.GITHUB_REPOSITORY_ID, owner, name },
    run: {
      event: variables.GITHUB_EVENT_NAME,
      ref: variables.GITHUB_REF,
      workflowRef: variables.GITHUB_WORKFLOW_REF,
      defaultBranch: repository.default_branch,
    },
    serverUrl: variables.GITHUB_SERVER_URL.replace(/\/+$/, ""),
    workspace: variables.GITHUB_WORKSPACE,
    temp: variables.RUNNER_TEMP,
    actionFolder: outside.actionFolder,
    environment: outside.environment,
    now: outside.now,
  };
}
