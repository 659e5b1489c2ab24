import { configPath, type ParsedConfig } from "../config/parse.ts";
import type { ModelConfig, ParamValue } from "../config/schema.ts";
import type { Fault } from "../fault.ts";
import { type Advanced, cancel } from "../job/advance.ts";
import { type Started, startJob } from "../job/start.ts";
import { isOpen, type Job, type Pull } from "../job/state.ts";
import { newest } from "../job/view.ts";
import { settleMerge, withNote } from "../promotion/register.ts";
import { type Context, nothing, type Plan, planOf } from "./decision.ts";
import type { EventOf } from "./event.ts";
import { affectedModels, deployed, type MergeFacts } from "./facts.ts";
import { isBehind } from "./observe.ts";
import { otherBase, superseded } from "./pull-changed.ts";
import { closeOldCheck, remember, show } from "./show.ts";

/** A pull request was closed: stop its work, or, if it was merged, make versions of what was evaluated. */
export function planPullClosed(event: EventOf<"pull_closed">, facts: MergeFacts, context: Context): Plan {
  const before = facts.memory.pull;
  if (before === null) return planUnseen(event, facts, context);
  if (before.state === "merged") return nothing;
  return facts.merged === null
    ? planAbandoned(event, before, facts, context)
    : planMerged(event, before, facts, context);
}

/**
 * A pull request that ended before we knew it is remembered as ended: its opening may still arrive, late. If it was
 * merged, the merge commit is judged for the models it can have changed, as nothing was evaluated before.
 */
function planUnseen(event: EventOf<"pull_closed">, facts: MergeFacts, context: Context): Plan {
  const pull = unseen(event, facts);
  return pull.affected.length === 0 ? planOf({ pull }) : planMerged(event, pull, facts, context);
}

function unseen(event: EventOf<"pull_closed">, { merged, changedFiles }: MergeFacts): Pull {
  const { repository, pull, at, mergedAt } = event;
  return {
    repositoryId: repository.id,
    repository: repository.fullName,
    number: pull.number,
    defaultBranch: repository.defaultBranch,
    state: merged === null ? "closed" : "merged",
    author: pull.author,
    fork: pull.fork,
    head: pull.head,
    headSince: null,
    asOf: at,
    base: pull.base,
    mergeCommit: merged?.commit.sha ?? null,
    ...(merged === null ? {} : { mergedAt: mergedAt ?? at }),
    mergeTree: merged?.commit.tree ?? null,
    ladder: null,
    affected:
      merged === null || pull.base.ref !== repository.defaultBranch ? [] : affectedModels(merged.config, changedFiles),
    faults: [],
  };
}

function planAbandoned(event: EventOf<"pull_closed">, before: Pull, facts: MergeFacts, context: Context): Plan {
  const { memory, liveState } = facts;
  if (event.at < before.asOf || liveState === "open") return nothing;
  // Told again, but later: a reopening that is still on its way lies before this, and must not win.
  if (before.state === "closed")
    return event.at === before.asOf ? nothing : planOf({ pull: { ...before, asOf: event.at } });
  const pull: Pull = { ...before, state: "closed", asOf: event.at };
  const closed = { reason: "pull_closed", message: "the pull request was closed" } as const;
  const stopped = memory.jobs
    .filter((job) => job.pull === pull.number && isOpen(job))
    .map((job) => cancel(job, closed, context));
  const jobs = stopped.map(({ job }) => job);
  return planOf({
    pull,
    jobs,
    effects: [...stopped.flatMap(({ effects }) => effects), ...show(pull, remember(memory, { pull, jobs }), jobs)],
  });
}

function planMerged(event: EventOf<"pull_closed">, before: Pull, facts: MergeFacts, context: Context): Plan {
  const { merged, memory } = facts;
  if (merged === null) return nothing;
  const ladder = merged.config?.ok === true ? merged.config.config.environments : null;
  const caught = catchUp(event, before, facts, context);
  const pull: Pull = {
    ...caught.pull,
    state: "merged",
    asOf: event.at,
    mergeCommit: merged.commit.sha,
    mergedAt: event.mergedAt ?? event.at,
    mergeTree: merged.commit.tree,
    ladder,
  };
  const models = pull.base.ref === pull.defaultBranch ? modelsOf(pull, caught.jobs) : [];
  if (pull.base.ref !== pull.defaultBranch && !caught.isBehind) return planOf({ pull });
  const parts = models.map((model) => {
    const job = caught.isBehind && pull.affected.includes(model) ? null : newest(atHeadOf(pull, caught.jobs), model);
    return settleModel(model, job, pull, event, facts, context);
  });
  const jobs = [...caught.stopped.map(({ job }) => job), ...parts.flatMap((part) => part.jobs)];
  const after = {
    pull: parts.flatMap((part) => part.pull?.faults ?? []).reduce(withNote, pull),
    jobs,
    versions: parts.flatMap((part) => part.versions),
    promotions: parts.flatMap((part) => part.promotions),
  };
  return {
    ...after,
    ledger: parts.flatMap((part) => part.ledger),
    effects: [
      ...caught.stopped.flatMap(({ effects }) => effects),
      ...(before.head === pull.head ? [] : [closeOldCheck(pull, before.head)]),
      ...show(after.pull, remember(memory, after), jobs),
      ...parts.flatMap((part) => part.effects),
    ],
  };
}

type CaughtUp = {
  readonly pull: Pull;
  /** Something that became of the pull request before its merge has not been told, and will not matter any more. */
  readonly isBehind: boolean;
  readonly jobs: readonly Job[];
  readonly stopped: readonly Advanced[];
};

/**
 * The pull request as it was when it was merged. A push, another base or a reopening that has not been told yet comes too
 * late after this, so that it is taken from the merge itself; what was at work before it is replaced, as it would have been.
 */
function catchUp(event: EventOf<"pull_closed">, before: Pull, facts: MergeFacts, context: Context): CaughtUp {
  const { jobs } = facts.memory;
  const { head, base } = event.pull;
  if (!isBehind(before, event.pull, before.defaultBranch))
    return { pull: { ...before, base }, isBehind: false, jobs, stopped: [] };
  const { configChange: _, ...kept } = before;
  const isRuled = base.ref === before.defaultBranch;
  const pull: Pull = {
    ...kept,
    head,
    headSince: head === before.head ? before.headSince : event.at,
    base,
    affected: isRuled ? affectedAtLast(before, facts) : [],
    faults: isRuled ? [] : [otherBase(before.defaultBranch)],
  };
  const stopped = jobs
    .filter((job) => job.pull === pull.number && isOpen(job))
    .map((job) => cancel(job, superseded(head), context));
  const changes = { jobs: stopped.map(({ job }) => job) };
  return { pull, isBehind: true, jobs: remember(facts.memory, changes).jobs, stopped };
}

/** What the merge can have changed. A model that its configuration does not name any more is remembered, to be told of. */
function affectedAtLast(before: Pull, { merged, changedFiles }: MergeFacts): readonly string[] {
  if (merged?.config?.ok !== true) return before.affected;
  const { models } = merged.config.config;
  const gone = before.affected.filter((model) => !Object.hasOwn(models, model));
  return [...new Set([...affectedModels(merged.config, changedFiles), ...gone])].toSorted();
}

function atHeadOf(pull: Pull, jobs: readonly Job[]): readonly Job[] {
  return jobs.filter((job) => job.pull === pull.number && job.commit === pull.head);
}

function modelsOf(pull: Pull, jobs: readonly Job[]): readonly string[] {
  return [...new Set([...pull.affected, ...atHeadOf(pull, jobs).map((job) => job.model)])];
}

/** What a merge means for one model: a version at once, when its job has ended, or after the merge commit was judged. */
function settleModel(
  model: string,
  job: Job | null,
  pull: Pull,
  event: EventOf<"pull_closed">,
  facts: MergeFacts,
  context: Context,
): Plan {
  if (job !== null && isSettledBy(job, facts)) return settleMerge(pull, job, facts.memory, context);
  const again = judgeMerge(model, pull, event, facts, job, context);
  const stopped =
    job === null || !isOpen(job)
      ? null
      : cancel(job, { reason: "tree_mismatch", message: "the merged tree is not the evaluated one" }, context);
  return planOf({
    pull: again === null ? withNote(pull, unruled(model, facts.merged?.config ?? null)) : null,
    jobs: [...(stopped === null ? [] : [stopped.job]), ...(again === null ? [] : [again.job])],
    ledger: again === null ? [] : [again.decision],
    effects: [...(stopped?.effects ?? []), ...(again?.effects ?? [])],
  });
}

/**
 * What was evaluated is what was merged: same tree, and the same configuration rules. A running job settles later; a
 * model that failed its gates is not tried again, nor one that a person stopped. What was stopped for another reason
 * settles nothing: the pull request came back, and was merged.
 */
function isSettledBy(job: Job, facts: MergeFacts): boolean {
  const { merged } = facts;
  if (job.verdict === "fail") return true;
  if (job.phase === "cancelled" && job.fault?.reason !== "cancelled_by_person") return false;
  if (merged === null || job.tree !== merged.commit.tree || merged.config?.ok !== true) return false;
  return job.configDigest === merged.config.digest || (!isOpen(job) && job.verdict !== "pass");
}

function unruled(model: string, config: ParsedConfig | null): Fault {
  const outcome = `${model} was merged, but no version was made: the merged ${configPath}`;
  if (config === null) return { reason: "config_missing", message: `${outcome} does not exist` };
  if (!config.ok) return { reason: "config_invalid", message: `${outcome} has a mistake` };
  return { reason: "unknown_model", message: `${outcome} no longer names it` };
}

/** Another tree, or another configuration: the merge commit itself is judged, with known bytes if its inputs are equal. */
function judgeMerge(
  model: string,
  pull: Pull,
  event: EventOf<"pull_closed">,
  facts: MergeFacts,
  evaluated: Job | null,
  context: Context,
): Started | null {
  const { merged, memory } = facts;
  const config = merged?.config?.ok === true ? merged.config.config.models[model] : undefined;
  if (merged === null || merged.config?.ok !== true || config === undefined) return null;
  return startJob(
    {
      pull,
      purpose: "merge",
      model,
      config,
      configDigest: merged.config.digest,
      gatePlaces: merged.config.gatePlaces[model] ?? [],
      commit: merged.commit,
      baseCommit: merged.commit.sha,
      // What a command set for the pull request holds for its merge too: that model is what was asked for.
      overrides: evaluated === null ? {} : overridesOf(evaluated, config),
      fresh: false,
      baseline: deployed(model, config.baseline, memory),
      distance: null,
      knownTrainings: facts.knownTrainings,
      requestedBy: event.pull.author,
    },
    context,
  );
}

function overridesOf(job: Job, config: ModelConfig): Readonly<Record<string, ParamValue>> {
  const kept = job.overridden.filter((name) => Object.hasOwn(config.train.params, name));
  return Object.fromEntries(kept.map((name) => [name, job.params[name] ?? ""]));
}
