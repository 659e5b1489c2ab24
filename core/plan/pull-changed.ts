import type { ParsedConfig } from "../config/parse.ts";
import { configPath } from "../config/parse.ts";
import type { Config } from "../config/schema.ts";
import type { ConfigChange } from "../config-change/change.ts";
import { compareConfigs } from "../config-change/compare.ts";
import type { Fault } from "../fault.ts";
import { cancel } from "../job/advance.ts";
import { type Started, startJob } from "../job/start.ts";
import { isOpen, type Pull } from "../job/state.ts";
import { type Context, nothing, type Plan, planOf } from "./decision.ts";
import type { Effect } from "./effect.ts";
import type { EventOf } from "./event.ts";
import { affectedModels, against, type PullFacts, placesOf } from "./facts.ts";
import { isSameContent } from "./observe.ts";
import { closeOldCheck, remember, show } from "./show.ts";

/** A pull request was opened, pushed to, reopened or given another base: train and evaluate the models it can change. */
export function planPullChanged(event: EventOf<"pull_changed">, facts: PullFacts, context: Context): Plan {
  const { memory } = facts;
  const before = memory.pull;
  if (before?.state === "merged" || (before !== null && event.at < before.asOf)) return nothing;
  if (facts.liveHead !== null && facts.liveHead !== event.pull.head) return nothing;
  if (facts.liveState === "closed") return nothing;
  if (before?.state === "open" && isSameContent(before, event.pull, event.repository.defaultBranch))
    return event.at === before.asOf ? nothing : planOf({ pull: { ...before, asOf: event.at } });

  // Whoever may push a branch could bring gates, rows and environments of their own as the base of a pull request.
  const isRuled = event.pull.base.ref === event.repository.defaultBranch;
  const affected = isRuled ? affectedModels(facts.baseConfig, facts.changedFiles) : [];
  const faults = isRuled
    ? [...configFaults(facts.baseConfig, facts.headConfig), ...forkFaults(event, affected)]
    : [otherBase(event.repository.defaultBranch)];
  const change = isRuled ? changeOf(facts) : null;
  const pull = snapshot(event, before, affected, faults, change);

  const stopped = memory.jobs
    .filter((job) => job.pull === pull.number && isOpen(job))
    .map((job) => cancel(job, superseded(pull.head), context));
  const started = faults.some((fault) => fault.reason === "fork_not_vetted")
    ? []
    : startAll(event, facts, pull, affected, context);

  const jobs = [...stopped.map(({ job }) => job), ...started.map(({ job }) => job)];
  const after = remember(memory, { pull, jobs });
  const stale: readonly Effect[] =
    before !== null && before.head !== pull.head ? [closeOldCheck(pull, before.head)] : [];
  return planOf({
    pull,
    jobs,
    ledger: started.map(({ decision }) => decision),
    effects: [
      ...stopped.flatMap(({ effects }) => effects),
      ...started.flatMap(({ effects }) => effects),
      ...stale,
      ...show(pull, after, jobs),
    ],
  });
}

function startAll(
  event: EventOf<"pull_changed">,
  facts: PullFacts,
  pull: Pull,
  affected: readonly string[],
  context: Context,
): readonly Started[] {
  const base = facts.baseConfig;
  if (base === null || !base.ok) return [];
  return affected.flatMap((model) => {
    const config = base.config.models[model];
    if (config === undefined) return [];
    const wish = {
      pull,
      purpose: "pull",
      model,
      config,
      configDigest: base.digest,
      gatePlaces: placesOf(model, facts),
      commit: facts.head,
      baseCommit: event.pull.base.sha,
      overrides: {},
      fresh: false,
      ...against(model, config, facts),
      knownTrainings: facts.knownTrainings,
      requestedBy: event.pull.author,
    } as const;
    return [startJob(wish, context)];
  });
}

function snapshot(
  event: EventOf<"pull_changed">,
  before: Pull | null,
  affected: readonly string[],
  faults: readonly Fault[],
  change: ConfigChange | null,
): Pull {
  const pushed = before === null ? event.action === "synchronize" : before.head !== event.pull.head;
  return {
    repositoryId: event.repository.id,
    repository: event.repository.fullName,
    number: event.pull.number,
    defaultBranch: event.repository.defaultBranch,
    state: "open",
    author: event.pull.author,
    fork: event.pull.fork,
    head: event.pull.head,
    headSince: pushed ? event.at : (before?.headSince ?? null),
    asOf: event.at,
    base: event.pull.base,
    mergeCommit: null,
    mergeTree: null,
    ladder: null,
    affected,
    ...(change === null ? {} : { configChange: change }),
    ...(before?.commanded === undefined ? {} : { commanded: before.commanded }),
    faults,
  };
}

/** What the configuration of the head would mean; null when it brings none, or one of the two cannot be read. */
function changeOf({ baseConfig, headConfig, reports }: PullFacts): ConfigChange | null {
  if (baseConfig?.ok !== true || headConfig?.ok !== true) return null;
  return compareConfigs(baseConfig.config, headConfig.config, reports);
}

/**
 * Mistakes in the configuration that rules, and in the one the pull request proposes. A pull request that brings or mends
 * the configuration is not held up by what is wrong without it.
 */
export function configFaults(base: ParsedConfig | null, head: ParsedConfig | null): readonly Fault[] {
  if (head?.ok === true) return [];
  const proposed = head === null ? [] : head.faults;
  if (base === null) {
    const missing: Fault = {
      reason: "config_missing",
      message: `the base branch has no ${configPath}; assay init writes one`,
    };
    return head === null ? [missing] : proposed;
  }
  if (base.ok) return proposed;
  const ruling = base.faults.map((fault) => ({ ...fault, message: `on the base branch: ${fault.message}` }));
  return [...ruling, ...proposed.filter((fault) => !base.faults.some((known) => known.message === fault.message))];
}

export function otherBase(defaultBranch: string): Fault {
  return { reason: "base_not_default", message: `models are judged on pull requests to ${defaultBranch}` };
}

function forkFaults(event: EventOf<"pull_changed">, affected: readonly string[]): readonly Fault[] {
  if (!event.pull.fork || affected.length === 0) return [];
  return [
    { reason: "fork_not_vetted", message: "code from a fork is not trained before a maintainer has vetted the commit" },
  ];
}

export function superseded(head: string): Fault {
  return { reason: "superseded", message: `replaced by commit ${head.slice(0, 12)}` };
}

/** Models of a configuration in the order a person reads them. */
export function modelNames(config: Config): readonly string[] {
  return Object.keys(config.models).toSorted();
}
