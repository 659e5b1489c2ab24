import { createHash } from "node:crypto";
import { configPath } from "../core/config/parse.ts";
import type { Distance } from "../core/job/state.ts";
import { isAddressed } from "../core/plan/comment-created.ts";
import { commentKey } from "../core/plan/effect.ts";
import { type Event, type EventOf, nonceOfTitle } from "../core/plan/event.ts";
import {
  type AdoptionFacts,
  baselineCommits,
  type CommentFacts,
  type MergeFacts,
  type PullFacts,
  type RunFacts,
} from "../core/plan/facts.ts";
import { isBehind, meaningOfPull } from "../core/plan/observe.ts";
import type { Situation } from "../core/plan/plan.ts";
import { findJob } from "../core/plan/runs.ts";
import { readCommit } from "../github/commits.ts";
import { compareCommits } from "../github/compare.ts";
import { readFile } from "../github/contents.ts";
import type { Client } from "../github/octokit.ts";
import { permissionOf } from "../github/permissions.ts";
import { changedFiles, readLive, readPull } from "../github/pulls.ts";
import { ownRunTitle } from "../github/runs.ts";
import type { ConfigReader } from "./configs.ts";
import { readOutcome } from "./outcome.ts";
import { knownTrainings, newestReports, pullOfNonce, pullOfRun, type Recollection, recall } from "./store/memory.ts";
import type { Store } from "./store/open.ts";
import { readExternal } from "./store/outbox.ts";

export type Gathered =
  | { readonly kind: "known"; readonly situation: Situation; readonly recollection: Recollection }
  /** Something has to be decided about before: read again when that is done. */
  | { readonly kind: "unheard"; readonly first: Event };

/** Models rarely stand for different commits; a request for each of two hundred would be too many. */
const maxComparisons = 3;
const maxAdoptedBytes = 100 * 1024 * 1024;

/** Where facts are read from. */
export type Sources = {
  readonly store: Store;
  readonly client: Client;
  readonly configAt: ConfigReader;
  /** Our login as GitHub shows it, `assay[bot]`. */
  readonly login: string;
};

/** Reads, once, everything the decision about an event needs; null when the event turns out not to be about us. */
export async function gather(event: Event, from: Sources): Promise<Gathered | null> {
  const { store, client } = from;
  switch (event.kind) {
    case "pull_changed":
      return gatherChanged(event, from);
    case "pull_closed":
      return gatherClosed(event, from);
    case "comment_created":
      return isAddressed(event) ? gatherComment(event, event.author, from) : null;
    case "check_rerequested":
    case "cancel_requested":
      return gatherComment(event, event.by, from);
    case "comment_disturbed":
      return gatherDisturbed(event, store);
    case "run_started":
    case "run_completed":
      return gatherRun(event, store, client);
    case "protection_requested":
    case "review_decided":
      return gatherDeployment(event, from);
    case "default_branch_changed":
      return gatherAdoption(event, from);
    case "run_progressed":
    case "run_dispatched":
    case "dispatch_refused":
    case "run_given_up":
      return gatherOwnRun(event, store);
    case "pull_rechecked": {
      const recollection = await recall(store, event.repository.id, event.pull);
      return known({ event, facts: { memory: recollection.memory, outcome: null } }, recollection);
    }
  }
}

function known(situation: Situation, recollection: Recollection): Gathered {
  return { kind: "known", situation, recollection };
}

async function gatherChanged(event: EventOf<"pull_changed">, from: Sources): Promise<Gathered> {
  const recollection = await recall(from.store, event.repository.id, event.pull.number);
  const before = recollection.memory.pull;
  // GitHub's times are whole seconds: two pushes of one second, or a closing and a reopening, may be told in either order.
  const isUnclear =
    before !== null && before.asOf === event.at && (before.head !== event.pull.head || before.state === "closed");
  const live = isUnclear ? await readLive(from.client, event.pull.number) : null;
  const facts = await pullFacts(event.pull, event.repository.id, recollection, from);
  const told = { ...facts, liveHead: live?.head ?? null, liveState: live?.state ?? null };
  return known({ event, facts: told }, recollection);
}

async function pullFacts(
  pull: { readonly number: number; readonly head: string; readonly base: { readonly sha: string } },
  repositoryId: number,
  recollection: Recollection,
  { store, client, configAt }: Sources,
): Promise<PullFacts> {
  const [baseConfig, comparison, head, trainings] = await Promise.all([
    configAt(client, pull.base.sha),
    compareCommits(client, pull.base.sha, pull.head),
    readCommit(client, pull.head),
    knownTrainings(store, repositoryId),
  ]);
  const changed = comparison?.files ?? (await changedFiles(client, pull.number));
  const { memory } = recollection;
  const distances: Record<string, Distance> = {};
  for (const from of baselineCommits(baseConfig, changed, memory).slice(0, maxComparisons)) {
    const found = from === pull.base.sha ? comparison : await compareCommits(client, from, pull.head);
    if (found !== null) distances[from] = { from, ahead: found.ahead, behind: found.behind };
  }
  const headConfig = changed.includes(configPath) ? await configAt(client, pull.head) : null;
  const reports = headConfig === null ? {} : await newestReports(store, repositoryId);
  return {
    memory,
    baseConfig,
    headConfig,
    changedFiles: changed,
    distances,
    reports,
    head,
    knownTrainings: trainings,
    liveHead: null,
    liveState: null,
  };
}

async function gatherClosed(event: EventOf<"pull_closed">, { store, client, configAt }: Sources): Promise<Gathered> {
  const recollection = await recall(store, event.repository.id, event.pull.number);
  const before = recollection.memory.pull;
  const merged: MergeFacts["merged"] =
    event.mergeCommit === null
      ? null
      : { commit: await readCommit(client, event.mergeCommit), config: await configAt(client, event.mergeCommit) };
  const isNew =
    before === null || (before.state !== "merged" && isBehind(before, event.pull, event.repository.defaultBranch));
  // As in gatherChanged. A merge needs no second look: nothing comes after it.
  const isUnclear = merged === null && before?.state === "open" && before.asOf === event.at;
  const facts: MergeFacts = {
    memory: recollection.memory,
    merged,
    changedFiles: merged !== null && isNew ? await changedFiles(client, event.pull.number) : [],
    liveState: isUnclear ? (await readLive(client, event.pull.number)).state : null,
    knownTrainings: await knownTrainings(store, event.repository.id),
  };
  return known({ event, facts }, recollection);
}

async function gatherComment(
  event: EventOf<"comment_created" | "check_rerequested" | "cancel_requested">,
  by: string,
  from: Sources,
): Promise<Gathered | null> {
  const { store, client } = from;
  const recollection = await recall(store, event.repository.id, event.pull);
  const { pull } = recollection.memory;
  if (pull === null) return gatherUnheard(event, by, recollection, from);
  const [facts, permission, live] = await Promise.all([
    pullFacts(pull, event.repository.id, recollection, from),
    permissionOf(client, by),
    readLive(client, event.pull),
  ]);
  return known(addressed(event, { ...facts, permission, liveHead: live.head }), recollection);
}

/**
 * A command on a pull request from before the App was installed: the pull request is decided about first. One that has
 * ended is not taken up any more; its commands are refused.
 */
async function gatherUnheard(
  event: EventOf<"comment_created" | "check_rerequested" | "cancel_requested">,
  by: string,
  recollection: Recollection,
  from: Sources,
): Promise<Gathered | null> {
  const { installationId, repository } = event;
  const observed = await readPull(from.client, event.pull, repository.id);
  if (observed === null) return null;
  const first = observed.state === "open" ? meaningOfPull(observed, null, { installationId, repository }) : null;
  if (first !== null) return { kind: "unheard", first };
  const [facts, permission] = await Promise.all([
    pullFacts(observed.snapshot, repository.id, recollection, from),
    permissionOf(from.client, by),
  ]);
  return known(addressed(event, { ...facts, permission, liveHead: observed.snapshot.head }), recollection);
}

/** TypeScript pairs an event with its facts one kind at a time. */
function addressed(
  event: EventOf<"comment_created" | "check_rerequested" | "cancel_requested">,
  facts: CommentFacts,
): Situation {
  switch (event.kind) {
    case "comment_created":
      return { event, facts };
    case "check_rerequested":
      return { event, facts };
    case "cancel_requested":
      return { event, facts };
  }
}

/** Only the pull request's own comment is written again; an answer to a command that somebody deleted stays deleted. */
async function gatherDisturbed(event: EventOf<"comment_disturbed">, store: Store): Promise<Gathered | null> {
  const own = await readExternal(store, event.repository.id, commentKey(event.pull));
  if (own?.id !== event.commentId) return null;
  const recollection = await recall(store, event.repository.id, event.pull);
  return known({ event, facts: { memory: recollection.memory, outcome: null } }, recollection);
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
  if (event.kind === "run_started") return known({ event, facts: { memory, outcome: null } }, recollection);
  // By its id where that is known: after a change of the default branch's name, or of ours, it is all that tells a run.
  const found = findJob(memory.jobs, event.run);
  const outcome = found === null ? null : await readOutcome(client, event.run.id, found.run, event.conclusion);
  const facts: RunFacts = { memory, outcome };
  return known({ event, facts }, recollection);
}

async function gatherOwnRun(
  event: EventOf<"run_progressed" | "run_dispatched" | "dispatch_refused" | "run_given_up">,
  store: Store,
): Promise<Gathered | null> {
  const pull = await pullOfNonce(store, event.nonce);
  if (pull === null) return null;
  const recollection = await recall(store, event.repository.id, pull);
  const facts: RunFacts = { memory: recollection.memory, outcome: null };
  switch (event.kind) {
    case "run_progressed":
      return known({ event, facts }, recollection);
    case "run_dispatched":
      return known({ event, facts }, recollection);
    case "dispatch_refused":
      return known({ event, facts }, recollection);
    case "run_given_up":
      return known({ event, facts }, recollection);
  }
}

async function gatherDeployment(
  event: EventOf<"protection_requested" | "review_decided">,
  { store, client, login }: Sources,
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
  return known(situation, recollection);
}

async function gatherAdoption(
  event: EventOf<"default_branch_changed">,
  { store, client, configAt }: Sources,
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
  return known({ event, facts: { memory: recollection.memory, config, adopted } }, recollection);
}
