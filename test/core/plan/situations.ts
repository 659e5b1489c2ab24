import assert from "node:assert/strict";
import type { ParsedConfig } from "../../../core/config/parse.ts";
import type { Job } from "../../../core/job/state.ts";
import type { Plan } from "../../../core/plan/decision.ts";
import type { Effect, TicketClaims } from "../../../core/plan/effect.ts";
import type { Event, EventOf } from "../../../core/plan/event.ts";
import type { CommentFacts, KnownTraining, Memory, Outcome } from "../../../core/plan/facts.ts";
import { plan, type Situation } from "../../../core/plan/plan.ts";
import { remember } from "../../../core/plan/show.ts";
import { type CheckOutput, renderAggregateCheck } from "../../../report/check.ts";
import { adopted, at, commitOf, evaluatedOutcome, repository, ruling, sha, trainedOutcome } from "./material.ts";

/** What a test may say about the world; the rest is the ordinary case. */
export type Given = {
  /** The pull request's number; 42 unless said. */
  readonly number?: number;
  /** When its story begins, in seconds of the material's time; at the first unless said. */
  readonly second?: number;
  /** The branch the pull request targets; main unless said. */
  readonly base?: string;
  /** Makes the nonces of one story different from another's. */
  readonly entropy?: string;
  readonly memory?: Memory;
  readonly config?: ParsedConfig | null;
  readonly headConfig?: ParsedConfig | null;
  readonly changedFiles?: readonly string[];
  readonly distances?: CommentFacts["distances"];
  readonly reports?: CommentFacts["reports"];
  readonly fork?: boolean;
  readonly permission?: CommentFacts["permission"];
  readonly knownTrainings?: Readonly<Record<string, KnownTraining>>;
};

/** Plans, twice, over frozen inputs: a decision depends on its inputs alone and leaves them as they are. */
export function decide(situation: Situation, second: number, entropy = ""): Plan {
  const context = { now: at(second), entropy: `${entropy} ${second}` };
  freeze(situation);
  const decided = plan(situation, context);
  assert.deepEqual(plan(situation, context), decided);
  return freeze(decided);
}

export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
  return value;
}

export function ofKind<K extends Effect["kind"]>(plan: Plan, kind: K): readonly Extract<Effect, { kind: K }>[] {
  return plan.effects.filter((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind);
}

/** The story of one pull request, told event by event; memory is what the plans so far have written. */
export function tell(given: Given = {}) {
  let memory = given.memory ?? adopted;
  let second = given.second ?? 1;
  let head = sha("head 1");
  let target = given.base ?? "main";
  let called: Event["repository"] = repository;
  const tickets = new Map<string, TicketClaims>();
  const { config = ruling, headConfig = null, fork = false, permission = "write", knownTrainings = {} } = given;
  const { distances = {}, reports = {}, number = 42 } = given;
  const changedFiles = given.changedFiles ?? ["models/damage/train.ts"];

  const pull = () => ({ number, author: "ada", fork, head, base: { ref: target, sha: sha("base") } });
  const base = () => ({ installationId: 1, repository: called, at: at(second) });
  const facts = () => ({
    memory,
    baseConfig: config,
    headConfig,
    changedFiles,
    distances,
    reports,
    head: commitOf(head),
    knownTrainings,
    liveHead: null,
    liveState: null,
  });
  const runOf = (nonce: string) => ({
    id: Number.parseInt(nonce.slice(0, 8), 16) + 1,
    url: `https://run/${nonce}`,
    nonce,
  });

  const happen = (situation: Situation): Plan => {
    second += 1;
    const decided = decide(situation, second, given.entropy);
    memory = remember(memory, { ...decided, pull: decided.pull ?? memory.pull });
    for (const { claims, nonce } of ofKind(decided, "dispatch")) tickets.set(nonce, claims);
    return decided;
  };
  let lastChange: EventOf<"pull_changed"> | null = null;
  const changed = (action: EventOf<"pull_changed">["action"]) => {
    lastChange = { ...base(), kind: "pull_changed", action, pull: pull() };
    return happen({ event: lastChange, facts: facts() });
  };
  const ticket = (nonce: string): TicketClaims => tickets.get(nonce) ?? assert.fail(`no ticket for ${nonce}`);
  const completed = (nonce: string, conclusion: string, outcome: Outcome | null) =>
    happen({ event: { ...base(), kind: "run_completed", run: runOf(nonce), conclusion }, facts: { memory, outcome } });
  const closed = (
    merge: {
      readonly tree: string;
      readonly config?: ParsedConfig | null;
      readonly code?: string;
      readonly changedFiles?: readonly string[];
    } | null,
  ) => {
    const mergeCommit = sha("merge");
    const merged =
      merge === null
        ? null
        : {
            commit: commitOf(mergeCommit, merge.code ?? head, merge.tree),
            config: merge.config === undefined ? config : merge.config,
          };
    const event: EventOf<"pull_closed"> = {
      ...base(),
      kind: "pull_closed",
      pull: pull(),
      mergeCommit: merge === null ? null : mergeCommit,
      mergedAt: merge === null ? null : at(second),
    };
    const changes = merge?.changedFiles ?? changedFiles;
    return happen({ event, facts: { memory, merged, knownTrainings, changedFiles: changes, liveState: null } });
  };

  return {
    memory: () => memory,
    head: () => head,
    headTree: () => commitOf(head).tree,
    ticket,
    runOf,
    happen,
    base,
    open: () => changed("opened"),
    reopen: () => changed("reopened"),
    /** A reopening that happened at an earlier time and arrives only now. */
    reopenedLate: (at: string) =>
      happen({ event: { ...base(), at, kind: "pull_changed", action: "reopened", pull: pull() }, facts: facts() }),
    /** The last `pull_changed` once more, as a redelivery under a new id would bring it. */
    again: () => happen({ event: lastChange ?? assert.fail("nothing to repeat"), facts: facts() }),
    push: (word: string) => {
      head = sha(word);
      second += 60;
      return changed("synchronize");
    },
    /** What became of other pull requests meanwhile. */
    meanwhile: ({ versions, promotions }: Pick<Memory, "versions" | "promotions">) => {
      memory = { ...memory, versions, promotions };
    },
    /** What happens to the pull request, and no webhook tells of. */
    unheard: (happened: { readonly push?: string; readonly base?: string }) => {
      head = happened.push === undefined ? head : sha(happened.push);
      target = happened.base ?? target;
      second += 60;
    },
    retarget: (base: string) => {
      target = base;
      return changed("edited");
    },
    /** From now on GitHub says so of the repository: it was renamed, or another branch is its default. */
    calls: (change: Partial<Event["repository"]>) => {
      called = { ...called, ...change };
    },
    comment: (
      body: string,
      over: Partial<CommentFacts> & { authorIsBot?: boolean; secondsLater?: number; commentId?: number } = {},
    ) => {
      second += over.secondsLater ?? 60;
      const { authorIsBot = false, secondsLater: _, commentId = second, ...more } = over;
      const event: Event = {
        ...base(),
        kind: "comment_created",
        pull: number,
        commentId,
        author: "grace",
        authorIsBot,
        body,
      };
      return happen({ event, facts: { ...facts(), permission, liveHead: head, ...more } });
    },
    rerequest: (model: string | null, over: Partial<CommentFacts> = {}, on = head) =>
      happen({
        event: { ...base(), kind: "check_rerequested", pull: number, model, head: on, by: "grace" },
        facts: { ...facts(), permission, liveHead: head, ...over },
      }),
    cancelled: (model: string | null, over: Partial<CommentFacts> = {}, on = head) =>
      happen({
        event: { ...base(), kind: "cancel_requested", pull: number, model, head: on, by: "grace" },
        facts: { ...facts(), permission, liveHead: head, ...over },
      }),
    progressed: (nonce: string, step: number, of: number) =>
      happen({
        event: { ...base(), kind: "run_progressed", nonce, step, of },
        facts: { memory, outcome: null },
      }),
    disturbed: (commentId: number, change: "deleted" | "edited") =>
      happen({
        event: { ...base(), kind: "comment_disturbed", pull: number, commentId, change },
        facts: { memory, outcome: null },
      }),
    started: (nonce: string) =>
      happen({ event: { ...base(), kind: "run_started", run: runOf(nonce) }, facts: { memory, outcome: null } }),
    completed,
    trained: (nonce: string) => completed(nonce, "success", trainedOutcome(ticket(nonce), runOf(nonce).id)),
    evaluated: (nonce: string, better = true) => completed(nonce, "success", evaluatedOutcome(ticket(nonce), better)),
    closed: () => closed(null),
    merged: closed,
    dispatched: (nonce: string, run: { readonly id: number; readonly url: string }) =>
      happen({ event: { ...base(), kind: "run_dispatched", nonce, run }, facts: { memory, outcome: null } }),
    refused: (nonce: string) =>
      happen({
        event: { ...base(), kind: "dispatch_refused", nonce, message: "Workflow does not have 'workflow_dispatch'" },
        facts: { memory, outcome: null },
      }),
    protection: (
      runId: number,
      environment: string,
      nonce: string | null,
      deployment: EventOf<"protection_requested">["deployment"] = null,
    ) =>
      happen({
        event: { ...base(), kind: "protection_requested", runId, environment, deployment },
        facts: { memory, outcome: null, nonce },
      }),
    review: (runId: number, environment: string, state: "approved" | "rejected") =>
      happen({
        event: { ...base(), kind: "review_decided", runId, environment, state, by: "grace" },
        facts: { memory, outcome: null },
      }),
  };
}

export type Story = ReturnType<typeof tell>;

/** What the check that a branch rule requires shows on a commit after a plan: of a single model it is the only one. */
export function checkOn(decided: Plan, commit: string): CheckOutput {
  const check = ofKind(decided, "aggregate_check").findLast((effect) => effect.commit === commit);
  return check === undefined ? assert.fail(`no check on ${commit}`) : renderAggregateCheck(check.view, check.faults);
}

/** The one dispatch of a plan. */
export function onlyDispatch(decided: Plan): Extract<Effect, { kind: "dispatch" }> {
  const dispatches = ofKind(decided, "dispatch");
  assert.equal(dispatches.length, 1, `expected one dispatch, found ${dispatches.length}`);
  return dispatches[0] ?? assert.fail();
}

/** The story up to a verdict on the head. */
export function judged(story: Story, better = true): Plan {
  const train = onlyDispatch(story.open());
  const evaluate = onlyDispatch(story.trained(train.nonce));
  return story.evaluated(evaluate.nonce, better);
}

export function newestJob(story: Story): Job {
  return story.memory().jobs.at(-1) ?? assert.fail("no job");
}
