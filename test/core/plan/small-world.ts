import assert from "node:assert/strict";
import type { Job } from "../../../core/job/state.ts";
import type { Plan } from "../../../core/plan/decision.ts";
import type { Effect, TicketClaims } from "../../../core/plan/effect.ts";
import type { Event } from "../../../core/plan/event.ts";
import type { KnownTraining, Memory, Outcome } from "../../../core/plan/facts.ts";
import type { Situation } from "../../../core/plan/plan.ts";
import { remember } from "../../../core/plan/show.ts";
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

type GithubRun = {
  readonly id: number;
  readonly claims: TicketClaims;
  state: "queued" | "in_progress" | "completed";
};

/** A pull request as GitHub has it, and the webhooks that are still on their way: they may come late, twice or swapped. */
export type World = {
  head: string;
  merged: boolean;
  state: "open" | "closed";
  code: number;
  second: number;
  runs: GithubRun[];
  /** With what each run will end when it ends. */
  outcomes: Map<number, { readonly conclusion: string; readonly outcome: Outcome | null }>;
  queue: Event[];
  memory: Memory;
  effects: Effect[];
};

export function newWorld(): World {
  const world: World = {
    head: sha("code 0"),
    merged: false,
    state: "open",
    code: 0,
    second: 10,
    runs: [],
    outcomes: new Map(),
    queue: [],
    memory: adopted,
    effects: [],
  };
  enqueue(world, { kind: "pull_changed", action: "opened", pull: snapshot(world) });
  return world;
}

export type Move =
  | { readonly kind: "push" | "close" | "reopen" | "deliver" | "swap" }
  | { readonly kind: "merge"; readonly rebased: boolean }
  | { readonly kind: "comment"; readonly body: string }
  | { readonly kind: "rerequest"; readonly model: string | null }
  | { readonly kind: "start"; readonly pick: number }
  | { readonly kind: "finish"; readonly pick: number; readonly ending: "good" | "bad" | "failed" | "lost" | "refused" };

/** Moves GitHub's side; what it has to say goes to the end of the queue. */
export function move(world: World, step: Move): void {
  world.second += 1;
  switch (step.kind) {
    case "deliver":
      return;
    case "push":
      if (world.state !== "open") return;
      world.code += 1;
      world.head = sha(`code ${world.code}`);
      return enqueue(world, { kind: "pull_changed", action: "synchronize", pull: snapshot(world) });
    case "close":
      if (world.state !== "open") return;
      world.state = "closed";
      return enqueue(world, { kind: "pull_closed", pull: snapshot(world), mergeCommit: null, mergedAt: null });
    case "reopen":
      if (world.state !== "closed" || world.merged) return;
      world.state = "open";
      return enqueue(world, { kind: "pull_changed", action: "reopened", pull: snapshot(world) });
    case "merge":
      if (world.state !== "open") return;
      world.state = "closed";
      world.merged = true;
      return enqueue(world, {
        kind: "pull_closed",
        pull: snapshot(world),
        mergeCommit: sha(step.rebased ? `rebased ${world.code}` : `merge ${world.code}`),
        mergedAt: at(world.second),
      });
    case "comment": {
      const commentId = world.second;
      const { body } = step;
      return enqueue(world, {
        kind: "comment_created",
        pull: 42,
        commentId,
        author: "grace",
        authorIsBot: false,
        body,
      });
    }
    case "rerequest":
      return enqueue(world, { kind: "check_rerequested", pull: 42, model: step.model, head: world.head, by: "grace" });
    case "start":
      return advanceRun(world, step.pick, null);
    case "finish":
      return advanceRun(world, step.pick, step.ending);
    case "swap": {
      const [first, second, ...rest] = world.queue;
      if (first !== undefined && second !== undefined) world.queue = [second, first, ...rest];
      return;
    }
  }
}

function advanceRun(world: World, pick: number, ending: Extract<Move, { kind: "finish" }>["ending"] | null): void {
  const running = world.runs.filter((run) => run.state !== "completed");
  const run = running[pick % Math.max(1, running.length)];
  if (run === undefined) return;
  const snapshot = { id: run.id, url: `https://run/${run.id}`, nonce: run.claims.jti };
  if (ending === null) {
    if (run.state === "in_progress") return;
    run.state = "in_progress";
    return enqueue(world, { kind: "run_started", run: snapshot });
  }
  run.state = "completed";
  const end = endingOf(run, ending);
  world.outcomes.set(run.id, end);
  enqueue(world, { kind: "run_completed", run: snapshot, conclusion: end.conclusion });
}

function endingOf({ claims, id }: GithubRun, ending: Extract<Move, { kind: "finish" }>["ending"]) {
  if (ending === "lost") return { conclusion: "cancelled", outcome: null };
  if (ending === "failed") return { conclusion: "failure", outcome: failedOutcome(claims) };
  if (ending === "refused") return { conclusion: "failure", outcome: null };
  if (claims.stage === "train") return { conclusion: "success", outcome: trainedOutcome(claims, id) };
  if (claims.stage === "deploy") return { conclusion: "success", outcome: null };
  return { conclusion: "success", outcome: evaluatedOutcome(claims, ending === "good") };
}

/** Takes the next webhook, plans, commits and performs, as the App does. */
export function deliver(world: World, event: Event): Plan {
  world.second += 1;
  const decided = decide(situation(world, event), world.second);
  world.memory = remember(world.memory, { ...decided, pull: decided.pull ?? world.memory.pull });
  world.effects.push(...decided.effects);
  for (const effect of decided.effects) perform(world, effect);
  return decided;
}

function perform(world: World, effect: Effect): void {
  if (effect.kind === "dispatch") {
    const id = world.runs.length + 1;
    world.runs.push({ id, claims: effect.claims, state: "queued" });
    // Every second answer of GitHub is lost, so that the run's id first comes with its events.
    if (id % 2 === 0)
      world.memory = remember(world.memory, { jobs: world.memory.jobs.map((job) => named(job, effect.nonce, id)) });
  }
  if (effect.kind !== "cancel_run") return;
  const run = world.runs.find((one) => one.claims.jti === effect.nonce);
  if (run === undefined || run.state === "completed") return;
  run.state = "completed";
  world.outcomes.set(run.id, { conclusion: "cancelled", outcome: null });
  const snapshot = { id: run.id, url: `https://run/${run.id}`, nonce: effect.nonce };
  enqueue(world, { kind: "run_completed", run: snapshot, conclusion: "cancelled" });
}

function named(job: Job, nonce: string, runId: number): Job {
  return { ...job, runs: job.runs.map((run) => (run.nonce === nonce ? { ...run, runId } : run)) };
}

function situation(world: World, event: Event): Situation {
  const { memory } = world;
  const pullFacts = (head: string) => ({
    memory,
    baseConfig: ruling,
    headConfig: null,
    changedFiles: ["data/strikes.csv"],
    distances: {},
    reports: {},
    head: commitOf(head),
    knownTrainings: knownTrainings(memory),
    liveHead: null,
    liveState: null,
  });
  switch (event.kind) {
    case "pull_changed":
      return { event, facts: pullFacts(event.pull.head) };
    case "pull_closed": {
      const { mergeCommit } = event;
      const rebased = mergeCommit === sha(`rebased ${world.code}`);
      const commit =
        mergeCommit === null
          ? null
          : commitOf(
              mergeCommit,
              rebased ? "rebased" : event.pull.head,
              rebased ? sha("rebased") : commitOf(event.pull.head).tree,
            );
      const merged = commit === null ? null : { commit, config: ruling };
      return {
        event,
        facts: {
          memory,
          merged,
          knownTrainings: knownTrainings(memory),
          changedFiles: ["data/strikes.csv"],
          liveState: null,
        },
      };
    }
    case "comment_created":
    case "check_rerequested": {
      const head = memory.pull?.head ?? world.head;
      const facts = { ...pullFacts(head), permission: "write", liveHead: world.head } as const;
      return event.kind === "comment_created" ? { event, facts } : { event, facts };
    }
    case "run_started":
      return { event, facts: { memory, outcome: null } };
    case "run_completed":
      return { event, facts: { memory, outcome: world.outcomes.get(event.run.id)?.outcome ?? null } };
    default:
      return assert.fail(`no ${event.kind} in this world`);
  }
}

function knownTrainings(memory: Memory): Readonly<Record<string, KnownTraining>> {
  const known: Record<string, KnownTraining> = {};
  for (const { candidate, fingerprint, training, commit } of memory.jobs) {
    if (candidate !== null) known[fingerprint] = { candidate, training, url: "https://run/known", commit };
  }
  return known;
}

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function enqueue(world: World, event: Without<Event, "installationId" | "repository" | "at">): void {
  world.queue.push({ installationId: 1, repository, at: at(world.second), ...event });
}

function snapshot(world: World) {
  return { number: 42, author: "ada", fork: false, head: world.head, base: { ref: "main", sha: sha("base") } };
}
