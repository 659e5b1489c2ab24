import { digestJson } from "../digest.ts";
import type { Evidence } from "../evidence.ts";
import type { Fault } from "../fault.ts";
import { factsOf } from "../gate/facts.ts";
import { judge } from "../gate/judge.ts";
import type { Context } from "../plan/decision.ts";
import type { Effect } from "../plan/effect.ts";
import type { Outcome } from "../plan/facts.ts";
import type { Report } from "../report.ts";
import { evaluate } from "./start.ts";
import { type Baseline, isOpen, type Job, type Pull, type Run } from "./state.ts";

export type Advanced = { readonly job: Job; readonly effects: readonly Effect[] };

/**
 * The job after its training run ended: on to the evaluation, or failed with the reason. How the training went may be told
 * only with the evaluation: the model's bytes are what the ticket names, by their artifact's digest.
 */
export function finishTraining(
  job: Job,
  pull: Pull,
  outcome: Outcome,
  baseline: Baseline | null,
  context: Context,
): Advanced {
  if (outcome.kind === "fault") return { job: fail(job, outcome.fault, context), effects: [] };
  const { result, model } = outcome;
  if (result.outcome === "failed") {
    return { job: fail({ ...job, training: result.training }, faultOf(result.fault), context), effects: [] };
  }
  if (model === null) {
    const missing: Fault = { reason: "artifact_missing", message: "the training run uploaded no model artifact" };
    return { job: fail(job, missing, context), effects: [] };
  }
  const trained: Job = {
    ...job,
    training: result.training,
    candidate: { source: model, digest: result.training?.modelDigest ?? null },
  };
  return evaluate(trained, pull, baseline, context);
}

/** The job after its evaluation run ended: judged by its own configuration, never by what the runner says of itself. */
export function finishEvaluation(open: Job, outcome: Outcome, context: Context): Job {
  if (outcome.kind === "fault") return fail(open, outcome.fault, context);
  const { result, report } = outcome;
  const job: Job = { ...open, training: open.training ?? result.training };
  if (result.outcome === "failed") return fail(job, faultOf(result.fault), context);
  if (report === null)
    return fail(job, { reason: "artifact_missing", message: "the evaluation run uploaded no report" }, context);
  const mismatch = foreignReport(report, job);
  if (mismatch !== null) return fail(job, { reason: "report_invalid", message: mismatch }, context);

  const judged = judge(job.config.gates, factsOf(report));
  const ruled: Report = { ...report, gates: judged.gates, verdict: judged.verdict };
  const evidence: Evidence = {
    commit: job.commit,
    tree: job.tree,
    fingerprint: job.fingerprint,
    modelDigest: report.candidate.digest,
    dataDigest: report.data.digest,
    configDigest: job.configDigest,
    reportDigest: digestJson(ruled),
    baseline: job.baseline?.version ?? null,
    verdict: judged.verdict,
  };
  return {
    ...job,
    phase: "judged",
    candidate: job.candidate === null ? null : { ...job.candidate, digest: report.candidate.digest },
    report: ruled,
    verdict: judged.verdict,
    evidence,
    updatedAt: context.now,
  };
}

/** Why a report cannot be this job's, or null. The claimed digest is the training run's word; the report measured it. */
function foreignReport(report: Report, job: Job): string | null {
  if (report.model !== job.model) return `the report is about the model "${report.model}"`;
  if (report.task !== job.config.evaluate.task) return `the report is about a ${report.task} task`;
  if ((report.baseline?.digest ?? null) !== (job.baseline?.digest ?? null))
    return "the report compares with another baseline";
  const announced = job.candidate?.digest ?? job.training?.modelDigest ?? null;
  if (announced !== null && announced !== report.candidate.digest) {
    return "the report is about other model bytes than those the training run announced";
  }
  const missing = job.config.evaluate.metrics.find(
    (id) => !report.metrics.some((metric) => metric.id === id && metric.slice === null),
  );
  return missing === undefined ? null : `the report lacks the metric ${missing}`;
}

export function fail(job: Job, fault: Fault, context: Context): Job {
  return { ...job, phase: "failed", fault, updatedAt: context.now };
}

/** An open job that is no longer wanted, and the runs to stop. */
export function cancel(job: Job, fault: Fault, context: Context): Advanced {
  if (!isOpen(job)) return { job, effects: [] };
  const running = job.runs.filter((run) => run.state !== "completed");
  return {
    job: { ...job, phase: "cancelled", fault, updatedAt: context.now },
    effects: running.map((run) => ({ kind: "cancel_run", nonce: run.nonce })),
  };
}

/** The job with one of its runs changed; runs are found by nonce, which no event can lack. */
export function withRun(job: Job, nonce: string, change: Partial<Run>, context: Context): Job {
  return {
    ...job,
    runs: job.runs.map((run) => (run.nonce === nonce ? { ...run, ...change } : run)),
    updatedAt: context.now,
  };
}

function faultOf(fault: { reason: Fault["reason"]; message: string; detail?: string | undefined } | null): Fault {
  if (fault === null) return { reason: "run_failed", message: "the run ended without saying why" };
  const { reason, message, detail } = fault;
  return detail === undefined ? { reason, message } : { reason, message, detail };
}
