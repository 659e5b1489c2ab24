import type { DeploymentView, ModelView, Phase, PullView, VersionView } from "../view.ts";
import { isOpen, type Job, type Promotion, type Pull, type Run, type Version, versionName } from "./state.ts";

export type Remembered = {
  readonly jobs: readonly Job[];
  readonly versions: readonly Version[];
  readonly promotions: readonly Promotion[];
};

/** What a pull request's readers are shown: the newest job of each model, failures first. */
export function viewPull(pull: Pull, { jobs, versions, promotions }: Remembered): PullView {
  const mine = jobs.filter((job) => job.pull === pull.number);
  const models = [
    ...new Set([...pull.affected, ...mine.filter((job) => job.commit === pull.head).map((job) => job.model)]),
  ]
    .toSorted()
    .flatMap((model) => {
      const job = newest(mine, model);
      return job === null ? [] : [viewJob(job, mine, versions)];
    });
  return {
    repository: pull.repository,
    number: pull.number,
    state: pull.state,
    head: pull.head,
    models: models.toSorted((a, b) => urgency(a) - urgency(b)),
    configChange: pull.configChange ?? null,
    versions: versions
      .filter((version) => version.pull === pull.number)
      .map((version) => ({
        version: versionName(version),
        deployments: promotions
          .filter((promotion) => promotion.model === version.model && promotion.version === version.number)
          .map(viewPromotion),
      })),
    notes: pull.faults,
  };
}

export function viewJob(job: Job, jobs: readonly Job[], versions: readonly Version[]): ModelView {
  const earlier = jobs.filter((one) => one.model === job.model && one.pull === job.pull && one.id !== job.id);
  const previous = isOpen(job) ? earlier.findLast((one) => one.phase === "judged") : undefined;
  return {
    model: job.model,
    phase: phase(job),
    commit: job.commit,
    tree: job.tree,
    fingerprint: job.fingerprint,
    params: job.params,
    overridden: job.overridden,
    verdict: job.verdict,
    report: job.report,
    gatePlaces: job.gatePlaces ?? [],
    fault: job.fault,
    runs: job.runs.flatMap((run) => (run.url === null ? [] : [{ stage: run.stage, url: run.url }])),
    reusedFrom: job.reusedFrom,
    progress: viewProgress(job),
    queueSeconds: queuedSeconds(job),
    machine: job.training?.machine ?? null,
    trainSeconds: job.training?.seconds ?? (job.reusedFrom === null ? elapsedSeconds(job, "train") : null),
    evaluateSeconds: elapsedSeconds(job, "evaluate"),
    learningCurve: job.training?.progress ?? [],
    baseline: viewBaseline(job),
    history: versions
      .filter((version) => version.model === job.model)
      .flatMap(viewVersion)
      .slice(-shownVersions),
    baselineCurve: versions.find((version) => versionName(version) === job.baseline?.version)?.measured?.learning ?? [],
    previous:
      previous?.report && previous.verdict
        ? { commit: previous.commit, verdict: previous.verdict, report: previous.report }
        : null,
  };
}

/** The newest job of a model; jobs are in the order in which they were made. */
export function newest(jobs: readonly Job[], model: string): Job | null {
  return jobs.findLast((job) => job.model === model) ?? null;
}

/** Has the pull request anything to tell in a comment? Progress alone is shown on the checks. */
export function hasResult(view: PullView): boolean {
  return (
    view.versions.length > 0 ||
    view.models.some((model) => model.phase === "judged" || model.phase === "failed" || model.previous !== null)
  );
}

function phase(job: Job): Phase {
  const current = job.runs.at(-1);
  return job.phase === "training" && current?.state === "dispatched" ? "queued" : job.phase;
}

/** How long the last run of a stage took on its machine, once it has ended. */
function elapsedSeconds(job: Job, stage: Run["stage"]): number | null {
  const run = job.runs.findLast((one) => one.stage === stage && one.completedAt !== null);
  if (run?.completedAt == null) return null;
  return (Date.parse(run.completedAt) - Date.parse(run.startedAt ?? run.dispatchedAt)) / 1_000;
}

function viewBaseline({ baseline, distance, config }: Job): ModelView["baseline"] {
  if (baseline === null) return null;
  const { version, commit = null } = baseline;
  const isKnown = distance != null && distance.from === commit;
  return {
    version,
    environment: config.baseline,
    commit,
    distance: isKnown ? { ahead: distance.ahead, behind: distance.behind } : null,
  };
}

function viewProgress({ progress, phase: at, runs }: Job): ModelView["progress"] {
  if (progress == null || at !== "training") return null;
  const { step, of } = progress;
  const since = runs.at(-1)?.startedAt;
  const elapsed = since == null ? 0 : (Date.parse(progress.at) - Date.parse(since)) / 1_000;
  const remainingSeconds = step > 0 && elapsed > 0 ? Math.max(0, (elapsed * (of - step)) / step) : null;
  return { step, of, remainingSeconds };
}

const shownVersions = 20;

function viewVersion(version: Version): readonly VersionView[] {
  if (version.measured == null) return [];
  const { data, metrics } = version.measured;
  return [{ version: versionName(version), at: version.createdAt, data, metrics }];
}

/** Time between a wish for a machine and its beginning, over all runs that began. */
function queuedSeconds(job: Job): number | null {
  const waits = job.runs.flatMap(({ dispatchedAt, startedAt }) =>
    startedAt === null ? [] : [Math.max(0, Date.parse(startedAt) - Date.parse(dispatchedAt)) / 1_000],
  );
  return waits.length === 0 ? null : waits.reduce((sum, seconds) => sum + seconds, 0);
}

function viewPromotion(promotion: Promotion): DeploymentView {
  return {
    environment: promotion.environment,
    version: `${promotion.model}@v${promotion.version}`,
    state: promotion.state,
    url: promotion.run?.url ?? null,
  };
}

function urgency(view: ModelView): number {
  if (view.phase === "failed" || view.verdict === "fail" || view.verdict === "error") return 0;
  if (view.phase !== "judged") return 1;
  return view.verdict === "pass" ? 3 : 2;
}
