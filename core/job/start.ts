import type { GatePlace } from "../config/parse.ts";
import type { ModelConfig, ParamValue } from "../config/schema.ts";
import { fingerprint } from "../fingerprint.ts";
import type { Decision } from "../ledger.ts";
import { type Context, nonce } from "../plan/decision.ts";
import type { Effect, TicketClaims } from "../plan/effect.ts";
import type { CommitFacts, KnownTraining } from "../plan/facts.ts";
import type { Stage } from "../ticket.ts";
import type { Baseline, Distance, Job, Pull, Run } from "./state.ts";

export type Wish = {
  readonly pull: Pull;
  readonly purpose: Job["purpose"];
  readonly model: string;
  readonly config: ModelConfig;
  readonly configDigest: string;
  readonly gatePlaces: readonly GatePlace[];
  readonly commit: CommitFacts;
  readonly baseCommit: string;
  readonly overrides: Readonly<Record<string, ParamValue>>;
  /** Train even if a training with the same fingerprint is known. */
  readonly fresh: boolean;
  readonly baseline: Baseline | null;
  readonly distance: Distance | null;
  readonly knownTrainings: Readonly<Record<string, KnownTraining>>;
  readonly requestedBy: string;
};

export type Started = { readonly job: Job; readonly effects: readonly Effect[]; readonly decision: Decision };

/** Opens a job and its first run: training, or at once the evaluation of bytes that the same inputs made before. */
export function startJob(wish: Wish, context: Context): Started {
  const { pull, model, config, commit } = wish;
  const params = { ...config.train.params, ...wish.overrides };
  const seed = config.train.seeds[0] ?? 1;
  const print = fingerprint({ model, config, files: commit.files, params, seed });
  const known = wish.fresh ? undefined : wish.knownTrainings[print];
  const job: Job = {
    id: `${model}-${nonce(context, "job", pull.repositoryId, pull.number, model, commit.sha).slice(0, 12)}`,
    repositoryId: pull.repositoryId,
    pull: pull.number,
    model,
    purpose: wish.purpose,
    commit: commit.sha,
    tree: commit.tree,
    baseCommit: wish.baseCommit,
    config,
    configDigest: wish.configDigest,
    gatePlaces: wish.gatePlaces,
    params,
    overridden: Object.keys(wish.overrides).toSorted(),
    seed,
    fingerprint: print,
    phase: "training",
    runs: [],
    training: known?.training ?? null,
    reusedFrom: known === undefined ? null : { url: known.url, commit: known.commit },
    candidate: known?.candidate ?? null,
    baseline: null,
    distance: wish.distance,
    report: null,
    verdict: null,
    evidence: null,
    fault: null,
    requestedBy: wish.requestedBy,
    createdAt: context.now,
    updatedAt: context.now,
  };
  const started = known === undefined ? train(job, pull, context) : evaluate(job, pull, wish.baseline, context);
  return {
    ...started,
    decision: {
      what: known === undefined ? "job_started" : "job_started_from_known_training",
      reason: null,
      by: wish.requestedBy,
      subject: { job: job.id, model, pull: pull.number, commit: commit.sha, fingerprint: print },
    },
  };
}

function train(job: Job, pull: Pull, context: Context): { job: Job; effects: readonly Effect[] } {
  return dispatch({ ...job, phase: "training" }, pull, "train", context);
}

/** Moves a job to its evaluation against the baseline as it is now. */
export function evaluate(
  job: Job,
  pull: Pull,
  baseline: Baseline | null,
  context: Context,
): { job: Job; effects: readonly Effect[] } {
  return dispatch({ ...job, phase: "evaluating", baseline }, pull, "evaluate", context);
}

function dispatch(
  job: Job,
  pull: Pull,
  stage: Exclude<Stage, "deploy">,
  context: Context,
): { job: Job; effects: readonly Effect[] } {
  const jti = nonce(context, stage, job.id);
  const training = stage === "train";
  const claims: TicketClaims = {
    jti,
    repository: { id: pull.repositoryId, fullName: pull.repository },
    stage,
    job: job.id,
    model: job.model,
    commit: training ? job.commit : job.baseCommit,
    tree: training ? job.tree : null,
    params: job.params,
    seed: job.seed,
    fingerprint: job.fingerprint,
    configDigest: job.configDigest,
    config: job.config,
    candidate: training || job.candidate === null ? null : { ...job.candidate, version: null },
    baseline: training ? null : claimed(job.baseline),
    environment: null,
  };
  const runner = training ? job.config.train.runner : job.config.evaluate.runner;
  return {
    job: { ...job, runs: [...job.runs, newRun(jti, stage, context)], updatedAt: context.now },
    effects: [{ kind: "dispatch", stage, nonce: jti, runner, environment: null, claims }],
  };
}

/** A ticket names the baseline's bytes; which commit they came from is not the run's business. */
function claimed(baseline: Baseline | null): TicketClaims["baseline"] {
  if (baseline === null) return null;
  const { version, digest, source } = baseline;
  return { version, digest, source };
}

export function newRun(jti: string, stage: Stage, context: Context): Run {
  return {
    nonce: jti,
    stage,
    runId: null,
    url: null,
    state: "dispatched",
    conclusion: null,
    dispatchedAt: context.now,
    startedAt: null,
    completedAt: null,
  };
}
