import type { Config } from "../config/schema.ts";
import type { Fault } from "../fault.ts";
import { newRun } from "../job/start.ts";
import { type Job, type Measured, type Promotion, type Pull, type Version, versionName } from "../job/state.ts";
import { type Context, nonce, nothing, type Plan, planOf } from "../plan/decision.ts";
import type { Effect } from "../plan/effect.ts";
import type { Memory } from "../plan/facts.ts";
import type { Report } from "../report.ts";
import type { Training } from "../run-result.ts";

/**
 * After a merge: if the merged tree is the evaluated tree and the verdict is pass, the evaluated bytes become a version
 * and enter the environments that take versions on merge. The ladder is the configuration of the merge commit.
 */
export function settleMerge(pull: Pull, job: Job, memory: Memory, context: Context): Plan {
  if (pull.state !== "merged" || pull.mergeCommit === null || (job.phase !== "judged" && job.phase !== "failed"))
    return nothing;
  if (pull.base.ref !== pull.defaultBranch) return nothing;
  if (memory.versions.some((version) => version.pull === pull.number && version.model === job.model)) return nothing;
  if (job.verdict !== "pass") {
    const why =
      job.verdict === null
        ? "its run ended before there was one"
        : `its verdict is ${job.verdict.replaceAll("_", " ")}`;
    const fault: Fault = {
      reason: "verdict_not_pass",
      message: `${job.model} was merged, but no version was made and nothing is deployed: that takes the verdict pass, and ${why}`,
    };
    return planOf({ pull: withNote(pull, fault), ledger: [decided("version_refused", job, fault)] });
  }
  if (job.evidence === null || job.candidate === null || job.tree !== pull.mergeTree) return nothing;
  const number = Math.max(0, ...memory.versions.filter((one) => one.model === job.model).map((one) => one.number)) + 1;
  const version: Version = {
    repositoryId: pull.repositoryId,
    model: job.model,
    number,
    digest: job.evidence.modelDigest,
    source: job.candidate.source,
    evidence: job.evidence,
    measured: job.report === null ? null : measuredBy(job.report, job.training),
    pull: pull.number,
    createdAt: context.now,
  };
  const entries = pull.ladder === null ? [] : firstEnvironments(pull.ladder);
  const entered = entries.map((environment) =>
    enter(version, environment, { pull, job, ladder: pull.ladder ?? {} }, context),
  );
  return planOf({
    versions: [version],
    promotions: entered.map((one) => one.promotion),
    ledger: [decided("version_registered", job, null, versionName(version))],
    effects: entered.flatMap((one) => one.effects),
  });
}

/** The candidate's values over all rows, of which rows they are, and how it was learned. */
function measuredBy({ data, metrics }: Report, training: Training | null): Measured {
  return {
    learning: training?.progress ?? [],
    data: { digest: data.digest, rows: data.rows },
    metrics: metrics.flatMap(({ id, slice, definition, candidate: { value, interval } }) =>
      slice !== null || value === null ? [] : [{ id, definition, value, interval }],
    ),
  };
}

export function firstEnvironments(ladder: Config["environments"]): readonly string[] {
  return Object.entries(ladder)
    .filter(([, environment]) => environment.promote === "on-merge")
    .map(([name]) => name);
}

export function nextEnvironments(ladder: Config["environments"], environment: string): readonly string[] {
  return Object.entries(ladder)
    .filter(([, one]) => one.after === environment && one.promote !== "manual")
    .map(([name]) => name);
}

/** Sends a version towards an environment: a deploy run whose ticket names exactly these bytes and this environment. */
export function enter(
  version: Version,
  environment: string,
  from: { readonly pull: Pull; readonly job: Job; readonly ladder: Config["environments"] },
  context: Context,
): { readonly promotion: Promotion; readonly effects: readonly Effect[] } {
  const { pull, job, ladder } = from;
  const commit = pull.mergeCommit ?? job.baseCommit;
  const jti = nonce(context, "deploy", version.model, version.number, environment);
  const promotion: Promotion = {
    id: `${versionName(version)}/${environment}/${jti.slice(0, 8)}`,
    repositoryId: version.repositoryId,
    model: version.model,
    version: version.number,
    environment,
    pull: version.pull,
    commit,
    state: "waiting",
    run: newRun(jti, "deploy", context),
    reviewedBy: null,
    createdAt: context.now,
    updatedAt: context.now,
  };
  const dispatch: Effect = {
    kind: "dispatch",
    stage: "deploy",
    nonce: jti,
    runner: ladder[environment]?.runner ?? ["ubuntu-latest"],
    environment,
    claims: {
      jti,
      repository: { id: pull.repositoryId, fullName: pull.repository },
      stage: "deploy",
      job: job.id,
      model: job.model,
      commit,
      tree: null,
      params: job.params,
      seed: job.seed,
      fingerprint: job.fingerprint,
      configDigest: job.configDigest,
      config: job.config,
      candidate: { source: version.source, digest: version.digest, version: versionName(version) },
      baseline: null,
      environment,
    },
  };
  return { promotion, effects: [dispatch] };
}

export function withNote(pull: Pull, note: Fault): Pull {
  const known = pull.faults.some((fault) => fault.reason === note.reason && fault.message === note.message);
  return known ? pull : { ...pull, faults: [...pull.faults, note] };
}

function decided(what: string, job: Job, fault: Fault | null, version: string | null = null): Plan["ledger"][number] {
  return {
    what,
    reason: fault?.reason ?? null,
    by: "assay",
    subject: { job: job.id, model: job.model, pull: job.pull, version, digest: job.evidence?.modelDigest ?? null },
  };
}
