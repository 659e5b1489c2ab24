import type { GatePlace, ParsedConfig } from "../config/parse.ts";
import type { ModelConfig } from "../config/schema.ts";
import type { Fault } from "../fault.ts";
import { isAffected, type TreeFile } from "../fingerprint.ts";
import type { Baseline, Candidate, Distance, Job, Promotion, Pull, Version } from "../job/state.ts";
import type { Report } from "../report.ts";
import type { RunResult, Training } from "../run-result.ts";
import type { ModelSource } from "../ticket.ts";

/** What the store remembers about the pull request an event is about. */
export type Memory = {
  readonly pull: Pull | null;
  readonly jobs: readonly Job[];
  /** Of all models of the repository: versions, and where they are or are going. */
  readonly versions: readonly Version[];
  readonly promotions: readonly Promotion[];
};

/** A finished training with the same fingerprint, whose bytes can be had again. */
export type KnownTraining = {
  readonly candidate: Candidate;
  readonly training: Training | null;
  readonly url: string;
  readonly commit: string;
};

/** A commit as far as planning needs it. */
export type CommitFacts = { readonly sha: string; readonly tree: string; readonly files: readonly TreeFile[] };

export type PullFacts = {
  readonly memory: Memory;
  /** null: the base branch has no configuration file. */
  readonly baseConfig: ParsedConfig | null;
  /** The configuration of the head, when the pull request changes it. */
  readonly headConfig: ParsedConfig | null;
  readonly changedFiles: readonly string[];
  /** From commits that models in environments stand for to the head. */
  readonly distances: Readonly<Record<string, Distance>>;
  /** The newest report of each model, when the pull request changes the configuration. */
  readonly reports: Readonly<Record<string, Report>>;
  readonly head: CommitFacts;
  readonly knownTrainings: Readonly<Record<string, KnownTraining>>;
  /** The head as GitHub has it now, asked for only where two pushes of one second leave open which came last. */
  readonly liveHead: string | null;
  /** Whether it is open on GitHub now, asked for only where a closing and a reopening of one second leave that open. */
  readonly liveState: "open" | "closed" | null;
};

export type MergeFacts = {
  readonly memory: Memory;
  /** What a pull request changed that was merged before we heard of what it changed; none where memory knows it. */
  readonly changedFiles: readonly string[];
  /** Whether it is open on GitHub now, asked for only where a closing and a reopening of one second leave that open. */
  readonly liveState: "open" | "closed" | null;
  /** null when the pull request was closed without a merge. */
  readonly merged: { readonly commit: CommitFacts; readonly config: ParsedConfig | null } | null;
  readonly knownTrainings: Readonly<Record<string, KnownTraining>>;
};

export type CommentFacts = PullFacts & {
  readonly permission: "admin" | "write" | "read" | "none";
  /** The head as GitHub has it now; it may be ahead of what memory knows. */
  readonly liveHead: string;
};

/** How a workflow run of ours ended, read from its artifacts as untrusted input. */
export type Outcome =
  | {
      readonly kind: "result";
      readonly result: RunResult;
      readonly report: Report | null;
      /** The model artifact as GitHub lists it. */
      readonly model: Extract<ModelSource, { kind: "artifact" }> | null;
    }
  | { readonly kind: "fault"; readonly fault: Fault };

export type RunFacts = { readonly memory: Memory; readonly outcome: Outcome | null };

/** Models found in the repository that are to be adopted as version 0. */
export type AdoptionFacts = {
  readonly memory: Memory;
  readonly config: ParsedConfig | null;
  readonly adopted: Readonly<Record<string, { readonly digest: string; readonly source: ModelSource }>>;
};

/** The version that is deployed in an environment now, as a baseline for comparison; null when there is none. */
export function deployed(model: string, environment: string, memory: Memory): Baseline | null {
  const promotion = memory.promotions
    .filter((one) => one.model === model && one.environment === environment && one.state === "deployed")
    .toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
    .at(0);
  const version = memory.versions.find((one) => one.model === model && one.number === promotion?.version);
  if (version === undefined || promotion === undefined) return null;
  const { digest, source, number } = version;
  return { version: `${model}@v${number}`, digest, source, commit: promotion.commit };
}

/** What a job of a pull request is compared with, and how far the head is from the commit that stands for it. */
export function against(
  model: string,
  config: ModelConfig,
  { memory, distances }: Pick<PullFacts, "memory" | "distances">,
): { readonly baseline: Baseline | null; readonly distance: Distance | null } {
  const baseline = deployed(model, config.baseline, memory);
  return { baseline, distance: baseline?.commit === undefined ? null : (distances[baseline.commit] ?? null) };
}

/** Where a model's gates stand in the file that the head has. */
export function placesOf(
  model: string,
  { baseConfig, headConfig }: Pick<PullFacts, "baseConfig" | "headConfig">,
): readonly GatePlace[] {
  const config = headConfig ?? baseConfig;
  return config?.ok === true ? (config.gatePlaces[model] ?? []) : [];
}

/** The commits that the baselines of the models stand for which these files can change. */
export function baselineCommits(
  config: ParsedConfig | null,
  changedFiles: readonly string[],
  memory: Memory,
): readonly string[] {
  if (config === null || !config.ok) return [];
  const { models } = config.config;
  const commits = affectedModels(config, changedFiles).map(
    (name) => deployed(name, models[name]?.baseline ?? "", memory)?.commit,
  );
  return [...new Set(commits.filter((commit) => commit !== undefined))];
}

/** Models that a change of these files can change, by name. */
export function affectedModels(config: ParsedConfig | null, changedFiles: readonly string[]): readonly string[] {
  if (config === null || !config.ok) return [];
  return Object.entries(config.config.models)
    .filter(([, model]) => isAffected(model, changedFiles))
    .map(([name]) => name)
    .toSorted();
}
