import type { Config } from "../config/schema.ts";
import type { Fault } from "../fault.ts";
import { newRun } from "../job/start.ts";
import { isOpen, type Job, type Measured, type Promotion, type Pull, type Version, versionName } from "../job/state.ts";
import { type Context, nonce, nothing, type Plan, planOf } from "../plan/decision.ts";
import type { Effect } from "../plan/effect.ts";
import type { Memory } from "../plan/facts.ts";
import type { Report } from "../report.ts";
import type { Training } from "../run-result.ts";
import { laterIn } from "./merge-order.ts";

/**
 * After a merge: if the merged tree is the evaluated tree and the verdict is pass, the evaluated bytes become a version
 * and enter the environments that take versions on merge. The ladder is the configuration of the merge commit.
 */
export function settleMerge(pull: Pull, job: Job, memory: Memory, context: Context): Plan {
  if (pull.state !== "merged" || pull.mergeCommit === null || isOpen(job)) return nothing;
  if (pull.base.ref !== pull.defaultBranch) return nothing;
  if (memory.versions.some((version) => version.pull === pull.number && version.model === job.model)) return nothing;
  if (job.verdict !== "pass") {
    const fault: Fault = {
      reason: "verdict_not_pass",
      message: `${job.model} was merged, but no version was made and nothing is deployed: that takes the verdict pass, and ${whyNoPass(job)}`,
    };
    const noted = withNote(pull, fault);
    return noted === pull ? nothing : planOf({ pull: noted, ledger: [decided("version_refused", job, fault)] });
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
    mergedAt: pull.mergedAt ?? pull.asOf,
    createdAt: context.now,
  };
  const ladder = pull.ladder ?? {};
  const sent = send(version, firstEnvironments(ladder), { pull, job, ladder, memory }, context);
  return planOf({
    ...sent,
    versions: [version],
    ledger: [decided("version_registered", job, null, versionName(version)), ...sent.ledger],
  });
}

/**
 * Sends a version towards environments. Where one of a later merge is, or is going, it stays behind: what was merged later
 * contains it. `pull` has a note of that, and is null where there is nothing to note.
 */
export function send(
  version: Version,
  environments: readonly string[],
  from: {
    readonly pull: Pull;
    readonly job: Job;
    readonly ladder: Config["environments"];
    readonly memory: Memory;
  },
  context: Context,
): Pick<Plan, "pull" | "promotions" | "ledger" | "effects"> {
  const places = environments.map((environment) => ({
    environment,
    later: laterIn(environment, version, from.memory),
  }));
  const behind = places.flatMap(({ environment, later }) => (later === null ? [] : [{ environment, later }]));
  const entered = places
    .filter(({ later }) => later === null)
    .map(({ environment }) => enter(version, environment, from, context));
  const name = versionName(version);
  const notes = behind.map(({ environment, later }): Fault => {
    const of = later.pull === null ? "" : `, of #${later.pull},`;
    const message = `${name} does not enter ${environment}: ${versionName(later)}${of} was merged later, and is there or on its way`;
    return { reason: "overtaken", message };
  });
  return {
    pull: notes.length === 0 ? null : notes.reduce(withNote, from.pull),
    promotions: entered.map((one) => one.promotion),
    ledger: behind.map(({ environment, later }) => ({
      what: "version_overtaken",
      reason: "overtaken",
      by: "assay",
      subject: { version: name, environment, later: versionName(later) },
    })),
    effects: entered.flatMap((one) => one.effects),
  };
}

function whyNoPass({ verdict, phase }: Job): string {
  if (verdict !== null) return `its verdict is ${verdict.replaceAll("_", " ")}`;
  return phase === "cancelled" ? "it was stopped before there was one" : "its run ended before there was one";
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

function firstEnvironments(ladder: Config["environments"]): readonly string[] {
  return Object.entries(ladder)
    .filter(([, environment]) => environment.promote === "on-merge")
    .map(([name]) => name);
}

export function nextEnvironments(ladder: Config["environments"], environment: string): readonly string[] {
  return Object.entries(ladder)
    .filter(([, one]) => one.after === environment && one.promote !== "manual")
    .map(([name]) => name);
}

/** A version on its way into an environment: a deploy run whose ticket names exactly these bytes and this environment. */
function enter(
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
