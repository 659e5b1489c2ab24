import type { Report } from "../../core/report.ts";
import type { ModelView, PullView } from "../../core/view.ts";
import type { ReportWorld } from "./report-world.ts";

/** What GitHub says of the pull request now; null outside of one. */
export type PullNow = { readonly head: string; readonly state: PullView["state"] };

/** The reports as a pull request's page shows them: judged, without training, commands or history. */
export function pullViewOf(world: ReportWorld, reports: readonly Report[], now: PullNow | null): PullView {
  const { repository, pull, commit } = world;
  return {
    repository: `${repository.owner}/${repository.name}`,
    number: pull?.number ?? 0,
    state: now?.state ?? "open",
    head: now?.head ?? commit,
    models: reports.map((report) => modelView(world, report)),
    configChange: null,
    versions: [],
    notes: [],
  };
}

function modelView({ commit, runUrl }: ReportWorld, report: Report): ModelView {
  const { load, predict, measure, operations = 0 } = report.seconds;
  return {
    model: report.model,
    phase: "judged",
    commit,
    tree: "",
    fingerprint: "",
    params: {},
    overridden: [],
    verdict: report.verdict,
    report,
    gatePlaces: [],
    fault: null,
    runs: [{ stage: "evaluate", url: runUrl }],
    reusedFrom: null,
    progress: null,
    queueSeconds: null,
    machine: null,
    trainSeconds: null,
    evaluateSeconds: load + predict + measure + operations,
    learningCurve: [],
    baseline: null,
    history: [],
    baselineCurve: [],
    previous: null,
  };
}
