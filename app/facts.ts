import { createHash } from "node:crypto";
import { configPath, configTooLarge, type ParsedConfig, parseConfig } from "../core/config/parse.ts";
import { isAddressed } from "../core/plan/comment-created.ts";
import { type Event, type EventOf, nonceOfTitle } from "../core/plan/event.ts";
import type { AdoptionFacts, MergeFacts, PullFacts, RunFacts } from "../core/plan/facts.ts";
import type { Situation } from "../core/plan/plan.ts";
import { readCommit } from "../github/commits.ts";
import { readFile, readText } from "../github/contents.ts";
import type { Client } from "../github/octokit.ts";
import { permissionOf } from "../github/permissions.ts";
import { changedFiles, liveHead } from "../github/pulls.ts";
import { ownRunTitle } from "../github/runs.ts";
import { readOutcome } from "./outcome.ts";
import { knownTrainings, pullOfNonce, pullOfRun, type Recollection, recall } from "./store/memory.ts";
import type { Store } from "./store/open.ts";

export type Gathered = { readonly situation: Situation; readonly recollection: Recollection };

const maxConfigBytes = 1024 * 1024;
const maxAdoptedBytes = 100 * 1024 * 1024;

/** Reads, once, everything the decision about an event needs; null when the event turns out not to be about us. */
export async function gather(event: Event, store: Store, client: Client, login: string): Promise<Gathered | null> {
  switch (event.kind) {
    case "pull_changed": {
      const recollection = await recall(store, event.repository.id, event.pull.number);
      const facts = await pullFacts(event.pull, event.repository.id, recollection, store, client);
      return { situation: { event, facts }, recollection };
    }
    case "pull_closed":
      return gatherClosed(event, store, client);
    case "comment_created":
      return isAddressed(event) ? gatherComment(event, event.author, store, client) : null;
    case "check_rerequested":
      return gatherComment(event, event.by, store, client);
    case "run_started":
    case "run_completed":
      return gatherRun(event, store, client);
    case "protection_requested":
    case "review_decided":
      return gatherDeployment(event, store, client, login);
    case "default_branch_changed":
      return gatherAdoption(event, store, client);
    case "run_dispatched":
    case "dispatch_refused":
      return gatherOwnRun(event, store);
  }
}

async function pullFacts(
  pull: { readonly number: number; readonly head: string; readonly base: { readonly sha: string } },
  repositoryId: number,
  recollection: Recollection,
  store: Store,
  client: Client,
): Promise<PullFacts> {
  const [baseConfig, changed, head, known] = await Promise.all([
    configAt(client, pull.base.sha),
    changedFiles(client, pull.number),
    readCommit(client, pull.head),
    knownTrainings(store, repositoryId),
  ]);
  const headConfig = changed.includes(configPath) ? await configAt(client, pull.head) : null;
  return { memory: recollection.memory, baseConfig, headConfig, changedFiles: changed, head, knownTrainings: known };
}

async function gatherClosed(event: EventOf<"pull_closed">, store: Store, client: Client): Promise<Gathered> {
  const recollection = await recall(store, event.repository.id, event.pull.number);
  const merged: MergeFacts["merged"] =
    event.mergeCommit === null
      ? null
      : { commit: await readCommit(client, event.mergeCommit), config: await configAt(client, event.mergeCommit) };
  const facts: MergeFacts = {
    memory: recollection.memory,
    merged,
    knownTrainings: await knownTrainings(store, event.repository.id),
  };
  return { situation: { event, facts }, recollection };
}

async function gatherComment(
  event: EventOf<"comment_created" | "check_rerequested">,
  by: string,
  store: Store,
  client: Client,
): Promise<Gathered | null> {
  const recollection = await recall(store, event.repository.id, event.pull);
  const { pull } = recollection.memory;
  if (pull === null) return null;
  const [facts, permission, head] = await Promise.all([
    pullFacts(pull, event.repository.id, recollection, store, client),
    permissionOf(client, by),
    liveHead(client, event.pull),
  ]);
  const all = { ...facts, permission, liveHead: head };
  const situation: Situation = event.kind === "comment_created" ? { event, facts: all } : { event, facts: all };
  return { situation, recollection };
}

async function gatherRun(
  event: EventOf<"run_started" | "run_completed">,
  store: Store,
  client: Client,
): Promise<Gathered | null> {
  const pull = await pullOfRun(store, event.repository.id, event.run);
  if (pull === null) return null;
  const recollection = await recall(store, event.repository.id, pull);
  const { memory } = recollection;
  if (event.kind === "run_started") return { situation: { event, facts: { memory, outcome: null } }, recollection };
  const run = memory.jobs.flatMap((job) => job.runs).find((one) => one.nonce === event.run.nonce);
  const outcome = run === undefined ? null : await readOutcome(client, event.run.id, run);
  const facts: RunFacts = { memory, outcome };
  return { situation: { event, facts }, recollection };
}

async function gatherOwnRun(
  event: EventOf<"run_dispatched" | "dispatch_refused">,
  store: Store,
): Promise<Gathered | null> {
  const pull = await pullOfNonce(store, event.nonce);
  if (pull === null) return null;
  const recollection = await recall(store, event.repository.id, pull);
  const facts: RunFacts = { memory: recollection.memory, outcome: null };
  const situation: Situation = event.kind === "run_dispatched" ? { event, facts } : { event, facts };
  return { situation, recollection };
}

async function gatherDeployment(
  event: EventOf<"protection_requested" | "review_decided">,
  store: Store,
  client: Client,
  login: string,
): Promise<Gathered | null> {
  const nonce =
    event.kind === "protection_requested"
      ? nonceOfTitle((await ownRunTitle(client, event.runId, { login, branch: event.repository.defaultBranch })) ?? "")
      : null;
  const pull = await pullOfRun(store, event.repository.id, { id: event.runId, nonce });
  if (pull === null && event.kind === "review_decided") return null;
  const recollection = await recall(store, event.repository.id, pull);
  const facts: RunFacts = { memory: recollection.memory, outcome: null };
  const situation: Situation =
    event.kind === "protection_requested" ? { event, facts: { ...facts, nonce } } : { event, facts };
  return { situation, recollection };
}

async function gatherAdoption(
  event: EventOf<"default_branch_changed">,
  store: Store,
  client: Client,
): Promise<Gathered> {
  const recollection = await recall(store, event.repository.id, null);
  const config = await configAt(client, event.commit);
  const adopted: Record<string, AdoptionFacts["adopted"][string]> = {};
  for (const [model, { adopt }] of config?.ok === true ? Object.entries(config.config.models) : []) {
    if (adopt === undefined || recollection.memory.versions.some((version) => version.model === model)) continue;
    const bytes = await readFile(client, adopt.file, event.commit, maxAdoptedBytes);
    if (bytes === null) continue;
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    adopted[model] = { digest, source: { kind: "file", path: adopt.file, commit: event.commit } };
  }
  return { situation: { event, facts: { memory: recollection.memory, config, adopted } }, recollection };
}

async function configAt(client: Client, commit: string): Promise<ParsedConfig | null> {
  try {
    const text = await readText(client, configPath, commit, maxConfigBytes);
    return text === null ? null : parseConfig(text, configPath);
  } catch (error) {
    // A pull request may propose a file of any size: that is its mistake, not a fault of ours.
    if (error instanceof RangeError) return configTooLarge(configPath);
    throw error;
  }
}
