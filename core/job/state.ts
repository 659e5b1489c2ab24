import type { GatePlace } from "../config/parse.ts";
import type { Config, ModelConfig, ParamValue } from "../config/schema.ts";
import type { ConfigChange } from "../config-change/change.ts";
import type { Evidence } from "../evidence.ts";
import type { Fault } from "../fault.ts";
import type { Report, Verdict } from "../report.ts";
import type { Training } from "../run-result.ts";
import type { ModelSource, Stage } from "../ticket.ts";

/**
 * A job is one wish to know how a model does at one commit: train (unless the fingerprint is known), evaluate, judge.
 * Phases only move forward; judged, failed and cancelled are never left.
 */
export type JobPhase = "training" | "evaluating" | "judged" | "failed" | "cancelled";

/** One workflow run serving a stage. Its GitHub id is unknown between the decision to dispatch and GitHub's answer. */
export type Run = {
  readonly nonce: string;
  readonly stage: Stage;
  readonly runId: number | null;
  readonly url: string | null;
  readonly state: "dispatched" | "running" | "completed";
  readonly conclusion: string | null;
  readonly dispatchedAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
};

export type Candidate = { readonly source: ModelSource; readonly digest: string | null };
export type Baseline = {
  readonly version: string;
  readonly digest: string;
  readonly source: ModelSource;
  /** The commit of the default branch that the version stands for; of versions noted before this was kept, unknown. */
  readonly commit?: string;
};

/** How many commits a head has and lacks, compared with the commit `from`. */
export type Distance = { readonly from: string; readonly ahead: number; readonly behind: number };

/** What a version measured when it was judged: what later reports are seen against. */
export type Measured = {
  /** The learning curve of its training, at most 200 points; of versions noted before it was kept, missing. */
  readonly learning?: Training["progress"];
  readonly data: { readonly digest: string; readonly rows: number };
  readonly metrics: readonly {
    readonly id: string;
    readonly definition: string;
    readonly value: number;
    readonly interval: readonly [number, number] | null;
  }[];
};

export type Job = {
  readonly id: string;
  readonly repositoryId: number;
  readonly pull: number;
  readonly model: string;
  /** merge: the merged tree was not the evaluated one, so the merge commit itself is judged. */
  readonly purpose: "pull" | "merge";
  readonly commit: string;
  readonly tree: string;
  /** The commit whose configuration and evaluation data rule. */
  readonly baseCommit: string;
  readonly config: ModelConfig;
  readonly configDigest: string;
  /** Where its gates stand in the configuration file of its commit. */
  readonly gatePlaces?: readonly GatePlace[];
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly overridden: readonly string[];
  readonly seed: number;
  readonly fingerprint: string;
  readonly phase: JobPhase;
  readonly runs: readonly Run[];
  /** How far the training is, as its runner last said. */
  readonly progress?: { readonly step: number; readonly of: number; readonly at: string } | null;
  readonly training: Training | null;
  readonly reusedFrom: { readonly url: string; readonly commit: string } | null;
  readonly candidate: Candidate | null;
  readonly baseline: Baseline | null;
  /** From the baseline's commit to the job's, as known when the job began. */
  readonly distance?: Distance | null;
  readonly report: Report | null;
  readonly verdict: Verdict | null;
  readonly evidence: Evidence | null;
  readonly fault: Fault | null;
  readonly requestedBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** A pull request as far as Assay remembers it. */
export type Pull = {
  readonly repositoryId: number;
  readonly repository: string;
  readonly number: number;
  readonly defaultBranch: string;
  readonly state: "open" | "closed" | "merged";
  readonly author: string;
  readonly fork: boolean;
  readonly head: string;
  /** When GitHub says the head became the head; null while it is the one the pull request was opened with. */
  readonly headSince: string | null;
  /** GitHub's time of the newest event that shaped this row: an older one that arrives late says nothing new. */
  readonly asOf: string;
  readonly base: { readonly ref: string; readonly sha: string };
  readonly mergeCommit: string | null;
  /** GitHub's time of the merge; missing: not merged, or merged before this was kept. */
  readonly mergedAt?: string;
  readonly mergeTree: string | null;
  /** The environments of the merge commit's configuration: where versions made from this merge climb. */
  readonly ladder: Config["environments"] | null;
  /** Models the diff can change, as of the head. */
  readonly affected: readonly string[];
  /** What a configuration that it brings would mean; missing: it brings none. */
  readonly configChange?: ConfigChange;
  /** The newest command about each model; missing: none since this is kept. */
  readonly commanded?: readonly Commanded[];
  readonly faults: readonly Fault[];
};

/** What a comment asked for a model. Comments may be told in any order; the ids that GitHub gives them grow. */
export type Commanded = {
  readonly model: string;
  readonly comment: number;
  readonly kind: "retrain" | "cancel";
  readonly by: string;
};

/** An immutable entry of the registry, `damage@v13`. Version 0 is the model adopted when Assay was installed. */
export type Version = {
  readonly repositoryId: number;
  readonly model: string;
  readonly number: number;
  readonly digest: string;
  readonly source: ModelSource;
  readonly evidence: Evidence | null;
  readonly measured?: Measured | null;
  readonly pull: number | null;
  /** GitHub's time of the merge that it comes from; missing: of an adopted model, and of versions from before it was kept. */
  readonly mergedAt?: string;
  readonly createdAt: string;
};

/** A version on its way into, or in, an environment. */
export type Promotion = {
  readonly id: string;
  readonly repositoryId: number;
  readonly model: string;
  readonly version: number;
  readonly environment: string;
  readonly pull: number | null;
  readonly commit: string;
  readonly state: "waiting" | "deploying" | "deployed" | "failed" | "rejected" | "superseded";
  readonly run: Run | null;
  /** The deployments of its run about which its environment was given an answer; null stands for one that was not named. */
  readonly answered?: readonly (number | null)[];
  readonly reviewedBy: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export function versionName(of: { readonly model: string; readonly number: number }): string {
  return `${of.model}@v${of.number}`;
}

export function isOpen(job: Job): boolean {
  return job.phase === "training" || job.phase === "evaluating";
}
