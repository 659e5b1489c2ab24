import assert from "node:assert/strict";
import { isOpen, type Job } from "../../../core/job/state.ts";
import { viewPull } from "../../../core/job/view.ts";
import type { Effect, TicketClaims } from "../../../core/plan/effect.ts";
import type { Event, PullSnapshot } from "../../../core/plan/event.ts";
import { deployed, type KnownTraining, type Memory, type Outcome } from "../../../core/plan/facts.ts";
import { isBehind, meaningOfPull } from "../../../core/plan/observe.ts";
import type { Situation } from "../../../core/plan/plan.ts";
import { findJob } from "../../../core/plan/runs.ts";
import { remember } from "../../../core/plan/show.ts";
import { renderAggregateCheck } from "../../../report/check.ts";
import {
  adopted,
  at,
  commitOf,
  evaluatedOutcome,
  failedOutcome,
  repository,
  ruling,
  sha,
  trainedOutcome,
} from "./material.ts";
import { decide } from "./situations.ts";

/** What people do to one of two pull requests that change the same models. */
export type Act = {
  readonly kind: "push" | "close" | "reopen" | "retarget" | "merge";
  readonly number: 1 | 2;
  /** In the second of the act before. */
  readonly isQuick: boolean;
};

type OnGithub = {
  readonly number: 1 | 2;
  head: string;
  base: string;
  state: "open" | "closed";
  merged: { readonly commit: string; readonly at: string } | null;
  updatedAt: string;
};

type GithubRun = { readonly id: number; readonly pull: number; readonly claims: TicketClaims; isOver: boolean };

/** GitHub's side, what it has to say and has not said yet, and what the App remembers. */
export type TwoPulls = {
  /** Do merges make another tree than the head's? */
  readonly isRebased: boolean;
  second: number;
  steps: number;
  pulls: OnGithub[];
  runs: GithubRun[];
  outcomes: Map<number, { readonly conclusion: string; readonly outcome: Outcome | null }>;
  queue: Event[];
  memories: Map<number, Pick<Memory, "pull" | "jobs">>;
  shared: Pick<Memory, "versions" | "promotions">;
  /** What the check of each head says, as last wished. */
  checks: Map<string, string | null>;
};

export function openTwoPulls(isRebased: boolean): TwoPulls {
  const world: TwoPulls = {
    isRebased,
    second: 10,
    steps: 0,
    pulls: [],
    runs: [],
    outcomes: new Map(),
    queue: [],
    memories: new Map(),
    shared: adopted,
    checks: new Map(),
  };
  for (const number of [1, 2] as const) {
    const head = sha(`head ${number} of 0`);
    const pull: OnGithub = { number, head, base: "main", state: "open", merged: null, updatedAt: at(world.second) };
    world.pulls.push(pull);
    tell(world, { kind: "pull_changed", action: "opened", pull: snapshot(pull) });
  }
  return world;
}

/** Does it, where GitHub lets one do it; what GitHub has to say goes to the end of the queue. */
export function act(world: TwoPulls, { kind, number, isQuick }: Act): void {
  const pull = world.pulls.find((one) => one.number === number) ?? assert.fail();
  if (pull.merged !== null || (pull.state === "open") === (kind === "reopen")) return;
  if (!isQuick || kind === "merge") world.second += 1;
  pull.updatedAt = at(world.second);
  switch (kind) {
    case "push":
      pull.head = sha(`head ${number} of ${world.second}${pull.head}`);
      return tell(world, { kind: "pull_changed", action: "synchronize", pull: snapshot(pull) });
    case "retarget":
      pull.base = pull.base === "main" ? "develop" : "main";
      // The App does not ask which of two retargetings of one second came last.
      world.second += 1;
      pull.updatedAt = at(world.second);
      return tell(world, { kind: "pull_changed", action: "edited", pull: snapshot(pull) });
    case "reopen":
      pull.state = "open";
      return tell(world, { kind: "pull_changed", action: "reopened", pull: snapshot(pull) });
    case "close":
      pull.state = "closed";
      return tell(world, { kind: "pull_closed", pull: snapshot(pull), mergeCommit: null, mergedAt: null });
    case "merge": {
      pull.state = "closed";
      pull.merged = { commit: sha(`merge ${number}`), at: at(world.second) };
      const { commit: mergeCommit, at: mergedAt } = pull.merged;
      return tell(world, { kind: "pull_closed", pull: snapshot(pull), mergeCommit, mergedAt });
    }
  }
}

/** A run of GitHub ends, as its inputs let it end in every life. */
export function endRun(world: TwoPulls, pick: number): void {
  const open = world.runs.filter(({ isOver }) => !isOver);
  const run = open[pick % Math.max(1, open.length)];
  if (run === undefined) return;
  over(world, run, endingOf(run, fateOf(run.claims, world)));
}

type Fate = "good" | "bad" | "fails" | "refused";

/** A model that failed its gates is not tried again for another tree: whether it did depends on how early the merge comes. */
function fateOf({ fingerprint, stage }: TicketClaims, { isRebased }: TwoPulls): Fate {
  if (stage === "deploy") return "good";
  const dice = Number.parseInt(fingerprint.slice(-2), 16) % 8;
  const fates: Readonly<Record<number, Fate>> = { 0: "fails", 1: "refused", 2: isRebased ? "good" : "bad" };
  return fates[dice] ?? "good";
}

function endingOf({ claims, id }: GithubRun, fate: Fate) {
  if (claims.stage === "deploy") return { conclusion: "success", outcome: null };
  if (claims.stage === "evaluate") return { conclusion: "success", outcome: evaluatedOutcome(claims, fate !== "bad") };
  return fate === "fails"
    ? { conclusion: "failure", outcome: failedOutcome(claims) }
    : { conclusion: "success", outcome: trainedOutcome(claims, id) };
}

function over(world: TwoPulls, run: GithubRun, end: { conclusion: string; outcome: Outcome | null }): void {
  run.isOver = true;
  world.outcomes.set(run.id, end);
  const { jti: nonce, stage } = run.claims;
  if (stage === "train" && fateOf(run.claims, world) === "refused" && end.conclusion !== "cancelled")
    return tell(world, { kind: "dispatch_refused", nonce, message: "no such workflow" });
  const told = { id: run.id, url: `https://run/${run.id}`, nonce };
  tell(world, { kind: "run_completed", run: told, conclusion: end.conclusion });
}

/** The App hears of one of the events that are on their way; without `pick` the oldest. */
export function hear(world: TwoPulls, pick = 0): void {
  const [event] = world.queue.splice(pick % Math.max(1, world.queue.length), 1);
  if (event !== undefined) decideAbout(world, event);
}

/** One of what pull requests have to say is lost. */
export function lose(world: TwoPulls, pick: number): void {
  const about = world.queue.filter(({ kind }) => kind === "pull_changed" || kind === "pull_closed");
  const lost = about[pick % Math.max(1, about.length)];
  world.queue = world.queue.filter((event) => event !== lost);
}

/** The App compares the pull requests with memory, as its reconciler does. */
export function look(world: TwoPulls): void {
  for (const pull of world.pulls) {
    const { state, merged, updatedAt } = pull;
    const [mergeCommit, mergedAt] = [merged?.commit ?? null, merged?.at ?? null];
    const known = world.memories.get(pull.number)?.pull ?? null;
    const observed = { snapshot: snapshot(pull), state, mergeCommit, mergedAt, updatedAt };
    const event = meaningOfPull(observed, known, { installationId: 1, repository });
    if (event !== null) decideAbout(world, event);
  }
}

/** Lets everything that is under way come to its end. */
export function quiet(world: TwoPulls): void {
  for (;;) {
    if (world.queue.length > 0) hear(world);
    else if (world.runs.some(({ isOver }) => !isOver)) endRun(world, 0);
    else return;
  }
}

/** What people see at the end. Numbers of versions are given in the order in which models were ready. */
export function endOf(world: TwoPulls) {
  const memory = { pull: null, jobs: [], ...world.shared };
  const digests = ["staging", "production"].flatMap((environment) =>
    ["damage", "delay"].map((model) => [environment, model, deployed(model, environment, memory)?.digest ?? null]),
  );
  return {
    deployed: digests,
    underWay: world.shared.promotions.filter(({ state }) => state === "waiting" || state === "deploying").length,
    versions: world.shared.versions
      .filter(({ number }) => number > 0)
      .map(({ model, pull, digest }) => `${model} of #${pull}: ${digest}`)
      .toSorted(),
    pulls: world.pulls.map(({ number }) => pullAtTheEnd(world, number)),
  };
}

function pullAtTheEnd({ memories, shared, checks }: TwoPulls, number: number) {
  const { pull, jobs } = memories.get(number) ?? { pull: null, jobs: [] };
  // One that was closed before it was heard of is nobody's business.
  if (pull === null) return { pull: ["closed"], open: 0 };
  const { models } = viewPull(pull, { jobs, ...shared });
  const open = jobs.filter(isOpen).length;
  // How far its work had come depends on how early it was closed.
  if (pull.state === "closed") return { pull: [pull.state], open };
  // So does what its head was judged before it got a base that does not rule.
  if (pull.base.ref !== "main") return { pull: [pull.state, pull.head, pull.base.ref], open };
  return {
    pull: [pull.state, pull.head, pull.base.ref, pull.affected],
    models: models.map(({ model, phase, verdict }) => [model, phase, verdict]),
    // Only where an earlier merge is ready later.
    notes: pull.faults.flatMap(({ reason, message }) => (reason === "overtaken" ? [] : [message])).toSorted(),
    check: checks.get(`${number} ${pull.head}`),
    open,
  };
}

function decideAbout(world: TwoPulls, event: Event): void {
  world.steps += 1;
  const number = pullOf(world, event);
  const memory: Memory = { ...(world.memories.get(number) ?? { pull: null, jobs: [] }), ...world.shared };
  const decided = decide(situation(world, event, memory), 100_000 + world.steps);
  const after = remember(memory, { ...decided, pull: decided.pull ?? memory.pull });
  world.memories.set(number, after);
  world.shared = { versions: after.versions, promotions: after.promotions };
  for (const effect of decided.effects) perform(world, number, effect);
}

function perform(world: TwoPulls, pull: number, effect: Effect): void {
  if (effect.kind === "dispatch")
    world.runs.push({ id: world.runs.length + 1, pull, claims: effect.claims, isOver: false });
  if (effect.kind === "aggregate_check")
    world.checks.set(`${pull} ${effect.commit}`, renderAggregateCheck(effect.view, effect.faults).conclusion);
  const run = world.runs.find(({ claims }) => effect.kind === "cancel_run" && claims.jti === effect.nonce);
  if (run?.isOver === false) over(world, run, { conclusion: "cancelled", outcome: null });
}

function pullOf(world: TwoPulls, event: Event): number {
  if (event.kind === "pull_changed" || event.kind === "pull_closed") return event.pull.number;
  const nonce = event.kind === "run_completed" ? event.run.nonce : event.kind === "dispatch_refused" ? event.nonce : "";
  return world.runs.find(({ claims }) => claims.jti === nonce)?.pull ?? assert.fail(`no pull request of ${event.kind}`);
}

/** As the App gathers facts: it asks for the live state only where two events of one second leave it open. */
function situation(world: TwoPulls, event: Event, memory: Memory): Situation {
  const before = memory.pull;
  switch (event.kind) {
    case "pull_changed": {
      const { head, number } = event.pull;
      const isUnclear = before?.asOf === event.at && (before.head !== head || before.state === "closed");
      const live = isUnclear ? (world.pulls.find((one) => one.number === number) ?? null) : null;
      const facts = {
        memory,
        baseConfig: ruling,
        headConfig: null,
        changedFiles: changedFiles(head),
        distances: {},
        reports: {},
        head: commitOf(head),
        knownTrainings: knownTrainings(world),
        liveHead: live?.head ?? null,
        liveState: live?.state ?? null,
      };
      return { event, facts };
    }
    case "pull_closed": {
      const { mergeCommit, pull } = event;
      const tree = world.isRebased ? sha(`tree of ${mergeCommit}`) : commitOf(pull.head).tree;
      const code = world.isRebased ? `rebased ${pull.head}` : pull.head;
      const merged = mergeCommit === null ? null : { commit: commitOf(mergeCommit, code, tree), config: ruling };
      const isNew = merged !== null && (before === null || isBehind(before, pull, repository.defaultBranch));
      const isUnclear = merged === null && before?.state === "open" && before.asOf === event.at;
      const liveState = isUnclear ? (world.pulls.find((one) => one.number === pull.number)?.state ?? null) : null;
      const files = isNew ? changedFiles(pull.head) : [];
      return {
        event,
        facts: { memory, merged, changedFiles: files, knownTrainings: knownTrainings(world), liveState },
      };
    }
    case "run_completed": {
      const isKnown = findJob(memory.jobs, event.run) !== null;
      return {
        event,
        facts: { memory, outcome: isKnown ? (world.outcomes.get(event.run.id)?.outcome ?? null) : null },
      };
    }
    case "dispatch_refused":
      return { event, facts: { memory, outcome: null } };
    default:
      return assert.fail(`no ${event.kind} in this world`);
  }
}

/** Some commits touch what both models are made of. */
function changedFiles(head: string): readonly string[] {
  return Number.parseInt(head.slice(0, 1), 16) % 2 === 0 ? ["models/damage/train.ts"] : ["data/strikes.csv"];
}

function knownTrainings({ memories }: TwoPulls): Readonly<Record<string, KnownTraining>> {
  const jobs: readonly Job[] = [...memories.values()].flatMap((memory) => memory.jobs);
  return Object.fromEntries(
    jobs.flatMap(({ candidate, fingerprint, training, commit }) =>
      candidate === null ? [] : [[fingerprint, { candidate, training, url: "https://run/known", commit }] as const],
    ),
  );
}

function snapshot({ number, head, base }: Pick<OnGithub, "number" | "head" | "base">): PullSnapshot {
  return { number, author: "ada", fork: false, head, base: { ref: base, sha: sha("base") } };
}

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function tell(world: TwoPulls, event: Without<Event, "installationId" | "repository" | "at">): void {
  world.queue.push({ installationId: 1, repository, at: at(world.second), ...event });
}
